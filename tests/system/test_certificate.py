#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_certificate.py: a certificate that is not as it should be is brought to a person, whose answer holds for that key."""

import re
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from gi.repository import GLib

from harness import main
from linnetctl import FAILED, OFFLINE, UNKNOWN, ctl
from telepathy import ACCOUNT, CHANNEL, ERROR, TP, Account, Handler, Program
from world import World

TLS = f"{CHANNEL}.Type.ServerTLSConnection"
CERTIFICATE = f"{TP}.Authentication.TLSCertificate"
FILTER = [{f"{CHANNEL}.ChannelType": GLib.Variant("s", TLS), f"{CHANNEL}.TargetHandleType": GLib.Variant("u", 0)}]
PENDING, ACCEPTED, REJECTED = range(3)


def strange_world(**options):
    """A world whose server has a certificate for another name."""
    world = World(keyring=True, **options)
    world.__enter__()
    world.server.use_certificate(["mail.a.test"])
    world.restart_server()
    return world


class Question:
    """A certificate that a handler was given."""

    def __init__(self, program, handler):
        self.program = program
        _, self.connection, channels, *_ = handler.wait_for("HandleChannels")
        self.channel, self.properties = channels[0]
        self.path = self.properties[f"{TLS}.ServerCertificate"]
        self.name = self.connection.replace("/", ".")[1:]

    def get(self, prop):
        return self.program.get(self.name, self.path, CERTIFICATE, prop)

    def call(self, method, *args):
        return self.program.call(self.name, self.path, CERTIFICATE, method, *args)

    def fails(self, method, *args):
        return self.program.fails(self.name, self.path, CERTIFICATE, method, *args)

    def reject(self, reason, error, **details):
        self.call("Reject", "a(usa{sv})", [(reason, f"{ERROR}.Cert.{error}", {k: GLib.Variant("b", v) for k, v in details.items()})])

    def close(self):
        self.program.call(self.name, self.channel, CHANNEL, "Close")


class Certificates(unittest.TestCase):

    def setUp(self):
        self.world = strange_world()
        self.addCleanup(self.world.__exit__, None, None, None)
        self.program = Program(self.world)
        self.addCleanup(self.program.close)

    def ask(self):
        self.handler = Handler(self.program, "Judge", filters=FILTER)
        self.addCleanup(self.handler.close)
        account = Account.create(self.program, "alice")
        return account, Question(self.program, self.handler)

    def error(self, account):
        return account.get("ConnectionError")

    def test_the_whole_chain_is_shown(self):
        account, question = self.ask()
        self.assertEqual(question.properties[f"{TLS}.Hostname"], "a.test")
        self.assertEqual(question.properties[f"{TLS}.ReferenceIdentities"], ["a.test"])
        self.assertIs(question.properties[f"{CHANNEL}.Requested"], False)
        self.assertEqual(question.properties["im.linnet.Judgement1.Error"], f"{ERROR}.Cert.HostnameMismatch")
        self.assertEqual(self.program.get(question.name, question.channel, "im.linnet.Judgement1", "Message"),
                         question.properties["im.linnet.Judgement1.Message"])
        self.assertEqual((question.get("State"), question.get("CertificateType"), question.get("Rejections")), (PENDING, "x509", []))
        chain = [x509.load_der_x509_certificate(bytes(data)) for data in question.get("CertificateChainData")]
        names = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
        self.assertEqual(names, ["mail.a.test"])
        self.assertEqual(chain[1].subject, chain[0].issuer)
        self.assertEqual(account.get("ConnectionStatus"), 1)
        self.assertFalse([line for line in self.world.server.child.lines if "<auth" in line])

    def test_what_was_accepted_is_not_asked_again_and_another_key_is(self):
        account, question = self.ask()
        question.call("Accept")
        self.program.wait_for("Accepted", question.path)
        self.assertEqual(question.get("State"), ACCEPTED)
        account.wait_until_online()
        self.assertEqual(question.fails("Accept"), f"{ERROR}.InvalidArgument")
        question.close()
        account.call(ACCOUNT, "Reconnect")
        account.wait_until_offline()
        account.wait_until_online()
        self.assertEqual(self.handler.calls, [])
        self.world.server.use_certificate(["mail.a.test"])
        self.world.restart_server()
        account.call(ACCOUNT, "Reconnect")
        again = Question(self.program, self.handler)
        self.assertEqual(again.get("State"), PENDING)

    def test_a_reason_to_reject_is_how_the_connection_ends(self):
        for reason, name in ((4, "FingerprintMismatch"), (6, "SelfSigned")):
            account, question = self.ask()
            self.assertEqual(question.fails("Reject", "a(usa{sv})", []), f"{ERROR}.InvalidArgument")
            question.reject(reason, name, **{"user-requested": True})
            rejections = self.program.wait_for("Rejected", question.path).args[0]
            self.assertEqual(rejections, [(reason, f"{ERROR}.Cert.{name}", {"user-requested": True})])
            self.program.wait(lambda: self.error(account) == f"{ERROR}.Cert.{name}", name)
            account.call(ACCOUNT, "Remove")
            self.handler.close()

    def test_closing_or_nobody_to_ask_leaves_it_at_our_judgement(self):
        account, question = self.ask()
        question.close()
        self.program.wait(lambda: self.error(account) == f"{ERROR}.Cert.HostnameMismatch", "mismatch")
        self.handler.close()
        account.call(ACCOUNT, "Reconnect")
        self.program.wait(lambda: account.get("ConnectionStatus") == 1, "the next try")
        self.program.wait(lambda: self.error(account) == f"{ERROR}.Cert.HostnameMismatch", "mismatch")
        self.assertFalse([line for line in self.world.server.child.lines if "<auth" in line])


