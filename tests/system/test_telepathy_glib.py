#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_telepathy_glib.py: a program on telepathy-glib, the library that Telepathy's clients were written with, connects and chats."""

import pathlib
import re
import sys
import unittest

import gi

from harness import main
from telepathy import Account, Program
from vcard import read_vcard, text, write_vcard
from world import Missing, World


COMPLAINT = re.compile(r"CRITICAL|WARNING|Traceback")


class WithTelepathyGlib(unittest.TestCase):

    def test_a_telepathy_glib_program_connects_and_chats_both_ways(self):
        try:
            gi.require_version("TelepathyGLib", "0.12")
        except ValueError:
            raise Missing("gir1.2-telepathyglib-0.12 is not installed") from None
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob", plugins=("xep_0054",))
            write_vcard(bob, "<FN>Robert Tables</FN><TEL><HOME/><NUMBER>+1</NUMBER></TEL>")
            client = world.spawn("glib-client", sys.executable, pathlib.Path(__file__).with_name("glib_client.py"),
                                 "alice@a.test", "127.0.0.1", str(world.port), "bob@a.test", stdin=True)
            client.write("pw-alice\n")
            client.wait_for_line("^account jabber alice@a.test")
            client.wait_for_line("^online alice@a.test", 20)
            client.wait_for_line("^contact bob@a.test (yes|tp_)?")
            client.wait_for_line("^info fn Robert Tables$")
            client.wait_for_line("^info tel type=home [+]1$")
            client.wait_for_line("^info set$")
            self.assertEqual(text(read_vcard(bob, "alice@a.test"), "TEL/NUMBER"), "+44")
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
            self.assertEqual([line for line in client.lines if COMPLAINT.search(line)], [])


if __name__ == "__main__":
    main()
