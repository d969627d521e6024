#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_model_server.py: what the window's pages about a server are made of, with the real service and real servers."""

import unittest

from harness import main
from linnetctl import add_account, ctl
from model_tool import Tool
from world import World

CONTACTS = 'contact_info = { admin = { "mailto:root@a.test" }, abuse = { "xmpp:abuse@a.test", "file:///etc/passwd" } }'


class Server(unittest.TestCase):

    def setUp(self):
        world = World(modules=["server_contact_info"], extra=CONTACTS)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        add_account(self.world, "alice")
        self.tool = Tool(self.world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.wait("^account connected$")

    def test_a_server_is_told_in_words(self):
        tool = self.tool
        tool.say("server")
        tool.wait("^page loading")
        tool.wait(r"^feature Message Archive \[alice@a\.test\] It keeps your messages")
        tool.wait(r"^feature Rooms \[muc\.a\.test\] It has rooms for groups\.$")
        tool.wait(r"^feature Gateways \[missing\] It has no gateway to another network\.$")
        tool.wait("^page ready")
        said = "\n".join(tool.child.lines[tool.since:])
        self.assertIn("write Administration [mailto:root@a.test]", said)
        self.assertIn("write Abuse [xmpp:abuse@a.test]", said)
        self.assertNotIn("passwd", said)
        tool.mark()
        ctl(self.world, "presence", "offline")
        tool.wait("^page offline")
        ctl(self.world, "presence", "available")
        tool.wait("^page loading")
        tool.wait("^page ready")
        tool.say("drop")
        tool.wait("^gone$")
        tool.say("server")
        tool.say("drop")
        tool.wait("^gone$")

    def test_the_way_to_the_server_is_told_as_long_as_it_is_there(self):
        tool = self.tool
        tool.say("security")
        tool.wait(r"^security SCRAM-SHA-\S+, a\.test.*, 0 accepted: The way to the server is encrypted by TLS 1\.3")
        tool.say("forget-keys")
        tool.wait("^forget-keys failed: .*accepted")
        ctl(self.world, "presence", "offline")
        tool.wait("^security , -, 0 accepted: no connection$")
        ctl(self.world, "presence", "available")
        tool.wait(r"^security SCRAM-SHA-\S+, a\.test.*: The way to the server")


if __name__ == "__main__":
    main()
