# SPDX-License-Identifier: GPL-3.0-or-later
"""rows_floods.py: what is thrown at us by the thousand. As rows.py."""

import hashlib
import itertools
import re
import time

from rows import ROSTER_SIGNALS, Row, avatar, lives, of, push
from rows_devices import BOB, PLACES, claim, event
from server import ACCOUNT, CONTACT, DOMAIN, PRESENT, STRANGER, b64
from telepathy import CONNECTION
from telepathy import ROSTER as CONTACT_LIST

AVATARS = f"{CONNECTION}.Interface.Avatars"
MAX_STRANGERS = 500  # who may wait for our answer at a time
PAINTERS = itertools.count(1)


def flood_requests(subject):
    """10,000 requests at once: what is answered, is answered in order, and within a bound."""
    line = subject.server.line
    for begin in range(0, 10000, 1000):
        subject.say("".join(of(STRANGER, "<ping xmlns='urn:xmpp:ping'/>", "iq", f"type='get' id='n{i}'")
                            for i in range(begin, begin + 1000)))
    subject.honest()
    ids = [int(number) for number in re.findall("id='n([0-9]+)'", line.received)]
    assert ids == list(range(len(ids))), "answers out of order"
    assert len(ids) < 2000, f"{len(ids)} answers"


def flood_claims(subject):
    """10,000 hashes of one contact, whose server never answers: there are ten questions at a time, and no more. (Some of the ten may be
    of rows before this one.)"""
    line = subject.server.line
    line.answers_requests, begin = False, len(line.received)
    for first in range(0, 10000, 500):
        subject.say("".join(claim(CONTACT, f"v{i}") for i in range(first, first + 500)))
    subject.honest()
    asked = line.received[begin:].count("disco#info")
    assert 1 <= asked <= 10, f"{asked} questions"
    # What is answered makes room for what is claimed still, which is nothing.
    subject.say(PRESENT)
    line.answers_requests = True
    subject.honest()
    subject.honest()
    number = line.received[begin:].count("disco#info")
    assert number == asked, f"{number - asked} more questions"


def flood_subscriptions(subject):
    """10,000 people want to see us, and think again: we are told of as many as are kept."""
    for kind in ("subscribe", "unsubscribe"):
        for first in range(0, 10000, 500):
            subject.say("".join(f"<presence from='mallory{i}@ev.test' to='{ACCOUNT}' type='{kind}'/>" for i in range(first, first + 500)))
        subject.honest()
        known = [name for name in subject.connection.roster() if name.startswith("mallory")]
        assert 0 < len(known) <= MAX_STRANGERS, f"{len(known)} strangers after {kind}"
    subject.connection.call(CONTACT_LIST, "RemoveContacts", "au", [subject.connection.handle(name) for name in known])
    subject.honest()
    assert not [name for name in subject.connection.roster() if name.startswith("mallory")]


def picture(painter, number):
    """A PNG by its first bytes, and no other one."""
    return b"\x89PNG\r\n\x1a\n" + f"picture {number} of {painter} ".encode() * 100


def say_by_event(painter, number):
    data = picture(painter, number)
    return avatar(painter, f"<info id='{hashlib.sha1(data).hexdigest()}' bytes='{len(data)}' type='image/png'/>")


def give_item(painter, asked, name, number):
    wanted = re.search("<item [^>]*id='([0-9a-f]{40})'", asked)[1]
    return (f"<iq type='result' from='{painter}' id='{name}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:data'><item id='{wanted}'>"
            f"<data xmlns='urn:xmpp:avatar:data'>{b64(picture(painter, number))}</data></item></items></pubsub></iq>")


def say_by_presence(painter, number):
    token = hashlib.sha1(picture(painter, number)).hexdigest()
    return of(f"{painter}/p", f"<x xmlns='vcard-temp:x:update'><photo>{token}</photo></x>", "presence")


def give_card(painter, _asked, name, number):
    return f"<iq type='result' from='{painter}' id='{name}'><vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>{b64(picture(painter, number))}</BINVAL></PHOTO></vCard></iq>"


def find_shown(subject, handle):
    return {signal.args[1] for signal in subject.program.signals if signal.member == "AvatarRetrieved" and signal.args[0] == handle}


