#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_sign_in.py: signing in to real servers, by each mechanism and each version of TLS, on every way that leads there."""

import re
import socket
import unittest

from harness import main
from telepathy import ERROR, Connection, Program
from world import World
from world.ejabberd import Ejabberd
from world.proxy import Proxy

SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512")


class SigningIn(unittest.TestCase):

    def enter(self, world):
        self.addCleanup(world.__exit__, None, None, None)
        world.__enter__()
        self.service = world.start_service()
        self.program = Program(world)
        self.addCleanup(self.program.close)
        return world

    def sign_in(self, **parameters):
        """Signs in and out; gives the mechanisms that were tried, with their bindings, and the TLS version."""
        since = self.service.mark()
        connection = Connection.request(self.program, "alice", **parameters).connect()
        connection.disconnect()
        self.service.wait_for_line("offline, was online", since=since)
        found = [re.search(r"signing in by (\S+), bound by (\S+)", line) for line in self.service.lines[since:]]
        return [match.groups() for match in found if match]


class Prosody(SigningIn):

    def world(self, version, disabled=()):
        names = " ".join(f'"{name}";' for name in disabled)
        return self.enter(World(extra=f'c2s_ssl = {{ protocol = "{version}" }}; c2s_direct_tls_ssl = {{ protocol = "{version}" }}\n'
                                      f'disable_sasl_mechanisms = {{ {names} }}'))

    def test_tls_1_3_by_starttls_and_directly(self):
        world = self.world("tlsv1_3")
        for more in ({}, {"port": world.tls_port, "old-ssl": True}):
            self.assertEqual(self.sign_in(**more), [("SCRAM-SHA-256", "nothing")])

    def test_tls_1_2_is_bound_to_the_connection(self):
        world = self.world("tlsv1_2")
        for more in ({}, {"port": world.tls_port, "old-ssl": True}):
            self.assertEqual(self.sign_in(**more), [("SCRAM-SHA-256-PLUS", "tls-unique")])

    def test_sha_1_alone(self):
        self.world("tlsv1_2", ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"])
        self.assertEqual(self.sign_in(), [("SCRAM-SHA-1-PLUS", "tls-unique")])

    def test_plain_alone(self):
        self.world("tlsv1_3", [f"{name}{plus}" for name in SCRAM for plus in ("", "-PLUS")])
        self.assertEqual(self.sign_in(), [("PLAIN", "nothing")])

    def test_an_http_proxy_of_the_account(self):
        world = self.world("tlsv1_3")
        proxy = Proxy(world.port)
        self.addCleanup(proxy.close)
        self.sign_in(**{"server": "chat.invalid", "port": 5222, "https-proxy-server": "127.0.0.1", "https-proxy-port": proxy.port})
        self.assertEqual(proxy.asked, ["http chat.invalid:5222"])


class EjabberdSigningIn(SigningIn):

    def server(self, **options):
        world = self.enter(World(server=False))
        server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", {"alice@a.test": "pw-alice"},
                          **options)
        server.start(world.env)
        self.addCleanup(server.stop)
        self.to = {"server": options.get("address", "127.0.0.1"), "port": server.port, "password": "pw-alice"}
        self.directly = {**self.to, "port": server.tls_port, "old-ssl": True}
        return server

    def test_each_mechanism_bound_on_tls_1_2(self):
        for name in reversed(SCRAM):
            stronger = SCRAM[SCRAM.index(name) + 1:]
            self.server(options=["no_tlsv1_3"], disabled=[f"{other}{plus}" for other in stronger for plus in ("", "-PLUS")])
            for way in (self.to, self.directly):
                self.assertEqual(self.sign_in(**way), [(f"{name}-PLUS", "tls-unique")])
            self.doCleanups()

    def test_a_binding_that_is_offered_and_refused_is_tried_once(self):
        self.server()
        for way in (self.to, self.directly):
            self.assertEqual(self.sign_in(**way), [("SCRAM-SHA-512-PLUS", "tls-exporter"), ("SCRAM-SHA-512", "nothing")])

    def test_a_wrong_password_is_one_here_too(self):
        self.server()
        connection = Connection.request(self.program, "alice", **{**self.to, "password": "not-it"})
        self.assertEqual(connection.connect_and_fail()[:2], (3, f"{ERROR}.AuthenticationFailed"))

    def test_plain_and_ipv6(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")
        self.server(address="::1", disabled=[f"{name}{plus}" for name in SCRAM for plus in ("", "-PLUS")])
        for way in (self.to, self.directly):
            self.assertEqual(self.sign_in(**way), [("PLAIN", "nothing")])


if __name__ == "__main__":
    main()
