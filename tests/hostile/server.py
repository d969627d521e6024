# SPDX-License-Identifier: GPL-3.0-or-later
"""server.py: an XMPP server that does as it is told, and is honest only where it is not.

It goes through a whole sign-in: STARTTLS or direct TLS, SCRAM, bind. At each of POINTS a row may have it
say something else: bytes, text, an iterable of them, or a function of the line that gives one of these.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import os
import re
import ssl
import threading
import warnings

DOMAIN = "a.test"
USER = "alice"
PASSWORD = "pw-alice"
ACCOUNT = f"{USER}@{DOMAIN}"
CONTACT = f"bob@{DOMAIN}/p"
STRANGER = "mallory@ev.test/m"
MECHANISM = "SCRAM-SHA-256"

STREAM = "http://etherx.jabber.org/streams"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
ROSTER = "jabber:iq:roster"
REGISTER = "jabber:iq:register"
NEW_PASSWORD = "pw-of-the-new-one"
FRIEND = f"<item jid='{CONTACT.split('/')[0]}' subscription='both' name='Bob'><group>Friends</group></item>"
PRESENT = f"<presence from='{CONTACT}' to='{ACCOUNT}'><show>away</show><status>in the garden</status></presence>"

# In the order of a sign-in over STARTTLS, through a proxy that the account names or without one; with direct TLS, and without TLS, it begins at header-tls.
POINTS = ("proxy", "header", "features", "proceed", "header-tls", "features-tls", "challenge", "success", "header-auth",
          "features-auth", "bind-jid", "bind", "bound")
# Instead of a sign-in, from features-tls on: somebody asks for an account. A question, as often as it is asked; what a form
# shows, where it did not come along; the answer to the answers.
SIGN_UP_POINTS = ("question", "medium", "answer")

PATIENCE_S = 30


PLAIN_QUESTION = "<username/><password/>"


class Gone(Exception):
    """The client ended the line."""


def header(**attributes):
    """A stream header, honest but for what is given; None leaves an attribute out."""
    parts = {"from": DOMAIN, "id": "s1", "version": "1.0", "xml:lang": "en", "xmlns": "jabber:client",
             "xmlns:stream": STREAM}
    parts.update({name.replace("_", ":"): value for name, value in attributes.items()})
    text = " ".join(f"{name}='{value}'" for name, value in parts.items() if value is not None)
    return f"<?xml version='1.0'?><stream:stream {text}>"


def features(inside):
    return f"<stream:features>{inside}</stream:features>"


def mechanisms(*names):
    return f"<mechanisms xmlns='{SASL}'>" + "".join(f"<mechanism>{name}</mechanism>" for name in names) + "</mechanisms>"


def b64(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


class Scram:
    """The server's half of RFC 5802; `first` and `final` are honest, and a row may bend them."""

    def __init__(self, initial):
        self.binding, _, self.bare = base64.b64decode(initial).decode().split(",", 2)
        self.client_nonce = re.search("r=([^,]*)", self.bare)[1]
        self.nonce = self.client_nonce + "server"
        self.salt = b"salt-and-pepper"
        self.iterations = 4096

    def first(self, nonce=None, salt=None, iterations=None, before="", after=""):
        salt = b64(self.salt) if salt is None else salt
        self.first_message = f"{before}r={nonce or self.nonce},s={salt},i={iterations or self.iterations}{after}"
        return self.first_message

    def check(self, response):
        """Whether the client's proof is right; then `final` can be made."""
        message = base64.b64decode(response).decode()
        without_proof, proof = message.rsplit(",p=", 1)
        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), self.salt, self.iterations)

        def mac(key, data):
            return hmac.new(key, data, "sha256").digest()

        client_key = mac(salted, b"Client Key")
        said = f"{self.bare},{self.first_message},{without_proof}".encode()
        wanted = bytes(a ^ b for a, b in zip(client_key, mac(hashlib.sha256(client_key).digest(), said)))
        self.final = "v=" + b64(mac(mac(salted, b"Server Key"), said))
        return base64.b64decode(proof) == wanted


