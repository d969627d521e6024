# SPDX-License-Identifier: GPL-3.0-or-later
"""rows.py: what is thrown at us, one line each.

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
import re
import ssl

from server import ACCOUNT, BIND, CONTACT, DOMAIN, FRIEND, PLAIN_QUESTION, PRESENT, ROSTER, SASL, STANZAS, STRANGER, TLS, USER, b64, features, header, mechanisms
from telepathy import ALIASING, CONNECTION

INFO = f"{CONNECTION}.Interface.ContactInfo"
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

LOL = "<!DOCTYPE x [<!ENTITY a 'lol'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9)) + "]>"
QUADRATIC = f"<!DOCTYPE x [<!ENTITY a '{'x' * 50000}'>]>"
FILE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


def after(doctype, rest):
    """A stream that begins with a document type and uses it."""
    return header().replace("<stream:stream", doctype + "<stream:stream") + rest


def of(sender, inside, name="message", attributes=""):
    return f"<{name} from='{sender}' to='{ACCOUNT}' {attributes}>{inside}</{name}>"


AVATAR_INFO = f"<info id='{'0' * 40}' bytes='9' type='image/png'/>"


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


def nested(sender, depth):
    return lambda _: itertools.chain([f"<message from='{sender}'>"], ["<a>" * 1000] * (depth // 1000),
                                     ["</a>" * 1000] * (depth // 1000), ["</message>"])


def attributes(sender, number, form):
    return f"<message from='{sender}'><x " + " ".join(form.format(i) for i in range(number)) + "/></message>"


INNER = f"<message xmlns='jabber:client' from='{CONTACT}' to='{ACCOUNT}' type='chat'><body>evil</body></message>"

INNER_ERROR = INNER.replace("type='chat'", "type='error'")


def carbon(sender, kind, author=CONTACT, ns="urn:xmpp:carbons:2"):
    """A copy of what another device of ours got, or sent, as this sender says."""
    return (f"<message from='{sender}' to='{ACCOUNT}' type='chat'><{kind} xmlns='{ns}'><forwarded xmlns='urn:xmpp:forward:0'>"
            f"{INNER.replace(CONTACT, author)}</forwarded></{kind}></message>")


def fresh_names(number):
    """Stanzas of a stranger, each with names that no other has."""
    for i in range(0, number, 100):
        yield "".join(f"<message from='{STRANGER}'><e{j} xmlns='urn:n{j}' a{j}='{j}' xmlns:p{j}='urn:q{j}' p{j}:b{j}=''/></message>"
                      for j in range(i, i + 100))


# --- A: the stream ---

ROWS = [
    Row("A01", "entities that multiply", "header-tls", after(LOL, "<message><body>&j;</body></message>"), ends("restricted-xml"), cpu_ms=100),
    Row("A01b", "the same before TLS", "header", after(LOL, "<message><body>&j;</body></message>"), ends("restricted-xml"), cpu_ms=100),
    Row("A02", "entities in an attribute", "header-tls", after(LOL, "<message from='&j;'/>"), ends("restricted-xml"), cpu_ms=100),
    Row("A03", "a document type between stanzas", "bound", "<!DOCTYPE x>", ends("restricted-xml")),
    Row("A03b", "a document type with entities between stanzas", "bound", LOL + body("&j;").decode(), ends("restricted-xml"), cpu_ms=100),
    Row("A04", "one long entity, a thousand times", "header-tls", after(QUADRATIC, f"<message><body>{'&a;' * 1000}</body></message>"), ends("restricted-xml", "policy-violation"), cpu_ms=100),
    Row("A05", "an entity in a file", "header-tls", lambda line: after(f"<!DOCTYPE x [<!ENTITY a SYSTEM 'file://{line.server.trap.path}'>]>", "<message><body>&a;</body></message>"), ends("restricted-xml")),
    Row("A05b", "a document type on the web", "header-tls", lambda line: after(f"<!DOCTYPE x SYSTEM 'http://127.0.0.1:{line.server.trap.port}/x.dtd'>", "<message/>"), ends("restricted-xml")),
    Row("A05c", "an entity in a file, between stanzas", "bound", lambda line: f"<!DOCTYPE x [<!ENTITY a SYSTEM 'file://{line.server.trap.path}'>]><message><body>&a;</body></message>", ends("restricted-xml")),
    Row("A06", "an entity that nobody defined", "bound", body("a&nbsp;b"), ends("not-well-formed", "restricted-xml")),
    Row("A07", "an instruction between stanzas", "bound", "<?evil x?>", ends("restricted-xml")),
    Row("A07b", "an instruction in a body", "bound", body("<?evil x?>"), ends("restricted-xml")),
    Row("A08", "a comment in a body", "bound", body("he<!-- x -->llo"), ends("restricted-xml")),
    Row("A08b", "a comment between stanzas", "bound", "<!-- x -->", ends("restricted-xml")),
    Row("A09", "UTF-16 with a byte order mark", "header-tls", header().encode("utf-16"), ends("unsupported-encoding", "not-well-formed")),
    Row("A09b", "ISO-8859-1", "header-tls", header().replace("1.0'?>", "1.0' encoding='ISO-8859-1'?>"), ends("unsupported-encoding")),
    Row("A09c", "UTF-7", "header-tls", header().replace("1.0'?>", "1.0' encoding='UTF-7'?>"), ends("unsupported-encoding")),
    Row("A10", "XML 1.1 with a control character", "header-tls", header().replace("1.0'?>", "1.1'?>") + body(b"\x01").decode(), ends()),
    Row("A10b", "a control character", "bound", body(b"\x01"), ends("not-well-formed")),
    Row("A11", "an overlong form", "bound", body(b"\xc0\xaf"), ends("not-well-formed")),
    Row("A11b", "a broken sequence", "bound", body(b"\xf0\x28\x8c\x28"), ends("not-well-formed")),
    Row("A11c", "a surrogate", "bound", body(b"\xed\xa0\x80"), ends("not-well-formed")),
    Row("A11d", "beyond Unicode", "bound", body(b"\xf4\x90\x80\x80"), ends("not-well-formed")),
    Row("A11e", "NUL", "bound", body(b"\x00"), ends("not-well-formed")),
    Row("A12", "a byte that eats the quote", "bound", b"<message from='a@b/\xf0'/><message from='" + CONTACT.encode() + b"'><body>smuggled</body></message>", ends("not-well-formed")),
    *[Row(f"A13{chr(97 + i)}", f"{reference} in a {where}", "bound", text, ends("not-well-formed"))
      for i, (reference, where, text) in enumerate(
          (reference, where, body(reference) if where == "body" else f"<message from='{CONTACT}' x='{reference}'/>")
          for reference in ("&#0;", "&#x1;", "&#xFFFE;", "&#x110000;", "&#99999999999;") for where in ("body", "name"))],
    Row("A14", "20,000 levels from a stranger", "bound", nested(STRANGER, 20000), lives(), cpu_ms=200),
    Row("A14b", "a million levels from the server", "bound", nested(DOMAIN, 1000000), ends("policy-violation"), cpu_ms=500),
    Row("A15", "20,000 attributes from a stranger", "bound", attributes(STRANGER, 20000, "a{0}=''"), lives(), cpu_ms=200),
    Row("A15b", "100,000 attributes from the server", "bound", attributes(DOMAIN, 100000, "a{0}=''"), ends("policy-violation"), cpu_ms=200),
    Row("A16", "4,000 namespaces from a stranger", "bound", attributes(STRANGER, 4000, "xmlns:a{0}='u{0}' a{0}:b=''"), lives(), cpu_ms=200),
    Row("A17", "a body of 20 MB from the server", "bound", big(f"<message from='{DOMAIN}'><body>", "x", 20 * MIB, "</body></message>"), ends("policy-violation")),
    Row("A17b", "a body of 15 MB from a stranger", "bound", big(f"<message from='{STRANGER}'><body>", "x", 15 * MIB, "</body></message>"), lives()),
    Row("A17g", "a body of 20 MB from a stranger", "bound", big(f"<message from='{STRANGER}'><body>", "x", 20 * MIB, "</body></message>"), ends("policy-violation")),
    Row("A17c", "an attribute of 20 MB", "bound", big("<message from='", "x", 20 * MIB, "'/>"), ends("policy-violation")),
    Row("A17d", "a tag without an end", "bound", big("<message ", "a='' ", 20 * MIB, "/>"), ends("policy-violation", "not-well-formed")),
    Row("A17e", "a name of 1 MB", "bound", big("<message><", "x", MIB, "/></message>"), ends("policy-violation")),
    Row("A17f", "features of 1 MB before the sign-in", "features-tls", big("<stream:features>", "<x/>", MIB, "</stream:features>"), ends("policy-violation")),
    Row("A18", "20 MB of spaces between stanzas", "bound", big(" ", " ", 20 * MIB, " "), lives()),
    Row("A19", "100,000 stanzas with names of their own", "bound", lambda line: fresh_names(100000), lives(), cpu_ms=15000),
    Row("A20", "a prefix that is not declared", "bound", "<foo:message/>", ends("bad-namespace-prefix", "not-well-formed")),
    Row("A20b", "one attribute twice, by two prefixes", "bound", f"<message from='{CONTACT}' xmlns:a='u' xmlns:b='u' a:x='' b:x=''/>", ends("not-well-formed", "bad-namespace-prefix")),
    Row("A20c", "one attribute twice", "bound", f"<message from='{CONTACT}' x='' x=''/>", ends("not-well-formed")),
    Row("A20d", "xml: is redeclared", "bound", f"<message from='{CONTACT}' xmlns:xml='urn:evil'/>", ends("not-well-formed", "bad-namespace-prefix")),
    Row("A20e", "a prefix for nothing", "bound", f"<message from='{CONTACT}' xmlns:p=''/>", ends("not-well-formed", "bad-namespace-prefix")),
    Row("A20f", "two colons", "bound", "<message><a:b:c xmlns:a='u'/></message>", ends("not-well-formed", "bad-namespace-prefix")),
    Row("A21", "one body with a prefix, one of another namespace", "bound", f"<message from='{CONTACT}' type='chat' xmlns:c='jabber:client'><c:body>prefixed</c:body><body xmlns='urn:evil'>evil</body></message>", lives(), shows=("prefixed",)),
    Row("A22", "a body of almost our namespace", "bound", of(CONTACT, "<body xmlns='JABBER:CLIENT'>evil</body><body xmlns='jabber:client '>evil</body><body xmlns=''>evil</body>"), lives()),
    Row("A22b", "a carbon of almost its namespace", "bound", carbon(ACCOUNT, "received", ns=" urn:xmpp:carbons:2 ") + carbon(ACCOUNT, "received", ns="urn:xmpp:carbons:2&#10;"), lives()),
    Row("A23", "a message of another namespace", "bound", f"<message xmlns='urn:evil' from='{CONTACT}'><body>evil</body></message>", lives()),
    Row("A23b", "a message that is the stream's", "bound", f"<stream:message from='{CONTACT}'><body>evil</body></stream:message>", lives()),
    Row("A23c", "presence of servers", "bound", f"<presence xmlns='jabber:server' from='{CONTACT}'><status>evil</status></presence>", lives()),
    Row("A23d", "stanzas that nobody knows", "bound", f"<evil/><evil from='{CONTACT}' xmlns='urn:evil'><body>evil</body></evil>", lives()),
    Row("A24", "a second stream header", "bound", header().split("?>")[1], ends("bad-format")),
    Row("A24b", "text between stanzas", "bound", "hello", ends("bad-format", "not-well-formed")),
    Row("A24c", "a message behind the end", "bound", "</stream:stream>" + body("evil").decode(), ends(error=("NetworkError", "ConnectionLost", "Disconnected"))),
    Row("A25", "a roster push before features", "features-tls", f"<iq type='set' id='r1'><query xmlns='{ROSTER}'><item jid='evil@x'/></query></iq>", refuses("ServiceConfused")),
    Row("A25b", "a roster push before success", "challenge", f"<iq type='set' id='r1'><query xmlns='{ROSTER}'><item jid='evil@x'/></query></iq>", refuses("ServiceConfused", sent="all")),
    Row("A25c", "a roster push before the session", "bind", f"<iq type='set' id='r1'><query xmlns='{ROSTER}'><item jid='evil@x'/></query></iq>", refuses("ServiceConfused", sent="all")),
    Row("A25d", "a message between challenge and success", "success", body("evil"), refuses("ServiceConfused", sent="all")),
    Row("A26", "a sender that is none", "bound", "<message from='a<b'/>", ends("not-well-formed")),
    Row("A26b", "half a message, then silence", "bound", of(CONTACT, "<body>evil").removesuffix("</message>"), ends(error=("NetworkError", "ConnectionLost")), silence_s=30),
    Row("A27", "1 MB, byte by byte", "bound", body("slow " * 200000), lives(), modes=("bytes",), cpu_ms=20000, honest_s=10, shows=("slow " * 200000,)),
    Row("A28", "compression is offered", "bound", None, lives(), more={"features-auth": features(f"<bind xmlns='{BIND}'/><compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>")}, never="compress"),
    Row("A29", "three bodies", "bound", of(CONTACT, "<body xml:lang='x-evil'>evil</body><body>first</body><body>evil</body>"), lives(), shows=("first",)),
    Row("A29b", "two of everything else", "bound", of(CONTACT, "<subject>evil</subject><subject>evil</subject><thread>evil</thread><thread>evil</thread><body>twofold</body>"), lives(), shows=("twofold",)),
    Row("A29c", "an error with two errors", "bound", of(CONTACT, "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>evil</gone></error><error/><body>evil</body>", attributes="type='error' id='nobody'"), lives()),
    Row("A30", "an iq with two children", "bound", of(CONTACT, "<ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/>", "iq", "type='get' id='two'"), answers("two", "bad-request")),
    Row("A30b", "an iq without a child", "bound", of(CONTACT, "", "iq", "type='get' id='none'"), answers("none", "bad-request")),
    Row("A30c", "an iq without a type", "bound", of(CONTACT, "<ping xmlns='urn:xmpp:ping'/>", "iq", "id='typeless'"), answers("typeless", "bad-request")),
    Row("A30d", "an iq of a type that is none", "bound", of(CONTACT, "<ping xmlns='urn:xmpp:ping'/>", "iq", "type='evil' id='bogus'"), answers("bogus", "bad-request")),
    Row("A30e", "answers that nobody asked for", "bound", of(CONTACT, "", "iq", "type='result' id='evil'") + of(CONTACT, "", "iq", "type='error'") + of(STRANGER, "", "iq", "type='result'"), lives(), never="evil"),
    Row("A30f", "a message of a type that is none", "bound", of(CONTACT, "<body>of no type</body>", attributes="type='evil'"), lives(), shows=("of no type",)),
    Row("A30g", "presence of a type that is none", "bound", of(CONTACT, "<status>evil</status>", "presence", "type='evil'") + of(STRANGER, "<show>evil</show>", "presence"), lives()),
    *[Row(f"A31{chr(97 + i)}", f"a sender that is no address: {what}", "bound", f"<message from='{jid}' to='{ACCOUNT}'><body>evil</body></message><presence from='{jid}'/><iq from='{jid}' type='get' id='evil'><ping xmlns='urn:xmpp:ping'/></iq>", lives(), never="id='evil'")
      for i, (what, jid) in enumerate((("no name", "@ex"), ("no domain", "a@"), ("no resource", "a@b/"), ("two names", "a@b@c"), ("a name of 1,024 bytes", "x" * 1024 + "@ex"),
                                       ("a resource of 1,024 bytes", "a@ex/" + "x" * 1024), ("a space", "a b@ex"), ("an at sign of another kind", "a\ufe6bb@ex"), ("a control", "a&#x85;@ex"),
                                       ("a stop of another kind", "a@ex\u2024evil/"), ("nothing", ""), ("an apostrophe", "a&apos;b@ex"), ("a slash alone", "/"), ("not assigned", "\U0003fffd@ex")))],
    Row("A32", "80 kB of characters of four bytes", "bound", body("\U0001f600" * 20000), lives(), shows=("\U0001f600" * 20000,)),
]


# --- B: who says it ---

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


AUTHORS = itertools.count(1)


def show_vcard(said, is_heard, wanted=None):
    """We ask what somebody writes of himself, and he says this; others have said something before. What he says is heard, or no answer
    at all, so that we hear his server's refusal."""
    def play(subject):
        line = subject.server.line
        line.answers_requests = False
        author = f"author{next(AUTHORS)}@{DOMAIN}"
        answer = subject.begin_call(INFO, "RequestContactInfo", "u", subject.connection.handle(author))
        asked = subject.server.call(line.wait_for("<iq (?=[^>]*type='get')[^>]*id='([^']+)'[^>]*><vCard"))[1]
        for sender in (STRANGER, CONTACT, ACCOUNT, DOMAIN):
            subject.say(f"<iq type='result' from='{sender}' to='{ACCOUNT}' id='{asked}'><vCard xmlns='vcard-temp'><FN>evil</FN></vCard></iq>")
        subject.honest()
        assert not answer, "somebody else was believed"
        begin = f"<iq type='result' from='{author}' to='{ACCOUNT}' id='{asked}'><vCard xmlns='vcard-temp'>"
        subject.say(lambda _: itertools.chain([begin], said, ["</vCard></iq>"]))
        subject.honest()
        if not is_heard:
            assert not answer, "it was too long, and heard"
            subject.say(f"<iq type='error' from='{author}' id='{asked}'><error type='auth'><forbidden xmlns='{STANZAS}'/></error></iq>")
        subject.program.wait(lambda: bool(answer), "answer")
        if is_heard:
            fields = answer[0][0]
            assert len(fields) <= 200 and sum(len(value) for _, _, values in fields for value in values) <= 40000, len(fields)
            assert wanted is None or fields == wanted, fields
        else:
            assert answer == ["org.freedesktop.Telepathy.Error.NotAvailable"], answer
        line.answered = len(line.received)
        line.answers_requests = True
    return play


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


