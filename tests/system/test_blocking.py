#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_blocking.py: a real Prosody keeps away whom a Telepathy program blocks."""

import unittest

from harness import main
from telepathy import CONNECTION, CONTACTS, ERROR, MESSAGES, ROSTER, Connection, Program, body
from world import World

BLOCKING = f"{CONNECTION}.Interface.ContactBlocking"


NO, YES = 1, 4


def blocked(connection):
    return set(connection.call(BLOCKING, "RequestBlockedContacts").values())


class Blocking(unittest.TestCase):

    def test_who_is_blocked_is_not_heard_until_unblocked(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            self.assertEqual(blocked(connection), set())
            connection.call(BLOCKING, "BlockContacts", "aub", [handle], True)
            change = connection.wait_for("BlockedContactsChanged", BLOCKING)
            self.assertEqual(change.args, ({handle: "bob@a.test"}, {}))
            self.assertEqual(blocked(connection), {"bob@a.test"})
            attributes = connection.call(CONTACTS, "GetContactAttributes", "auasb", [handle], [BLOCKING], False)
            self.assertIs(attributes[handle][f"{BLOCKING}/blocked"], True)
            # we look as if we were not there
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            bob.send("alice@a.test", "can you hear me?")
            bob.wait_for(lambda s: s.name == "message" and s["type"] == "error" and s["from"].bare == "alice@a.test", "error")
            connection.call(BLOCKING, "UnblockContacts", "au", [handle])
            self.assertEqual(connection.wait_for("BlockedContactsChanged", BLOCKING).args, ({}, {handle: "bob@a.test"}))
            bob.send("alice@a.test", "and now?")
            channel = connection.wait_for_channel(target="bob@a.test")
            channel.wait_for_message("and now?")
            self.assertEqual([body(parts) for parts in channel.pending()], ["and now?"])

    def test_what_we_write_to_them_comes_back_with_the_reason(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            connection = Connection.request(program, "alice").connect()
            connection.call(BLOCKING, "BlockContacts", "aub", [connection.handle("bob@a.test")], False)
            channel = connection.text_channel("bob@a.test")
            channel.send("can you hear me?")
            report = channel.wait_for("MessageReceived", MESSAGES, lambda parts: parts[0].get("message-type") == 4).args[0][0]
            self.assertEqual((report["delivery-dbus-error"], report["delivery-error"]), ("im.linnet.Error.Blocked", 3))
            self.assertIn("You have blocked this address", report["delivery-error-message"])

    def test_who_is_blocked_does_not_see_us_and_is_not_in_the_list(self):
        with World() as world, Program(world) as program:
            world.set_roster("alice", {"bob@a.test": {"subscription": "both"}, "dora@b.test": {"subscription": "from"}})
            connection = Connection.request(program, "alice").connect()
            bob, dora = connection.handle("bob@a.test"), connection.handle("dora@b.test")

            def publish():
                return {address: row[f"{ROSTER}/publish"] for address, row in connection.roster().items()}

            self.assertEqual(publish(), {"bob@a.test": YES, "dora@b.test": YES})
            connection.call(BLOCKING, "BlockContacts", "aub", [bob, dora], False)
            # told before the method returned
            program.settle()
            change = program.take("ContactsChangedWithID", connection.path, ROSTER, lambda _changes, _names, removals: bool(removals))
            self.assertEqual(change.args, ({bob: (YES, NO, "")}, {bob: "bob@a.test"}, {dora: "dora@b.test"}))
            self.assertEqual(publish(), {"bob@a.test": NO})  # of bob we have asked to hear, dora is only kept away
            self.assertEqual(connection.attributes("dora@b.test", ROSTER)[f"{ROSTER}/publish"], NO)
            connection.disconnect()

            # the next connection learns of the list of contacts and of those who are blocked in any order
            connection = Connection.request(program, "alice").connect()
            program.wait(lambda: publish() == {"bob@a.test": NO}, "list without who is blocked")
            bob, dora = connection.handle("bob@a.test"), connection.handle("dora@b.test")
            connection.call(BLOCKING, "UnblockContacts", "au", [bob, dora])
            self.assertEqual(publish(), {"bob@a.test": YES, "dora@b.test": YES})

    def test_the_list_is_there_again_with_the_next_connection(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            connection = Connection.request(program, "alice").connect()
            connection.call(BLOCKING, "BlockContacts", "aub", [connection.handle("spam@b.test")], False)
            connection.disconnect()
            connection = Connection.request(program, "alice").connect()
            self.assertEqual(blocked(connection), {"spam@b.test"})

    def test_before_the_connection_nobody_can_be_blocked(self):
        with World() as world, Program(world) as program:
            connection = Connection.request(program, "alice")
            error = program.fails(connection.name, connection.path, BLOCKING, "RequestBlockedContacts")
            self.assertEqual(error, f"{ERROR}.Disconnected")


if __name__ == "__main__":
    main()