class Line:
    """One connection: what is said on it, both ways."""

    def __init__(self, server, reader, writer, is_secure, is_proxied=False):
        self.server, self.is_proxied = server, is_proxied
        self.reader, self.writer = reader, writer
        self.is_secure = is_secure
        self.script = server.script
        self.received = ""
        self.mark = 0  # what was received before this has been looked at
        self.answered = 0  # the same, for requests
        self.bytes_said = 0
        self.is_bound = asyncio.Event()
        self.ended = asyncio.Event()
        self.answers_requests = True
        self._more = asyncio.Event()
        self._speaking = asyncio.Lock()
        self._reading = None

    async def say(self, what):
        """Says it as fast as the client listens; nothing else is said meanwhile."""
        if callable(what):
            what = what(self)
        async with self._speaking:
            for part in [what] if isinstance(what, (str, bytes)) else what:
                if self.writer.is_closing():
                    raise Gone("the client ended the line")
                data = part.encode() if isinstance(part, str) else part
                self.bytes_said += len(data)
                self.writer.write(data)
                if len(data) == 1 and self.bytes_said % 64:
                    continue
                try:
                    await asyncio.wait_for(self.writer.drain(), PATIENCE_S)
                except (ConnectionError, ssl.SSLError, OSError) as error:
                    raise Gone(str(error)) from error

    async def wait_for(self, pattern, timeout=PATIENCE_S):
        """The next match in what the client says; what is before it has been looked at."""
        async def read():
            while not (match := re.compile(pattern, re.S).search(self.received, self.mark)):
                if self.ended.is_set():
                    raise Gone("the client ended the line")
                await self._more.wait()
            self.mark = match.end()
            return match
        return await asyncio.wait_for(read(), timeout)

    async def _read(self):
        try:
            while data := await self.reader.read(65536):
                self.received += data.decode(errors="replace")
                self._pulse()
                if self.stream_error or "</stream:stream>" in self.received[-4096:]:
                    self.writer.close()
        except (ConnectionError, ssl.SSLError, OSError, asyncio.IncompleteReadError):
            pass
        self.ended.set()
        self._pulse()

    def _pulse(self):
        more, self._more = self._more, asyncio.Event()
        more.set()

    async def run(self):
        """The whole dialogue; a server that is bound answers what it is asked."""
        self._reading = asyncio.create_task(self._read())
        try:
            if self.is_proxied:
                await self.wait_for("\r\n\r\n")
                await self._step("proxy", "HTTP/1.1 200 OK\r\n\r\n")
            if not self.is_secure:
                await self._secure()
            await self._sign_in()
            self.is_bound.set()
            answering = asyncio.create_task(self._answer())
            await self.ended.wait()
            answering.cancel()
        except (Gone, asyncio.TimeoutError, ssl.SSLError, ConnectionError):
            # It may still say why, and be heard to.
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.ended.wait(), PATIENCE_S)
        finally:
            self._reading.cancel()
            self.ended.set()
            self._pulse()
            self.writer.close()

    async def _step(self, point, honest):
        await self.say(self.script.get(point, honest))

    async def _secure(self):
        await self.wait_for("<stream:stream[^>]*>")
        await self._step("header", header())
        await self._step("features", features(f"<starttls xmlns='{TLS}'><required/></starttls>"))
        await self.wait_for("<starttls[^>]*/>")
        # The transport must not be read by two.
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        # What it says next is for TLS.
        self.writer.transport.pause_reading()
        await self._step("proceed", f"<proceed xmlns='{TLS}'/>")
        if str(self.script.get("proceed", "<proceed")).startswith("<proceed"):
            await self.writer.start_tls(self.server.context())
            self.is_secure = True
        else:
            self.writer.transport.resume_reading()
        self._reading = asyncio.create_task(self._read())

    async def _sign_in(self):
        await self.wait_for("<stream:stream[^>]*>")
        await self._step("header-tls", header())
        await self._step("features-tls", features(mechanisms(MECHANISM, "PLAIN")))
        auth = await self.wait_for("<auth [^>]*mechanism='([^']*)'[^>]*>([^<]*)</auth>|<iq (?=[^>]*type='get')[^>]*>.*?</iq>")
        if not auth[1]:
            await self._sign_up(auth[0])
        await self._authenticate(auth[1], auth[2])
        await self.wait_for("<stream:stream[^>]*>")
        await self._step("header-auth", header())
        await self._step("features-auth", features(f"<bind xmlns='{BIND}'/>"))
        bind = await self.wait_for("<iq [^>]*id='([^']*)'[^>]*><bind.*?</iq>")
        jids = self.script.get("bind-jid", f"<jid>{ACCOUNT}/wire</jid>")
        await self._step("bind", f"<iq type='result' id='{bind[1]}'><bind xmlns='{BIND}'>{jids}</bind></iq>")
        self.answered = self.mark

    async def _sign_up(self, iq):
        """Somebody asks for an account; `asked` is the id of what is asked just now, and it goes on until they leave."""
        while True:
            self.asked = re.search("id='([^']*)'", iq)[1]
            if "urn:xmpp:bob" in iq:
                await self._step("medium", f"<iq type='error' id='{self.asked}'><error type='cancel'><item-not-found xmlns='{STANZAS}'/></error></iq>")
            elif "type='get'" in iq:
                await self._step("question", lambda line: line.question(PLAIN_QUESTION))
            else:
                await self._step("answer", f"<iq type='result' id='{self.asked}'/>")
            iq = (await self.wait_for("<iq [^>]*(?:/>|>.*?</iq>)"))[0]

    def question(self, inside):
        """The result of the request under way, with this in its <query/>."""
        return f"<iq type='result' from='{DOMAIN}' id='{self.asked}'><query xmlns='{REGISTER}'>{inside}</query></iq>"

    async def _authenticate(self, mechanism, initial):
        if mechanism != MECHANISM:
            await self._step("success", f"<success xmlns='{SASL}'/>")
            return
        self.scram = Scram(initial)
        await self._step("challenge", lambda _: self.challenge(self.scram.first()))
        response = await self.wait_for("<response[^>]*>([^<]*)</response>")
        good = self.scram.check(response[1])
        honest = f"<success xmlns='{SASL}'>{b64(self.scram.final)}</success>"
        await self._step("success", honest if good else f"<failure xmlns='{SASL}'><not-authorized/></failure>")

    @staticmethod
    def challenge(text):
        return f"<challenge xmlns='{SASL}'>{b64(text)}</challenge>"

    async def _answer(self):
        """Requests are answered as an honest server does that knows of a roster with one contact, and no more."""
        pattern = re.compile("<iq ([^>]*?)(?:/>|>(.*?)</iq>)", re.S)
        while not self.ended.is_set():
            more = self._more
            while self.answers_requests and (match := pattern.search(self.received, self.answered)):
                self.answered = match.end()
                fields = dict(re.findall("([a-z]+)='([^']*)'", match[1]))
                if fields.get("type") in ("get", "set"):
                    with contextlib.suppress(Gone):
                        await self.say(self._make_answer(fields, match[2] or ""))
            await more.wait()

    @staticmethod
    def _make_answer(fields, inside):
        sender = f" from='{fields['to']}'" if "to" in fields else ""
        if ROSTER in inside and fields["type"] == "get":
            return f"<iq type='result' id='{fields['id']}'><query xmlns='{ROSTER}' ver='1'>{FRIEND}</query></iq>{PRESENT}"
        if fields["type"] == "set" or "urn:xmpp:ping" in inside:
            return f"<iq type='result' id='{fields['id']}'{sender}/>"
        return (f"<iq type='error' id='{fields['id']}'{sender}><error type='cancel'>"
                f"<service-unavailable xmlns='{STANZAS}'/></error></iq>")

    def find_answers(self, stanza_id):
        """The client's answers to the request of that id: result and error."""
        return [match[0] for match in re.finditer("<iq [^>]*>", self.received) if f"id='{stanza_id}'" in match[0]]

    @property
    def stream_error(self):
        """The condition of the stream error that the client sent."""
        match = re.search(r"<(?:stream:)?error[^>]*>\s*<([a-z-]+)[^>]*urn:ietf:params:xml:ns:xmpp-streams", self.received)
        return match[1] if match else None

    @property
    def credentials(self):
        """Everything of a sign-in that the client said."""
        return " ".join(re.findall("<auth .*?</auth>|<response.*?</response>", self.received, re.S))


