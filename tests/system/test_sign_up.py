#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_sign_up.py: an account that its connection makes first: the parameter register, and CaptchaAuthentication1."""

import unittest

from gi.repository import GLib

from harness import main
from telepathy import (CHANNEL, CONNECTED, CONNECTION, DISCONNECTED, ERROR, MANAGER, MANAGER_PATH, TP, TYPES, Account, Connection, Handler,
                       Program, variants)
from test_mechanisms import AUTHENTICATION, SASL, SECURABLE, SERVER_SUCCEEDED
from test_registrar import PNG, start_server_with_pictures
from world import World

CAPTCHA = f"{CHANNEL}.Interface.CaptchaAuthentication1"
LOCAL_PENDING, REMOTE_PENDING, SUCCEEDED, TRY_AGAIN, FAILED = range(5)
CANCELLED, NOT_SUPPORTED, CONFUSED = range(3)
NAME_IN_USE, AUTHENTICATION_FAILED = 5, 3
OPEN = {"modules": ["register"], "extra": "allow_registration = true"}


class OnProsody(unittest.TestCase):

    def test_the_connection_makes_the_account_and_signs_in(self):
        with World(**OPEN) as world, Program(world) as program:
            connection = Connection.request(program, "carol@a.test", "pw-carol", register=True).connect()
            self.assertEqual(connection.get(CONNECTION, "SelfID"), "carol@a.test")
            world.passwords["carol@a.test"] = "pw-carol"
            world.contact("carol")

    def test_a_name_that_is_taken_is_an_error_of_its_own(self):
        with World(**OPEN) as world, Program(world) as program:
            reason, error, details = Connection.request(program, "alice@a.test", "not hers", register=True).connect_and_fail()
            self.assertEqual((reason, error), (NAME_IN_USE, f"{ERROR}.RegistrationExists"))
            self.assertIn("of that name", details["debug-message"])

    def test_an_account_is_made_once(self):
        with World(keyring=True, **OPEN) as world, Program(world) as program:
            account = Account.create(program, "carol@a.test", "pw-carol", register=True)
            account.wait_until_online()
            self.assertNotIn("register", account.get("Parameters"))
            account.set("Enabled", "b", False)
            account.wait_until_offline()
            account.set("Enabled", "b", True)
            account.wait_until_online()

    def test_an_account_that_cannot_be_made_is_not_tried_again(self):
        with World(keyring=True, **OPEN) as world, Program(world) as program:
            account = Account.create(program, "alice@a.test", "not hers", register=True)
            program.wait(lambda: account.get("ConnectionError") == f"{ERROR}.RegistrationExists", "error")
            self.assertEqual(account.get("ConnectionStatusReason"), NAME_IN_USE)
            self.assertTrue(account.get("Parameters")["register"])
            program.settle()
            self.assertEqual(account.status(), DISCONNECTED)

    def test_a_person_is_asked_for_the_password(self):
        with World(**OPEN) as world, Program(world) as program:
            given = variants({**world.account_parameters("carol@a.test"), "register": True}, TYPES)
            _, path = program.call(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "RequestConnection", "sa{sv}", "jabber", given)
            connection = Connection(program, path)
            connection.call(CONNECTION, "Connect")
            channel = connection.wait_for_channel(AUTHENTICATION)
            self.assertEqual(channel.properties[f"{SASL}.AvailableMechanisms"], ["X-TELEPATHY-PASSWORD"])
            channel.call(SASL, "StartMechanismWithData", "say", "X-TELEPATHY-PASSWORD", b"pw-carol")
            channel.wait_for("SASLStatusChanged", SASL, lambda status, *_: status == SERVER_SUCCEEDED)
            channel.call(SASL, "AcceptSASL")
            connection.wait_until_connected()
            world.passwords["carol@a.test"] = "pw-carol"
            world.contact("carol")

    def test_a_server_that_makes_no_accounts_is_said_to(self):
        with World() as world, Program(world) as program:
            _reason, error, details = Connection.request(program, "carol@a.test", "pw-carol", register=True).connect_and_fail()
            self.assertEqual(error, f"{ERROR}.NotAvailable")
            self.assertIn("a.test makes no account", details["debug-message"])

    def test_what_else_the_server_wants_to_know_is_named(self):
        with World(modules=["register"], extra='allow_registration = true\nadditional_registration_fields = { "email+", "phone+", "city" }') as world, \
                Program(world) as program:
            _reason, error, details = Connection.request(program, "carol@a.test", "pw-carol", register=True).connect_and_fail()
            self.assertEqual(error, f"{ERROR}.NotAvailable")
            for word in ("“Email”", "“Telephone number”", "linnetctl account register carol@a.test"):
                self.assertIn(word, details["debug-message"])
            self.assertNotIn("City", details["debug-message"])

    def test_no_password_leaves_for_a_server_that_cannot_prove_itself(self):
        with World(modules=["register"], extra='allow_registration = true\nVirtualHost "c.test"') as world, Program(world) as program:
            _reason, error, _details = Connection.request(program, "carol@c.test", "pw-carol", register=True).connect_and_fail()
            self.assertEqual(error, f"{ERROR}.Cert.HostnameMismatch")