SENT = 3  # Message_State of im.linnet.History1
ROSTER_SIGNALS = ("ContactsChanged", "ContactsChangedWithID", "GroupsChanged", "GroupsCreated", "GroupsRemoved", "AliasesChanged",
                  "NicknamesChanged", "PropertiesChanged")
EVIL_ITEM = "<item jid='evil@x' subscription='both'/>"


def push(sender, name, items=EVIL_ITEM):
    return of(sender, f"<query xmlns='{ROSTER}'>{items}</query>", "iq", f"type='set' id='{name}'")


def say_and_take_back(*sayings):
    """A play: what is said changes something; the last of it makes that good again."""
    def play(subject):
        for saying in sayings:
            subject.say(saying)
            subject.honest()
    return play


GROUPS = "".join(f"<group>group {i}</group>" for i in range(300)) + f"<group>{'x' * 100000}</group>"
MANY = [of(f"bob@{DOMAIN}/{i}", "<show>dnd</show><priority>999</priority>", "presence") for i in range(500)]


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


def page(sender, query):
    """A message of a history, as the archive of `sender` gives it."""
    return of(sender, f"<result xmlns='urn:xmpp:mam:2' queryid='{query}' id='1'><forwarded xmlns='urn:xmpp:forward:0'>"
              f"<delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/>{INNER}</forwarded></result>")