def flood_pictures(say, wanted, give, end):
    """A play: a contact has a thousand pictures, one after the other, and a program wants each of them at once. Their server, who has each, is asked for six, and
    then for one a minute; what is not asked for is not kept."""
    def play(subject):
        line, painter = subject.server.line, f"painter{next(PAINTERS)}@{DOMAIN}"
        folder = subject.world.folder / "cache/linnet/avatars"
        before = len(list(folder.glob("*")))
        subject.say(push(ACCOUNT, "j06", f"<item jid='{painter}' subscription='both'/>"))
        subject.honest()
        handle, begin = subject.connection.handle(painter), time.monotonic()
        line.answers_requests, place, n_asked = False, len(line.received), 0
        pattern = re.compile(f"<iq (?=[^>]*to='{painter}')[^>]*id='([^']+)'[^>]*>((?:(?!</iq>).)*{wanted}.*?)</iq>", re.S)
        for number in range(1000):
            subject.say(say(painter, number))
            subject.connection.call(AVATARS, "RequestAvatars", "au", [handle])
            if not number % 10:
                subject.honest()
            if number == 0:
                subject.program.wait(lambda: pattern.search(line.received, place), "question for the first picture")
            while match := pattern.search(line.received, place):
                place, n_asked = match.end(), n_asked + 1
                subject.say(give(painter, match[2], match[1], number))
            # The one that nothing new overtakes; of the others those that come in time are shown.
            if number == 0:
                subject.program.wait(lambda: len(find_shown(subject, handle)) > 0, "first picture")
        subject.honest()
        allowed = 6 + int((time.monotonic() - begin) / 60)
        assert 6 <= n_asked <= allowed, f"asked for {n_asked} pictures; {allowed} may be"
        shown = find_shown(subject, handle)
        assert 0 < len(shown) <= n_asked, f"shown {len(shown)}"
        assert len(list(folder.glob("*"))) - before <= n_asked, "more is kept than was asked for"
        line.answered, line.answers_requests = len(line.received), True
        subject.say(end(painter) + push(ACCOUNT, "j06e", f"<item jid='{painter}' subscription='remove'/>"))
        subject.honest()
    return play


def flood_events(subject):
    """10,000 events of a contact, one place after the other, and then none."""
    for first in range(0, 10000, 500):
        subject.say("".join(event(BOB, PLACES, f"<geoloc xmlns='{PLACES}'><lat>{i % 90}</lat></geoloc>") for i in range(first, first + 500)))
    subject.say(event(BOB, PLACES, f"<geoloc xmlns='{PLACES}'/>"))
    subject.honest()


ROWS = [
    Row("J01", "10,000 presences of a stranger, each with features of its own", "bound", lambda line: ("".join(of(f"mallory@ev.test/{j}", f"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:n' ver='v{j}'/>", "presence") for j in range(i, i + 100)) for i in range(0, 10000, 100)), lives(), cpu_ms=4000, modes=("whole",)),
    Row("J02", "10,000 chat states of a contact", "bound", lambda line: (of(CONTACT, f"<{state} xmlns='http://jabber.org/protocol/chatstates'/>", attributes="type='chat'") for state in ("composing", "paused") * 5000), lives(), cpu_ms=8000, modes=("whole",), tells=("ChatStateChanged",)),
    Row("J05", "20,000 errors of messages that nobody sent", "bound", lambda line: (of(STRANGER, "<error type='cancel'/>", attributes=f"type='error' id='e{i}'") for i in range(20000)), lives(), cpu_ms=6000, modes=("whole",)),
    Row("J06", "1,000 pictures of a contact, one after the other, which nobody wants", "bound", lambda line: (avatar("bob@a.test", f"<info id='{i:040x}' bytes='9' type='image/png'/>") for i in range(1000)), lives(), cpu_ms=2000, modes=("whole",), tells=("AvatarUpdated",), never="avatar:data"),
    Row("J06b", "1,000 pictures of a contact, and a program wants them all", "bound", None, lives(), cpu_ms=6000, tells=(*ROSTER_SIGNALS, "PresencesChanged", "AvatarUpdated", "AvatarRetrieved"),
        play=flood_pictures(say_by_event, "avatar:data", give_item, lambda painter: avatar(painter, ""))),
    Row("J06c", "1,000 hashes of vCards in presences of a contact, and a program wants all pictures", "bound", None, lives(), cpu_ms=6000, tells=(*ROSTER_SIGNALS, "PresencesChanged", "AvatarUpdated", "AvatarRetrieved"),
        play=flood_pictures(say_by_presence, "vcard-temp", give_card, lambda painter: of(f"{painter}/p", "", "presence", "type='unavailable'"))),
    Row("J06d", "10,000 hashes of vCards in presences of a contact, which nobody wants", "bound", lambda line: (PRESENT.replace("</presence>", f"<x xmlns='vcard-temp:x:update'><photo>{i:040x}</photo></x></presence>") for i in range(10000)), lives(), cpu_ms=6000, modes=("whole",), tells=("AvatarUpdated",), never="<vCard"),
    Row("J01b", "10,000 hashes of a contact", "bound", None, lives(), play=flood_claims, cpu_ms=8000, tells=("ClientTypesUpdated",)),
    Row("J04", "10,000 people who want to see us", "bound", None, lives(), play=flood_subscriptions, cpu_ms=10000, tells=ROSTER_SIGNALS, never="type='subscribed'"),
    Row("J12", "10,000 personal events of a contact", "bound", None, lives(), play=flood_events, cpu_ms=8000, tells=("LocationUpdated",)),
    # The last one: for some seconds after it strangers are told to come again later.
    Row("J03", "10,000 requests of a stranger", "bound", None, lives(), play=flood_requests, cpu_ms=3000),
]
