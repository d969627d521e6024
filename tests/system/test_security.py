#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_security.py: how safe a connection is, is told: on the account, under another account manager, by linnetctl."""

import ssl
import unittest

from harness import main
from linnetctl import add_account, ctl
from telepathy import Account, Connection, Program
from world import World
from world.ejabberd import Ejabberd

SECURITY = "im.linnet.Security1"


class Security(unittest.TestCase):

    def test_what_was_agreed_on_is_told_while_it_holds(self):
        with World(keyring=True, extra='c2s_ssl = { protocol = "tlsv1_2" }') as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            told = program.get_all("im.linnet.Service", account.path, SECURITY)
            self.assertEqual((told["Encrypted"], told["TLSVersion"], told["Mechanism"], told["ChannelBinding"]),
                             (True, "TLS 1.2", "SCRAM-SHA-256-PLUS", "tls-unique"))
            self.assertFalse(told["ChannelBindingRefused"] or told["Resumed"])
            self.assertIn("AES", told["Cipher"])
            certificate = (world.folder / "server/certs/certificate.pem").read_text(encoding="ascii")
            self.assertEqual(bytes(told["Certificate"]), ssl.PEM_cert_to_DER_cert(certificate[:certificate.index("-----END") + 26]))
            program.wait(lambda: "urn:xmpp:ping" in account.get("ServerFeatures", SECURITY), "features of the server")
            account.set("Enabled", "b", False)
            account.wait_until_offline()
            program.wait(lambda: not account.get("Encrypted", SECURITY), "end of it")
            self.assertEqual((account.get("Mechanism", SECURITY), account.get("ServerFeatures", SECURITY)), ("", []))

    def test_a_binding_that_was_refused_is_told(self):
        with World(server=False) as world, Program(world) as program:
            server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", {"alice@a.test": "pw-alice"})
            server.start(world.env)
            self.addCleanup(server.stop)
            connection = Connection.request(program, "alice", server="127.0.0.1", port=server.port, password="pw-alice").connect()
            self.assertIn(SECURITY, connection.get("org.freedesktop.Telepathy.Connection", "Interfaces"))
            self.assertEqual([connection.get(SECURITY, name) for name in ("Mechanism", "ChannelBinding", "ChannelBindingRefused")],
                             ["SCRAM-SHA-512", "", True])

    def test_linnetctl_prints_it(self):
        with World(keyring=True) as world:
            add_account(world, "alice")
            shown = ctl(world, "account", "show").out
            self.assertRegex(shown, "\nEncryption: TLS 1.3, ")
            self.assertRegex(shown, "\nSigned in by: SCRAM-SHA-256\n")
            told = ctl(world, "--json", "account", "show").json["security"]
            self.assertEqual((told["encrypted"], told["mechanism"]), (True, "SCRAM-SHA-256"))
            ctl(world, "account", "disable", "alice@a.test")
            self.assertIsNone(ctl(world, "--json", "account", "show").json["security"])


if __name__ == "__main__":
    main()
