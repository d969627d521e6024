# SPDX-License-Identifier: GPL-3.0-or-later
"""rows.py: how what is thrown at us is written, one line each; the lines are in rows_*.py.

    Row(id, what, at, says, must)

at: the point of the sign-in where the server says it (server.POINTS; "bound" is after the sign-in).
says: text, bytes, an iterable of them, or a function of the line (server.Line) that gives one.
must: what a correct client does:
    ends(condition…)    it ends the stream, with one of these stream errors (none given: with any or none); programs
                        are told the Telepathy error `error`
    refuses(error…)     the sign-in fails with one of these Telepathy errors (none given: any), and nothing of the
                        password was sent; sent="first" admits SCRAM's first message, sent="all" everything
    lives()             it goes on, and what an honest contact says next arrives
    answers(id, …)      it lives, and has sent exactly one answer with this id and condition
    signs_up(end…)      somebody asks it for an account (server.SIGN_UP_POINTS), and that "asks", "makes" or "fails";
                        play gets the form (subject.SignUp), and may give another end
Further: play (a function of the subject, after the sign-in), certificate, direct, proxied, shows, cpu_ms; see Row.
A new row is a new line; a name that ends in a letter is a variant of the row in the list of threats.
"""

import dataclasses
import itertools

from server import ACCOUNT, CONTACT, ROSTER

MIB = 2**20


@dataclasses.dataclass
class Row:
    name: str
    what: str
    at: str
    says: object
    must: object
    play: object = None
    certificate: str = "good"
    direct: bool = False
    proxied: bool = False
    tls: dict = dataclasses.field(default_factory=dict)  # how its TLS differs (server.Server._weaken)
    honest_s: float = 0  # behind a million records that were sent but not read yet, an honest message takes longer than two seconds
    silence_s: float = 0  # for so long it says nothing more
    cpu_ms: float = 0  # of the service, for all of the trigger; 0: as its size allows
    modes: tuple = ()  # how it is cut: "whole", "bytes", "random"; (): by its size
    shows: tuple = ()  # the texts that it adds to what people see
    tells: tuple = ()  # the signals that programs may get of it
    changes: tuple = ()  # what it may change of the state (subject.get_state)
    never: str = ""  # what the client must not say: a regular expression
    more: dict = dataclasses.field(default_factory=dict)  # what it says at other points


@dataclasses.dataclass
class Must:
    kind: str
    wanted: tuple = ()
    sent: str = "none"
    connections: int = 1
    error: tuple = ("ServiceConfused",)


def ends(*conditions, error=("ServiceConfused",)):
    return Must("ends", conditions, error=error)


def refuses(*codes, sent="none", connections=1):
    return Must("refuses", codes, sent, connections)


def lives():
    return Must("lives")


def signs_up(*ends, sent="none"):
    return Must("signs_up", ends, sent)


def answers(stanza_id, condition):
    return Must("answers", (stanza_id, condition))

# --- bricks ---

def of(sender, inside, name="message", attributes=""):
    return f"<{name} from='{sender}' to='{ACCOUNT}' {attributes}>{inside}</{name}>"


def avatar(sender, info):
    """What somebody says of their picture. XEP-0084"""
    return of(sender, f"<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:avatar:metadata'><item id='x'>"
                      f"<metadata xmlns='urn:xmpp:avatar:metadata'>{info}</metadata></item></items></event>", attributes="type='headline'")


def body(text, sender=CONTACT):
    """A message whose body is these bytes."""
    text = text if isinstance(text, bytes) else text.encode()
    return b"<message from='" + sender.encode() + b"'><body>" + text + b"</body></message>"


def big(start, unit, size, end):
    """start, then so many bytes of unit, then end; in portions."""
    block = unit * (65536 // len(unit))
    return lambda _: itertools.chain([start], itertools.repeat(block, size // len(block)), [end])


INNER = f"<message xmlns='jabber:client' from='{CONTACT}' to='{ACCOUNT}' type='chat'><body>evil</body></message>"


def carbon(sender, kind, author=CONTACT, ns="urn:xmpp:carbons:2"):
    """A copy of what another device of ours got, or sent, as this sender says."""
    return (f"<message from='{sender}' to='{ACCOUNT}' type='chat'><{kind} xmlns='{ns}'><forwarded xmlns='urn:xmpp:forward:0'>"
            f"{INNER.replace(CONTACT, author)}</forwarded></{kind}></message>")


ROSTER_SIGNALS = ("ContactsChanged", "ContactsChangedWithID", "GroupsChanged", "GroupsCreated", "GroupsRemoved", "AliasesChanged",
                  "NicknamesChanged", "PropertiesChanged")
EVIL_ITEM = "<item jid='evil@x' subscription='both'/>"


def push(sender, name, items=EVIL_ITEM):
    return of(sender, f"<query xmlns='{ROSTER}'>{items}</query>", "iq", f"type='set' id='{name}'")


def say_and_take_back(*sayings, kept=None):
    """A play: what is said changes something; the last of it makes that good again. `kept` judges what was made of the rest of it."""
    def play(subject):
        for number, saying in enumerate(sayings, 1):
            subject.say(saying)
            subject.honest()
            if kept is not None and number == len(sayings) - 1:
                kept(subject)
    return play
