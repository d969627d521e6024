#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_registration.py: an account gets another password from a real Prosody, and is removed from it."""

import unittest

from gi.repository import GLib, Gio

from harness import main
from linnetctl import add_account, ctl
from telepathy import CHANNEL, DISCONNECTED, ERROR, TP, Account, Handler, Program
from world import World, WorldError

REGISTRATION = "im.linnet.Registration1"
PASSWORD = "im.linnet.Password1"
AUTHENTICATION = f"{TP}.Channel.Type.ServerAuthentication"


def error_of(function, *args):
    """The name of the D-Bus error with which a call fails."""
    try:
        function(*args)
    except GLib.Error as problem:
        return Gio.DBusError.get_remote_error(problem)
    raise AssertionError("it did not fail")


class Registration(unittest.TestCase):

    def test_a_new_password_is_kept_where_the_old_one_was(self):
        with World(keyring=True, modules=["register"]) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            account.change_password("néw-pässword")
            self.assertEqual(account.get("State", PASSWORD), 2)
            with self.assertRaises(WorldError):
                world.contact("alice")  # with the old one
            world.server.wait_for("^WORLD refused alice")
            account.set("Enabled", "b", False)
            account.wait_until_offline()
            account.set("Enabled", "b", True)
            account.wait_until_online()

    def test_one_that_was_asked_for_and_stored_is_replaced_in_the_keyring(self):
        with World(keyring=True, modules=["register"]) as world, Program(world) as program:
            handler = Handler(program, "Asks", filters=[{f"{CHANNEL}.ChannelType": GLib.Variant("s", AUTHENTICATION)}])
            account = Account.create(program, "alice", password=False)
            handler.wait_for("HandleChannels")
            account.set_password(world.passwords["alice@a.test"])
            account.wait_until_online()
            program.wait(lambda: account.get("State", PASSWORD) == 2, "a password that is stored")
            account.change_password("pw-other")
            self.assertEqual(account.get("State", PASSWORD), 2)
            account.set("Enabled", "b", False)
            account.wait_until_offline()
            handler.close()
            account.set("Enabled", "b", True)
            account.wait_until_online()

    def test_offline_nothing_can_be_asked(self):
        with World(keyring=True, modules=["register"]) as world, Program(world) as program:
            account = Account.create(program, "alice", online=False)
            self.assertEqual(error_of(account.change_password, "other"), f"{ERROR}.Disconnected")
            self.assertEqual(error_of(account.call, REGISTRATION, "Unregister"), f"{ERROR}.Disconnected")

    def test_a_server_that_does_not_let_people_says_so(self):
        with World(keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            self.assertEqual(error_of(account.change_password, "other"), f"{ERROR}.NotAvailable")
            self.assertEqual(error_of(account.call, REGISTRATION, "Unregister"), f"{ERROR}.NotAvailable")
            world.contact("alice")  # with the old one

    def test_an_account_that_was_removed_stays_here_disabled(self):
        with World(keyring=True, modules=["register"]) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            account.call(REGISTRATION, "Unregister")
            self.assertEqual((account.get("Enabled"), account.status()), (False, DISCONNECTED))
            self.assertEqual(account.get("State", PASSWORD), 1)
            with self.assertRaises(WorldError):
                world.contact("alice")

    def test_on_the_command_line(self):
        with World(keyring=True, modules=["register"]) as world:
            add_account(world, "alice")
            self.assertIn("new password", ctl(world, "passwd", password="pw-other").out)
            with self.assertRaises(WorldError):
                world.contact("alice")
            world.passwords["alice@a.test"] = "pw-other"
            world.contact("alice")
            ctl(world, "account", "unregister", "alice@a.test", text="alice\n", status=1, asks=True)
            done = ctl(world, "account", "unregister", "alice@a.test", text="alice@a.test\n")
            self.assertIn("removed from its server", done.out)
            with self.assertRaises(WorldError):
                world.contact("alice")
            self.assertEqual(ctl(world, "--json", "account", "show").json["state"], "disabled")
            ctl(world, "passwd", password="pw-third", status=4)


if __name__ == "__main__":
    main()
