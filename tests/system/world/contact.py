# SPDX-License-Identifier: GPL-3.0-or-later
"""contact.py: a contact that talks. A slixmpp client on a thread of its own, driven from the test.

What arrives is kept until someone asks for it: each wait_for… gives the oldest stanza that fits and
was not given before, so a test never loses one to the order of things.
"""

import asyncio
import collections
import contextlib
import itertools
import logging
import threading
import time

from .errors import Missing, TimedOut, WorldError, patient

logging.getLogger("slixmpp").setLevel(logging.CRITICAL)
try:
    import slixmpp
except ImportError:
    slixmpp = None

Message = collections.namedtuple("Message", "sender to type id body xml")
Presence = collections.namedtuple("Presence", "sender to type show status xml")
CLIENT = "{jabber:client}"


async def _no_look_up(_domain):
    """The address is given: slixmpp is not to ask the network for it."""


class Contact:
    """One signed-in program of one person. The certificate is checked as everyone's is."""

    _numbers = itertools.count(1)

    def __init__(self, jid, password, port, ca, *, host="127.0.0.1", direct_tls=False, plugins=(), echo=False):
        if slixmpp is None:
            raise Missing("python3-slixmpp is not installed")
        self.jid, self.password = jid, password
        self.address = (host, port)
        self.ca, self.direct_tls, self.plugins = ca, direct_tls, plugins
        self.echo = echo
        self.name = f"{jid}#{next(self._numbers)}"
        self._stanzas = []
        self._state = "new"
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._main, name=self.name, daemon=True)
        self.client = None

    # The thread

    def _main(self):
        asyncio.set_event_loop(self._loop)
        client = slixmpp.ClientXMPP(self.jid, self.password)
        client.loop = self._loop
        client.ca_certs = str(self.ca)
        client.default_domain = client.boundjid.host  # the name that the certificate must have
        client._pick_dns_answer = _no_look_up  # pylint: disable=protected-access
        client.roster.auto_authorize = None
        client.roster.auto_subscribe = False
        client.whitespace_keepalive = False
        for plugin in ("xep_0030", "xep_0085", "xep_0115", "xep_0199", *self.plugins):
            client.register_plugin(plugin)
        client.add_filter("in", self._arrived)
        client.add_event_handler("session_start", self._started)
        client.add_event_handler("failed_auth", lambda _: self._set_state("refused"))
        client.add_event_handler("ssl_invalid_chain", lambda _: self._set_state("untrusted"))
        client.add_event_handler("connection_failed", lambda _: self._set_state("no connection"))
        client.add_event_handler("disconnected", lambda _: self._set_state("disconnected"))
        self.client = client
        client.connect(self.address, use_ssl=self.direct_tls, force_starttls=not self.direct_tls)
        try:
            self._loop.run_forever()
        finally:
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.close()

    async def _started(self, _event):
        await self.client.get_roster()
        self.client.send_presence()
        self._set_state("online")

    def _set_state(self, state):
        with self._changed:
            if self._state not in ("refused", "untrusted", "closed"):
                self._state = state
            self._changed.notify_all()
        if state in ("refused", "untrusted", "no connection", "disconnected"):
            self.client.abort()

    def _arrived(self, stanza):
        with self._changed:
            self._stanzas.append(stanza)
            self._changed.notify_all()
        if self.echo and stanza.name == "message" and stanza["type"] in ("chat", "normal") and stanza["body"]:
            self.client.send_message(mto=stanza["from"], mbody=f"You said: {stanza['body']}", mtype="chat")
        return stanza

    def call(self, function, *args, timeout=10, **named):
        """Runs a function (or awaits a coroutine function) on the contact's thread; gives its result."""
        async def run():
            result = function(*args, **named)
            return await result if asyncio.iscoroutine(result) or asyncio.isfuture(result) else result
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(patient(timeout))

    # Coming and going

    def connect(self, timeout=15):
        """Signs in and waits until online; raises WorldError when it is refused."""
        self._thread.start()
        timeout = patient(timeout)
        deadline = time.monotonic() + timeout
        with self._changed:
            while self._state == "new":
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimedOut(f"{self.name} did not sign in within {timeout} s")
            if self._state != "online":
                raise WorldError(f"{self.name}: {self._state}")
        return self

    @property
    def online(self):
        return self._state == "online"

    @property
    def full_jid(self):
        return self.client.boundjid.full

    def wait_until_offline(self, timeout=10):
        timeout = patient(timeout)
        deadline = time.monotonic() + timeout
        with self._changed:
            while self._state == "online":
                if not self._changed.wait(max(0, deadline - time.monotonic())):
                    raise TimedOut(f"{self.name} is still online after {timeout} s")

    def close(self):
        """Signs out, if still in, and ends the thread."""
        if not self._thread.is_alive():
            return
        if self.online:
            try:
                self.call(self._sign_out, timeout=5)
            except Exception:  # pylint: disable=broad-except
                pass
        with self._changed:
            self._state = "closed"
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _sign_out(self):
        done = self.client.disconnect(wait=1.0)
        if done is not None:
            await asyncio.wait_for(asyncio.shield(done), 3)

    # Talking

    def send(self, to, body, kind="chat", **extra):
        """Sends a message; gives its id."""
        def work():
            message = self.client.make_message(mto=to, mbody=body, mtype=kind)
            message["id"] = extra.get("id") or self.client.new_id()
            if "chat_state" in extra:
                message["chat_state"] = extra["chat_state"]
            message.send()
            return message["id"]
        return self.call(work)

    def send_chat_state(self, to, state):
        """Typing notice: active, composing, paused, inactive, gone."""
        def work():
            message = self.client.make_message(mto=to, mtype="chat")
            message["chat_state"] = state
            message.send()
        self.call(work)

    def send_presence(self, to=None, show=None, status=None, kind=None):
        self.call(self.client.send_presence, pto=to, pshow=show, pstatus=status, ptype=kind)

    def subscribe(self, jid):
        self.send_presence(to=jid, kind="subscribe")

    def authorize(self, jid):
        self.send_presence(to=jid, kind="subscribed")

    def send_raw(self, xml):
        self.call(self.client.send_raw, xml)

    def roster(self):
        """address → subscription, as the server tells it now."""
        async def work():
            answer = await self.client.make_iq_get(queryxmlns="jabber:iq:roster").send()
            return {item.get("jid"): item.get("subscription") for item in answer.xml.iter("{jabber:iq:roster}item")}
        return self.call(work)

    def roster_items(self):
        """address → (name, the set of its groups), as the server tells it now."""
        ns = "{jabber:iq:roster}"

        async def work():
            answer = await self.client.make_iq_get(queryxmlns="jabber:iq:roster").send()
            return {item.get("jid"): (item.get("name", ""), {group.text for group in item.iter(f"{ns}group")})
                    for item in answer.xml.iter(f"{ns}item")}
        return self.call(work)

    def sync(self):
        """Returns when the server has handled all that was sent before."""
        async def work():
            # An error is an answer, too.
            with contextlib.suppress(slixmpp.exceptions.IqError):
                await self.client.make_iq_get(queryxmlns="jabber:iq:version", ito=self.client.boundjid.host).send()
        self.call(work)

    # Listening

    def wait_for(self, fits, what="stanza", timeout=10, forget=False):
        """Waits for the oldest stanza, not given out before, for which fits (stanza) is true; forget: what came before it is over."""
        timeout = patient(timeout)
        deadline = time.monotonic() + timeout
        place = 0
        with self._changed:
            while True:
                while place < len(self._stanzas):
                    stanza = self._stanzas[place]
                    if fits(stanza):
                        del self._stanzas[0 if forget else place:place + 1]
                        return stanza
                    place += 1
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise TimedOut(f"{self.name}: no {what} in {timeout} s; state {self._state}; unread: "
                                   + ", ".join(str(stanza) for stanza in self._stanzas[-8:]))

    def seen(self, sender, kind="available"):
        """Presences of a kind from a bare address that have come and were not given out."""
        with self._changed:
            return [stanza for stanza in self._stanzas if stanza.name == "presence" and stanza["from"].bare == sender
                    and stanza.xml.get("type", "available") == kind]

    def wait_for_message(self, body=None, sender=None, timeout=10):
        """Waits for a message with a body: this body, from this bare address, if given."""
        stanza = self.wait_for(
            lambda s: s.name == "message" and s["type"] != "error" and s["body"]
            and (body is None or s["body"] == body) and (sender is None or s["from"].bare == sender),
            f"message {body!r}", timeout)
        return Message(str(stanza["from"]), str(stanza["to"]), stanza["type"], stanza["id"], stanza["body"], stanza.xml)

    def wait_for_chat_state(self, state, timeout=10):
        self.wait_for(lambda s: s.name == "message"
                      and s.xml.find(f"{{http://jabber.org/protocol/chatstates}}{state}") is not None, f"chat state {state}", timeout)

    def wait_for_presence(self, sender=None, kind=None, show=None, status=None, timeout=10, forget=False):
        """Waits for presence of a kind (“available”, “unavailable”, “subscribe”…) from a bare address; forget: what came before it is over."""
        def fits(stanza):
            if stanza.name != "presence":
                return False
            xml = stanza.xml
            return ((sender is None or stanza["from"].bare == sender)
                    and (kind is None or xml.get("type", "available") == kind)
                    and (show is None or (xml.findtext(CLIENT + "show") or "") == show)
                    and (status is None or (xml.findtext(CLIENT + "status") or "") == status))
        stanza = self.wait_for(fits, f"presence {kind or ''} {show or ''} from {sender}", timeout, forget)
        xml = stanza.xml
        return Presence(str(stanza["from"]), str(stanza["to"]), xml.get("type", "available"),
                        xml.findtext(CLIENT + "show") or "", xml.findtext(CLIENT + "status") or "", xml)