class OnEjabberd(unittest.TestCase):

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.program = Program(world)
        self.addCleanup(self.program.close)
        self.server, self.said = start_server_with_pictures(self, world)

    def begin(self):
        """A connection that is asked to show that a person asks: it and its channel."""
        connection = Connection.request(self.program, "carol@a.test", "pw-carol", register=True, server="127.0.0.1", port=self.server.port)
        connection.call(CONNECTION, "Connect")
        channel = connection.wait_for_channel(AUTHENTICATION)
        self.assertEqual(channel.properties[f"{AUTHENTICATION}.AuthenticationMethod"], CAPTCHA)
        self.assertEqual([channel.properties[f"{SECURABLE}.{name}"] for name in ("Encrypted", "Verified")], [True, True])
        self.assertIs(channel.properties[f"{CAPTCHA}.CanRetryCaptcha"], True)
        self.assertIn(CAPTCHA, channel.properties[f"{CHANNEL}.Interfaces"])
        self.assertEqual(channel.get(CAPTCHA, "CaptchaStatus"), LOCAL_PENDING)
        return connection, channel

    def fails(self, channel, method, signature="", *args):
        return self.program.fails(channel.connection.name, channel.path, CAPTCHA, method, signature, *args)

    def wait_for(self, channel, status):
        self.program.wait(lambda: channel.get(CAPTCHA, "CaptchaStatus") == status, f"status {status}")

    def read(self):
        return self.said.read_text(encoding="ascii").strip()

    def test_a_person_reads_the_picture_and_the_account_is_made(self):
        connection, channel = self.begin()
        self.assertEqual(self.fails(channel, "GetCaptchaData", "us", 1, "image/png"), f"{ERROR}.NotAvailable")
        infos, needed, language = channel.call(CAPTCHA, "GetCaptchas")
        self.assertEqual((len(infos), needed, language), (1, 1, ""))
        number, kind, label, flags, types = infos[0]
        self.assertEqual((kind, flags, types), ("ocr", 1, ["image/png"]))
        self.assertTrue(label)
        self.assertEqual(bytes(channel.call(CAPTCHA, "GetCaptchaData", "us", number, "image/png")), PNG)
        for args in ((number, "image/gif"), (number + 1, "image/png")):
            self.assertEqual(self.fails(channel, "GetCaptchaData", "us", *args), f"{ERROR}.InvalidArgument")
        for answers in ({}, {number: ""}, {number + 1: "x"}, {number: "x" * 5000}):
            self.assertEqual(self.fails(channel, "AnswerCaptchas", "a{us}", answers), f"{ERROR}.InvalidArgument")
        self.assertEqual(self.fails(channel, "CancelCaptcha", "us", 99, ""), f"{ERROR}.InvalidArgument")

        channel.call(CAPTCHA, "AnswerCaptchas", "a{us}", {number: "000"})  # that is not what it shows
        self.wait_for(channel, TRY_AGAIN)
        self.assertEqual(channel.get(CAPTCHA, "CaptchaError"), f"{ERROR}.AuthenticationFailed")
        self.assertTrue(channel.get(CAPTCHA, "CaptchaErrorDetails")["debug-message"])
        self.assertEqual(self.fails(channel, "AnswerCaptchas", "a{us}", {number: "x"}), f"{ERROR}.NotAvailable")
        again = channel.call(CAPTCHA, "GetCaptchas")[0][0][0]
        self.assertNotEqual(again, number)
        self.assertEqual((channel.get(CAPTCHA, "CaptchaStatus"), channel.get(CAPTCHA, "CaptchaError")), (LOCAL_PENDING, ""))

        before = self.read()
        other = channel.call(CAPTCHA, "GetCaptchas")[0][0][0]  # that one is hard to read
        self.assertNotEqual((other, self.read()), (again, before))
        self.assertEqual(channel.get(CAPTCHA, "CaptchaStatus"), LOCAL_PENDING)
        channel.call(CAPTCHA, "AnswerCaptchas", "a{us}", {other: self.read()})
        self.wait_for(channel, SUCCEEDED)
        self.assertEqual(self.fails(channel, "GetCaptchas"), f"{ERROR}.NotAvailable")
        self.assertEqual(self.fails(channel, "CancelCaptcha", "us", CANCELLED, ""), f"{ERROR}.NotAvailable")
        channel.close()
        connection.wait_until_connected()

    def test_who_gives_up_says_why(self):
        for reason, error, status in ((CANCELLED, "Cancelled", 1), (NOT_SUPPORTED, "CaptchaNotSupported", AUTHENTICATION_FAILED),
                                      (CONFUSED, "ServiceConfused", 0)):
            connection, channel = self.begin()
            channel.call(CAPTCHA, "CancelCaptcha", "us", reason, "so there")
            end = connection.wait_for("StatusChanged", CONNECTION, lambda status, _: status == DISCONNECTED)
            self.assertEqual(end.args[1], status)
            name, details = self.program.take("ConnectionError", connection.path, CONNECTION).args
            self.assertEqual(name, f"{ERROR}.{error}")
            self.assertIn("so there", details["debug-message"])

    def test_without_a_program_that_shows_it_the_connection_ends(self):
        connection, channel = self.begin()
        channel.close()
        connection.wait_for("StatusChanged", CONNECTION, lambda status, _: status == DISCONNECTED)
        name, details = self.program.take("ConnectionError", connection.path, CONNECTION).args
        self.assertEqual(name, f"{ERROR}.CaptchaNotSupported")
        self.assertIn("use “linnetctl account register carol@a.test”", details["debug-message"])

    def test_the_dispatcher_brings_it_to_a_handler(self):
        handler = Handler(self.program, filters=[{f"{CHANNEL}.ChannelType": GLib.Variant("s", AUTHENTICATION),
                                                  f"{AUTHENTICATION}.AuthenticationMethod": GLib.Variant("s", CAPTCHA)}])
        self.addCleanup(handler.close)
        account = Account.create(self.program, "carol@a.test", False, online=False, register=True, server="127.0.0.1", port=self.server.port)
        account.set_password("pw-carol", remember=False)
        account.request_presence()
        _account, path, channels, *_rest = handler.wait_for("HandleChannels")
        connection = Connection(self.program, path)
        call = lambda *args: self.program.call(connection.name, channels[0][0], CAPTCHA, *args)
        number = call("GetCaptchas")[0][0][0]
        call("AnswerCaptchas", "a{us}", {number: self.read()})
        account.wait_until_online()
        self.assertEqual(account.status(), CONNECTED)
        self.assertNotIn("register", account.get("Parameters"))


if __name__ == "__main__":
    main()
