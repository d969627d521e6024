# SPDX-License-Identifier: GPL-3.0-or-later
"""rows_stream.py: what is thrown at us in the XML of a stream. As rows.py."""

import itertools

from rows import MIB, Row, answers, big, body, carbon, ends, lives, of, refuses
from server import ACCOUNT, BIND, CONTACT, DOMAIN, ROSTER, STRANGER, features, header

LOL = "<!DOCTYPE x [<!ENTITY a 'lol'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9)) + "]>"
QUADRATIC = f"<!DOCTYPE x [<!ENTITY a '{'x' * 50000}'>]>"


def after(doctype, rest):
    """A stream that begins with a document type and uses it."""
    return header().replace("<stream:stream", doctype + "<stream:stream") + rest


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
    Row("A17h", "an answer of 20 MB from the server", "bound", big(f"<iq type='result' from='{DOMAIN}' id='a17h'><query xmlns='{ROSTER}'>", "<item jid='a@x'/>", 20 * MIB, "</query></iq>"), ends("policy-violation")),
    Row("A17i", "as many elements as an answer of the server may have", "bound", big(f"<iq type='result' from='{DOMAIN}' id='a17i'><query xmlns='{ROSTER}'>", "<group>a</group>", 79990 * 16, "</query></iq>"), lives()),
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
