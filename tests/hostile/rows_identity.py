# SPDX-License-Identifier: GPL-3.0-or-later
"""rows_identity.py: what is thrown at us in other people's names. As rows.py."""

import re

from rows import EVIL_ITEM, INNER, MIB, ROSTER_SIGNALS, Row, answers, big, carbon, ends, lives, of, push, say_and_take_back
from rows_devices import BOB, devices
from server import ACCOUNT, CONTACT, DOMAIN, FRIEND, PRESENT, STANZAS, STRANGER, USER
from telepathy import ALIASING, CONNECTION, MANAGER, MANAGER_PATH, PRESENCE, TP
from telepathy import GROUPS as GROUPS_INTERFACE
from telepathy import ROSTER as ROSTER_INTERFACE

CONVERSATIONS = "im.linnet.Conversations1"
SENT = 3  # Message_State of im.linnet.History1
REMOVED_REMOTELY, ASK = 2, 3  # Subscription_State
INNER_ERROR = INNER.replace("type='chat'", "type='error'")
GROUPS = "".join(f"<group>group {i}</group>" for i in range(300)) + f"<group>{'x' * 100000}</group>"
MANY = [of(f"bob@{DOMAIN}/{i}", "<show>dnd</show><priority>999</priority>", "presence") for i in range(500)]
# What is kept of a contact: its places, groups, the bytes of a name and of a word.
MAX_PLACES, MAX_GROUPS, MAX_NAME_BYTES, MAX_WORD_BYTES = 64, 100, 1023, 4096
# What a link may ask for. XEP-0147
ACTIONS = ("message;subject=evil;body=evil", "message;body=evil;type=chat", "remove", "unsubscribe", "subscribe", "join", "join;password=evil", "roster;name=evil;group=evil",
           "register", "unregister", "command;node=evil;action=execute", "invite;jid=evil@ev.test", "sendfile", "recvfile;sid=evil", "vcard", "pubsub;action=subscribe;node=evil", "evil")

def guess_answers(subject):
    """We rename bob; others answer in the server's place, then the server refuses it."""
    line = subject.server.line
    line.answers_requests = False
    bob = subject.connection.handle("bob@" + DOMAIN)
    answer = subject.begin_call(ALIASING, "SetAliases", "a{us}", {bob: "Robert"})
    asked = subject.server.call(line.wait_for("<iq (?=[^>]*type='set')[^>]*id='([^']+)'[^>]*><query"))[1]
    assert len(asked) >= 11, "an id has at least 64 random bits"
    for sender in (STRANGER, CONTACT, f"{ACCOUNT}/other", f"{DOMAIN}/x", "sub." + DOMAIN):
        subject.say(f"<iq type='result' from='{sender}' to='{ACCOUNT}' id='{asked}'/>")
    for begin in range(1, 10001, 1000):
        subject.say("".join(f"<iq type='result' from='{STRANGER}' id='{i}'/>" for i in range(begin, begin + 1000)))
    subject.honest()
    assert not answer, "somebody else was believed"
    refusal = f"<iq type='error' id='{asked}'><error type='auth'><forbidden xmlns='{STANZAS}'/></error></iq>"
    subject.say(refusal + f"<iq type='result' id='{asked}'/>" + refusal)
    subject.program.wait(lambda: bool(answer), "answer")
    assert answer == ["org.freedesktop.Telepathy.Error.PermissionDenied"], answer
    line.answered = len(line.received)
    line.answers_requests = True


def lie_about_delivery(subject):
    """We write to bob; others say that it failed, and that it arrived."""
    token = subject.channel.send("to bob")
    sent = subject.server.call(subject.server.line.wait_for("<message (?=[^>]*to='bob@a.test)[^>]*id='([^']+)'"))[1]
    subject.program.wait(lambda: subject.find_message(token)[0][0][0]["state"] == SENT, "sending")
    before = subject.find_message(token)
    for sender in (STRANGER, "bob@ev.test/p", "sub." + DOMAIN):
        subject.say(of(sender, f"<body>evil</body><error type='cancel'><gone xmlns='{STANZAS}'/></error>", attributes=f"type='error' id='{sent}'"))
        subject.say(of(sender, f"<received xmlns='urn:xmpp:receipts' id='{sent}'/>"))
        subject.say(of(sender, f"<displayed xmlns='urn:xmpp:chat-markers:0' id='{sent}'/>"))
    subject.honest()
    after = subject.find_message(token)
    assert after == before, f"somebody else was believed:\n{before}\n{after}"


