#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""replay.py: an XMPP server of prebuilt bytes on a loopback port, so that what a client costs can be measured alone.

One account, bench@example.org; no TLS. A contact list of any length, some of the contacts online with capabilities
(XEP-0115, hashes that hold); answers to what clients ask while they sign in; messages when its control socket says so.
Everything large is one write of bytes that were there before.

    replay.py --contacts N --online N --kinds N [--dressed] --control PATH    prints its port

KINDS is how many clients there are among those who are online, each with capabilities of its own. Dressed, contacts are in three groups
each, of every subscription, some blocked, all who are seen are online, and have a vCard.
Control, a line each: `messages N` sends that many, from the first contacts in turn; `heard` is answered with how many came, `queries`
with how often capabilities were asked for, `sent` with how many bytes the contact list and the presences were; `avatars N` tells
another picture for each of the first N contacts, and `pictures` is answered with how many were asked for. `dress` tells the picture and the
place of all who are seen; `painter N` tells as many pictures of the first of them, one after the other.
"""

import argparse
import base64
import hashlib
import hmac
import os
import socket
import threading
import xml.parsers.expat
from xml.sax.saxutils import quoteattr

DOMAIN, PASSWORD = "example.org", "pw-bench"
ACCOUNT = f"bench@{DOMAIN}"
SALT, ROUNDS = b"a constant salt.", 4096
TALKERS = 100
STREAM, SASL, BIND = "http://etherx.jabber.org/streams", "urn:ietf:params:xml:ns:xmpp-sasl", "urn:ietf:params:xml:ns:xmpp-bind"
ROSTER, INFO, ITEMS = "jabber:iq:roster", "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items"
PUBSUB, BLOCKING, VCARD = "http://jabber.org/protocol/pubsub", "urn:xmpp:blocking", "vcard-temp"
GEOLOC = "http://jabber.org/protocol/geoloc"
KNOWN = (INFO, "http://jabber.org/protocol/caps", "http://jabber.org/protocol/chatstates", "jabber:iq:version", "urn:xmpp:ping",
         "urn:xmpp:receipts", "urn:xmpp:time", "urn:xmpp:message-correct:0", "urn:xmpp:jingle:1", "vcard-temp:x:update")
SHOWS = ("", "", "", "<show>away</show><status>Out for lunch, back at two</status>", "<show>dnd</show><status>Writing</status>")
BODY = "But soft, what light through yonder window breaks? It is the east."


def make_caps(count):
    """(ver, the query that the hash is of) of some clients that differ."""
    kinds = []
    for number in range(count):
        features = sorted([*KNOWN, f"urn:example:feature:{number}"])
        name = f"Client {number}"
        text = f"client/pc//{name}<" + "".join(f"{feature}<" for feature in features)
        ver = base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()
        query = f"<identity category='client' type='pc' name='{name}'/>" + "".join(f"<feature var='{feature}'/>" for feature in features)
        kinds.append((ver, query))
    return kinds


def contact(number):
    return f"contact{number:05}@{DOMAIN}"


class Replay:
    """The bytes, and the one client that gets them."""

    def __init__(self, contacts, online, kinds, is_dressed=False):
        self.caps = make_caps(kinds)
        self.by_node = {f"https://example.org/client#{ver}": query for ver, query in self.caps}
        self.is_dressed = is_dressed
        self.items = "".join(self._item(n) for n in range(contacts))
        self.blocked = [n for n in range(contacts) if is_dressed and n % 50 == 0]
        # Of the others, those whose presence we have.
        self.seen = [n for n in range(contacts) if n % 10 != 9 and n % 50] if is_dressed else range(online)
        self.presences = "".join(self._presence(n) for n in self.seen).encode()
        self.out = None
        self.dressed_bytes = 0
        self.heard = 0
        self.queries = 0
        self.pictures = 0
        self.said = 0

    def _item(self, number):
        if not self.is_dressed:
            return f"<item jid='{contact(number)}' name='Contact {number}' subscription='both'><group>Group {number % 20}</group></item>"
        groups = "".join(f"<group>Group {(number * step) % 20}</group>" for step in (1, 3, 7))
        subscription = {8: "to", 9: "from"}.get(number % 10, "both")
        return f"<item jid='{contact(number)}' name='Contact {number}' subscription='{subscription}'>{groups}</item>"

    def _presence(self, number):
        ver = self.caps[number % len(self.caps)][0]
        return (f"<presence from='{contact(number)}/desk' to='{ACCOUNT}/bench'>{SHOWS[number % len(SHOWS)]}<priority>5</priority>"
                f"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://example.org/client' ver='{ver}'/></presence>")

    def messages(self, count):
        """Messages from the first contacts, each in turn, no two with one id."""
        first, self.said = self.said, self.said + count
        return "".join(f"<message from='{contact(n % TALKERS)}/desk' to='{ACCOUNT}/bench' type='chat' id='{n:08x}-4b1d-bench-{n * 7919:08x}'>"
                       f"<body>{BODY} {n}</body></message>" for n in range(first, first + count)).encode()

    @staticmethod
    def _event(number, node, item, inside):
        return (f"<message from='{contact(number)}' to='{ACCOUNT}/bench' type='headline'><event xmlns='{PUBSUB}#event'>"
                f"<items node='{node}'><item id='{item}'>{inside}</item></items></event></message>")

    def _avatar(self, number, picture):
        return self._event(number, "urn:xmpp:avatar:metadata", f"{picture:040x}", "<metadata xmlns='urn:xmpp:avatar:metadata'>"
                           f"<info id='{picture:040x}' bytes='4096' type='image/png' width='64' height='64'/></metadata>")

    def avatars(self, count):
        """Each of the first contacts has a picture that nobody saw before."""
        return "".join(self._avatar(n, n) for n in range(count)).encode()

    def dress(self):
        return "".join(self._avatar(n, n + 1) + self._event(
            n, GEOLOC, "current", f"<geoloc xmlns='{GEOLOC}'><lat>{n % 90}.25</lat><lon>{n % 180}.5</lon><accuracy>20</accuracy>"
            f"<country>Italy</country><locality>Verona</locality><street>Via Cappello {n}</street></geoloc>") for n in self.seen).encode()

    def paint(self, count):
        """One contact has one picture after the other."""
        return "".join(self._avatar(self.seen[0], (1 << 100) + n) for n in range(count)).encode()

    @staticmethod
    def _make_card(address):
        name = address.partition("@")[0]
        return (f"<vCard xmlns='{VCARD}'><FN>The Contact {name}</FN><N><FAMILY>{name}</FAMILY><GIVEN>The</GIVEN></N><NICKNAME>{name}</NICKNAME>"
                f"<EMAIL><INTERNET/><USERID>{address}</USERID></EMAIL><TEL><HOME/><NUMBER>+39 045 8000000</NUMBER></TEL><BDAY>1597-01-01</BDAY>"
                f"<URL>https://example.org/{name}</URL><ORG><ORGNAME>The Globe</ORGNAME></ORG></vCard>")

    def say(self, data):
        self.out.sendall(data if isinstance(data, bytes) else data.encode())

    # One line

    def serve(self, line):
        self.out = line
        self.is_signed_in = False
        self.parser = None
        while data := line.recv(1 << 16):
            if self.parser is None:
                self._begin()
                data = data.lstrip()
            self.parser.Parse(data, False)

    def _begin(self):
        """A stream begins anew: so does its parser."""
        self.depth, self.stack = 0, []
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.CharacterDataHandler = self._text

    def _open(self, name, attributes):
        self.depth += 1
        if self.depth == 1:
            offer = (f"<bind xmlns='{BIND}'/>" if self.is_signed_in
                     else f"<mechanisms xmlns='{SASL}'><mechanism>SCRAM-SHA-1</mechanism></mechanisms>")
            self.say(f"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='{STREAM}' from='{DOMAIN}' id='bench' "
                     f"version='1.0'><stream:features>{offer}</stream:features>")
        elif self.depth == 2:
            self.stack = [(name, attributes, [])]
        elif self.depth == 3:
            self.stack.append((name, attributes, []))

    def _text(self, text):
        if self.stack and self.depth <= 3:
            self.stack[-1 if self.depth == 3 else 0][2].append(text)

    def _close(self, _name):
        self.depth -= 1
        if self.depth == 0:
            self.say("</stream:stream>")
        elif self.depth == 1:
            (name, attributes, text), children = self.stack[0], self.stack[1:]
            kind = name.split(" ")[-1]
            handler = getattr(self, f"_take_{kind}", None)
            if handler:
                handler(attributes, "".join(text), children)

    # What it says

    def _take_auth(self, _attributes, text, _children):
        self.first = base64.b64decode(text).decode().split(",", 2)[2]
        nonce = self.first.split("r=", 1)[1]
        self.challenge = f"r={nonce}replay,s={base64.b64encode(SALT).decode()},i={ROUNDS}"
        self.say(f"<challenge xmlns='{SASL}'>{base64.b64encode(self.challenge.encode()).decode()}</challenge>")

    def _take_response(self, _attributes, text, _children):
        salted = hashlib.pbkdf2_hmac("sha1", PASSWORD.encode(), SALT, ROUNDS)
        final = base64.b64decode(text).decode().rsplit(",p=", 1)[0]
        key = hmac.digest(salted, b"Server Key", "sha1")
        signature = hmac.digest(key, f"{self.first},{self.challenge},{final}".encode(), "sha1")
        proof = base64.b64encode(b"v=" + base64.b64encode(signature)).decode()
        self.say(f"<success xmlns='{SASL}'>{proof}</success>")
        self.is_signed_in = True
        self.parser = None

    def _take_presence(self, attributes, _text, _children):
        if "type" not in attributes and "to" not in attributes and self.presences:
            self.say(self.presences)

    def _take_message(self, _attributes, _text, children):
        self.heard += any(name.endswith(" body") for name, _, _ in children)

    def _take_iq(self, attributes, _text, children):
        if attributes.get("type") not in ("get", "set") or not children:
            return
        space, _, element = children[0][0].rpartition(" ")
        begin = f"<iq id={quoteattr(attributes['id'])} to='{ACCOUNT}/bench'"
        if "to" in attributes:
            begin += f" from={quoteattr(attributes['to'])}"
        payload = self._answer(space, element, children[0][1], attributes.get("to", ""))
        if payload is None:
            self.say(f"{begin} type='error'><error type='cancel'>"
                     "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
        else:
            self.say(f"{begin} type='result'>{payload}</iq>")

    def _answer(self, space, element, attributes, address):
        if space == BIND:
            return f"<bind xmlns='{BIND}'><jid>{ACCOUNT}/bench</jid></bind>"
        if space == ROSTER:
            return f"<query xmlns='{ROSTER}'>{self.items}</query>"
        if space == INFO and "node" in attributes:
            self.queries += 1
            query = self.by_node.get(attributes["node"])
            return f"<query xmlns='{INFO}' node={quoteattr(attributes['node'])}>{query}</query>" if query else None
        if space == INFO:
            more = f"<feature var='{BLOCKING}'/>" if self.is_dressed else ""
            return f"<query xmlns='{INFO}'><identity category='server' type='im' name='Replay'/><feature var='{INFO}'/>{more}</query>"
        if space == BLOCKING and element == "blocklist":
            return f"<blocklist xmlns='{BLOCKING}'>" + "".join(f"<item jid='{contact(n)}'/>" for n in self.blocked) + "</blocklist>"
        if space == VCARD and self.is_dressed and address:
            card = self._make_card(address)
            self.dressed_bytes += len(card)
            return card
        if space == ITEMS:
            return f"<query xmlns='{ITEMS}'/>"
        if space == PUBSUB:
            self.pictures += 1
            return None
        return "" if element in ("ping", "session") else None


def obey(replay, listener):
    """The control socket, one who asks after the other."""
    while True:
        peer, _ = listener.accept()
        with peer, peer.makefile("r", encoding="ascii") as lines:
            for line in lines:
                words = line.split()
                if words[0] == "messages" and replay.out:
                    replay.say(replay.messages(int(words[1])))
                elif words[0] == "heard":
                    peer.sendall(f"{replay.heard}\n".encode())
                elif words[0] == "avatars" and replay.out:
                    replay.say(replay.avatars(int(words[1])))
                elif words[0] == "dress" and replay.out:
                    clothes = replay.dress()
                    replay.dressed_bytes = len(clothes)
                    replay.say(clothes)
                elif words[0] == "painter" and replay.out:
                    replay.say(replay.paint(int(words[1])))
                elif words[0] == "pictures":
                    peer.sendall(f"{replay.pictures}\n".encode())
                elif words[0] == "queries":
                    peer.sendall(f"{replay.queries}\n".encode())
                elif words[0] == "sent":
                    peer.sendall(f"{len(replay.items) + len(replay.presences) + replay.dressed_bytes}\n".encode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=100)
    parser.add_argument("--online", type=int, default=0)
    parser.add_argument("--kinds", type=int, default=20)
    parser.add_argument("--dressed", action="store_true")
    parser.add_argument("--control", required=True)
    given = parser.parse_args()
    replay = Replay(given.contacts, given.online, given.kinds, given.dressed)
    control = socket.socket(socket.AF_UNIX)
    control.bind(given.control)
    control.listen()
    threading.Thread(target=obey, args=(replay, control), daemon=True).start()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        line, _ = listener.accept()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with line:
            replay.serve(line)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, ConnectionError):
        os._exit(0)
