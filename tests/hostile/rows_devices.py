# SPDX-License-Identifier: GPL-3.0-or-later
"""rows_devices.py: what is thrown at us about devices and people: capabilities, personal events, subscriptions. As rows.py."""

import base64
import hashlib

from rows import ROSTER_SIGNALS, Row, answers, lives, of, push
from server import ACCOUNT, CONTACT, DOMAIN, PRESENT, STRANGER
from telepathy import ALIASING
from telepathy import ROSTER as CONTACT_LIST

BOB = CONTACT.split("/", maxsplit=1)[0]
CAPS = "http://jabber.org/protocol/caps"
INFO = "http://jabber.org/protocol/disco#info"
DISCOVERY = "im.linnet.ServiceDiscovery1"
CONFUSABLES = "im.linnet.Confusables1"
FEATURE = "<feature var='{}'/>"
IDENTITY = "<identity category='client' type='pc'/>"
FORM = "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'>{}</field></x>"
JINGLE = "urn:xmpp:jingle:1"
MOODS = "http://jabber.org/protocol/mood"
PLACES = "http://jabber.org/protocol/geoloc"


def hash_of(text, algorithm="sha1"):
    """What somebody makes of it who only joins the parts."""
    return base64.b64encode(hashlib.new(algorithm, text.encode()).digest()).decode()


def claim(sender, ver, algorithm="sha-1"):
    """The presence that bob has anyway, with a claim."""
    return PRESENT.replace(f"from='{CONTACT}'", f"from='{sender}'").replace(
        "</presence>", f"<c xmlns='{CAPS}' hash='{algorithm}' node='urn:n' ver='{ver}'/></presence>")


def expect_question(subject, sender, ver):
    """The id of the question that the claim of a device leads to."""
    pattern = f"<iq (?=[^>]*to='{sender}')[^>]*id='([^']+)'[^>]*><query (?=[^>]*node='urn:n#{ver.replace('+', '[+]')}')"
    return subject.server.call(subject.server.line.wait_for(pattern))[1]


def tell(subject, sender, name, inside):
    subject.say(f"<iq type='result' from='{sender}' to='{ACCOUNT}' id='{name}'><query xmlns='{INFO}'>{inside}</query></iq>")
    subject.honest()


def devices(subject, address):
    """What programs are told of a device: its features, and whether they are proved."""
    told = subject.program.call(subject.connection.name, subject.connection.path, DISCOVERY, "Devices", "s", address)
    return {name: (features, is_proved) for name, _, _, features, is_proved in told}


def take_over(subject):
    """From now on nobody answers in the server's place; gives what lets it answer again."""
    line = subject.server.line
    line.answers_requests = False

    def give_back():
        line.answered = len(line.received)
        line.answers_requests = True
    return give_back


def lie_about(ver, inside, features, algorithm="sha-1"):
    """A play: bob claims a hash, and says what does not fit it, or what nobody may believe."""
    def play(subject):
        give_back = take_over(subject)
        subject.say(claim(CONTACT, ver, algorithm))
        tell(subject, CONTACT, expect_question(subject, CONTACT, ver), inside)
        assert devices(subject, BOB)["p"] == (sorted(features), False), devices(subject, BOB)
        # Once is enough.
        asked = len(subject.server.line.received)
        for _ in range(20):
            subject.say(PRESENT + claim(CONTACT, ver, algorithm))
        subject.honest()
        assert "disco#info" not in subject.server.line.received[asked:], "it was asked again"
        give_back()
        subject.say(PRESENT)
        subject.honest()
    return play


GOOD = [f"client/pc//<{JINGLE}<", IDENTITY + FEATURE.format(JINGLE), [JINGLE]]
LIES = (
    ("a hash of something else", "AAAA", IDENTITY + FEATURE.format(JINGLE), [JINGLE], "sha-1"),
    ("a feature that is two", hash_of(f"client/pc//<a<{JINGLE}<"), IDENTITY + f"<feature var='a&lt;{JINGLE}'/>", [f"a<{JINGLE}"], "sha-1"),
    ("an identity twice", hash_of(f"client/pc//<client/pc//<{JINGLE}<"), IDENTITY * 2 + FEATURE.format(JINGLE), [JINGLE], "sha-1"),
    ("a feature twice", hash_of(f"client/pc//<{JINGLE}<{JINGLE}<"), IDENTITY + FEATURE.format(JINGLE) * 2, [JINGLE] * 2, "sha-1"),
    ("two forms of one kind", hash_of(f"client/pc//<{JINGLE}<a<a<"), GOOD[1] + FORM.format("<value>a</value>") * 2, [JINGLE], "sha-1"),
    ("MD5", hash_of(GOOD[0], "md5"), GOOD[1], [JINGLE], "md5"),
    ("no algorithm that there is", hash_of(GOOD[0]), GOOD[1], [JINGLE], "none"),
)