class ByCommand(unittest.TestCase):
    """linnetctl certificate."""

    def setUp(self):
        self.world = strange_world()
        self.addCleanup(self.world.__exit__, None, None, None)
        said = ctl(self.world, "account", "add", "alice@a.test", "--server=127.0.0.1", f"--port={self.world.port}", password="pw-alice",
                   status=OFFLINE).err
        self.assertIn("its certificate is for", said)

    def fingerprint(self):
        pem = (self.world.folder / "server/certs/certificate.pem").read_bytes()
        return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex(":").upper()

    def test_it_is_shown_accepted_and_forgotten(self):
        self.assertIn("certificate accept", ctl(self.world, "certificate", status=OFFLINE).err)
        done = ctl(self.world, "certificate", "accept", text="no\n", status=FAILED, asks=True)
        self.assertIn("Names: mail.a.test\n", done.out)
        self.assertIn("Given up", done.err)
        self.assertEqual([row["state"] for row in ctl(self.world, "account", "list", "--json").json], ["failed"])
        wrong = ctl(self.world, "certificate", "accept", f"--fingerprint={'00:' * 31}11", status=FAILED)
        fingerprint = re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", wrong.err)[0]
        self.assertIn(fingerprint, done.out)
        self.assertEqual(fingerprint, self.fingerprint())
        self.assertIn("is accepted", ctl(self.world, "certificate", "accept", f"--fingerprint={fingerprint.lower().replace(':', '')}").out)
        shown = ctl(self.world, "certificate", "show", "--json").json
        self.assertEqual((shown["names"], shown["fingerprint"], len(shown["accepted-keys"])), ("mail.a.test", fingerprint, 1))
        self.assertIn("Accepted by you", ctl(self.world, "certificate").out)
        self.assertIn("nothing to accept", ctl(self.world, "certificate", "accept").out)
        self.assertIn("nothing to accept", ctl(self.world, "certificate", "accept", f"--fingerprint={fingerprint}").out)
        self.assertIn(fingerprint, ctl(self.world, "certificate", "accept", f"--fingerprint={'00' * 32}", status=FAILED).err)
        self.assertIn("forgotten", ctl(self.world, "certificate", "forget").out)
        self.assertIn("Nobody accepted", ctl(self.world, "certificate", "forget", status=UNKNOWN).err)
        ctl(self.world, "presence", "offline")
        self.assertIn("you want it so", ctl(self.world, "certificate", "accept", status=OFFLINE).err)
        ctl(self.world, "presence", "available", status=OFFLINE)
        done = ctl(self.world, "certificate", "accept", text="yes\n")
        self.assertIn("is accepted", done.out)


if __name__ == "__main__":
    main()