ROWS += [
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
        play=say_and_take_back(push(ACCOUNT, "b10f", FRIEND.replace("</item>", GROUPS + "</item>")), push(ACCOUNT, "b10g", FRIEND))),
    Row("B37", "a contact at 500 places, with a word of 900 kB", "bound", None, lives(), tells=("PresencesChanged",), cpu_ms=3000,
        play=say_and_take_back([*MANY, of(CONTACT, f"<show>evil</show><status>{'x' * 900000}</status><priority>evil</priority>", "presence")],
                               [presence.replace("<presence ", "<presence type='unavailable' ") for presence in MANY] + [PRESENT])),
    Row("B30", "a stranger calls itself as a contact is called", "bound", of(STRANGER, "<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>", attributes="type='chat'") + of(STRANGER, "<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>", "presence"), lives()),
    Row("B30b", "a nick in a room that nobody entered", "bound", of("evil@muc.ev.test/evil", "<nick xmlns='http://jabber.org/protocol/nick'>bob\u200d</nick><body>evil</body>", attributes="type='groupchat'"), lives()),
    Row("B37b", "a contact who has been away for all time", "bound", None, lives(), tells=("PresencesChanged",),
        play=say_and_take_back([of(CONTACT, f"<idle xmlns='urn:xmpp:idle:1' since='{since}'/>", "presence") for since in ("", "1" * 900, "0000-00-00T00:00:00Z", "9999-12-31T23:59:60Z", "-292277022657-01-27T08:29:52Z")], [PRESENT])),
    Row("B38b", "a stranger asks for a subscription in 900 kB, and takes it back", "bound", None, lives(), tells=ROSTER_SIGNALS, never="type='subscribed'",
        play=say_and_take_back(of(STRANGER, f"<status>{'x' * 900000}</status>", "presence", "type='subscribe'"), of(STRANGER, "", "presence", "type='unsubscribe'"))),
    *[Row(f"B13{chr(97 + i)}", f"a push of {what} from a stranger", "bound", of(STRANGER, inside, "iq", f"type='set' id='b13{i}'"), answers(f"b13{i}", "service-unavailable"))
      for i, (what, inside) in enumerate((("TURN servers", "<services xmlns='urn:xmpp:extdisco:2'><service type='turn' host='evil'/></services>"), ("a block", "<block xmlns='urn:xmpp:blocking'><item jid='bob@a.test'/></block>"),
                                          ("relays", "<query xmlns='google:jingleinfo'><relay><server ip='evil'/></relay></query>"), ("private data", "<query xmlns='jabber:iq:private'><evil xmlns='urn:evil'/></query>"), ("privacy lists", "<query xmlns='jabber:iq:privacy'><list name='evil'/></query>")))],
    *[Row(f"B14{chr(97 + i)}", f"an event of our own {node} from {sender}", "bound", of(sender, f"<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='{node}'><item id='evil@muc.ev.test'>{item}</item></items></event>", attributes="type='headline'"), lives(), never="evil")
      for i, (sender, node, item) in enumerate((sender, node, item) for sender in (STRANGER, CONTACT) for node, item in (
          ("urn:xmpp:bookmarks:1", "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='evil'/>"), ("storage:bookmarks", "<storage xmlns='storage:bookmarks'><conference jid='evil@muc.ev.test' autojoin='true'/></storage>"),
          ("urn:xmpp:mds:displayed:0", "<displayed xmlns='urn:xmpp:mds:displayed:0'/>")))],
    Row("B24", "the id of another's message", "bound", lambda line: of(CONTACT, "<body>one id</body>", attributes="id='twice'") + of("bob@ev.test/p", "<body>the same id</body>", attributes="id='twice'"), lives(), modes=("whole",), shows=("one id", "the same id")),
    *[Row(f"B25{chr(97 + i)}", f"a contact who dates back: {stamp[:30]}", "bound", of(CONTACT, f"<body>dated {i}</body><delay xmlns='urn:xmpp:delay' from='{sender}' stamp='{stamp}'/>"), lives(), shows=(f"dated {i}",))
      for i, (sender, stamp) in enumerate((("ev.test", "1970-01-01T00:00:00Z"), (CONTACT, "9999-12-31T23:59:59Z"), ("", "2020-01-01T00:00:00+99:99"), ("ev.test", "1" * 300), (DOMAIN, "-0001-01-01T00:00:00Z"),
                                           (DOMAIN, "99999-01-01T00:00:00Z"), (DOMAIN, "2020-13-45T99:99:99Z"), (DOMAIN, "")))],
    Row("B26", "a room that nobody entered", "bound", of(STRANGER, "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/><status code='110'/></x>", "presence"), lives()),
    Row("B27", "a word in a room that nobody entered", "bound", of(STRANGER, "<body>evil</body>", attributes="type='groupchat'") + of("evil@muc.ev.test/evil", "<body>evil</body><subject>evil</subject>", attributes="type='groupchat'"), lives()),
    Row("B32", "others tell of the delivery of our message", "bound", None, lives(), play=lie_about_delivery, shows=("to bob",), tells=("MessageSent", "MessageChanged", "Sent", "SendMessage")),
    Row("B34", "commands of a stranger", "bound", of(STRANGER, "<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/rc#leave-groupchats' action='execute'/>", "iq", "type='set' id='b34'"), answers("b34", "service-unavailable")),
    Row("B38", "we ask ourselves for a subscription", "bound", of(ACCOUNT, "", "presence", "type='subscribe'"), lives(), never="type='subscribed'"),
    Row("D02", "counts of a stream management that is not on", "bound", "".join(f"<a xmlns='urn:xmpp:sm:3' h='{h}'/>" for h in ("", "abc", "-1", "4294967296", "1e3", "9")) + "<a xmlns='urn:xmpp:sm:3'/><failed xmlns='urn:xmpp:sm:3'/><resumed xmlns='urn:xmpp:sm:3' previd='x'/>", lives()),
    Row("D05", "100,000 questions of it", "bound", ["<r xmlns='urn:xmpp:sm:3'/>" * 1000] * 100, lives(), cpu_ms=4000, never="<a "),
    Row("D06", "an acknowledgement inside a message", "bound", of(STRANGER, "<a xmlns='urn:xmpp:sm:3' h='999'/>"), lives()),
    Row("J01", "10,000 presences of a stranger, each with features of its own", "bound", lambda line: ("".join(of(f"mallory@ev.test/{j}", f"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:n' ver='v{j}'/>", "presence") for j in range(i, i + 100)) for i in range(0, 10000, 100)), lives(), cpu_ms=4000, modes=("whole",)),
    Row("J02", "10,000 chat states of a contact", "bound", lambda line: (of(CONTACT, f"<{state} xmlns='http://jabber.org/protocol/chatstates'/>", attributes="type='chat'") for state in ("composing", "paused") * 5000), lives(), cpu_ms=8000, modes=("whole",), tells=("ChatStateChanged",)),
    Row("J05", "20,000 errors of messages that nobody sent", "bound", lambda line: (of(STRANGER, "<error type='cancel'/>", attributes=f"type='error' id='e{i}'") for i in range(20000)), lives(), cpu_ms=6000, modes=("whole",)),
    Row("F05", "a vCard of 10 MB", "bound", None, lives(), play=show_vcard(["<NOTE>", *["x" * 65536] * 160, "</NOTE>"], False)),
    Row("F05b", "a vCard of 3,000 long telephone numbers", "bound", None, lives(), tells=("ContactInfoChanged",),
        play=show_vcard(["<TEL><HOME/><NUMBER>" + "1" * 200 + "</NUMBER></TEL>"] * 3000, True)),
    Row("F05c", "a vCard of one text of 900 kB", "bound", None, lives(), play=show_vcard(["<NOTE>", "x" * 900000, "</NOTE>"], True), tells=("ContactInfoChanged",)),
    Row("F07", "pictures that are no base64", "bound", None, lives(), tells=("ContactInfoChanged",),
        play=show_vcard([f"<PHOTO><TYPE>image/png</TYPE><BINVAL>{junk}</BINVAL></PHOTO>" for junk in ("====", "A", "\n\n", "", "&#9;=", "AAAA=AAA", "<x/>")]
                        + ["<FN>Bob</FN>"], True, [("fn", [], ["Bob"])])),
    Row("B16", "a stranger has a picture, and says that a contact has it", "bound", avatar(STRANGER, AVATAR_INFO) + avatar("mallory@ev.test", AVATAR_INFO) + avatar("mallory@ev.test", AVATAR_INFO).replace("<item ", "<item publisher='bob@a.test' "), lives(), never="avatar:data"),
    Row("F06a", "pictures whose hashes and lengths are none, or that are elsewhere", "bound", "".join(avatar("bob@a.test", f"<info {said}/>") for said in (
        "id='' bytes='1' type='image/png'", "id='../../../evil' bytes='1' type='image/png'", f"id='{'e' * 41}' bytes='1' type='image/png'", f"id='{'0' * 40}' bytes='-1' type='image/png'",
        f"id='{'0' * 40}' bytes='99999999999999999999' type='image/png'", f"id='{'0' * 40}' bytes='9' type='image/svg+xml'", f"id='{'0' * 40}' bytes='9' type='image/png' url='http://evil.example/x.png'")), lives(), never="avatar:data|evil"),
    Row("F06b", "a picture whose hash has 900 kB", "bound", lambda line: avatar("bob@a.test", f"<info id='{'0' * 900000}' bytes='9' type='image/png'/>"), lives(), never="avatar:data"),
    Row("F07b", "hashes in presences that are none", "bound", "".join(of(CONTACT, f"<show>away</show><status>in the garden</status><x xmlns='vcard-temp:x:update'><photo>{text}</photo></x>", "presence") for text in ("====", "A", "\n", "evil", "z" * 40, "0" * 41)), lives(), never="vcard-temp'"),
    Row("J06", "1,000 pictures of a contact, one after the other", "bound", lambda line: (avatar("bob@a.test", f"<info id='{i:040x}' bytes='9' type='image/png'/>") for i in range(1000)), lives(), cpu_ms=2000, modes=("whole",), tells=("AvatarUpdated",), never="avatar:data"),
]

