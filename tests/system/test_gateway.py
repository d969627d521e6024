#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_gateway.py: somebody registers with a gateway, reaches people behind it, and leaves it."""

import unittest

from harness import main
from linnetctl import FAILED, OK, USAGE, add_account, converse, ctl
from telepathy import Program
from world import World

GATEWAY = """
if module:get_host_type() ~= "component" then return; end
local st, jid = require "util.stanza", require "util.jid";
local users = {};
module:depends("disco");
module:add_identity("gateway", "irc", "IRC");
module:add_feature("jabber:iq:register");
local function say(to, kind) module:send(st.presence({ from = module.host, to = to, type = kind })); end
module:hook("iq/host", function (event)
  local stanza, query, who = event.stanza, event.stanza.tags[1], jid.bare(event.stanza.attr.from);
  local reply = st.reply(stanza);
  if query.attr.xmlns == "jabber:iq:gateway" then
    reply:query("jabber:iq:gateway");
    if stanza.attr.type == "get" then
      reply:text_tag("desc", "Type the nick."):text_tag("prompt", "Nick");
    else
      local name = query:get_child_text("prompt");
      reply:text_tag("jid", name == "thief" and "alice@a.test" or name:gsub("%W", "%%") .. "@" .. module.host);
    end
  elseif query.attr.xmlns ~= "jabber:iq:register" then
    return;
  elseif stanza.attr.type == "get" then
    reply:query("jabber:iq:register"):text_tag("instructions", "Who are you there?");
    if users[who] then reply:tag("registered"):up(); end
    reply:text_tag("username", users[who] or ""):text_tag("password", "");
  elseif query:get_child("remove") then
    users[who] = nil;
    say(who, "unsubscribe"); say(who, "unsubscribed");
  elseif query:get_child_text("password") ~= "secret" then
    reply = st.error_reply(stanza, "modify", "not-acceptable", "That is not your password.");
  else
    users[who] = query:get_child_text("username");
    say(who, "subscribe");
  end
  event.origin.send(reply);
  return true;
end, 100);
module:hook("presence/host", function (event)
  local who, kind = jid.bare(event.stanza.attr.from), event.stanza.attr.type;
  if kind == "subscribe" then say(who, "subscribed"); end
  if users[who] and (kind == nil or kind == "unavailable") then say(who, kind); end
  return true;
end, 100);
"""


class Gateway(unittest.TestCase):

    def presence(self, world):
        return {row["address"]: row["presence"]["show"] for row in ctl(world, "roster", "list", "--json").json}["irc.a.test"]

    def rows(self, world):
        return {row["address"]: row["subscription"] for row in ctl(world, "roster", "list", "--json").json}

    def test_it_is_entered_used_and_left(self):
        with World(friends=[("alice", "bob")], plugins={"irc": GATEWAY}, disabled=(),
                   extra='Component "irc.a.test" "irc"\n') as world, Program(world) as program:
            add_account(world, "alice")
            with self.subTest("only a gateway is one"):
                self.assertIn("not a gateway", ctl(world, "gateway", "address", "a.test", "x", status=USAGE).err)
                self.assertIn("not the address of a gateway", ctl(world, "gateway", "unregister", "bob@a.test", status=USAGE).err)
                for word in ("register", "unregister"):
                    self.assertIn("not a gateway", ctl(world, "gateway", word, "a.test", status=USAGE).err)
                self.assertEqual(self.rows(world), {"bob@a.test": "both"})
            with self.subTest("who mistypes the password types it again"):
                status, seen = converse(world, ["gateway", "register", "irc.a.test"], b"R@meo\n", b"sceret\n", b"\n", b"secret\n")
                self.assertEqual(status, OK, seen)
                self.assertIn(b"That is not your password.", seen)
                self.assertIn(b"User name [R@meo]: ", seen)
                self.assertEqual(seen.count(b"Password for irc.a.test: "), 2)
                ctl(world, "gateway", "unregister", "irc.a.test")
                program.wait(lambda: "irc.a.test" not in self.rows(world) or None, "a list without the gateway")
            said = ctl(world, "gateway", "register", "irc.a.test", "--answer=username=R@meo", password="secret")
            self.assertEqual(said.out, "irc.a.test knows you now, and is a contact.\n")
            self.assertIn("Who are you there?", said.err)
            program.wait(lambda: self.rows(world).get("irc.a.test") == "both" or None, "the gateway as a contact")
            with self.subTest("it signs in and out of its network"):
                for word, presence in (("logout", "offline"), ("login", "available")):
                    self.assertIn("irc.a.test is told that you are", ctl(world, "gateway", word, "irc.a.test").out)
                    program.wait(lambda want=presence: self.presence(world) == want or None, presence)
                self.assertIn("no gateway", ctl(world, "gateway", "logout", "muc.a.test", status=FAILED).err)
            with self.subTest("people behind it have addresses"):
                self.assertEqual(ctl(world, "gateway", "address", "irc.a.test", "Foo Bar").out, "Foo%Bar@irc.a.test\n".lower())
                asked = ctl(world, "gateway", "address", "irc.a.test", text="nick\n")
                self.assertEqual((asked.out, asked.err), ("nick@irc.a.test\n", "Type the nick.\nNick: "))
                self.assertIn("does not know such an address", ctl(world, "gateway", "address", "irc.a.test", "thief", status=FAILED).err)
            with self.subTest("what it knows is shown, and can be changed"):
                again = ctl(world, "gateway", "register", "irc.a.test", "--answer=username=Tybalt", password="secret").err
                self.assertIn("You are registered already", again)
            ctl(world, "roster", "add", "nick@irc.a.test")
            ctl(world, "gateway", "unregister", "irc.a.test")
            program.wait(lambda: self.rows(world) == {"bob@a.test": "both"} or None, "a list without the gateway")


if __name__ == "__main__":
    main()
