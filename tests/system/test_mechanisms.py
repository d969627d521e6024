#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_mechanisms.py: a program that brings its own secrets signs in through SASLAuthentication, step by step."""

import base64
import hashlib
import hmac
import unittest

from harness import main
from gi.repository import GLib
from telepathy import (CHANNEL, CONNECTION, ERROR, MANAGER, MANAGER_PATH, TP, TYPES, Account, Channel, Connection, Handler, Program,
                       variants)
from world import World

AUTHENTICATION, SASL = f"{CHANNEL}.Type.ServerAuthentication", f"{CHANNEL}.Interface.SASLAuthentication"
SECURABLE, STORAGE = f"{CHANNEL}.Interface.Securable", f"{CHANNEL}.Interface.CredentialsStorage.DRAFT"
PASSWORD, STORED, FOR_THIS_SESSION = "im.linnet.Password1", 2, 3
NOT_STARTED, IN_PROGRESS, SERVER_SUCCEEDED, CLIENT_ACCEPTED, SUCCEEDED, SERVER_FAILED, CLIENT_FAILED = range(7)
NONCE = "fyko+d2lbbFgONRv9qkxdawL"


class Scram:
    """The client's side of SCRAM-SHA-1 (RFC 5802), written here once more."""

    def __init__(self, user, password):
        self.password, self.bare = password, f"n={user},r={NONCE}"
        self.first = b"n,," + self.bare.encode()

    def answer(self, challenge):
        parts = dict(part.split("=", 1) for part in challenge.decode().split(","))
        key = hashlib.pbkdf2_hmac("sha1", self.password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
        mac = lambda secret, text: hmac.new(secret, text, hashlib.sha1).digest()
        final = f"c=biws,r={parts['r']}"
        said = f"{self.bare},{challenge.decode()},{final}".encode()
        client = mac(key, b"Client Key")
        proof = bytes(a ^ b for a, b in zip(client, mac(hashlib.sha1(client).digest(), said)))
        self.expected = b"v=" + base64.b64encode(mac(mac(key, b"Server Key"), said))
        return f"{final},p={base64.b64encode(proof).decode()}".encode()


class Mechanisms(unittest.TestCase):

    def setUp(self):
        world = World()
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.program = Program(world)
        self.addCleanup(self.program.close)
        self.connection, self.channel = self.ask("alice")

    def ask(self, name, **parameters):
        """Connects without a password; gives the connection and its question."""
        given = variants({**self.world.account_parameters(name), **parameters}, TYPES)
        _, path = self.program.call(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "RequestConnection", "sa{sv}", "jabber", given)
        connection = Connection(self.program, path)
        connection.call(CONNECTION, "Connect")
        return connection, connection.wait_for_channel(AUTHENTICATION)

    def wait_for(self, status):
        return self.channel.wait_for("SASLStatusChanged", SASL, lambda new, *_: new == status).args

    def challenge(self):
        return bytes(self.channel.wait_for("NewChallenge", SASL).args[0])

    def fails(self, method, signature="", *args):
        return self.program.fails(self.connection.name, self.channel.path, SASL, method, signature, *args)

    def scram(self, password):
        scram = Scram("alice", password)
        self.channel.call(SASL, "StartMechanismWithData", "say", "SCRAM-SHA-1", scram.first)
        self.wait_for(IN_PROGRESS)
        return scram

    def test_what_the_server_offers_is_offered(self):
        offered = self.channel.properties[f"{SASL}.AvailableMechanisms"]
        self.assertEqual(offered[0], "X-TELEPATHY-PASSWORD")
        self.assertLessEqual({"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}, set(offered))
        self.assertFalse([name for name in offered if name.endswith("-PLUS")])
        self.assertEqual(self.fails("Respond", "ay", b"x"), f"{ERROR}.NotAvailable")
        self.assertEqual(self.fails("AcceptSASL"), f"{ERROR}.NotAvailable")
        self.assertEqual(self.fails("StartMechanism", "s", "DIGEST-MD5"), f"{ERROR}.NotImplemented")
        self.assertEqual(self.fails("StartMechanismWithData", "say", "PLAIN", bytes(7000)), f"{ERROR}.InvalidArgument")

    def test_plain_in_one_step(self):
        self.channel.call(SASL, "StartMechanismWithData", "say", "PLAIN", b"\0alice\0pw-alice")
        self.wait_for(SERVER_SUCCEEDED)
        self.assertEqual(self.connection.get(CONNECTION, "Status"), 1)  # it waits for our word
        self.channel.call(SASL, "AcceptSASL")
        self.wait_for(SUCCEEDED)
        self.connection.wait_until_connected()

    def test_scram_step_by_step(self):
        scram = self.scram("pw-alice")
        self.channel.call(SASL, "Respond", "ay", scram.answer(self.challenge()))
        self.assertEqual(self.challenge(), scram.expected)
        self.wait_for(SERVER_SUCCEEDED)
        self.channel.call(SASL, "AcceptSASL")
        self.connection.wait_until_connected()
        self.assertEqual(self.channel.get(SASL, "SASLStatus"), SUCCEEDED)

    def test_a_refusal_may_be_followed_by_another_try(self):
        scram = self.scram("not-it")
        self.channel.call(SASL, "Respond", "ay", scram.answer(self.challenge()))
        self.assertEqual(self.wait_for(SERVER_FAILED)[1], f"{ERROR}.AuthenticationFailed")
        self.channel.call(SASL, "StartMechanismWithData", "say", "X-TELEPATHY-PASSWORD", b"pw-alice")
        self.wait_for(SERVER_SUCCEEDED)
        self.assertEqual(self.connection.get(CONNECTION, "Status"), 1)
        self.channel.call(SASL, "AcceptSASL")
        self.connection.wait_until_connected()

    def test_the_line_is_as_good_as_its_certificate(self):
        self.assertEqual([self.channel.properties[f"{SECURABLE}.{name}"] for name in ("Encrypted", "Verified")], [True, True])
        self.assertNotIn(STORAGE, self.channel.properties[f"{CHANNEL}.Interfaces"])
        connection, channel = self.ask("bob", **{"ignore-ssl-errors": True})
        # the certificate is good, whatever would be put up with
        self.assertEqual([channel.get(SECURABLE, name) for name in ("Encrypted", "Verified")], [True, True])
        self.world.server.use_certificate(["other.test"])
        self.world.restart_server()
        channel.call(SASL, "StartMechanismWithData", "say", "X-TELEPATHY-PASSWORD", b"pw-bob")
        # and what was said holds for the next line, too
        connection.wait_for("StatusChanged", CONNECTION, lambda status, _: status == 2)
        self.assertEqual(self.program.take("ConnectionError", connection.path, CONNECTION).args[0], f"{ERROR}.Cert.HostnameMismatch")
        _connection, channel = self.ask("bob", **{"ignore-ssl-errors": True})
        self.assertEqual([channel.get(SECURABLE, name) for name in ("Encrypted", "Verified")], [True, False])

    def test_giving_up_in_the_middle_ends_the_connection(self):
        self.scram("pw-alice")
        self.challenge()
        self.channel.call(SASL, "AbortSASL", "us", 0, "what is this")
        self.assertEqual(self.wait_for(CLIENT_FAILED)[1], f"{ERROR}.ServiceConfused")
        scram = self.scram("pw-alice")
        self.channel.call(SASL, "Respond", "ay", scram.answer(self.challenge()))
        self.wait_for(SERVER_SUCCEEDED)
        self.channel.call(SASL, "AbortSASL", "us", 1, "no longer")
        self.assertEqual(self.wait_for(CLIENT_FAILED)[1], f"{ERROR}.Cancelled")
        self.channel.close()
        end = self.connection.wait_for("StatusChanged", CONNECTION, lambda status, _: status == 2).args
        self.assertEqual(end[0], 2)
        self.assertFalse([line for line in self.world.server.child.lines if "WORLD in alice" in line])


class Keeping(unittest.TestCase):

    def sign_in(self, store):
        """Answers the next question as a program does that wants the password stored, or not."""
        _account, path, channels, *_rest = self.handler.wait_for("HandleChannels")
        channel = Channel(Connection(self.program, path), *channels[0])
        self.assertIn(STORAGE, channel.properties[f"{CHANNEL}.Interfaces"])
        channel.call(SASL, "StartMechanismWithData", "say", "X-TELEPATHY-PASSWORD", b"pw-alice")
        channel.wait_for("SASLStatusChanged", SASL, lambda new, *_: new == SERVER_SUCCEEDED)
        channel.call(STORAGE, "StoreCredentials", "b", store)
        channel.call(SASL, "AcceptSASL")
        self.account.wait_until_online()

    def wait_for_state(self, state):
        self.program.wait(lambda: self.account.get("State", PASSWORD) == state, f"password state {state}")

    def test_a_password_is_stored_and_forgotten_on_request(self):
        with World(keyring=True) as world, Program(world) as program:
            self.program = program
            service = world.start_service()
            self.handler = Handler(program, filters=[{f"{CHANNEL}.ChannelType": GLib.Variant("s", AUTHENTICATION)}])
            self.account = Account.create(program, "alice", password=False)
            self.sign_in(True)
            self.wait_for_state(STORED)
            self.account.set("Enabled", "b", False)
            self.account.wait_until_offline()
            self.account.set("Enabled", "b", True)
            self.account.wait_until_online()
            # what is stored is refused, so the program is asked again
            self.account.set("Enabled", "b", False)
            self.account.wait_until_offline()
            self.account.set_password("no longer it")
            self.account.set("Enabled", "b", True)
            self.sign_in(False)
            self.wait_for_state(FOR_THIS_SESSION)
            service.stop()
            world.start_service()
            self.sign_in(False)
            self.assertEqual(self.handler.calls, [])


if __name__ == "__main__":
    main()