def answer_oddly(subject):
    """We rename bob; the server's answer is a refusal without a reason, and the next one a request with the same id."""
    line = subject.server.line
    line.answers_requests = False
    bob = subject.connection.handle("bob@" + DOMAIN)
    for odd, wanted in ((lambda name: f"<iq type='error' id='{name}'/>", str), (lambda name: f"<iq type='get' id='{name}'><ping xmlns='urn:xmpp:ping'/></iq>", tuple)):
        answer = subject.begin_call(ALIASING, "SetAliases", "a{us}", {bob: "Robert"})
        asked = subject.server.call(line.wait_for("<iq (?=[^>]*type='set')[^>]*id='([^']+)'[^>]*><query"))[1]
        subject.say(odd(asked))
        subject.honest()
        if wanted is tuple:
            assert not answer, "a request was taken for an answer"
            subject.say(f"<iq type='error' id='{asked}'><error type='auth'><forbidden xmlns='{STANZAS}'/></error></iq>")
        subject.program.wait(lambda: bool(answer), "answer")
        assert len(answer) == 1 and isinstance(answer[0], str), answer
    line.answered = len(line.received)
    line.answers_requests = True


def bounce_with_more(subject):
    """We write to bob, whose server gives it back with an encrypted part, a correction and much text."""
    token = subject.channel.send("to bob")
    sent = subject.server.call(subject.server.line.wait_for("<message (?=[^>]*to='bob@a.test)[^>]*id='([^']+)'"))[1]
    subject.program.wait(lambda: subject.find_message(token)[0][0][0]["state"] == SENT, "sending")
    subject.say(of(CONTACT.split("/", maxsplit=1)[0], f"<body>{'evil' * 25000}</body><encrypted xmlns='eu.siacs.conversations.axolotl'><payload>evil</payload></encrypted>"
                   f"<replace xmlns='urn:xmpp:message-correct:0' id='{sent}'/><error type='cancel'><gone xmlns='{STANZAS}'>evil</gone></error>", attributes=f"type='error' id='{sent}'"))
    subject.honest()
    shown, kept = subject.find_message(token)
    assert len(shown) == len(kept) == 1 and kept[0]["body"] == "to bob", f"{shown} {kept}"
    told = [signal for signal in subject.program.signals if "evil" in str(signal.args)]
    assert not told, f"programs were told: {told}"


def write_as(name):
    """A stranger writes under a name that is not theirs: programs are given the address, and told whom it looks like."""
    def play(subject):
        stranger = STRANGER.split("/", maxsplit=1)[0]
        subject.say(of(STRANGER, f"<nick xmlns='http://jabber.org/protocol/nick'>{name}</nick><body>I am Bob</body>", attributes="type='chat'"))
        subject.honest()
        kept = subject.program.wait(lambda: subject.account.get("Conversations", CONVERSATIONS).get(stranger), "conversation")
        assert (kept["name"], kept["confusable-with"]) == (stranger, "bob@a.test"), kept
    return play


def page(sender, query):
    """A message of a history, as the archive of `sender` gives it."""
    return of(sender, f"<result xmlns='urn:xmpp:mam:2' queryid='{query}' id='1'><forwarded xmlns='urn:xmpp:forward:0'>"
              f"<delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/>{INNER}</forwarded></result>")


def check_groups(subject):
    """The contact is still one, in no more groups than are kept, and none with a longer name."""
    row = subject.connection.roster(GROUPS_INTERFACE)[BOB]
    groups = row[f"{GROUPS_INTERFACE}/groups"]
    assert 1 < len(groups) <= MAX_GROUPS, len(groups)
    assert all(len(group.encode()) <= MAX_NAME_BYTES for group in groups), max(map(len, groups))
    known = subject.connection.get(GROUPS_INTERFACE, "Groups")
    assert len(known) <= MAX_GROUPS, f"{len(known)} groups of all contacts"
    assert len(subject.server.line.find_answers("b10f")) == 1, subject.server.line.find_answers("b10f")


