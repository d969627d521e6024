#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_hiding.py: online, and nobody is told: by a privacy list of a real ejabberd, by a command of a Prosody, by nothing."""

import json
import unittest

from harness import main
from linnetctl import FAILED, Running, add_account, ctl
from world import World
from world.contact import Contact
from world.ejabberd import Ejabberd

PRIVACY = "{jabber:iq:privacy}"
LIST = "im.linnet.invisible"
# What XEP-0186 asks of a server, as far as presence goes; no module of Debian's does it.
INVISIBLE = """
local st = require "util.stanza";
module:add_feature("urn:xmpp:invisible:1");
module:hook("iq-set/self/urn:xmpp:invisible:1:invisible", function (event)
  local session = event.origin;
  if session.presence then
    prosody.core_post_stanza(session, st.presence({ type = "unavailable", from = session.full_jid }));
  end
  session.invisible = true;
  session.send(st.reply(event.stanza));
  return true;
end);
module:hook("iq-set/self/urn:xmpp:invisible:1:visible", function (event)
  event.origin.invisible = nil;
  event.origin.send(st.reply(event.stanza));
  return true;
end);
module:hook("pre-presence/bare", function (event)
  if event.origin.invisible and not event.stanza.attr.to then return true; end
end, 1000);
"""


def lists(person):
    """Names of the privacy lists, and which are active and default."""
    async def work():
        answer = await person.client.make_iq_get(queryxmlns="jabber:iq:privacy").send()
        named = {name: [e.get("name") for e in answer.xml.iter(PRIVACY + name) if e.get("name")] for name in ("list", "active", "default")}
        return sorted(named["list"]), named["default"]
    return person.call(work)


class ByList(unittest.TestCase):
    """ejabberd 23.01 has privacy lists."""

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        users = {f"{name}@a.test": f"pw-{name}" for name in ("alice", "bob", "eve")}
        self.server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", users,
                               modules="  mod_privacy: {}\n  mod_offline: {}")
        self.server.start(world.env)
        self.addCleanup(self.server.stop)
        self.bob = self.person("bob")
        mine = self.person("alice")
        for one, other in ((mine, self.bob), (self.bob, mine)):
            one.subscribe(other.jid)
            other.wait_for_presence(sender=one.jid, kind="subscribe")
            other.authorize(one.jid)
            one.wait_for_presence(sender=other.jid, kind="subscribed")
        mine.close()
        self.bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
        ctl(world, "account", "add", "alice@a.test", "--server=127.0.0.1", f"--port={self.server.port}", password="pw-alice")
        self.bob.wait_for_presence(sender="alice@a.test", kind="available")
        self.settle()  # it comes twice: one of them answers the server's question
        self.forget()

    def person(self, name):
        person = Contact(f"{name}@a.test", f"pw-{name}", self.server.port, self.world.ca).connect()
        self.addCleanup(person.close)
        return person

    def forget(self):
        """What bob has seen of alice so far is over."""
        for stanza in self.bob.seen("alice@a.test"):
            self.bob.wait_for(lambda s, old=stanza: s is old)

    def settle(self):
        """All that alice has said has come to bob, if it comes at all."""
        ctl(self.world, "send", "bob@a.test", "settled?")
        self.bob.wait_for_message("settled?")

    def test_who_hides_sees_and_is_not_seen(self):
        world, bob = self.world, self.bob
        said = ctl(world, "presence", "hidden", "reading").out
        self.assertEqual(said, "alice@a.test: Invisible\n")
        # what the server had still to say of her presence came before; nothing comes behind
        bob.wait_for_presence(sender="alice@a.test", kind="unavailable", forget=True)
        bob.send_presence(show="away", status="on the balcony")
        self.settle()
        self.assertEqual(bob.seen("alice@a.test"), [])
        with self.subTest("the contact is seen"):
            row = ctl(world, "contact", "bob@a.test", "--json").json
            self.assertEqual(row["presence"], {"show": "away", "text": "on the balcony"})
        with self.subTest("a new device of the contact is not told either"):
            other = self.person("bob")
            other.sync()
            self.settle()
            self.assertEqual(other.seen("alice@a.test"), [])
        with self.subTest("messages arrive"), Running(world, "listen", "--json", ready="Listening.") as listen:
            bob.send("alice@a.test", "are you there?")
            self.assertEqual(json.loads(listen.line())["text"], "are you there?")
        ctl(world, "presence", "available", "back")
        bob.wait_for_presence(sender="alice@a.test", kind="available", status="back")

    def test_people_s_own_lists_stay_as_they_are_and_in_force(self):
        world = self.world
        ctl(world, "presence", "hidden")
        ctl(world, "presence", "offline")
        mine = self.person("alice")
        self.assertEqual(lists(mine), ([LIST], []))  # left behind: the connection ended with it
        mine.send_raw("<iq type='set' id='l'><query xmlns='jabber:iq:privacy'><list name='peace'>"
                      "<item type='jid' value='eve@a.test' action='deny' order='7'><message/></item></list></query></iq>")
        mine.send_raw("<iq type='set' id='d'><query xmlns='jabber:iq:privacy'><default name='peace'/></query></iq>")
        mine.sync()
        self.assertEqual(lists(mine), ([LIST, "peace"], ["peace"]))
        mine.close()
        self.bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
        with self.subTest("hidden from the first moment"):
            self.forget()
            ctl(world, "presence", "hidden")
            self.settle()
            self.assertEqual(self.bob.seen("alice@a.test"), [])
        with self.subTest("whom the person keeps away is kept away"):
            eve = self.person("eve")
            eve.send("alice@a.test", "let me in")
            eve.wait_for(lambda s: s.name == "message" and s["type"] == "error" and s["from"].bare == "alice@a.test", "error")
        ctl(world, "presence", "available")
        self.bob.wait_for_presence(sender="alice@a.test", kind="available")
        watcher = self.person("alice")
        self.assertEqual(lists(watcher), (["peace"], ["peace"]))


class ByCommand(unittest.TestCase):

    def test_the_server_takes_leave_and_says_nothing_more(self):
        with World(friends=[("alice", "bob")], plugins={"invisible": INVISIBLE}) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            ctl(world, "presence", "hidden")
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            ctl(world, "presence", "hidden", "still reading")
            ctl(world, "send", "bob@a.test", "settled?")
            bob.wait_for_message("settled?")
            self.assertEqual(bob.seen("alice@a.test"), [])
            ctl(world, "presence", "dnd", "back")
            bob.wait_for_presence(sender="alice@a.test", kind="available", show="dnd", status="back")


class Nowhere(unittest.TestCase):

    def test_a_server_that_hides_nobody_shows_us_busy_and_the_person_hears_so(self):
        with World(friends=[("alice", "bob")]) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            done = ctl(world, "presence", "hidden", "hush", status=FAILED)
            self.assertEqual(done.out, "alice@a.test: Busy\n")
            self.assertIn("The server of alice@a.test can hide nobody: others see that you are busy.", done.err)
            bob.wait_for_presence(sender="alice@a.test", kind="available", show="dnd", status="hush")


if __name__ == "__main__":
    main()
