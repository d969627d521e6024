#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_model_self.py: what the window tells others of its owner, and what it does with the account on its server, with a real Prosody and a
slixmpp contact."""

import os
import signal
import struct
import time
import unittest
import zlib

from harness import main
from linnetctl import add_account, ctl
from model_tool import Tool
from telepathy import ACCOUNT, ACCOUNTS, ACCOUNTS_PATH, Program
from world import World, WorldError

MOOD, NICK, GEOLOC = (f"http://jabber.org/protocol/{name}" for name in ("mood", "nick", "geoloc"))
SECRET = b"taken in Venice"


def png(width, height):
    """A picture with much in it, and a text beside it."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    noise, rows = 1, bytearray()
    for _ in range(height):
        rows.append(0)
        for _ in range(width * 3):
            noise = (noise * 1103515245 + 12345) & 0x7fffffff
            rows.append(noise >> 23)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + \
        chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b"")


def is_event(node, text):
    def fits(stanza):
        xml = str(stanza)
        return stanza.name == "message" and "pubsub#event" in xml and node in xml and text in xml
    return fits


class Self(unittest.TestCase):

    def setUp(self):
        world = World(friends=[("alice", "bob")], modules=["register"], keyring=True)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.bob = world.contact("bob", plugins=("xep_0060", "xep_0163", "xep_0107", "xep_0172", "xep_0080"))
        self.bob.call(self.bob.client.plugin["xep_0163"].add_interest, [MOOD, NICK, GEOLOC])
        add_account(world, "alice")
        self.bob.wait_for_presence(sender="alice@a.test")
        self.tool = Tool(world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.wait("^account connected$")

    def test_others_are_told_what_one_says(self):
        tool = self.tool
        tool.say("about-me")
        tool.say("tell mood {'mood': <'happy'>, 'text': <'so'>}")
        tool.wait("^tell done$")
        self.bob.wait_for(is_event(MOOD, "happy"), "mood")
        tool.wait("^mood .*'happy'")
        tool.say("tell location {'locality': <'Venice'>, 'lat': <45.5>}")
        tool.wait("^tell done$")
        self.bob.wait_for(is_event(GEOLOC, "Venice"), "place")
        tool.say("tell mood {'mood': <'furious about all'>}")
        tool.wait("^tell failed: .*mood")
        tool.say("tell mood {}")
        tool.wait("^mood nothing$")
        tool.say("nick Alícia")
        tool.wait("^nickname Alícia$")
        self.bob.wait_for(is_event(NICK, "Alícia"), "nick")
        since = int(time.time()) - 600
        tool.say(f"idle {since}")
        tool.wait("^idle done$")
        self.bob.wait_for(lambda s: s.name == "presence" and "urn:xmpp:idle:1" in str(s), "idle time")
        tool.say(f"idle {since + 100000}")
        tool.wait("^idle failed: ")
        ctl(self.world, "presence", "offline")
        tool.wait("^account disconnected$")
        for line in ("tell mood {'mood': <'happy'>}", "idle 0"):
            tool.say(line)
            tool.wait("failed: Others can be told while the account is online")
        tool.say("nick Ali")
        tool.wait("^nickname Ali$")

    def test_a_picture_is_made_small_and_says_no_more_than_its_pixels(self):
        tool, path = self.tool, self.world.folder / "me.png"
        path.write_bytes(png(600, 400))
        tool.say("picture")
        tool.say(f"picture {path}")
        tool.wait("^picture set$")
        width, height = map(int, tool.wait(r"^picture (\d+) (\d+)$").groups())
        self.assertTrue(64 <= width <= 256 and abs(height - width * 2 / 3) <= 1, (width, height))
        with Program(self.world) as program:
            account = program.get(ACCOUNTS, ACCOUNTS_PATH, ACCOUNTS, "ValidAccounts")[0]
            data, mime = program.get(ACCOUNTS, account, f"{ACCOUNT}.Interface.Avatar", "Avatar")
        self.assertEqual((mime, bytes(data)[:8]), ("image/png", png(1, 1)[:8]))
        self.assertNotIn(SECRET, bytes(data))
        self.assertIn(SECRET, path.read_bytes())
        self.assertLess(len(data), 65536)
        tool.say("picture none")
        tool.wait("^picture none$")

    def test_what_is_no_picture_is_refused_in_words(self):
        tool, path = self.tool, self.world.folder / "me"
        for data, words in ((b"<svg/>", "is no picture that can be used"), (png(8, 8)[:60], "is damaged"), (b"x" * 5_000_000, "too large"),
                            (png(8, 8).replace(struct.pack(">II", 8, 8), struct.pack(">II", 16000, 16000)), "too many pixels|damaged")):
            path.write_bytes(data)
            tool.say(f"picture {path}")
            tool.wait(f"^picture not set: .*({words})")
        tool.say(f"picture {path}.none")
        tool.wait("^picture not set: .*[Nn]o such file")
        path.write_bytes(png(8, 8))
        tool.say(f"picture {path} given-up")
        tool.wait("^picture not set: .*cancel")
        tool.say(f"picture {path}")
        tool.wait("^picture 8 8$")

    def test_a_password_is_kept_until_it_is_forgotten(self):
        tool = self.tool
        tool.say("kept")
        tool.wait("^kept in-keyring$")
        with Program(self.world) as program:
            os.kill(program.owner_pid("im.linnet.Service"), signal.SIGKILL)
        tool.wait("^account disconnected$")
        tool.wait("^account connected$")
        tool.say("forget-password")
        tool.wait("^forget-password done$")
        tool.wait("^kept not$")

    def test_the_picture_comes_when_the_service_does(self):
        tool, path = self.tool, self.world.folder / "me.png"
        path.write_bytes(png(8, 8))
        ctl(self.world, "avatar", "set", path)
        ctl(self.world, "presence", "offline")
        tool.wait("^account disconnected$")
        with Program(self.world) as program:
            service = program.owner_pid("im.linnet.Service")
            os.kill(service, signal.SIGKILL)
            program.wait_for_name("im.linnet.Service", owned=False)
        tool.say("picture")
        ctl(self.world, "status")  # starts it
        tool.wait("^picture 8 8$")

    def test_the_server_gets_another_password(self):
        tool = self.tool
        tool.say("passwd néw")
        tool.wait("^passwd done$")
        with self.assertRaises(WorldError):
            self.world.contact("alice")  # with the old one
        ctl(self.world, "presence", "offline")
        tool.wait("^account disconnected$")
        tool.say("passwd other")
        tool.wait("^passwd failed: The password can be changed while the account is online")
        ctl(self.world, "presence", "available")
        tool.wait("^account connected$")

    def test_an_account_leaves_its_server_when_its_address_was_typed(self):
        tool = self.tool
        tool.say("unregister")
        tool.wait("^unregistration asking")
        tool.say("unregister bob@a.test")
        tool.say("unregister alice@a.test")
        tool.wait("^unregistration confirmed")
        tool.wait("^unregistration running")
        tool.wait("^unregistration done")
        with self.assertRaises(WorldError):
            self.world.contact("alice")
        self.assertNotIn("running", "\n".join(tool.child.lines[:tool.since]))


class Refused(unittest.TestCase):

    def test_a_server_that_does_not_let_people_says_so(self):
        with World(keyring=True) as world:
            add_account(world, "alice")
            tool = Tool(world)
            tool.wait("^account connected$")
            tool.say("passwd other")
            tool.wait("^passwd failed: .*(not|no) ")
            tool.say("unregister alice@a.test")
            tool.wait("^unregistration failed .*(not|no) ")
            ctl(world, "presence", "offline")
            tool.wait("^account disconnected$")
            tool.say("unregister alice@a.test")
            tool.wait("^unregistration failed An account can be removed from its server while it is online")
            tool.child.close_input()
            self.assertEqual(tool.child.wait(), 0)


if __name__ == "__main__":
    main()