# --- C: TLS and SASL ---

def evil_scram(**how):
    return lambda line: line.challenge(line.scram.first(**how))


def expect_binding(flag):
    """A play: what the client said of bindings, in the letter of RFC 5802."""
    def play(subject):
        assert subject.server.line.scram.binding == flag, subject.server.line.scram.binding
    return play


def success(text):
    return lambda line: f"<success xmlns='{SASL}'>{text}</success>"


OFFER = features(mechanisms("PLAIN", "SCRAM-SHA-1"))
BINDINGS = "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='{}'/></sasl-channel-binding>"
SEE_OTHER = "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>127.0.0.1:{}</see-other-host></stream:error>"

ROWS += [
    Row("C00", "an honest sign-in by STARTTLS", "bound", None, lives()),
    Row("C00b", "an honest sign-in by direct TLS", "bound", None, lives(), direct=True),
    Row("C01", "no STARTTLS", "features", OFFER, refuses("EncryptionNotAvailable")),
    Row("C02", "STARTTLS fails", "proceed", f"<failure xmlns='{TLS}'/></stream:stream>", refuses("EncryptionNotAvailable")),
    Row("C02b", "an old version", "header", header(version="0.9"), refuses("ServiceConfused")),
    Row("C02c", "no version", "header", header(version=None), refuses("ServiceConfused")),
    Row("C03", "features behind <proceed/>, in clear text", "proceed", f"<proceed xmlns='{TLS}'/>" + OFFER, refuses()),
    Row("C03b", "a whole stream behind <proceed/>", "proceed", f"<proceed xmlns='{TLS}'/>" + header() + OFFER, refuses()),
    Row("C04b", "features twice", "features", features(f"<starttls xmlns='{TLS}'/>") + OFFER, refuses()),
    Row("C09", "the line is cut in the middle of a stanza", "bound", "<message from='bob@a.test/p'><body>evil", ends(error=("NetworkError", "ConnectionLost")), play=lambda subject: subject.cut()),
    Row("C04", "success before TLS", "features", f"<success xmlns='{SASL}'/>", refuses("ServiceConfused")),
    Row("C05", "a certificate for the SRV target", "bound", None, refuses("Cert.HostnameMismatch"), certificate="other"),
    Row("C05b", "a wildcard below the domain", "bound", None, refuses("Cert.HostnameMismatch"), certificate="wildcard"),
    Row("C05c", "the domain as common name only", "bound", None, refuses("Cert.HostnameMismatch"), certificate="common-name"),
    Row("C05d", "a wildcard for everything", "bound", None, refuses("Cert.HostnameMismatch"), certificate="star"),
    Row("C05e", "the address of the machine", "bound", None, refuses("Cert.HostnameMismatch"), certificate="address"),
    Row("C05f", "SRVName of the domain", "bound", None, lives(), certificate="srv-name"),
    Row("C05g", "XmppAddr of the domain", "bound", None, lives(), certificate="xmpp-addr"),
    Row("C05h", "SRVName of the server-to-server service", "bound", None, refuses("Cert.HostnameMismatch"), certificate="srv-server"),
    Row("C05i", "XmppAddr of another domain", "bound", None, refuses("Cert.HostnameMismatch"), certificate="xmpp-addr-other"),
    Row("C05j", "XmppAddr of the domain, and more behind NUL", "bound", None, refuses("Cert.HostnameMismatch"), certificate="xmpp-addr-nul"),
    Row("C06", "expired", "bound", None, refuses("Cert.Expired"), certificate="expired"),
    Row("C06b", "not valid yet", "bound", None, refuses("Cert.NotActivated"), certificate="not-yet"),
    Row("C06c", "self-signed", "bound", None, refuses("Cert.SelfSigned"), certificate="self-signed"),
    Row("C06d", "an authority that nobody knows", "bound", None, refuses("Cert.Untrusted"), certificate="unknown"),
    Row("C06e", "a certificate for clients", "bound", None, refuses("Cert.Invalid"), certificate="usage"),
    Row("C06f", "self-signed, direct TLS", "bound", None, refuses("Cert.SelfSigned"), certificate="self-signed", direct=True),
    Row("C08", "TLS 1.0", "bound", None, refuses("EncryptionError"), tls={"newest": ssl.TLSVersion.TLSv1}),
    Row("C08b", "TLS 1.1", "bound", None, refuses("EncryptionError"), tls={"newest": ssl.TLSVersion.TLSv1_1}),
    Row("C08c", "ciphers without a certificate", "bound", None, refuses("EncryptionError"), tls={"ciphers": "aNULL:@SECLEVEL=0"}),
    Row("C08d", "ciphers that do not encrypt", "bound", None, refuses("EncryptionError"), tls={"ciphers": "eNULL:@SECLEVEL=0"}),
    Row("C10", "another host before TLS", "features", lambda line: SEE_OTHER.format(line.server.port), refuses("ServiceConfused")),
    Row("C10b", "another host for ever", "features-tls", lambda line: SEE_OTHER.format(line.server.port), refuses(connections=3)),
    Row("C13", "a nonce that is not ours", "challenge", evil_scram(nonce="abcdef"), refuses("ServiceConfused", sent="first")),
    Row("C13b", "one iteration", "challenge", evil_scram(iterations="1"), refuses("ServiceConfused", sent="first")),
    Row("C13c", "no iteration", "challenge", evil_scram(iterations="0"), refuses("ServiceConfused", sent="first")),
    Row("C13d", "two thousand million iterations", "challenge", evil_scram(iterations="2147483648"), refuses("ServiceConfused", sent="first"), cpu_ms=500),
    Row("C13e", "no salt", "challenge", evil_scram(salt=""), refuses("ServiceConfused", sent="first")),
    Row("C13f", "a salt of 5 kB", "challenge", evil_scram(salt="QUFB" * 1700), refuses("ServiceConfused", sent="first")),
    Row("C13g", "a mandatory extension", "challenge", evil_scram(before="m=x,"), refuses("ServiceConfused", sent="first")),
    Row("C13h", "junk for base64", "challenge", f"<challenge xmlns='{SASL}'>!!!!</challenge>", refuses("ServiceConfused", sent="first")),
    Row("C13i", "the nonce twice", "challenge", evil_scram(after=",r=other"), refuses("ServiceConfused", sent="first")),
    Row("C13j", "success instead of a challenge", "challenge", success(""), refuses("AuthenticationFailed", sent="first")),
    Row("C13k", "success without a signature", "success", success(""), refuses("AuthenticationFailed", sent="all")),
    Row("C13l", "a wrong signature", "success", success("dj1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE9"), refuses("AuthenticationFailed", sent="all")),
    Row("C13m", "e=other-error as success", "success", success("ZT1vdGhlci1lcnJvcg=="), refuses("AuthenticationFailed", sent="all")),
    Row("C14", "nothing can be bound, and nobody took it away", "bound", None, lives(), play=expect_binding("y")),
    Row("C14b", "types of bindings, and no mechanism for them", "features-tls", features(mechanisms("SCRAM-SHA-256", "PLAIN") + BINDINGS.format("tls-exporter")), refuses("AuthenticationFailed")),
    Row("C14c", "a mechanism with a binding that nobody has, unsigned", "features-tls", features(mechanisms("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256") + BINDINGS.format("x-dummy")), refuses("AuthenticationFailed", "ServiceConfused", sent="first")),
    Row("C14d", "a signature of another offer", "challenge", evil_scram(after=",h=" + b64("another offer" * 2)), refuses("AuthenticationFailed", "ServiceConfused", sent="first")),
    Row("C18", "a proxy, honest", "bound", None, lives(), proxied=True),
    Row("C18b", "a proxy that says who it is for 1 MB", "proxy", big("HTTP/1.1 200 OK\r\nX-Evil: ", "x", MIB, "\r\n\r\n"), refuses(), cpu_ms=1000),
    Row("C18c", "a proxy that wants a password, for ever", "proxy", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"evil\"\r\n\r\n", refuses(), modes=("whole",)),
    Row("C18d", "a proxy that speaks SOCKS 4", "proxy", b"\x00\x5a\x00\x00\x00\x00\x00\x00", refuses(), modes=("whole",)),
    Row("C18e", "a proxy that speaks for the server", "proxy", "HTTP/1.1 200 OK\r\n\r\n" + header() + OFFER, refuses("EncryptionNotAvailable", "ServiceConfused"), modes=("whole",)),
    Row("C15", "nothing but DIGEST-MD5 and ANONYMOUS", "features-tls", features(mechanisms("DIGEST-MD5", "ANONYMOUS")), refuses("AuthenticationFailed")),
    Row("C15b", "only PLAIN, where SCRAM was", "features-tls", features(mechanisms("PLAIN")), refuses("AuthenticationFailed")),
    Row("C16", "another account is bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>bob@{DOMAIN}/x</jid>"}),
    Row("C16b", "no address is bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": ""}),
    Row("C16c", "two addresses are bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>{ACCOUNT}/x</jid><jid>{ACCOUNT}/y</jid>"}),
    Row("C16d", "a resource of 2 kB", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>{ACCOUNT}/{'x' * 2048}</jid>"}),
    Row("C16e", "a bare address is bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>{ACCOUNT}</jid>"}),
    Row("C17", "challenges without end", "challenge", lambda line: itertools.chain([line.challenge(line.scram.first())], [f"<challenge xmlns='{SASL}'/>"] * 1000), refuses(sent="all")),
    Row("C17d", "a stream error of 10 MB", "bound", big("<stream:error><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>", "x", 10 * MIB, "</text></stream:error>"), ends("policy-violation")),
    Row("C17e", "a stream error of 1 MB before the sign-in", "features-tls", big("<stream:error><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>", "x", MIB, "</text></stream:error>"), refuses("ServiceConfused")),
    Row("C17f", "a task that nobody knows", "success", f"<continue xmlns='urn:xmpp:sasl:2'><tasks><task>evil</task></tasks></continue>", refuses("ServiceConfused", sent="all")),
    Row("C17b", "a refusal that nobody knows", "challenge", f"<failure xmlns='{SASL}'><what-now/></failure>", refuses("ConnectionFailed", sent="first")),
    Row("C17c", "a wrong password", "challenge", f"<failure xmlns='{SASL}'><not-authorized/></failure>", refuses("AuthenticationFailed", sent="first")),
]

