#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_passwordless.py: signing in by a certificate of one's own (EXTERNAL), and without any account (ANONYMOUS)."""

import re
import unittest

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from harness import main
from telepathy import CONNECTION, CONTACTS, ERROR, MANAGER, MANAGER_PATH, TP, TYPES, Connection, Program, variants
from world import World
from world.ejabberd import Ejabberd

XMPP_ADDR = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.5")


def xmpp_addr(jid):
    """The name that a certificate has for an address. RFC 6120 13.7.1.4"""
    text = jid.encode()
    return x509.OtherName(XMPP_ADDR, b"\x0c" + bytes([len(text)]) + text)


class ByCertificate(unittest.TestCase):

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log",
                               {"alice@a.test": "pw-alice"}, asks_certificate=world.ca)
        self.server.start(world.env)
        self.addCleanup(self.server.stop)
        self.service = world.start_service()
        self.program = Program(world)
        self.addCleanup(self.program.close)

    def certificate(self, *jids):
        """The paths of a certificate for these addresses, and of its key."""
        key, chain = self.world.folder / "mine.key", self.world.folder / "mine.pem"
        self.world.authority.issue(key, chain, [xmpp_addr(jid) for jid in jids], common_name=jids[0],
                                   usage=ExtendedKeyUsageOID.CLIENT_AUTH)
        return key, chain

    def request(self, **more):
        parameters = {"account": "alice@a.test", "server": "127.0.0.1", "port": self.server.port, **more}
        types = {**TYPES, "client-certificate": "s", "client-certificate-key": "s"}
        _, path = self.program.call(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "RequestConnection", "sa{sv}", "jabber",
                                    variants(parameters, types))
        return Connection(self.program, path)

    def mechanisms(self, ends):
        """Those that were tried, once so many connections, or attempts, have ended."""
        place = 0
        for _ in range(ends):
            self.service.wait_for_line("offline, was", since=place)
            place = next(number for number in range(place, len(self.service.lines)) if "offline, was" in self.service.lines[number]) + 1
        found = [re.search(r"signing in by (\S+),", line) for line in self.service.lines]
        return [match[1] for match in found if match]

    def test_the_certificate_is_enough_by_starttls_and_directly(self):
        key, chain = self.certificate("alice@a.test")
        both = self.world.folder / "both.pem"
        both.write_bytes(chain.read_bytes() + key.read_bytes())
        for more in ({"client-certificate": str(chain), "client-certificate-key": str(key)},
                     {"client-certificate": str(both), "port": self.server.tls_port, "old-ssl": True}):
            self.request(**more).connect().disconnect()
        self.assertEqual(self.mechanisms(ends=2), ["EXTERNAL", "EXTERNAL"])

    def test_one_of_several_addresses_is_chosen(self):
        key, chain = self.certificate("mallory@a.test", "alice@a.test")
        self.request(**{"client-certificate": str(chain), "client-certificate-key": str(key)}).connect().disconnect()

    def test_somebody_elses_certificate_fails_in_words_and_asks_for_no_password(self):
        key, chain = self.certificate("mallory@a.test")
        end = self.request(**{"client-certificate": str(chain), "client-certificate-key": str(key)}).connect_and_fail()
        self.assertEqual(end[:2], (3, f"{ERROR}.AuthenticationFailed"))

    def test_a_certificate_that_cannot_be_read_fails_in_words(self):
        end = self.request(**{"client-certificate": "/nowhere/at/all.pem"}).connect_and_fail()
        self.assertEqual(end[:2], (3, f"{ERROR}.AuthenticationFailed"))
        self.service.wait_for_line("cannot be read from /nowhere/at/all.pem")

    def test_without_one_the_password_is_as_good_as_ever(self):
        self.request(password="pw-alice").connect().disconnect()
        self.assertFalse({"EXTERNAL"} & set(self.mechanisms(ends=1)))


class Anonymous(unittest.TestCase):

    def request(self, program, **more):
        world = program.world
        parameters = {"server": "127.0.0.1", "port": world.port, "extra-certificate-identities": ["a.test"], **more}
        types = {**TYPES, "anonymous": "b", "extra-certificate-identities": "as"}
        return program.call(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "RequestConnection", "sa{sv}", "jabber",
                            variants(parameters, types))[1]

    def test_a_server_lends_an_address(self):
        with World(extra='VirtualHost "guest.test"\n  authentication = "anonymous"\n') as world, Program(world) as program:
            connection = Connection(program, self.request(program, account="guest.test", anonymous=True)).connect()
            lent = world.server.wait_for("^WORLD in ([^@]+@guest.test)/")[1]
            self.assertEqual((connection.get(CONNECTION, "SelfHandle"), connection.get(CONNECTION, "SelfID")), (1, lent))
            self.assertEqual(connection.handle(lent), 1)
            self.assertEqual(connection.call(CONTACTS, "GetContactAttributes", "auasb", [1], [], False)[1][f"{CONNECTION}/contact-id"], lent)
            connection.disconnect()

    def test_a_server_that_wants_accounts_says_so(self):
        with World() as world, Program(world) as program:
            connection = Connection(program, self.request(program, account="a.test", anonymous=True))
            self.assertEqual(connection.connect_and_fail()[:2], (3, f"{ERROR}.AuthenticationFailed"))

    def test_nobody_is_anonymous_by_mistake(self):
        with World() as world, Program(world) as program:
            for parameters in ({"account": "a.test"}, {"account": "alice@a.test", "anonymous": True}):
                with self.assertRaisesRegex(Exception, "InvalidArgument"):
                    self.request(program, **parameters)


if __name__ == "__main__":
    main()