def check_name(subject):
    """The beginning of it, in whole characters."""
    name = subject.connection.roster(ALIASING)[BOB][f"{ALIASING}/alias"]
    assert name == "—" * (MAX_NAME_BYTES // 3), len(name)


def check_places(subject):
    """So many places are kept, and so much of the word; a contact who says what is no show is available."""
    assert len(devices(subject, BOB)) == MAX_PLACES, len(devices(subject, BOB))
    _, show, word = subject.connection.attributes(BOB, PRESENCE)[f"{PRESENCE}/presence"]
    assert show in ("available", "dnd") and len(word.encode()) <= MAX_WORD_BYTES, (show, len(word))


def check_request(subject):
    """They wait for an answer, with the beginning of what they said."""
    row = subject.connection.roster(ROSTER_INTERFACE)[STRANGER.split("/", maxsplit=1)[0]]
    said = row[f"{ROSTER_INTERFACE}/publish-request"]
    assert row[f"{ROSTER_INTERFACE}/publish"] == ASK and 0 < len(said) <= MAX_WORD_BYTES, (row[f"{ROSTER_INTERFACE}/publish"], len(said))


def ask_and_take_back(request, withdrawal):
    """Who has taken a request back is there until somebody acknowledges that."""
    def play(subject):
        say_and_take_back(request, withdrawal, kept=check_request)(subject)
        address = STRANGER.split("/", maxsplit=1)[0]
        assert subject.connection.roster(ROSTER_INTERFACE)[address][f"{ROSTER_INTERFACE}/publish"] == REMOVED_REMOTELY
        subject.connection.call(ROSTER_INTERFACE, "RemoveContacts", "au", [subject.connection.handle(address)])
        subject.honest()
    return play


def follow_links(subject):
    """Programs ask who is meant by a link that wants something to be done: nobody is, and nothing is done; what is left of it for an address
    book is the address alone. (No program of ours says that it opens links of other programs.)"""
    addressing = f"{CONNECTION}.Interface.Addressing1"
    links = [f"xmpp:{path}?{action}" for path in ("bob@a.test", "mallory@ev.test", "room@muc.ev.test/evil") for action in ACTIONS]
    links += ["xmpp://alice@a.test/bob@a.test?message;body=evil", "xmpp://mallory@ev.test/bob@a.test", "xmpp:bob@a.test;remove", "XMPP:bob@a.test?REMOVE"]
    requested, _ = subject.connection.call(addressing, "GetContactsByURI", "asas", ["xmpp:bob@a.test", *links], [])
    assert list(requested) == ["xmpp:bob@a.test"], requested
    normalize = MANAGER, f"{MANAGER_PATH}/jabber", f"{TP}.Protocol.Interface.Addressing", "NormalizeContactURI", "s"
    for link in links:
        if re.search(r"\?(join|invite)|^[^?]*;remove$", link):
            error = subject.program.fails(*normalize, link)
            assert error == f"{TP}.Error.InvalidArgument", f"{link}: {error}"
        else:
            left = subject.program.call(*normalize, link)
            assert re.fullmatch(r"xmpp:[a-z]+@[a-z.]+", left), f"{link}: {left}"


ROWS = [
    *[Row(f"B01{chr(97 + i)}", f"a carbon from {sender}", "bound", carbon(sender, "received"), lives())
      for i, sender in enumerate((STRANGER, CONTACT, f"{ACCOUNT}/other", DOMAIN, f"{ACCOUNT}.", f"{USER}@ev.test"))],
    *[Row(f"B02{chr(97 + i)}", f"our own words, from {sender}", "bound", carbon(sender, "sent", f"{ACCOUNT}/other"), lives())
      for i, sender in enumerate((STRANGER, CONTACT, f"{ACCOUNT}/other"))],
    *[Row(f"B04{chr(97 + i)}", f"a carbon with {what}", "bound", f"<message from='{ACCOUNT}'><received xmlns='urn:xmpp:carbons:2'>{inside}</received></message>", lives())
      for i, (what, inside) in enumerate((("nothing", ""), ("nothing forwarded", "<forwarded xmlns='urn:xmpp:forward:0'/>"), ("a carbon", f"<forwarded xmlns='urn:xmpp:forward:0'>{carbon(ACCOUNT, 'received')}</forwarded>"),
                                          ("two messages", f"<forwarded xmlns='urn:xmpp:forward:0'>{INNER}{INNER}</forwarded>"),
                                          ("an error", f"<forwarded xmlns='urn:xmpp:forward:0'>{INNER_ERROR}</forwarded>")))],
    *[Row(f"B05{chr(97 + i)}", f"a page of history from {sender} that nobody asked for", "bound", of(sender, f"<result xmlns='urn:xmpp:mam:2' queryid='Q' id='1'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/>{INNER}</forwarded></result><body>evil</body>" if sender == ACCOUNT else f"<result xmlns='urn:xmpp:mam:2' queryid='Q' id='1'><forwarded xmlns='urn:xmpp:forward:0'>{INNER}</forwarded></result>"), lives())
      for i, sender in enumerate((STRANGER, CONTACT, DOMAIN))],
    *[Row(f"B03{chr(97 + i)}", f"a carbon from {sender}", "bound", carbon(sender, "received"), lives())
      for i, sender in enumerate((f"{DOMAIN}/{USER}", f"{ACCOUNT}/", f"{USER}@{DOMAIN}.ev.test", f"{USER}\uff20{DOMAIN}"))],
    *[Row(f"B06{chr(97 + i)}", f"history that nobody asked for, {what}", "bound", text, lives())
      for i, (what, text) in enumerate((("after its end", of(ACCOUNT, "<fin xmlns='urn:xmpp:mam:2' complete='true'/>") + page(ACCOUNT, "Q")), ("of our own server", page(ACCOUNT, "evil")),
                                        ("of rooms", page("room@muc.a.test", "Q") + page("evil@muc.ev.test", "Q"))))],
    *[Row(f"B07{chr(97 + i)}", f"an end of history that nobody asked for: {what}", "bound", of(ACCOUNT, inside, "iq", f"type='result' id='b07{i}'"), lives())
      for i, (what, inside) in enumerate((("without a set", "<fin xmlns='urn:xmpp:mam:2' complete='true'/>"), ("with an empty first", "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><first/><last>x</last><count>4294967296</count></set></fin>")))],
    Row("B12", "odd answers", "bound", None, lives(), play=answer_oddly),
    Row("B22", "two ids of our own archive on a stranger's message", "bound", of(CONTACT, f"<body>two ids</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ACCOUNT}' id='one'/><stanza-id xmlns='urn:xmpp:sid:0' by='{ACCOUNT}' id='two'/>", attributes="type='chat' id='b22'"), lives(), modes=("whole",), shows=("two ids",)),
    Row("B23", "the archive's id of an older message", "bound", "".join(of(CONTACT, f"<body>{text}</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ACCOUNT}' id='b23'/>", attributes=f"type='chat' id='b23-{i}'") for i, text in enumerate(("older", "newer"))), lives(), modes=("whole",), shows=("older", "newer")),
    Row("B33", "our message comes back with more than it had", "bound", None, lives(), play=bounce_with_more, shows=("to bob",), tells=("MessageSent", "MessageChanged", "Sent", "SendMessage", "SendError", "delivery report")),
    Row("B08", "a roster push of a stranger", "bound", push(STRANGER, "b08"), answers("b08", "service-unavailable")),
    Row("B08b", "a roster push of a contact", "bound", push(CONTACT, "b08b"), answers("b08b", "service-unavailable")),
    Row("B09", "a roster push of another device of ours", "bound", push(f"{ACCOUNT}/other", "b09"), answers("b09", "service-unavailable")),
    Row("B10", "a roster push without an item", "bound", push(ACCOUNT, "b10", ""), answers("b10", "bad-request")),
    Row("B10b", "a roster push with two items", "bound", push(ACCOUNT, "b10b", EVIL_ITEM * 2), answers("b10b", "bad-request")),
    Row("B10c", "a roster push of what is no address", "bound", push(ACCOUNT, "b10c", "<item jid='not a jid' name='evil'/>"), answers("b10c", "bad-request")),
    Row("B10d", "a roster push without an address", "bound", push(ACCOUNT, "b10d", "<item name='evil'/>"), answers("b10d", "bad-request")),
    Row("B10e", "a roster push that removes whom nobody knows", "bound", push(ACCOUNT, "b10e", "<item jid='nobody@x' subscription='remove'/>"), lives(), never="type='error'"),
    Row("B11", "answers from those who were not asked", "bound", None, lives(), play=guess_answers),
    Row("B10f", "300 groups, and one with a name of 100 kB", "bound", None, lives(), tells=ROSTER_SIGNALS,
        play=say_and_take_back(push(ACCOUNT, "b10f", FRIEND.replace("</item>", GROUPS + "</item>")), push(ACCOUNT, "b10g", FRIEND), kept=check_groups)),
    Row("B10j", "a contact's name has 600 kB: no tag of the server's is as long", "bound", push(ACCOUNT, "b10j", FRIEND.replace("name='Bob'", f"name='{'x' * 600000}'")), ends("policy-violation")),
    Row("B10h", "a contact's name has 100 kB", "bound", None, lives(), tells=ROSTER_SIGNALS,
        play=say_and_take_back(push(ACCOUNT, "b10h", FRIEND.replace("name='Bob'", f"name='{'—' * 34000}'")), push(ACCOUNT, "b10i", FRIEND), kept=check_name)),
    Row("B37", "a contact at 500 places, with a word of 1 MB", "bound", None, lives(), tells=("PresencesChanged",), cpu_ms=3000,
        play=say_and_take_back([*MANY, of(CONTACT, f"<show>evil</show><status>{'x' * 1000000}</status><priority>evil</priority>", "presence")],
                               [presence.replace("<presence ", "<presence type='unavailable' ") for presence in MANY] + [PRESENT], kept=check_places)),
    Row("B37c", "a contact with a word of 10 MB, which is dropped as a whole", "bound", big(f"<presence from='{CONTACT}' to='{ACCOUNT}'><show>dnd</show><status>", "x", 10 * MIB, "</status></presence>"), lives()),
    Row("B30", "a stranger calls itself as a contact is called", "bound", of(STRANGER, "<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>", attributes="type='chat'") + of(STRANGER, "<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>", "presence"), lives()),
    Row("B30b", "a nick in a room that nobody entered", "bound", of("evil@muc.ev.test/evil", "<nick xmlns='http://jabber.org/protocol/nick'>bob\u200d</nick><body>evil</body>", attributes="type='groupchat'"), lives()),
    Row("B37b", "a contact who has been away for all time", "bound", None, lives(), tells=("PresencesChanged",),
        play=say_and_take_back([of(CONTACT, f"<idle xmlns='urn:xmpp:idle:1' since='{since}'/>", "presence") for since in ("", "1" * 900, "0000-00-00T00:00:00Z", "9999-12-31T23:59:60Z", "-292277022657-01-27T08:29:52Z")], [PRESENT])),
    Row("B38b", "a stranger asks for a subscription in 1 MB, and takes it back", "bound", None, lives(), tells=ROSTER_SIGNALS, never="type='subscribed'",
        play=ask_and_take_back(of(STRANGER, f"<status>{'x' * 1000000}</status>", "presence", "type='subscribe'"), of(STRANGER, "", "presence", "type='unsubscribe'"))),
    Row("B38c", "a stranger asks for a subscription in 10 MB: nobody asked", "bound", big(f"<presence from='{STRANGER}' to='{ACCOUNT}' type='subscribe'><status>", "x", 10 * MIB, "</status></presence>"), lives(), never="type='subscribed'"),
    Row("B39", "links that ask for something to be done", "bound", None, lives(), play=follow_links, never="evil|mallory|bob"),
    *[Row(f"B13{chr(97 + i)}", f"a push of {what} from a stranger", "bound", of(STRANGER, inside, "iq", f"type='set' id='b13{i}'"), answers(f"b13{i}", "service-unavailable"))
      for i, (what, inside) in enumerate((("TURN servers", "<services xmlns='urn:xmpp:extdisco:2'><service type='turn' host='evil'/></services>"), ("a block", "<block xmlns='urn:xmpp:blocking'><item jid='bob@a.test'/></block>"),
                                          ("relays", "<query xmlns='google:jingleinfo'><relay><server ip='evil'/></relay></query>"), ("private data", "<query xmlns='jabber:iq:private'><evil xmlns='urn:evil'/></query>"), ("privacy lists", "<query xmlns='jabber:iq:privacy'><list name='evil'/></query>")))],
    *[Row(f"B14{chr(97 + i)}", f"an event of our own {node} from {sender}", "bound", of(sender, f"<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='{node}'><item id='evil@muc.ev.test'>{item}</item></items></event>", attributes="type='headline'"), lives(), never="evil")
      for i, (sender, node, item) in enumerate((sender, node, item) for sender in (STRANGER, CONTACT) for node, item in (
          ("urn:xmpp:bookmarks:1", "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='evil'/>"), ("storage:bookmarks", "<storage xmlns='storage:bookmarks'><conference jid='evil@muc.ev.test' autojoin='true'/></storage>"),
          ("urn:xmpp:mds:displayed:0", "<displayed xmlns='urn:xmpp:mds:displayed:0'/>")))],
    Row("B30h", "a stranger calls itself as a contact is called, and writes", "bound", None, lives(), play=write_as("Bob"), shows=("I am Bob",), tells=("AliasesChanged",)),
    Row("B24", "the id of another's message", "bound", lambda line: of(CONTACT, "<body>one id</body>", attributes="id='twice'") + of("bob@ev.test/p", "<body>the same id</body>", attributes="id='twice'"), lives(), modes=("whole",), shows=("one id", "the same id")),
    *[Row(f"B25{chr(97 + i)}", f"a contact who dates back: {stamp[:30]}", "bound", of(CONTACT, f"<body>dated {i}</body><delay xmlns='urn:xmpp:delay' from='{sender}' stamp='{stamp}'/>"), lives(), shows=(f"dated {i}",))
      for i, (sender, stamp) in enumerate((("ev.test", "1970-01-01T00:00:00Z"), (CONTACT, "9999-12-31T23:59:59Z"), ("", "2020-01-01T00:00:00+99:99"), ("ev.test", "1" * 300), (DOMAIN, "-0001-01-01T00:00:00Z"),
                                           (DOMAIN, "99999-01-01T00:00:00Z"), (DOMAIN, "2020-13-45T99:99:99Z"), (DOMAIN, "")))],
    Row("B26", "a room that nobody entered", "bound", of(STRANGER, "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/><status code='110'/></x>", "presence"), lives()),
    Row("B27", "a word in a room that nobody entered", "bound", of(STRANGER, "<body>evil</body>", attributes="type='groupchat'") + of("evil@muc.ev.test/evil", "<body>evil</body><subject>evil</subject>", attributes="type='groupchat'"), lives()),
    Row("B32", "others tell of the delivery of our message", "bound", None, lives(), play=lie_about_delivery, shows=("to bob",), tells=("MessageSent", "MessageChanged", "Sent", "SendMessage")),
    *[Row(f"B34{command[0]}{n}", f"the command to {command}, from {sender}", "bound", of(sender, f"<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/rc#{command}' action='execute'/>", "iq", f"type='set' id='b34{command[0]}{n}'"), answers(f"b34{command[0]}{n}", "service-unavailable"))
      for command in ("forward", "leave-groupchats", "set-status", "options", "accept-files") for n, sender in enumerate((STRANGER, CONTACT, f"{ACCOUNT}/other"))],
    Row("B38", "we ask ourselves for a subscription", "bound", of(ACCOUNT, "", "presence", "type='subscribe'"), lives(), never="type='subscribed'"),
    Row("D02", "counts of a stream management that is not on", "bound", "".join(f"<a xmlns='urn:xmpp:sm:3' h='{h}'/>" for h in ("", "abc", "-1", "4294967296", "1e3", "9")) + "<a xmlns='urn:xmpp:sm:3'/><failed xmlns='urn:xmpp:sm:3'/><resumed xmlns='urn:xmpp:sm:3' previd='x'/>", lives()),
    Row("D05", "100,000 questions of it", "bound", ["<r xmlns='urn:xmpp:sm:3'/>" * 1000] * 100, lives(), cpu_ms=4000, never="<a "),
    Row("D06", "an acknowledgement inside a message", "bound", of(STRANGER, "<a xmlns='urn:xmpp:sm:3' h='999'/>"), lives()),
]
