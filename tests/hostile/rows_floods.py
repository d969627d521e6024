# SPDX-License-Identifier: GPL-3.0-or-later
"""rows_floods.py: what is thrown at us by the thousand. As rows.py."""

import re

from rows import ROSTER_SIGNALS, Row, avatar, lives, of
from rows_devices import BOB, PLACES, claim, event
from server import ACCOUNT, CONTACT, PRESENT, STRANGER


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
    """10,000 hashes of one contact, whose server never answers: there are ten questions, and no more."""
    line = subject.server.line
    line.answers_requests, begin = False, len(line.received)
    for first in range(0, 10000, 500):
        subject.say("".join(claim(CONTACT, f"v{i}") for i in range(first, first + 500)))
    subject.honest()
    number = subject.server.line.received[begin:].count("disco#info")
    assert number == 10, f"{number} questions"
    # What is answered makes room for what is claimed still, which is nothing.
    subject.say(PRESENT)
    line.answers_requests = True
    subject.honest()
    subject.honest()
    number = line.received[begin:].count("disco#info")
    assert number == 10, f"{number} questions"


def flood_subscriptions(subject):
    """10,000 people want to see us, and think again."""
    for kind in ("subscribe", "unsubscribe"):
        for first in range(0, 10000, 500):
            subject.say("".join(f"<presence from='mallory{i}@ev.test' to='{ACCOUNT}' type='{kind}'/>" for i in range(first, first + 500)))
        subject.honest()


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
    Row("J06", "1,000 pictures of a contact, one after the other", "bound", lambda line: (avatar("bob@a.test", f"<info id='{i:040x}' bytes='9' type='image/png'/>") for i in range(1000)), lives(), cpu_ms=2000, modes=("whole",), tells=("AvatarUpdated",), never="avatar:data"),
    Row("J01b", "10,000 hashes of a contact", "bound", None, lives(), play=flood_claims, cpu_ms=8000, tells=("ClientTypesUpdated",)),
    Row("J04", "10,000 people who want to see us", "bound", None, lives(), play=flood_subscriptions, cpu_ms=10000, tells=ROSTER_SIGNALS, never="type='subscribed'"),
    Row("J12", "10,000 personal events of a contact", "bound", None, lives(), play=flood_events, cpu_ms=8000, tells=("LocationUpdated",)),
    # The last one: for some seconds after it strangers are told to come again later.
    Row("J03", "10,000 requests of a stranger", "bound", None, lives(), play=flood_requests, cpu_ms=3000),
]
