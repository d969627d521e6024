#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_groups.py: a person orders their contacts, sees somebody no longer, and saves power, from the command line."""

import unittest

from harness import main
from linnetctl import FAILED, OFFLINE, UNKNOWN, USAGE, Running, add_account, ctl
from telepathy import Program
from world import World

DELIMITER = "<iq type='set' id='delimiter'><query xmlns='jabber:iq:private'><roster xmlns='roster:delimiter'>::</roster></query></iq>"
ROSTER = {"bob@a.test": {"name": "Bob", "groups": ["Work"]}, "carol@b.test": {"name": "Carol", "groups": ["Family::Aunts", "Friends"]},
          "dora@b.test": {"name": "Dora"}}

# It cannot be told whether anybody is looking.
DEAF = """
module:hook("stream-features", function (event)
  event.features:remove_children("csi", "urn:xmpp:csi:0");
end, -100);
"""


class Groups(unittest.TestCase):

    def groups(self, world):
        return {row["group"]: row["contacts"] for row in ctl(world, "group", "list", "--json").json}

    def test_groups_are_shown_renamed_put_together_and_removed(self):
        with World() as world:
            world.set_roster("alice", ROSTER)
            judge = world.contact("alice")
            judge.send_raw(DELIMITER)
            judge.wait_for(lambda s: s["id"] == "delimiter", "answer")
            add_account(world, "alice")
            with Program(world) as program:  # the delimiter is asked for when the server has said what it can do
                shown = program.wait(lambda: next((out for out in [ctl(world, "group").out] if "“::”" in out), None), "delimiter")
            self.assertRegex(shown, r"(?m)^Family::Aunts +Carol$")
            self.assertIn("“::” stands between", shown)
            rows = {row["group"]: row["path"] for row in ctl(world, "group", "list", "--json").json}
            self.assertEqual(rows, {"Family::Aunts": ["Family", "Aunts"], "Friends": ["Friends"], "Work": ["Work"]})

            self.assertIn("called so now", ctl(world, "group", "rename", "Work", "Job").out)
            self.assertIn("group merge", ctl(world, "group", "rename", "Job", "Friends", status=FAILED).err)
            ctl(world, "group", "rename", "Work", "Else", status=UNKNOWN)
            ctl(world, "group", "merge", "Job", "Job", status=USAGE)
            self.assertEqual(ctl(world, "group", "merge", "Job", "Friends", "--json").json, {"account": "alice@a.test", "group": "Friends"})
            self.assertEqual(self.groups(world), {"Family::Aunts": ["carol@b.test"], "Friends": ["bob@a.test", "carol@b.test"]})
            ctl(world, "group", "add", "New\u202eevil", "dora@b.test", "BOB@a.test")
            self.assertIn("New<U+202E>evil", ctl(world, "group").out)
            ctl(world, "group", "add", "Friends", "nobody@a.test", status=UNKNOWN)
            ctl(world, "group", "drop", "Friends", "bob@a.test")
            ctl(world, "group", "remove", "Family::Aunts")
            ctl(world, "group", "remove", "Family::Aunts", status=UNKNOWN)
            self.assertEqual(self.groups(world), {"Friends": ["carol@b.test"], "New\u202eevil": ["bob@a.test", "dora@b.test"]})
            self.assertEqual({address: groups for address, (_name, groups) in judge.roster_items().items()},
                             {"bob@a.test": {"New\u202eevil"}, "carol@b.test": {"Friends"}, "dora@b.test": {"New\u202eevil"}})
            ctl(world, "presence", "offline")
            for words in (["list"], ["rename", "x", "y"], ["merge", "x", "y"], ["remove", "x"], ["add", "x", "y"], ["drop", "x", "y"]):
                self.assertIn("alice@a.test is not online", ctl(world, "group", *words, status=OFFLINE).err)

    def test_somebody_is_seen_no_longer_and_let_in_before_they_ask(self):
        with World(friends=[("alice", "bob")]) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            self.assertIn("no longer shows", ctl(world, "roster", "unsubscribe", "bob@a.test").out)
            bob.wait_for_presence(sender="alice@a.test", kind="unsubscribe")
            self.assertEqual([row["subscription"] for row in ctl(world, "roster", "--json").json], ["from"])
            bob.send_presence(to="alice@a.test", kind="unsubscribed")
            ctl(world, "roster", "deny", "bob@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="unsubscribed")
            self.assertIn("once they ask", ctl(world, "roster", "authorize", "bob@a.test").out)
            # this server was told, and says so in the list
            with Program(world) as program:
                program.wait(lambda: [row["approved"] for row in ctl(world, "roster", "--json").json] == [True], "approval")
            self.assertIn("none, approved", ctl(world, "roster").out)
            bob.subscribe("alice@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="subscribed")
            bob.wait_for_presence(sender="alice@a.test", kind="available")

    def test_who_looks_like_a_contact_is_marked(self):
        evil = "b\u043eb@a.test"  # with a Cyrillic letter
        with World(users=("alice", "bob", evil)) as world:
            world.set_roster("alice", {"bob@a.test": {"name": "Bob", "subscription": "both"}})
            mallory = world.contact(evil)
            add_account(world, "alice")
            with Program(world) as program:
                mallory.subscribe("alice@a.test")
                row = program.wait(lambda: next((row for row in ctl(world, "roster", "--json").json if row["asks"]), None), "request")
            self.assertEqual((row["address"], row["confusable_with"]), (evil, "bob@a.test"))
            self.assertIn("looks like bob@a.test", ctl(world, "roster").out)
            self.assertRegex(ctl(world, "contact", evil).out, r"(?m)^Looks like: +bob@a.test$")
            self.assertNotIn("Looks like", ctl(world, "contact", "bob@a.test").out)

    def test_power_is_saved_and_what_comes_meanwhile_is_there_afterwards(self):
        for plugins in ({}, {"deaf": DEAF}):
            with self.subTest(plugins=plugins), World(friends=[("alice", "bob")], plugins=plugins, stanza_debug=True) as world:
                bob = world.contact("bob")
                add_account(world, "alice")
                self.assertEqual(ctl(world, "power-saving", "--json").json, {"account": "alice@a.test", "power_saving": False})
                self.assertIn("saves power", ctl(world, "power-saving", "on").out)
                ctl(world, "power-saving", "on")
                with Running(world, "listen", "--json", "--count=1", "--timeout=60", ready="istening") as listener:
                    bob.send_presence(show="xa", status="sleeping")
                    bob.send("alice@a.test", "does this wait?")
                    self.assertIn("does this wait?", listener.line())
                self.assertIn("does not", ctl(world, "power-saving", "off").out)
                with Program(world) as program:
                    program.wait(lambda: "Away for longer (sleeping)" in ctl(world, "roster").out, "presence of bob")
                told = [line for line in world.server.child.lines if "urn:xmpp:csi:0" in line and "RECV" in line]
                self.assertEqual(bool(told), not plugins, told)
                ctl(world, "presence", "offline")
                self.assertIn("is not online", ctl(world, "power-saving", status=OFFLINE).err)


if __name__ == "__main__":
    main()