def answer_for_another(subject):
    """Mallory, who is a contact, and bob claim the same hash; mallory is asked first, and lies."""
    mallory, ver = f"mallory@{DOMAIN}/x", hash_of(GOOD[0])
    give_back = take_over(subject)
    subject.say(push(ACCOUNT, "b36", f"<item jid='mallory@{DOMAIN}' subscription='both'/>"))
    subject.say(claim(mallory, ver) + claim(CONTACT, ver))
    tell(subject, mallory, expect_question(subject, mallory, ver), IDENTITY + FEATURE.format("urn:evil"))
    assert devices(subject, BOB)["p"] == ([], False), devices(subject, BOB)
    name = expect_question(subject, CONTACT, ver)
    tell(subject, mallory, name, IDENTITY + FEATURE.format("urn:evil"))
    assert devices(subject, BOB)["p"] == ([], False), devices(subject, BOB)
    tell(subject, CONTACT, name, GOOD[1])
    assert devices(subject, BOB)["p"] == (GOOD[2], True), devices(subject, BOB)
    give_back()
    subject.say(push(ACCOUNT, "b36b", f"<item jid='mallory@{DOMAIN}' subscription='remove'/>") + PRESENT)
    subject.honest()


def event(sender, node, inside, item="current"):
    return of(sender, f"<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='{node}'><item id='{item}'>{inside}</item></items></event>",
              attributes="type='headline'")


EVENTS = (
    ("a nickname", "http://jabber.org/protocol/nick", "<nick xmlns='http://jabber.org/protocol/nick'>evil</nick>"),
    ("an avatar", "urn:xmpp:avatar:metadata", f"<metadata xmlns='urn:xmpp:avatar:metadata'><info id='{'e' * 40}' bytes='9' type='image/png'/></metadata>"),
    ("a place", PLACES, f"<geoloc xmlns='{PLACES}'><text>evil</text></geoloc>"),
    ("a mood", MOODS, f"<mood xmlns='{MOODS}'><happy/><text>evil</text></mood>"),
    ("a tune", "http://jabber.org/protocol/tune", "<tune xmlns='http://jabber.org/protocol/tune'><title>evil</title></tune>"),
    ("a list of devices", "eu.siacs.conversations.axolotl.devicelist", "<list xmlns='eu.siacs.conversations.axolotl'><device id='666'/></list>"),
)


LOOKALIKES = (("b\u043eb@ev.test", ""), ("mallory@ev.test", "Bob"), ("mallory@ev.test", "b\u043eb\u200d"), ("mallory@ev.test", "\u202eBob\u00a0"),
              ("b0b@a.test", ""))


def look_like_bob(address, nick):
    """Somebody who looks like bob asks to see us, under their real address, and is marked; then they take it back."""
    def play(subject):
        said = f"<nick xmlns='http://jabber.org/protocol/nick'>{nick}</nick>" if nick else ""
        subject.say(f"<presence from='{address}' to='{ACCOUNT}' type='subscribe'>{said}</presence>")
        subject.honest()
        row = subject.connection.roster(ALIASING, CONFUSABLES)[address]
        assert row[f"{CONFUSABLES}/confusable-with"] == BOB, row
        assert f"{CONFUSABLES}/confusable-with" not in subject.connection.roster(CONFUSABLES)[BOB]
        subject.say(f"<presence from='{address}' to='{ACCOUNT}' type='unsubscribe'/>")
        subject.honest()
        subject.connection.call(CONTACT_LIST, "RemoveContacts", "au", [subject.connection.handle(address)])
        subject.honest()
    return play


ROWS = [
    *[Row(f"B30{chr(99 + i)}", f"{address} asks to see us as “{nick!a}”", "bound", None, lives(), play=look_like_bob(address, nick), tells=ROSTER_SIGNALS, never="type='subscribed'")
      for i, (address, nick) in enumerate(LOOKALIKES)],
    *[Row(f"B35{chr(97 + i)}", f"capabilities with {what}", "bound", None, lives(), tells=("ClientTypesUpdated",), play=lie_about(ver, inside, features, algorithm))
      for i, (what, ver, inside, features, algorithm) in enumerate(LIES)],
    Row("B36", "somebody answers for a hash that another claims too", "bound", None, lives(), play=answer_for_another, changes=("table caps",),
        tells=(*ROSTER_SIGNALS, "ClientTypesUpdated", "PresencesChanged")),
    *[Row(f"{'B15' if 'devices' in what else 'B16'}{chr(97 + i)}{n}", f"{what} from {sender}", "bound", event(sender, node, inside), lives())
      for i, (what, node, inside) in enumerate(EVENTS) for n, sender in enumerate((STRANGER, STRANGER.split("/")[0], f"{ACCOUNT}/other", DOMAIN))],
    *[Row(f"B34{chr(98 + i)}", f"{what} from a stranger", "bound", of(STRANGER, inside, "iq", f"type='{kind}' id='b34{i}'"), answers(f"b34{i}", "service-unavailable"))
      for i, (what, kind, inside) in enumerate((("a list of contacts to take", "set", "<x xmlns='http://jabber.org/protocol/rosterx'><item action='add' jid='evil@ev.test'/></x>"),
                                                ("the question what software we are", "get", "<query xmlns='jabber:iq:version'/>"),
                                                ("the question when we were last here", "get", "<query xmlns='jabber:iq:last'/>"),
                                                ("the question what we can do", "get", f"<query xmlns='{INFO}'/>")))],
    Row("B34h", "a list of contacts to take, in a message", "bound", of(STRANGER, "<x xmlns='http://jabber.org/protocol/rosterx'><item action='add' jid='evil@ev.test'/></x>"), lives()),
]