# --- C19: accounts that are to be made ---

FORM = "<x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>{0}</value></field>{1}</x>"
OWN_FIELDS = "<field var='username' type='text-single'><required/></field><field var='password' type='text-private'><required/></field>"
MEDIUM = "<field var='ocr' label='Read'><media xmlns='urn:xmpp:media-element'>{0}</media></field>"


def form(fields, kind="jabber:iq:register", beside=""):
    return lambda line: line.question(FORM.format(kind, OWN_FIELDS + fields) + beside)


def shows(*uris, data=""):
    """A form that shows what is at these addresses; `data` came along."""
    fields = MEDIUM.format("".join(f"<uri type='image/png'>{uri}</uri>" for uri in uris))
    return form(fields, beside=data)


def bob(cid, text, kind="image/png"):
    return f"<data xmlns='urn:xmpp:bob' cid='{cid}' type='{kind}'>{text}</data>"


def has_media(**wanted):
    """A play: which addresses people can see, and how many bytes are there."""
    def play(session):
        for uri, size in wanted.items():
            data = session.get_medium(f"cid:{uri}")
            assert (None if data is None else len(data)) == size, (uri, data and len(data))
    return play


def has_fields(least, most):
    def play(session):
        number = len(session.get("Form")[2])
        assert least <= number <= most, f"{number} fields"
    return play


