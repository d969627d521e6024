#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_dispatching.py: programs that the bus starts for a channel, and that crash. Telepathy 0.27.4 Client, .client files."""

import json
import pathlib
import unittest

from harness import main
from telepathy import DISPATCHER, DISPATCHER_PATH, MANAGER, REQUESTS, TP, Account, Handler, Program
from world import World
from world.bus import call_bus

HERE = pathlib.Path(__file__).parent
CLIENT = """[{tp}.Client]
Interfaces={tp}.Client.{kind};

[{tp}.Client.{kind}]
{more}

[{tp}.Client.{kind}.{kind}ChannelFilter 0]
{tp}.Channel.ChannelType s={tp}.Channel.Type.Text
"""


class Started:
    """A client that is started when it is needed, in a world whose service does not run yet."""

    def __init__(self, world, program, name, kind, *words, more="", has_file=True):
        self.program, self.log = program, world.folder / f"{name}.calls"
        folder = pathlib.Path(world.env["XDG_DATA_HOME"]) / "telepathy/clients"
        folder.mkdir(parents=True, exist_ok=True)
        if has_file:
            (folder / f"{name}.client").write_text(CLIENT.format(tp=TP, kind=kind, more=more), encoding="utf-8")
        world.bus.add_service(f"{TP}.Client.{name}", "/usr/bin/python3", HERE / "started_client.py", name, kind, self.log, *words)
        call_bus(program.bus, "ReloadConfig")

    def calls(self):
        """Process, method and arguments of each."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()] if self.log.exists() else []

    def wait_for_calls(self, number):
        return self.program.wait(lambda: self.calls() if len(self.calls()) >= number else None, f"{number} calls", 40)


def begin(world, program):
    account = Account.create(program, "alice")
    account.wait_until_online()
    bob = world.contact("bob")
    bob.wait_for_presence(sender="alice@a.test", kind="available")
    bob.send("alice@a.test", "unread")
    return account


class Crashes(unittest.TestCase):

    def test_a_handler_that_always_crashes_is_not_started_for_ever(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            client = Started(world, program, "Mortal", "Handler", "crash")
            account = begin(world, program)
            calls = client.wait_for_calls(3)
            self.assertEqual(len({pid for pid, *_ in calls}), 3)
            program.wait_for_name(f"{TP}.Client.Mortal", owned=False)
            # once the service has closed the channel for the third time, nobody is asked any more
            for _ in range(3):
                program.wait_for("ChannelClosed", interface=REQUESTS)
            program.wait(lambda: self.operations(program) == [], "end of the operations")
            self.assertEqual(len(client.calls()), 3)
            self.assertEqual(account.history("bob@a.test"), [(False, "unread")])

    def test_a_handler_that_crashes_once_with_three_conversations_gets_them_back(self):
        friends = ("bob", "carol", "dave")
        with World(users=("alice", *friends), friends=[("alice", name) for name in friends], keyring=True) as world, \
                Program(world) as program:
            client = Started(world, program, "Busy", "Handler", "crash-third")
            Account.create(program, "alice").wait_until_online()
            for name in friends:
                world.contact(name).send("alice@a.test", "unread")
            calls = client.wait_for_calls(6)
            first, second = calls[0][0], calls[-1][0]
            self.assertEqual([pid for pid, *_ in calls], [first] * 3 + [second] * 3)
            self.assertNotEqual(first, second)

    def test_a_handler_without_a_file_is_started_to_be_asked_and_for_a_channel(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            client = Started(world, program, "Fileless", "Handler", "crash-first", has_file=False)
            begin(world, program)
            # it is started as often as it is needed, also when it does not run any more
            first, second = client.wait_for_calls(2)
            self.assertEqual([call[1] for call in (first, second)], ["HandleChannels"] * 2)
            self.assertNotEqual(first[0], second[0])

    def operations(self, program):
        return program.get(DISPATCHER, DISPATCHER_PATH, f"{DISPATCHER}.Interface.OperationList", "DispatchOperations")

    def test_an_observer_that_recovers_is_started_again_and_told_what_there_is(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            client = Started(world, program, "Log", "Observer", "crash-first", more="Recover=true")
            handler = Handler(program, "Show")
            begin(world, program)
            first, second = client.wait_for_calls(2)
            channel = handler.wait_for("HandleChannels")[2][0][0]
            self.assertNotEqual(first[0], second[0])
            self.assertEqual([call[2][2][0][0] for call in (first, second)], [channel, channel])
            self.assertNotIn("recovering", first[2][5])
            self.assertIs(second[2][5]["recovering"], True)


class Installed(unittest.TestCase):

    def test_what_is_installed_while_the_service_runs_is_started_for_a_channel(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            bob = world.contact("bob")
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            client = Started(world, program, "Fresh", "Handler")
            program.wait(lambda: self.files_were_read(program), "look at the files")
            bob.send("alice@a.test", "hello")
            client.wait_for_calls(1)
            self.assertEqual(account.history("bob@a.test"), [(False, "hello")])

    def files_were_read(self, program):
        """The answer of the bus, what it can start, was there before that of the service."""
        said = program.call(MANAGER, "/org/freedesktop/Telepathy/debug", f"{TP}.Debug", "GetMessages")
        return any("files of clients" in text for *_, text in said)


if __name__ == "__main__":
    main()
