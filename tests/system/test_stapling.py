#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_stapling.py: a certificate that its authority has withdrawn, as the server that shows it must show (RFC 6066, 6960, 7633)."""

import socket
import unittest

from harness import main
from telepathy import CONNECTION, DISCONNECTED, ERROR, Connection, Program
from world import World
from world.certs import Authority


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Stapling(unittest.TestCase):

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.program = Program(world)
        self.addCleanup(self.program.close)
        self.key, self.chain, self.staple = (world.folder / f"stapling.{end}" for end in ("key", "pem", "der"))

    def sign_in(self, staple=True, versions="NORMAL", is_good=False):
        """The error with which signing in ends, and its words; the server speaks TLS and no more, and goes once that is done."""
        port = free_port()
        command = ["gnutls-serv", "--echo", "--port", str(port), "--x509certfile", str(self.chain), "--x509keyfile", str(self.key),
                   "--priority", versions]
        if staple:
            command += ["--ignore-ocsp-response-errors", "--ocsp-response", str(self.staple)]
        server = self.world.spawn("gnutls-serv", *command)
        self.addCleanup(server.stop)
        server.wait_for_line("listening on IPv4")
        connection = Connection.request(self.program, "alice@a.test", "not sent", server="127.0.0.1", port=port, **{"old-ssl": True})
        if is_good:
            connection.call(CONNECTION, "Connect")
            server.wait_for_line("Channel bindings")
            server.stop()
            connection.wait_for("StatusChanged", CONNECTION, lambda status, _: status == DISCONNECTED)
            error, details = self.program.take("ConnectionError", connection.path, CONNECTION).args
        else:
            _reason, error, details = connection.connect_and_fail()
        return error.removeprefix(f"{ERROR}."), details["debug-message"]

    def test_what_its_authority_has_withdrawn_is_refused(self):
        self.world.authority.issue(self.key, self.chain, ["a.test"])
        self.world.authority.staple(self.chain, self.staple, revoked=True)
        for versions in ("NORMAL", "NORMAL:-VERS-TLS1.3"):
            error, words = self.sign_in(versions=versions)
            self.assertEqual(error, "Cert.Revoked")
            self.assertIn("withdrawn", words)

    def test_what_its_authority_vouches_for_is_good(self):
        self.world.authority.issue(self.key, self.chain, ["a.test"], must_staple=True)
        self.world.authority.staple(self.chain, self.staple)
        for versions in ("NORMAL", "NORMAL:-VERS-TLS1.3"):
            self.assertIn(self.sign_in(versions=versions, is_good=True)[0], ("NetworkError", "ConnectionLost"))

    def test_a_certificate_that_must_be_vouched_for_is_not_good_alone(self):
        self.world.authority.issue(self.key, self.chain, ["a.test"], must_staple=True)
        self.assertEqual(self.sign_in(staple=False)[0], "Cert.Invalid")

    def test_nobody_else_vouches_for_it(self):
        self.world.authority.issue(self.key, self.chain, ["a.test"], must_staple=True)
        self.world.authority.staple(self.chain, self.staple, signer=Authority(self.world.folder / "stranger.pem"))
        self.assertEqual(self.sign_in()[0], "Cert.Invalid")


if __name__ == "__main__":
    main()
