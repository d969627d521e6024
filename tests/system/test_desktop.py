#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_desktop.py: programs of the desktop that were written for Telepathy, and know nothing of Linnet: telepathy-logger writes a chat
down, folks shows the contacts. What they complain of on standard error is a failure."""

import pathlib
import re
import subprocess
import sys
import unittest

import gi

from harness import main
from telepathy import PRESENCE, TP, Account, Program
from test_avatars import RED, publish_avatar
from world import World, compile_schemas, find_peer

LOGGER = f"{TP}.Client.Logger"


class Logger(unittest.TestCase):

    def test_telepathy_logger_writes_a_chat_down(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Account.create(program, "alice").wait_until_online()
            peer = find_peer("logger")
            libraries = next(peer.rglob("libtelepathy-logger.so.3")).parent
            logger = world.spawn("logger", peer / "usr/lib/telepathy/telepathy-logger",
                                 env={"LD_LIBRARY_PATH": str(libraries), "G_DEBUG": "", "G_MESSAGES_DEBUG": "",
                                      "GSETTINGS_SCHEMA_DIR": compile_schemas(peer, world.folder / "logger-schemas")})
            program.wait_for_name(LOGGER)

            def written(text):
                return any(text in log.read_text(encoding="utf-8") for log in (world.folder / "data/TpLogger").rglob("*.log"))

            bob.send("alice@a.test", "Is anybody writing this down?")
            channel = connection.wait_for_channel(target="bob@a.test")
            channel.wait_for_message("Is anybody writing this down?")
            program.wait(lambda: written(">Is anybody writing this down?<"), "a line in the log")
            channel.send("Somebody is.")
            bob.wait_for_message("Somebody is.", sender="alice@a.test")
            program.wait(lambda: written(">Somebody is.<"), "the answer in the log")
            self.assertTrue(written("id='bob@a.test'") and written("isuser='true'"))
            self.assertEqual([line for line in logger.lines if line.strip()], [])


class Folks(unittest.TestCase):

    def inspect(self, world, command):
        """What folks-inspect prints of each thing."""
        peer = find_peer("folks")
        libraries = next(peer.rglob("libfolks.so.26")).parent
        env = {**world.env, "LD_LIBRARY_PATH": str(libraries), "FOLKS_BACKEND_PATH": str(libraries / "folks/26/backends"),
               "FOLKS_BACKENDS_ALLOWED": "telepathy", "FOLKS_PRIMARY_STORE": "", "G_DEBUG": "", "G_MESSAGES_DEBUG": "",
               "GSETTINGS_SCHEMA_DIR": compile_schemas(peer, world.folder / f"folks-{command}")}
        done = subprocess.run([peer / "usr/bin/folks-inspect", command], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60, check=True)
        self.complaints += [line for line in done.stderr.splitlines() if line.strip()]
        # All in one line, what is empty too: what stands between a name and the next.
        return re.split(r"(?=Persona '|Individual ')", done.stdout)[1:]

    def keep_picture(self, world, contact):
        """folks-inspect shows what it has at once: a program on telepathy-glib sees to it that the contact's picture is there. Gives
        the pattern of what is shown."""
        try:
            gi.require_version("TelepathyGLib", "0.12")
        except ValueError:
            return "avatar"
        publish_avatar(contact, RED)
        program = world.spawn("glib-avatar", sys.executable, pathlib.Path(__file__).with_name("glib_avatar.py"), contact.jid, stdin=True)
        path = program.wait_for_line("^avatar (.*) image/png$", 20).group(1)
        return rf"avatar +\S+ \(file: file://{re.escape(path)}\)"

    def test_folks_sees_the_contacts(self):
        self.complaints = []
        with World(users=("alice", "bob", "carol"), keyring=True) as world, Program(world) as program:
            world.set_roster("alice", {"bob@a.test": {"subscription": "both", "name": "Bob the Builder", "groups": ["Friends"]},
                                       "carol@a.test": {"subscription": "both"}})
            world.set_roster("bob", {"alice@a.test": {"subscription": "both"}})
            bob = world.contact("bob")
            connection = Account.create(program, "alice").wait_until_online()
            bob.send_presence(show="away", status="in the garden")
            program.wait(lambda: connection.attributes("bob@a.test", PRESENCE)[f"{PRESENCE}/presence"][1] == "away", "bob's presence")
            picture = self.keep_picture(world, bob)
            personas = {re.search(r"display-id +(\S+)", text)[1]: text for text in self.inspect(world, "personas")}
            self.assertEqual(set(personas), {"alice@a.test", "bob@a.test", "carol@a.test"})
            for pattern in ("  alias +Bob the Builder  ", "presence-type +FOLKS_PRESENCE_TYPE_AWAY  ", "presence-message +in the garden  ",
                            r"groups +\{ 'Friends' \}", picture,
                            r"im-addresses +\{ 'jabber' : \{ 'bob@a\.test' \} \}", "is-user +FALSE"):
                self.assertRegex(personas["bob@a.test"], pattern)
            self.assertRegex(personas["alice@a.test"], "is-user +TRUE")
            self.assertRegex(personas["carol@a.test"], "presence-type +FOLKS_PRESENCE_TYPE_OFFLINE")
            self.assertEqual(len(self.inspect(world, "individuals")), 3)
        self.assertEqual(self.complaints, [])


if __name__ == "__main__":
    main()