def submits(**answers):
    return lambda session: session.submit(**answers)


def strangers_result(sender):
    """Somebody else answers, with another's question, and then the server does."""
    return lambda line: f"<iq type='result' from='{sender}' id='{line.asked}'><query xmlns='jabber:iq:register'><username/><evil/></query></iq>" + line.question(PLAIN_QUESTION)


ROWS += [
    Row("C19", "an honest question", "question", lambda line: line.question(PLAIN_QUESTION), signs_up("makes", sent="all"), play=submits()),
    Row("C19b", "100,000 fields", "question", form("".join(f"<field var='f{i}' type='text-single'/>" for i in range(100000))), signs_up("fails")),
    Row("C19c", "as many fields as the limit lets through", "question", form("".join(f"<field var='f{i}'/>" for i in range(2000))), signs_up("asks"), play=has_fields(199, 199)),
    Row("C19d", "a medium of 10 MB", "question", lambda line: itertools.chain([line.question(FORM.format("jabber:iq:register", OWN_FIELDS + MEDIUM.format("<uri type='image/png'>cid:a</uri>"))).replace("</query></iq>", ""), "<data xmlns='urn:xmpp:bob' cid='a' type='image/png'>"], ["QUFB" * 16384] * 160, ["</data></query></iq>"]), signs_up("fails")),
    Row("C19e", "a medium of 880 kB", "question", shows("cid:a", "cid:b", data=bob("a", "QUFB" * 220000) + bob("b", "QUFB")), signs_up("asks"), play=has_media(a=None, b=3)),
    Row("C19f", "another medium than was asked for", "question", shows("cid:a"), signs_up("asks"), more={"medium": lambda line: f"<iq type='result' id='{line.asked}'>{bob('evil', 'QUFB')}</iq>"}, play=has_media(a=None, evil=None)),
    Row("C19g", "addresses of files, of the web, and of themselves", "question", lambda line: shows(f"file://{line.server.trap.path}", f"http://127.0.0.1:{line.server.trap.port}/x.png", "cid:", "cid:cid:a", "xmpp:a.test?register", "data:image/png;base64,QUFB")(line), signs_up("asks")),
    Row("C19h", "2,000 media that did not come along", "question", shows(*(f"cid:{i}" for i in range(2000))), signs_up("asks")),
    Row("C19i", "junk for base64", "question", shows("cid:a", data=bob("a", "!!!!")), signs_up("asks"), play=has_media(a=None)),
    Row("C19j", "a form of another kind", "question", form("", kind="urn:evil"), signs_up("fails")),
    Row("C19k", "an answer of a stranger", "question", strangers_result(STRANGER), signs_up("asks"), play=has_fields(2, 2)),
    Row("C19l", "an answer of a contact", "question", strangers_result(CONTACT), signs_up("asks"), play=has_fields(2, 2)),
    Row("C19m", "a question that is empty", "question", lambda line: line.question(""), signs_up("fails")),
    Row("C19n", "a result instead of a form", "question", lambda line: line.question("<x xmlns='jabber:x:data' type='result'/>"), signs_up("fails")),
    Row("C19o", "one who has an account already", "question", lambda line: line.question("<registered/><username>evil</username><password>x</password>"), signs_up("asks")),
    Row("C19p", "no, for ever", "answer", lambda line: f"<iq type='error' id='{line.asked}'><error type='modify'><not-acceptable xmlns='{STANZAS}'/></error></iq>", signs_up("fails", sent="all"), play=lambda session: next((end for end in (session.submit() for _ in range(25)) if end != "asks"), "asks")),
    Row("C19q", "the stream ends instead of an answer", "answer", "</stream:stream>", signs_up("fails", sent="all"), play=submits()),
    Row("C19r", "a document type instead of a question", "question", LOL, signs_up("fails")),
    Row("C19s", "one name twice in a form", "question", form(OWN_FIELDS), signs_up("asks")),
    Row("C19t", "messages and presence of strangers", "question", lambda line: of(STRANGER, "<body>evil</body>") + of(STRANGER, "", "presence", "type='subscribe'") + of(STRANGER, "<query xmlns='jabber:iq:version'/>", "iq", "type='get' id='v'") + line.question(PLAIN_QUESTION), signs_up("asks")),
    Row("C19u", "a password of the server's own choice, hidden", "question", lambda line: line.question(FORM.format("jabber:iq:register", "<field var='username'/><field var='password' type='hidden'><value>evil</value></field>")), signs_up("InvalidArgument"), play=submits()),
    Row("C19v", "no encryption", "features", features(f"<register xmlns='http://jabber.org/features/iq-register'/>"), signs_up("fails")),
]