class Server:
    """In a thread of its own; `script` is what the next connections are told, by point; `certificate` a kind."""

    def __init__(self, certificates):
        self.certificates = certificates
        self.script, self.certificate, self.tls = {}, "good", {}
        self.lines = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="server", daemon=True)
        self._thread.start()
        self.port, self.tls_port, self.proxy_port = self.call(self._start())

    async def _start(self):
        async def accept(reader, writer):
            await self._accept(reader, writer, False)

        async def accept_tls(reader, writer):
            await self._accept(reader, writer, True)

        async def accept_proxied(reader, writer):
            await self._accept(reader, writer, False, True)
        self._direct_context = self.context(direct=True)
        listeners = [await asyncio.start_server(accept, "127.0.0.1", 0),
                     await asyncio.start_server(accept_tls, "127.0.0.1", 0, ssl=self._direct_context),
                     await asyncio.start_server(accept_proxied, "127.0.0.1", 0)]
        return [listener.sockets[0].getsockname()[1] for listener in listeners]

    def context(self, direct=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificates.get(self.certificate))
        # No session is resumed: each shows its certificate.
        context.num_tickets = 0
        context.options |= ssl.OP_NO_TICKET
        if direct:
            context.set_alpn_protocols(["xmpp-client"])
        else:
            self._weaken(context, **self.tls)
        return context

    @staticmethod
    def _weaken(context, ciphers=None, newest=None):
        """What no server of today does by itself: other ciphers, as OpenSSL calls them, or no newer version than that."""
        if newest is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        if ciphers is not None:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers(ciphers)

    async def _accept(self, reader, writer, is_secure, is_proxied=False):
        line = Line(self, reader, writer, is_secure, is_proxied)
        self.lines.append(line)
        await line.run()

    def tell(self, script=None, certificate="good", tls=None):
        """What the next connections are told, and in what TLS; forgets the ones before."""
        self.script, self.certificate, self.tls = script or {}, certificate, tls or {}
        self._direct_context.load_cert_chain(*self.certificates.get(certificate))
        self.lines = []

    @property
    def line(self):
        """The connection that is signed in, else the newest: what an abandoned attempt opens late hides nothing."""
        signed_in = [line for line in self.lines if line.is_bound.is_set() and not line.ended.is_set()]
        return (signed_in or self.lines)[-1]

    def begin(self, coroutine):
        """Runs it in the server's thread; gives a concurrent.futures.Future."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, coroutine, timeout=PATIENCE_S):
        return self.begin(coroutine).result(timeout)

    def kill(self):
        """The end of it, as the world asks of a server."""
        async def end():
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.call(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def fifo(folder, name):
    """A named pipe that nobody should open; see is_read ()."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        os.mkfifo(path)
    return path


def is_read(path):
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True
