#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_telepathy_glib.py: a program on telepathy-glib, the library that Telepathy's clients were written with, connects, is seen and
chats. What it or the library writes on standard error is a failure."""

import pathlib
import re
import sys
import unittest

import gi

from harness import main
from test_avatars import BLUE, METADATA, RED, publish_avatar, token as avatar_token
from telepathy import Account, Program
from vcard import read_vcard, text, write_vcard
from world import Missing, World


# How the lines of our programs begin; what else there is came by standard error.
SAID = re.compile(r"(account|approved|avatar|blocked|channel|contact|groups|handle|info|message|observe|online|presence|ready|"
                  r"refused|sent|unblocked)\b")


class WithTelepathyGlib(unittest.TestCase):

    def wait_for_avatar(self, contact, fits):
        """Waits until alice's picture is such for a contact."""
        contact.wait_for(lambda s: s.name == "message" and s["from"].bare == "alice@a.test" and METADATA in str(s) and fits(str(s)),
                         "alice's picture", forget=True)

    def setUp(self):
        try:
            gi.require_version("TelepathyGLib", "0.12")
        except ValueError:
            raise Missing("gir1.2-telepathyglib-0.12 is not installed") from None

    def test_a_desktop_of_it_watches_asks_and_answers_for_two_accounts(self):
        people = ("alice", "bob", "carol", "mallory")
        with World(people, [("alice", "bob"), ("carol", "bob"), ("alice", "mallory")], keyring=True) as world, \
                Program(world) as program:
            bob, mallory = world.contact("bob"), world.contact("mallory")
            for name in ("alice", "carol"):
                Account.create(program, name).wait_until_online()
            client = world.spawn("glib-desktop", sys.executable, pathlib.Path(__file__).with_name("glib_desktop.py"), "mallory@a.test",
                                 stdin=True)
            client.wait_for_line("^ready$", 20)
            self.assertEqual([re.sub(".*/", "", line) for line in client.lines if line.startswith("account")],
                             ["alice_40a_2etest connected", "carol_40a_2etest connected"])
            for name in ("alice", "carol"):
                since = client.mark()
                bob.send(f"{name}@a.test", f"Hello, {name}")
                bob.wait_for_message(f"You said: Hello, {name}", sender=f"{name}@a.test")
                client.wait_for_line("^approved bob@a.test True$", since=since)
                self.assertEqual(sorted(client.lines[since:]), [
                    "approved bob@a.test True", "handle bob@a.test 0", f"message bob@a.test Hello, {name}",
                    f"observe {name}@a.test bob@a.test True"])
            since = client.mark()
            mallory.send("alice@a.test", "Buy something")
            client.wait_for_line("^refused mallory@a.test True$", since=since)
            self.assertEqual([line for line in client.lines[since:] if line.startswith("handle")], [])
            # The conversation was closed, and is a new one.
            since = client.mark()
            bob.send("alice@a.test", "Still there?")
            bob.wait_for_message("You said: Still there?", sender="alice@a.test")
            client.wait_for_line("^approved bob@a.test True$", since=since)
            client.close_input()
            self.assertEqual(client.wait(), 0)
            self.assertEqual([line for line in client.lines if not SAID.match(line)], [])

    def test_a_telepathy_glib_program_connects_and_chats_both_ways(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob", plugins=("xep_0054", "xep_0060", "xep_0163", "xep_0084"))
            bob.call(bob.client.plugin["xep_0163"].add_interest, [METADATA])
            bob.send_presence()
            write_vcard(bob, "<FN>Robert Tables</FN><TEL><HOME/><NUMBER>+1</NUMBER></TEL>")
            publish_avatar(bob, RED)
            picture = world.folder / "blue.png"
            picture.write_bytes(BLUE)
            client = world.spawn("glib-client", sys.executable, pathlib.Path(__file__).with_name("glib_client.py"),
                                 "alice@a.test", "127.0.0.1", str(world.port), "bob@a.test", str(picture), stdin=True)
            client.write("pw-alice\n")
            client.wait_for_line("^account jabber alice@a.test")
            client.wait_for_line("^online alice@a.test", 20)
            client.wait_for_line("^contact bob@a.test (yes|tp_)?")
            client.wait_for_line("^info fn Robert Tables$")
            client.wait_for_line("^info tel type=home [+]1$")
            client.wait_for_line("^info set$")
            self.assertEqual(text(read_vcard(bob, "alice@a.test"), "TEL/NUMBER"), "+44")
            seen = client.wait_for_line("^avatar image/png (.*)$", 20).group(1)
            self.assertEqual(pathlib.Path(seen).read_bytes(), RED)
            client.wait_for_line(f"^avatar set {len(BLUE)} True$")
            self.wait_for_avatar(bob, lambda text: avatar_token(BLUE) in text)
            client.write("go on\n")
            client.wait_for_line("^avatar set 0 True$")
            self.wait_for_avatar(bob, lambda text: "<info" not in text)
            client.write("go on\n")
            client.wait_for_line("^groups Friends$")
            client.wait_for_line("^groups Old friends$")
            client.wait_for_line("^blocked bob@a.test$")
            client.wait_for_line("^unblocked$")
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            client.wait_for_line("^channel bob@a.test")
            client.write("Wherefore art thou?\n")
            token = client.wait_for_line("^sent (.*)").group(1)
            self.assertEqual(bob.wait_for_message("Wherefore art thou?", sender="alice@a.test").id, token)
            bob.send("alice@a.test", "at nine?")
            client.wait_for_line(re.escape("message bob@a.test at nine?"))
            bob.send_presence(show="away", status="gone")
            client.wait_for_line("^presence away gone")
            with Program(world) as program:
                self.assertEqual(Account.first(program).history("bob@a.test"), [(True, "Wherefore art thou?"), (False, "at nine?")])
            client.close_input()
            self.assertEqual(client.wait(), 0)
            self.assertEqual([line for line in client.lines if not SAID.match(line)], [])


if __name__ == "__main__":
    main()
