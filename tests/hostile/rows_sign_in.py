# SPDX-License-Identifier: GPL-3.0-or-later
"""rows_sign_in.py: what is thrown at us before we are signed in: TLS and SASL, and accounts that are to be made. As rows.py."""

import itertools
import ssl

from rows import MIB, Row, big, ends, lives, of, refuses, signs_up
from rows_stream import LOL
from server import ACCOUNT, CONTACT, DOMAIN, PLAIN_QUESTION, SASL, STANZAS, STRANGER, TLS, b64, features, header, mechanisms


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

ROWS = [
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
    Row("C17b", "a refusal that nobody knows", "challenge", f"<failure xmlns='{SASL}'><what-now/></failure>", refuses("AuthenticationFailed", sent="first")),
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
