# SPDX-License-Identifier: GPL-3.0-or-later
"""rows.py: what is thrown at us, one line each.

    Row(id, what, at, says, must)

at: the point of the sign-in where the server says it (server.POINTS; "bound" is after the sign-in).
says: text, bytes, an iterable of them, or a function of the line (server.Line) that gives one.
must: what a correct client does:
    ends(condition…)    it ends the stream, with one of these stream errors (none given: with any)
    refuses(error…)     the sign-in fails with one of these Telepathy errors (none given: any), and nothing of the
                        password was sent; sent="first" admits SCRAM's first message, sent="all" everything
    lives()             it goes on, and what an honest contact says next arrives
    answers(id, …)      it lives, and has sent exactly one answer with this id and condition
Further: play (a function of the subject, after the sign-in), certificate, direct, shows, cpu_ms; see Row.
A new row is a new line; a name that ends in a letter is a variant of the row in the list of threats.
"""

import dataclasses
import itertools
import re

from server import ACCOUNT, CONTACT, DOMAIN, ROSTER, SASL, STANZAS, STRANGER, TLS, features, header, mechanisms
from telepathy import ALIASING

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
    cpu_ms: float = 0  # of the service, for all of the trigger; 0: as its size allows
    shows: tuple = ()  # the texts that it adds to what people see
    is_cut: bool = True  # whether it is also said in portions that chance makes
    more: dict = dataclasses.field(default_factory=dict)  # what it says at other points


@dataclasses.dataclass
class Must:
    kind: str
    wanted: tuple = ()
    sent: str = "none"
    connections: int = 1


def ends(*conditions):
    return Must("ends", conditions)


def refuses(*codes, sent="none", connections=1):
    return Must("refuses", codes, sent, connections)


def lives():
    return Must("lives")


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
    Row("A23", "a message of another namespace", "bound", f"<message xmlns='urn:evil' from='{CONTACT}'><body>evil</body></message>", lives()),
    Row("A24", "a second stream header", "bound", header().split("?>")[1], ends()),
    Row("A24b", "text between stanzas", "bound", "hello", ends()),
    Row("A25", "a roster push before features", "features-tls", f"<iq type='set' id='r1'><query xmlns='{ROSTER}'><item jid='evil@x'/></query></iq>", refuses("ServiceConfused")),
    Row("A25b", "a roster push before success", "challenge", f"<iq type='set' id='r1'><query xmlns='{ROSTER}'><item jid='evil@x'/></query></iq>", refuses("ServiceConfused", sent="all")),
    Row("A30", "an iq with two children", "bound", of(CONTACT, "<ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/>", "iq", "type='get' id='two'"), answers("two", "bad-request")),
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


def push(sender, name):
    return of(sender, f"<query xmlns='{ROSTER}'><item jid='evil@x' subscription='both'/></query>", "iq", f"type='set' id='{name}'")


ROWS += [
    Row("B08", "a roster push of a stranger", "bound", push(STRANGER, "b08"), answers("b08", "service-unavailable")),
    Row("B08b", "a roster push of a contact", "bound", push(CONTACT, "b08b"), answers("b08b", "service-unavailable")),
    Row("B09", "a roster push of another device of ours", "bound", push(f"{ACCOUNT}/other", "b09"), answers("b09", "service-unavailable")),
    Row("B11", "answers from those who were not asked", "bound", None, lives(), play=guess_answers),
    Row("J03", "10,000 requests of a stranger", "bound", None, lives(), play=flood_requests, cpu_ms=3000),
]

# --- C: TLS and SASL ---

def evil_scram(**how):
    return lambda line: line.challenge(line.scram.first(**how))


def success(text):
    return lambda line: f"<success xmlns='{SASL}'>{text}</success>"


OFFER = features(mechanisms("PLAIN", "SCRAM-SHA-1"))
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
    Row("C06", "expired", "bound", None, refuses("Cert.Expired"), certificate="expired"),
    Row("C06b", "not valid yet", "bound", None, refuses("Cert.NotActivated"), certificate="not-yet"),
    Row("C06c", "self-signed", "bound", None, refuses("Cert.SelfSigned"), certificate="self-signed"),
    Row("C06d", "an authority that nobody knows", "bound", None, refuses("Cert.Untrusted"), certificate="unknown"),
    Row("C06e", "a certificate for clients", "bound", None, refuses("Cert.Invalid"), certificate="usage"),
    Row("C06f", "self-signed, direct TLS", "bound", None, refuses("Cert.SelfSigned"), certificate="self-signed", direct=True),
    Row("C10", "another host before TLS", "features", lambda line: SEE_OTHER.format(line.server.port), refuses("ServiceConfused")),
    Row("C10b", "another host for ever", "features-tls", lambda line: SEE_OTHER.format(line.server.port), refuses(connections=4)),
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
    Row("C15", "PLAIN is asked for on a line in clear text", "features-tls", features(mechanisms("DIGEST-MD5", "ANONYMOUS")), refuses("AuthenticationFailed")),
    Row("C16", "another account is bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>bob@{DOMAIN}/x</jid>"}),
    Row("C16b", "no address is bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": ""}),
    Row("C16c", "two addresses are bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>{ACCOUNT}/x</jid><jid>{ACCOUNT}/y</jid>"}),
    Row("C16d", "a resource of 2 kB", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>{ACCOUNT}/{'x' * 2048}</jid>"}),
    Row("C16e", "a bare address is bound", "bound", None, refuses("ServiceConfused", sent="all"), more={"bind-jid": f"<jid>{ACCOUNT}</jid>"}),
    Row("C17", "challenges without end", "challenge", lambda line: itertools.chain([line.challenge(line.scram.first())], [f"<challenge xmlns='{SASL}'/>"] * 1000), refuses(sent="all")),
    Row("C17b", "a refusal that nobody knows", "challenge", f"<failure xmlns='{SASL}'><what-now/></failure>", refuses("ConnectionFailed", sent="first")),
    Row("C17c", "a wrong password", "challenge", f"<failure xmlns='{SASL}'><not-authorized/></failure>", refuses("AuthenticationFailed", sent="first")),
]
