#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_model_contacts.py: the window's contact list: groups, and who sees whom, with a real Prosody and slixmpp contacts."""

import os
import signal
import unittest

from harness import main
from linnetctl import add_account, ctl
from model_tool import Tool
from telepathy import CONNECTION, Program
from world import World

CONTACT_LIST = f"{CONNECTION}.Interface.ContactList"


class Contacts(unittest.TestCase):

    def setUp(self):
        world = World(users=("alice", "bob", "carol"), friends=[("alice", "bob")])
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.bob = world.contact("bob")
        add_account(world, "alice")
        self.bob.wait_for_presence(sender="alice@a.test")
        self.tool = Tool(world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.wait("^account connected$")
        self.tool.say("contacts")
        self.tool.wait("^contact bob@a.test subscribe=yes publish=yes groups=$")

    def test_groups_come_merge_and_go(self):
        tool = self.tool
        tool.say("set-groups bob@a.test Friends,Work")
        tool.wait("^set-groups done$")
        tool.wait("^groups Friends Work$")
        tool.wait("^contact bob@a.test .*groups=(Friends,Work|Work,Friends)$")
        tool.say("rename-group Work Colleagues")
        tool.wait("^rename-group done$")
        tool.wait("^groups Colleagues Friends$")
        tool.wait("^contact bob@a.test .*groups=(Friends,Colleagues|Colleagues,Friends)$")
        tool.say("rename-group Friends Colleagues")
        tool.wait("^rename-group done$")
        tool.wait("^groups Colleagues$")
        tool.wait("^contact bob@a.test .*groups=Colleagues$")
        tool.say("rename-group Nobody Somebody")
        tool.wait("^rename-group failed: ")
        tool.say("rename-group Colleagues ")
        tool.wait("^rename-group failed: A group needs a name")
        tool.say("remove-group Colleagues")
        tool.wait("^remove-group done$")
        tool.wait("^groups$")
        tool.wait("^contact bob@a.test .*groups=$")
        ctl(self.world, "presence", "offline")
        tool.wait("^account disconnected$")
        for line in ("rename-group a b", "remove-group a", "subscribe bob@a.test no"):
            tool.say(line)
            tool.wait("failed: The contact list can be changed while the account is online")

    def test_presence_is_shared_by_two_switches(self):
        tool = self.tool
        tool.say("publish bob@a.test no")
        tool.wait("^publish done$")
        tool.wait("^contact bob@a.test subscribe=yes publish=no ")
        self.bob.wait_for(lambda s: s.name == "presence" and s["type"] == "unsubscribed", "the end of it")
        tool.say("subscribe bob@a.test no")
        tool.wait("^subscribe done$")
        tool.wait("^contact bob@a.test subscribe=no publish=no ")
        tool.say("subscribe bob@a.test yes")
        tool.wait("^contact bob@a.test subscribe=ask ")
        self.bob.authorize("alice@a.test")
        tool.wait("^contact bob@a.test subscribe=yes publish=no ")
        tool.say("publish @nowhere yes")
        tool.wait("^publish failed: ")

    def test_somebody_may_before_they_ask(self):
        tool = self.tool
        tool.say("publish carol@a.test yes")
        tool.wait("^publish done$")
        tool.wait("^approved carol@a.test yes$")
        tool.say("publish carol@a.test no")
        tool.wait("^approved carol@a.test no$")
        tool.say("publish carol@a.test yes")
        tool.wait("^approved carol@a.test yes$")
        carol = self.world.contact("carol")
        tool.mark()
        carol.subscribe("alice@a.test")
        tool.wait("^contact carol@a.test .*publish=yes ")
        carol.wait_for_presence(sender="alice@a.test")

    def test_since_when_somebody_is_idle_is_followed(self):
        tool = self.tool
        tool.mark()
        self.bob.send_raw("<presence><show>away</show><idle xmlns='urn:xmpp:idle:1' since='2026-07-21T02:56:15Z'/></presence>")
        tool.wait("^idle bob@a.test 1784602575$")
        tool.mark()
        ctl(self.world, "presence", "offline")
        tool.wait("^idle bob@a.test 0$")
        tool.mark()
        ctl(self.world, "presence", "available")
        tool.wait("^idle bob@a.test 1784602575$")
        self.bob.send_raw("<presence/>")
        tool.wait("^idle bob@a.test 0$")

    def test_who_has_left_the_list_does_not_come_back(self):
        tool, model = self.tool, self.tool.child.process.pid
        tool.mark()
        # the model hears of both only when it is too late to ask who that was
        os.kill(model, signal.SIGSTOP)
        try:
            ctl(self.world, "roster", "add", "carol@a.test")
            ctl(self.world, "roster", "remove", "carol@a.test")
            ctl(self.world, "roster", "add", "dave@a.test")
        finally:
            os.kill(model, signal.SIGCONT)
        tool.wait("^contact dave@a.test subscribe=ask ")
        self.assertNotIn("carol@a.test", "\n".join(tool.child.lines[tool.since:]))

    def test_a_request_says_what_was_written(self):
        carol = self.world.contact("carol")
        tool = self.tool
        tool.say("add carol@a.test It is me")
        tool.wait("^add done$")
        self.assertEqual(carol.wait_for_presence(sender="alice@a.test", kind="subscribe").status, "It is me")
        tool.say("add a@b@c x")
        tool.wait("^add failed: “a@b@c” is not an address")
        # what is no fault of the address is not said to be one
        with Program(self.world) as program:
            service = program.owner_pid("im.linnet.Service")
        os.kill(service, signal.SIGSTOP)
        tool.say("add dave@a.test x")
        os.kill(service, signal.SIGKILL)
        tool.wait("^add failed: (?!.*is not an address)")

    def test_a_list_that_is_not_fetched_by_itself_is_fetched_for_the_window(self):
        self.tool.child.close_input()
        ctl(self.world, "account", "set", "alice@a.test", f"{CONTACT_LIST}.DownloadAtConnection=false", "--reconnect")
        tool = Tool(self.world)
        self.addCleanup(tool.child.close_input)
        tool.wait("^account connected$")
        tool.say("contacts")
        tool.wait("^contact bob@a.test subscribe=yes publish=yes groups=$")


if __name__ == "__main__":
    main()
