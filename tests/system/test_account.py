#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_account.py: accounts that the service keeps: on line by themselves, through every accident, with their history."""

import concurrent.futures
import os
import signal
import subprocess
import time
import unittest

from harness import main
from telepathy import (ACCOUNT, ACCOUNTS, ACCOUNTS_PATH, CHANNEL, DISPATCHER, DISPATCHER_PATH, ERROR, MANAGER, MANAGER_PATH, TEXT, TP,
                       Account, Channel, Handler, Program, body, wait_for_exit)
from gi.repository import GLib
from world import TimedOut, World, patient

PASSWORD, SECRETS = "im.linnet.Password1", "org.freedesktop.secrets"


class Accounts(unittest.TestCase):

    def test_an_account_signs_in_with_a_password_from_a_pipe(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            connection = account.wait_until_online()
            self.assertEqual(list(connection.roster()), ["bob@a.test"])
            self.assertEqual(account.get("NormalizedName"), "alice@a.test")
            self.assertTrue(account.get("HasBeenOnline"))
            self.assertTrue(account.get("Valid"))
            self.assertEqual(account.get("State", "im.linnet.Password1"), 2)
            self.assertNotIn("password", account.get("Parameters"))

    def test_without_a_secret_service_a_password_is_kept_for_the_session(self):
        with World() as world, Program(world) as program:
            account = Account.create(program, "alice", password=False)
            account.set_password("pw-alice", remember=False)
            account.wait_until_online()
            self.assertEqual(account.get("State", "im.linnet.Password1"), 3)

    def test_a_wrong_password_is_told_and_a_right_one_mends_it(self):
        with World(keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice", password="not-it")
            program.wait(lambda: account.get("ConnectionError") == f"{ERROR}.AuthenticationFailed", "authentication failure")
            self.assertEqual(account.get("ConnectionStatusReason"), 3)
            account.set_password("pw-alice")
            account.request_presence()
            account.call(ACCOUNT, "Reconnect")
            account.wait_until_online()
            self.assertEqual(account.get("ConnectionError"), "")

    def test_what_was_last_said_of_a_password_counts(self):
        def kept():
            return sum(map(len, program.call(SECRETS, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "SearchItems", "a{ss}",
                                             {"account": "alice@a.test"})))

        with World(keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice", online=False, password=False)
            keyring = next(child for child in world.children if child.name == "keyring")
            keyring.signal(signal.SIGSTOP)
            with concurrent.futures.ThreadPoolExecutor() as pool:
                told = pool.submit(account.set_password, "pw-alice")
                program.wait(lambda: account.get("State", PASSWORD) == 3, "the password")
                forgotten = pool.submit(account.call, PASSWORD, "Forget")
                program.wait(lambda: account.get("State", PASSWORD) == 0, "the password to be forgotten")
                keyring.signal(signal.SIGCONT)
                told.result()
                forgotten.result()
            self.assertEqual((kept(), account.get("State", PASSWORD)), (0, 1))
            account.set_password("pw-alice")
            self.assertEqual((kept(), account.get("State", PASSWORD)), (1, 2))

    def test_presence_goes_out_and_going_offline_signs_out(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            bob = world.contact("bob")
            account = Account.create(program, "alice")
            account.wait_until_online()
            account.request_presence(3, "away", "in the garden")
            bob.wait_for_presence(sender="alice@a.test", show="away", status="in the garden")
            program.wait(lambda: account.get("CurrentPresence") == (3, "away", "in the garden"), "current presence")
            account.request_presence(1, "offline")
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            account.wait_until_offline()

    def test_a_disabled_account_is_offline_and_a_removed_one_gone(self):
        with World(keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            account.set("Enabled", "b", False)
            account.wait_until_offline()
            account.set("Enabled", "b", True)
            account.wait_until_online()
            account.call(ACCOUNT, "Remove")
            account.wait_for("Removed", ACCOUNT)
            self.assertEqual(program.get(ACCOUNTS, ACCOUNTS_PATH, ACCOUNTS, "ValidAccounts"), [])
            world.server.wait_for("^WORLD out alice@a.test")


class Accidents(unittest.TestCase):

    def test_the_server_restarts_in_the_middle_of_a_chat(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            bob = world.contact("bob")
            channel = account.wait_until_online().text_channel("bob@a.test")
            channel.send("before")
            bob.wait_for_message("before")
            for deed in (world.server.stop, world.server.kill):
                deed()
                account.wait_until_offline()
                world.server.start(world.env)
                connection = account.wait_until_online(40)
                bob = world.contact("bob")
                connection.text_channel("bob@a.test").send(f"after {deed.__name__}")
                bob.wait_for_message(f"after {deed.__name__}")
                bob.send("alice@a.test", f"heard {deed.__name__}")
                connection.text_channel("bob@a.test").wait_for_message(f"heard {deed.__name__}")
            self.assertEqual([text for _, text in account.history("bob@a.test")],
                             ["before", "after stop", "heard stop", "after kill", "heard kill"])

    def test_the_service_is_killed_and_everything_is_there_again(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            bob = world.contact("bob")
            channel = account.wait_until_online().text_channel("bob@a.test")
            channel.send("one")
            bob.wait_for_message("one")
            bob.send("alice@a.test", "two")
            channel.wait_for_message("two")
            pid = program.owner_pid(MANAGER)
            os.kill(pid, signal.SIGKILL)
            wait_for_exit(pid)
            program.wait_for_name(MANAGER, owned=False)
            # Until the server has noticed, it would hand the message to the session that died.
            world.server.wait_for("^WORLD out alice@a.test")
            bob.send("alice@a.test", "three")
            again = Account.first(program)
            self.assertEqual(again.path, account.path)
            again.wait_until_online()
            self.assertNotEqual(program.owner_pid(MANAGER), pid)
            program.wait(lambda: len(again.history("bob@a.test")) >= 3, "the third message")
            self.assertEqual(again.history("bob@a.test"), [(True, "one"), (False, "two"), (False, "three")])
            talk = again.conversations()["bob@a.test"]
            self.assertEqual((talk["type"], talk["unread"], body(talk["last-message"])), (1, 2, "three"))

    def test_history_is_there_while_offline(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            bob = world.contact("bob")
            account.wait_until_online()
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            bob.send("alice@a.test", "keep this")
            program.wait(lambda: account.history("bob@a.test") or None, "the message")
            world.server.stop()
            account.request_presence(1, "offline")
            account.wait_until_offline()
            self.assertEqual(account.history("bob@a.test"), [(False, "keep this")])

    def test_what_is_written_without_a_server_waits_and_arrives_once(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            world.server.stop()
            account.wait_until_offline()
            account.call("im.linnet.Conversations1", "Send", "saa{sv}u", "bob@a.test",
                         [{}, {"content-type": GLib.Variant("s", "text/plain"), "content": GLib.Variant("s", "later")}], 0)
            world.server.start(world.env)
            bob = world.contact("bob")
            account.wait_until_online(40)
            bob.wait_for_message("later", timeout=40)
            self.assertEqual(account.history("bob@a.test"), [(True, "later")])


class Dispatching(unittest.TestCase):

    def test_a_requested_channel_goes_to_the_handler_that_was_named(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program, Program(world) as shop:
            account = Account.create(program, "alice")
            account.wait_until_online()
            handler, other = Handler(program, "Chosen"), Handler(shop, "Another")
            request = program.call(DISPATCHER, DISPATCHER_PATH, DISPATCHER, "EnsureChannel", "oa{sv}xs", account.path, {
                f"{CHANNEL}.ChannelType": GLib.Variant("s", TEXT), f"{CHANNEL}.TargetHandleType": GLib.Variant("u", 1),
                f"{CHANNEL}.TargetID": GLib.Variant("s", "bob@a.test")}, 0, handler.name)
            program.call(DISPATCHER, request, f"{TP}.ChannelRequest", "Proceed")
            given_account, given_connection, channels, satisfied, _, _ = handler.wait_for("HandleChannels")
            self.assertEqual((given_account, satisfied), (account.path, [request]))
            self.assertEqual(given_connection, account.get("Connection"))
            self.assertEqual(channels[0][1][f"{CHANNEL}.TargetID"], "bob@a.test")
            self.assertEqual(other.calls, [])

    def test_a_message_from_outside_is_offered_to_an_approver_and_then_handled(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            observer = Handler(program, "Watch", kinds=("Observer",))
            approver = Handler(program, "Ask", kinds=("Approver",))
            handler = Handler(program, "Show", bypass=False)
            bob = world.contact("bob")
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            bob.send("alice@a.test", "knock knock")
            observed = observer.wait_for("ObserveChannels")
            _, operation, properties = approver.wait_for("AddDispatchOperation")
            self.assertEqual(observed[3], operation)
            self.assertIn(handler.name, properties[f"{TP}.ChannelDispatchOperation.PossibleHandlers"])
            # The handler is in this very process: the call must not keep it from answering.
            program.begin(DISPATCHER, operation, f"{TP}.ChannelDispatchOperation", "HandleWith", "s", handler.name)
            _, connection, channels, *_ = handler.wait_for("HandleChannels")
            self.assertEqual(channels[0][0], observed[2][0][0])
            from telepathy import Connection
            self.assertEqual(body(Channel(Connection(program, connection), *channels[0]).wait_for_message()), "knock knock")

    def test_a_channel_of_a_handler_that_died_goes_to_another(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            first = Program(world)
            handler = Handler(first, "First")
            bob = world.contact("bob")
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            bob.send("alice@a.test", "unread")
            channels = handler.wait_for("HandleChannels")[2]
            second = Handler(program, "Second")
            first.close()
            self.assertEqual(second.wait_for("HandleChannels")[2][0][0], channels[0][0])


class Life(unittest.TestCase):

    def test_it_is_started_by_name_and_leaves_after_five_seconds(self):
        with World(server=False) as world, Program(world) as program:
            self.assertFalse(program.owned(MANAGER))
            protocols = program.get(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "Protocols")
            self.assertIn("jabber", protocols)
            pid = program.owner_pid(MANAGER)
            begin = time.monotonic()
            program.wait_for_name(MANAGER, owned=False, timeout=15)
            wait_for_exit(pid)
            self.assertGreater(time.monotonic() - begin, 3)
            # and it can be started again
            program.get(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "Protocols")

    def test_it_stays_as_long_as_an_account_is_online_and_with_persist(self):
        with World(keyring=True) as world, Program(world) as program:
            Account.create(program, "alice").wait_until_online()
            self.stays(world, program)
        with World(server=False) as world, Program(world) as program:
            world.start_service()
            self.stays(world, program)

    def stays(self, world, program):
        """Nobody leaves in 7 s; it is the one test that must let time pass."""
        with self.assertRaises(TimedOut):
            program.wait_for_name(MANAGER, owned=False, timeout=7 / patient(1))
        self.assertTrue(program.owned(MANAGER))

    def test_it_ends_in_order_with_its_bus_and_on_sigterm(self):
        with World(server=False) as world, Program(world) as program:
            child = world.start_service()
            child.process.send_signal(signal.SIGTERM)
            self.assertEqual(child.wait(), 0)
            child = world.start_service()
            # Once it has heard that the names are its own: GLib 2.74 complains when the bus goes before that
            # answer came (request_name_cb references a connection that it has let go).
            program.get_all(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager")
            world.bus.stop()
            child.wait()
            # nobody else manages the accounts then
            self.assertEqual([line for line in child.lines if "Another program" in line], [])

    def test_its_help_and_version_are_there_without_a_bus(self):
        with World(server=False, bus=False) as world:
            for option, word in (("--help", "--persist"), ("--version", "0.")):
                said = subprocess.run(world.service_command(option), env=world.env, stdout=subprocess.PIPE, text=True, timeout=20,
                                      check=True)
                self.assertIn(word, said.stdout)


if __name__ == "__main__":
    main()
