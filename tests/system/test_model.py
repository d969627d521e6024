#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_model.py: what the window's pages are made of, with the real service and real servers, without a window (tests/client/model-tool.c)."""

import unittest

from harness import main
from linnetctl import add_account, ctl
from model_tool import Tool
from vcard import write_vcard
from world import World
from world.contact import Contact
from world.ejabberd import Ejabberd

MOOD = "http://jabber.org/protocol/mood"
GEOLOC = "http://jabber.org/protocol/geoloc"
CAPS = "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://phone.example' ver='{0}'/>"

# XEP-0377 with XEP-0191, as far as the log goes; no module of Debian's does it.
REPORTING = """
module:add_feature("urn:xmpp:reporting:1");
module:hook("iq-set/self/urn:xmpp:blocking:block", function (event)
  for item in event.stanza.tags[1]:childtags("item") do
    local report = item:get_child("report", "urn:xmpp:reporting:1");
    if report then module:log("warn", "reported: %s for %s", item.attr.jid, report.attr.reason); end
  end
end, 1);
"""


def publish(contact, node, payload):
    contact.send_raw(f"<iq type='set' id='pub-{node[-4:]}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{node}'>"
                     f"<item id='current'>{payload}</item></publish></pubsub></iq>")


class Model(unittest.TestCase):

    def setUp(self):
        world = World(friends=[("alice", "bob")], plugins={"reporting": REPORTING})
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.bob = self.world.contact("bob@a.test/phone")
        add_account(self.world, "alice")
        self.bob.wait_for_presence(sender="alice@a.test")
        self.tool = Tool(self.world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.wait("^account connected$")

    def test_a_page_follows_a_contact_until_it_goes(self):
        tool = self.tool
        tool.say("about bob@a.test")
        tool.wait(r"^devices 1$")
        tool.wait(r"^device phone \S+ available $")
        self.bob.send_raw("<presence><show>dnd</show><status>Writing</status></presence>")
        tool.wait(r"^device phone \S+ busy Writing$")
        other = self.world.contact("bob@a.test/tablet", plugins=("xep_0060", "xep_0163"))
        tool.wait(r"^devices 2$")
        other.call(other.client.plugin["xep_0163"].add_interest, [MOOD])  # only now does it send its hash
        other.send_presence()
        tool.wait(r"^can tablet “.*” proven: .*urn:xmpp:ping")
        publish(self.bob, MOOD, f"<mood xmlns='{MOOD}'><happy/><text>so</text></mood>")
        tool.wait(r"^mood .*'mood': <'happy'>")
        publish(self.bob, GEOLOC, f"<geoloc xmlns='{GEOLOC}'><locality>Venice</locality></geoloc>")
        tool.wait(r"^location .*'locality': <'Venice'>")
        tool.mark()
        publish(self.bob, MOOD, f"<mood xmlns='{MOOD}'/>")
        tool.wait(r"^mood nothing$")
        tool.mark()
        other.close()
        tool.wait(r"^devices 1$")
        tool.mark()
        ctl(self.world, "presence", "offline")
        tool.wait(r"^devices 0$")
        ctl(self.world, "presence", "available")
        tool.wait(r"^devices 1$")
        tool.wait(r"^device phone \S+ busy Writing$")

    def test_a_profile_follows_what_somebody_writes(self):
        tool = self.tool
        write_vcard(self.bob, "<FN>Robert</FN>")
        tool.say("profile bob@a.test")
        tool.wait(r"^fields \('fn', \[\], \['Robert'\]\)$")
        tool.wait("^profile ready")
        tool.say("profile own")
        tool.wait("^profile ready")
        tool.say("save fn Alice")
        tool.wait("^saved$")
        tool.wait(r"^fields \('fn', \[\], \['Alice'\]\)$")
        tool.mark()
        ctl(self.world, "profile", "set", "name=Ally")
        tool.wait(r"^fields \('fn', \[\], \['Ally'\]\)$")
        tool.say("save photo x")
        tool.wait("^not saved: .*photo")
        tool.mark()
        ctl(self.world, "presence", "offline")
        tool.wait("^profile offline")
        tool.say("save fn Alice")
        tool.wait("^not saved: .*while the account is online")
        tool.mark()
        ctl(self.world, "presence", "available")
        tool.wait("^profile ready")

    def test_who_is_blocked_is_listed_whoever_did_it(self):
        tool = self.tool
        tool.say("block bob@a.test")
        tool.wait("^block done$")
        tool.wait("^blocked bob@a.test$")
        tool.say("block stranger@b.test")
        tool.wait("^blocked bob@a.test stranger@b.test$")
        tool.say("unblock bob@a.test")
        tool.wait("^unblock done$")
        tool.wait("^blocked stranger@b.test$")
        tool.mark()
        ctl(self.world, "roster", "unblock", "stranger@b.test")
        tool.wait("^blocked$")
        server = self.world.server.child
        self.assertFalse([line for line in server.lines if "reported: " in line])
        tool.say("block spam@b.test report")
        tool.wait("^blocked spam@b.test$")
        server.wait_for_line("reported: spam@b.test for urn:xmpp:reporting:abuse")
        tool.say("block @nowhere")
        tool.wait("^block failed: .*not")
        ctl(self.world, "presence", "offline")
        tool.wait("^account disconnected$")
        tool.say("block bob@a.test")
        tool.wait("^block failed: .*while the account is online")


class Forms(unittest.TestCase):

    def test_an_account_is_made_by_the_form_of_its_server(self):
        with World(users=("alice",), modules=["register"], extra="allow_registration = true") as world:
            service = world.start_service()
            tool = Tool(world)
            tool.say(f"register a.test {world.port}")
            tool.wait("^field username text-single")
            tool.wait("^field password text-private")
            tool.wait("^form waiting")
            tool.say("fill username alice")
            tool.say("fill password pw-another")
            tool.say("submit")
            tool.wait("^note .*taken|^note .*exists|^note .*name")
            tool.wait("^form waiting")
            tool.say("fill username carol")
            tool.say("fill password pw-carol")
            tool.say("submit")
            tool.wait(r"^form done .*carol@a\.test")
            carol = Contact("carol@a.test", "pw-carol", world.port, world.ca).connect()
            carol.close()
            tool.say(f"register a.test {world.port}")
            tool.wait("^form waiting")
            tool.say("cancel")
            tool.wait("^form failed")
            # whoever lets go of a form, as for another, gives it up: five may be under way
            for _ in range(7):
                tool.mark()
                tool.say(f"register a.test {world.port}")
                tool.wait("^form waiting")
            # nobody waits for a service that is gone
            tool.mark()
            tool.say(f"register a.test {world.port}")
            tool.wait("^form waiting")
            service.process.kill()
            tool.wait("^note Linnet’s service ended before this was done")
            tool.wait("^form failed")
            tool.child.close_input()
            self.assertEqual(tool.child.wait(), 0)


class Directory(unittest.TestCase):

    def test_people_are_found_search_after_search(self):
        with World(server=False) as world:
            users = {f"{name}@a.test": f"pw-{name}" for name in ("alice", "juliet")}
            server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", users)
            server.start(world.env)
            self.addCleanup(server.stop)
            juliet = Contact("juliet@a.test", "pw-juliet", server.port, world.ca).connect()
            self.addCleanup(juliet.close)
            juliet.send_raw("<iq type='set' id='card'><vCard xmlns='vcard-temp'><FN>Juliet Capulet</FN><NICKNAME>Jule</NICKNAME></vCard></iq>")
            juliet.sync()
            ctl(world, "account", "add", "alice@a.test", "--server=127.0.0.1", f"--port={server.port}", password="pw-alice")
            tool = Tool(world)
            tool.wait("^account connected$")
            tool.say("search people.a.test")
            tool.wait("^search ready .*nickname")
            tool.say("find nickname Jule")
            tool.wait("^found juliet@a.test Juliet Capulet$")
            tool.wait("^search done ")
            tool.say("find nickname Nobody")
            tool.wait("^search done ")
            self.assertNotIn("found", "\n".join(tool.child.lines[tool.since:]))
            tool.say("find nickname Jule")
            tool.wait("^found juliet@a.test Juliet Capulet$")
            ctl(world, "presence", "offline")
            tool.wait("^account disconnected$")
            tool.say("search people.a.test")
            tool.wait("^search failed People can be searched while")
            ctl(world, "presence", "available")
            tool.wait("^account connected$")
            tool.say("search people.a.test")
            tool.wait("^search ready ")
            tool.mark()
            ctl(world, "presence", "offline")
            tool.wait("^search failed People can be searched while")
            ctl(world, "presence", "available")
            tool.wait("^account connected$")
            tool.say("find nickname Jule")
            tool.wait("^found juliet@a.test Juliet Capulet$")
            tool.say("search people.nowhere")
            tool.wait("^search failed .*not found")
            tool.child.close_input()
            self.assertEqual(tool.child.wait(), 0)


if __name__ == "__main__":
    main()
