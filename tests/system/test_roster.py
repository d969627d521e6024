#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_roster.py: the contact list of a real Prosody: refused for a while, its groups, and edits that meet each other."""

import unittest

from gi.repository import Gio, GLib

from harness import main
from telepathy import ALIASING, CONNECTED, CONNECTION, ERROR, GROUPS, PRESENCE, ROSTER, Connection, Program
from world import World

WAITING, FAILURE, SUCCESS = 1, 2, 3

# The first times it cannot give the list of contacts.
MOODY = """
local st = require "util.stanza";
local asked = 0;
module:hook("iq/self/jabber:iq:roster:query", function (event)
  if event.stanza.attr.type ~= "get" or event.origin.username ~= "alice" then return; end
  asked = asked + 1;
  if asked > 2 then return; end
  event.origin.send(st.error_reply(event.stanza, "wait", "resource-constraint", "Come back later"));
  return true;
end, 10);
"""

FRIENDS = {"bob@a.test": {"name": "Bob", "groups": ["Friends", "Work"]}, "carol@b.test": {"name": "Carol", "groups": ["Friends"]},
           "dora@b.test": {"name": "Dora", "groups": ["Work"]}, "erin@b.test": {"name": "Erin"}}


class Calls:
    """Calls that are all under way before the first answer."""

    def __init__(self, connection):
        self.connection, self.results = connection, {}

    def begin(self, key, interface, method, signature, *args):
        connection = self.connection

        def done(bus, result):
            try:
                bus.call_finish(result)
                self.results[key] = "done"
            except GLib.Error as problem:
                self.results[key] = Gio.DBusError.get_remote_error(problem)
        connection.program.bus.call(connection.name, connection.path, interface, method, GLib.Variant(f"({signature})", args), None,
                                    Gio.DBusCallFlags.NONE, -1, None, done)

    def wait(self, number):
        self.connection.program.wait(lambda: len(self.results) == number, "answers to all calls")
        return self.results


class Refused(unittest.TestCase):

    def test_a_list_that_the_server_cannot_give_is_a_failure_until_it_can(self):
        with World(friends=[("alice", "bob")], plugins={"moody": MOODY}) as world, Program(world) as program:
            world.contact("bob").send_presence(show="away", status="Tea")
            connection = Connection.request(program, "alice")
            connection.call(CONNECTION, "Connect")
            connection.wait_for("ContactListStateChanged", ROSTER, lambda state: state == FAILURE)
            self.assertEqual(connection.get(CONNECTION, "Status"), CONNECTED)
            with self.assertRaises(GLib.Error) as raised:
                connection.roster()
            self.assertEqual(Gio.DBusError.get_remote_error(raised.exception), f"{ERROR}.ServiceBusy")
            self.assertIn("Come back later", raised.exception.message)
            # nobody asks for it: the service does
            connection.wait_for("ContactListStateChanged", ROSTER, lambda state: state == SUCCESS, timeout=30)
            self.assertEqual(list(connection.roster()), ["bob@a.test"])
            # who was there before it was known that they are a contact is there
            program.wait(lambda: connection.roster(PRESENCE)["bob@a.test"][f"{PRESENCE}/presence"] == (3, "away", "Tea"), "presence")


