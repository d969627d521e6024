#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_token.py: the key of a certificate is on a token, which wants its PIN; no server hears of that (RFC 7512, EXTERNAL)."""

import subprocess
import unittest

from cryptography.x509.oid import ExtendedKeyUsageOID

from harness import main
from telepathy import CONNECTION, ERROR, MANAGER, MANAGER_PATH, TP, TYPES, Connection, Program, variants
from test_mechanisms import AUTHENTICATION, SASL, SERVER_FAILED, SERVER_SUCCEEDED
from test_passwordless import xmpp_addr
from world import World
from world.ejabberd import Ejabberd

PIN, SO_PIN = "4321-geheim", "8765-geheim"
CERTIFICATE = "pkcs11:token=linnet;object=mine;type=cert"
KEY = "pkcs11:token=linnet;object=mine;type=private"


class Token(unittest.TestCase):

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        tokens = world.folder / "tokens"
        tokens.mkdir()
        settings = world.folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n", encoding="ascii")
        world.env["SOFTHSM2_CONF"] = str(settings)
        self.make_token()

    def make_token(self):
        key, chain = self.world.folder / "mine.key", self.world.folder / "mine.pem"
        self.world.authority.issue(key, chain, [xmpp_addr("alice@a.test")], common_name="alice@a.test", usage=ExtendedKeyUsageOID.CLIENT_AUTH)
        for command in (["softhsm2-util", "--init-token", "--free", "--label", "linnet", "--so-pin", SO_PIN, "--pin", PIN],
                        ["softhsm2-util", "--import", key, "--token", "linnet", "--label", "mine", "--id", "01", "--pin", PIN],
                        ["p11tool", "--batch", "--write", "--load-certificate", chain, "--label", "mine", "--id", "01", "--login",
                         "--set-pin", PIN, "pkcs11:token=linnet"]):
            subprocess.run(command, check=True, capture_output=True, env=self.world.env)
        key.unlink()

    def start(self, **server):
        self.server = Ejabberd(self.world.folder / "ejabberd", self.world.authority, self.world.logs / "ejabberd.log",
                               {"alice@a.test": "pw-alice"}, **server)
        self.server.start(self.world.env)
        self.addCleanup(self.server.stop)
        self.service = self.world.start_service()
        self.program = Program(self.world)
        self.addCleanup(self.program.close)

    def request(self, **more):
        parameters = {"account": "alice@a.test", "server": "127.0.0.1", "port": self.server.port, "client-certificate": CERTIFICATE,
                      "client-certificate-key": KEY, **more}
        types = {**TYPES, "client-certificate": "s", "client-certificate-key": "s"}
        _, path = self.program.call(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "RequestConnection", "sa{sv}", "jabber",
                                    variants(parameters, types))
        return Connection(self.program, path)

    def test_the_password_is_its_pin(self):
        self.start(asks_certificate=self.world.ca)
        self.request(password=PIN).connect().disconnect()
        self.service.wait_for_line("signing in by EXTERNAL")

    def test_a_person_is_asked_for_it_and_asked_again(self):
        self.start(asks_certificate=self.world.ca)
        connection = self.request()
        connection.call(CONNECTION, "Connect")
        channel = connection.wait_for_channel(AUTHENTICATION)
        self.assertEqual(channel.properties[f"{SASL}.AvailableMechanisms"], ["X-TELEPATHY-PASSWORD"])
        channel.call(SASL, "StartMechanismWithData", "say", "X-TELEPATHY-PASSWORD", b"0000-falsch")
        end = channel.wait_for("SASLStatusChanged", SASL, lambda status, *_: status == SERVER_FAILED)
        self.assertIn("did not take the PIN", end.args[2]["debug-message"])
        channel.call(SASL, "StartMechanismWithData", "say", "X-TELEPATHY-PASSWORD", PIN.encode())
        channel.wait_for("SASLStatusChanged", SASL, lambda status, *_: status == SERVER_SUCCEEDED)
        channel.call(SASL, "AcceptSASL")
        connection.wait_until_connected()

    def test_a_wrong_one_is_said_once_and_fails_in_words(self):
        self.start(asks_certificate=self.world.ca)
        reason, error, details = self.request(password="0000-falsch").connect_and_fail()
        self.assertEqual((reason, error), (3, f"{ERROR}.AuthenticationFailed"))
        self.assertIn("did not take the PIN", details["debug-message"])

    def test_no_server_hears_of_it(self):
        self.start()  # lets nobody in by certificate
        reason, error, details = self.request(password=PIN).connect_and_fail()
        self.assertEqual((reason, error), (3, f"{ERROR}.AuthenticationFailed"))
        self.assertIn("by certificate", details["debug-message"])

    def test_it_is_no_part_of_the_settings(self):
        self.start()
        for name in ("client-certificate", "client-certificate-key"):
            with self.assertRaisesRegex(Exception, "must not hold a PIN"):
                self.request(**{name: f"{KEY}?pin-value={PIN}"})


if __name__ == "__main__":
    main()