class Groups(unittest.TestCase):

    def test_groups_are_made_renamed_put_together_and_removed(self):
        with World() as world, Program(world) as program:
            world.set_roster("alice", FRIENDS)
            judge = world.contact("alice")
            connection = Connection.request(program, "alice").connect()
            bob, carol, dora, erin = (connection.handle(address) for address in FRIENDS)
            self.assertEqual(connection.wait_for("GroupsCreated", GROUPS).args, (["Friends", "Work"],))

            def do(method, signature, *args):
                """What it changed is told before it returns, and is what the server has."""
                connection.call(GROUPS, method, signature, *args)
                kept = {address: groups for address, (_name, groups) in judge.roster_items().items()}
                told = {address: set(row[f"{GROUPS}/groups"]) for address, row in connection.roster(GROUPS).items()}
                self.assertEqual(told, kept)
                self.assertEqual(set(connection.get(GROUPS, "Groups")), set().union(*kept.values()))
                return [kept[address] for address in FRIENDS]

            def refuse(method, *names):
                error = program.fails(connection.name, connection.path, GROUPS, method, "s" * len(names), *names)
                return error.removeprefix(f"{ERROR}.")

            self.assertEqual(do("RenameGroup", "ss", "Work", "Job"), [{"Friends", "Job"}, {"Friends"}, {"Job"}, set()])
            program.settle()
            self.assertEqual(program.take("GroupsCreated", connection.path).args, (["Job"],))
            # the group is there until the last of its members has left it
            self.assertEqual(program.take("GroupsRemoved", connection.path).args, (["Work"],))
            changes = [program.take("GroupsChanged", connection.path).args for _ in range(2)]
            self.assertEqual(sorted(changes), sorted([([bob], ["Job"], ["Work"]), ([dora], ["Job"], ["Work"])]))

            self.assertEqual(refuse("RenameGroup", "Job", "Friends"), "NotAvailable")
            self.assertEqual(refuse("RenameGroup", "Work", "Else"), "DoesNotExist")

            # so two are put together: everybody of the one into the other, then the one goes
            self.assertEqual(do("AddToGroup", "sau", "Friends", [bob, dora]), [{"Friends", "Job"}, {"Friends"}, {"Friends", "Job"}, set()])
            self.assertEqual(do("RemoveGroup", "s", "Job"), [{"Friends"}, {"Friends"}, {"Friends"}, set()])
            self.assertEqual(do("RemoveGroup", "s", "Job"), [{"Friends"}, {"Friends"}, {"Friends"}, set()])

            self.assertEqual(do("SetContactGroups", "uas", erin, ["One", "Two & <3>", "Drei"]),
                             [{"Friends"}, {"Friends"}, {"Friends"}, {"One", "Two & <3>", "Drei"}])
            self.assertEqual(do("SetContactGroups", "uas", erin, ["Two & <3>", "Four"]),
                             [{"Friends"}, {"Friends"}, {"Friends"}, {"Two & <3>", "Four"}])
            self.assertEqual(do("RemoveFromGroup", "sau", "Friends", [bob, erin]), [set(), {"Friends"}, {"Friends"}, {"Two & <3>", "Four"}])
            self.assertEqual(do("SetGroupMembers", "sau", "Friends", [carol, erin]),
                             [set(), {"Friends"}, set(), {"Friends", "Two & <3>", "Four"}])
            self.assertEqual(do("SetContactGroups", "uas", erin, []), [set(), {"Friends"}, set(), set()])
            self.assertEqual(do("RemoveFromGroup", "sau", "Friends", [carol]), [set()] * 4)
            self.assertEqual(connection.get(GROUPS, "Groups"), [])

    def test_edits_of_one_contact_follow_each_other_and_the_last_word_wins(self):
        with World() as world, Program(world) as program:
            world.set_roster("alice", FRIENDS)
            judge = world.contact("alice")
            connection = Connection.request(program, "alice").connect()
            bob, carol, dora, erin = (connection.handle(address) for address in FRIENDS)
            calls = Calls(connection)
            for number, name in enumerate(("Robert", "Rob", "Bobby")):
                calls.begin(f"name {number}", ALIASING, "SetAliases", "a{us}", {bob: name})
            calls.begin("groups of bob", GROUPS, "SetContactGroups", "uas", bob, ["Family", "Work"])
            calls.begin("rename the group", GROUPS, "RenameGroup", "ss", "Work", "Job")
            calls.begin("too long", ALIASING, "SetAliases", "a{us}", {bob: "x" * 2000})
            calls.begin("name of carol", ALIASING, "SetAliases", "a{us}", {carol: "Caroline"})
            calls.begin("remove carol", ROSTER, "RemoveContacts", "au", [carol])
            calls.begin("remove dora", ROSTER, "RemoveContacts", "au", [dora])
            calls.begin("name of dora", ALIASING, "SetAliases", "a{us}", {dora: "Theodora"})
            calls.begin("erin into a group", GROUPS, "AddToGroup", "sau", "Friends", [erin])
            calls.begin("erin into another", GROUPS, "AddToGroup", "sau", "Work", [erin])
            results = calls.wait(12)
            self.assertEqual(results.pop("too long"), f"{ERROR}.InvalidArgument")
            self.assertEqual(set(results.values()), {"done"}, results)
            wanted = {"bob@a.test": ("Bobby", {"Family", "Job"}), "dora@b.test": ("Theodora", set()),
                      "erin@b.test": ("Erin", {"Friends", "Work"})}
            self.assertEqual(judge.roster_items(), wanted)
            told = {address: (row[f"{ALIASING}/alias"], set(row[f"{GROUPS}/groups"])) for address, row in connection.roster(ALIASING, GROUPS).items()}
            self.assertEqual(told, wanted)


if __name__ == "__main__":
    main()
