#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_directory.py: people are searched in the directory of a real ejabberd, by linnetctl."""

import unittest

from harness import main
from linnetctl import FAILED, OFFLINE, UNKNOWN, USAGE, ctl
from world import World
from world.contact import Contact
from world.ejabberd import Ejabberd

CARD = "<vCard xmlns='vcard-temp'><FN>{0} Capulet</FN><N><FAMILY>Capulet</FAMILY><GIVEN>{0}</GIVEN></N><NICKNAME>{1}</NICKNAME>" \
       "<EMAIL><USERID>{1}@people.example</USERID></EMAIL></vCard>"


class Directory(unittest.TestCase):

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        users = {f"{name}@a.test": f"pw-{name}" for name in ("alice", "juliet", "tybalt")}
        server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", users)
        server.start(world.env)
        self.port = server.port
        self.addCleanup(server.stop)
        for name, nick in (("juliet", "Jule"), ("tybalt", "Ty")):
            person = Contact(f"{name}@a.test", f"pw-{name}", server.port, world.ca).connect()
            self.addCleanup(person.close)
            person.send_raw(f"<iq type='set' id='card'>{CARD.format(name.title(), nick)}</iq>")
            person.sync()
        ctl(world, "account", "add", "alice@a.test", "--server=127.0.0.1", f"--port={server.port}", password="pw-alice")

    def search(self, *words):
        return {row["address"]: (row["name"], row["nickname"], row["email"])
                for row in ctl(self.world, "search", *words, "--json").json}

    def test_people_are_found_by_what_the_directory_knows(self):
        said = ctl(self.world, "search").out
        self.assertTrue(said.startswith("people.a.test can be searched by: name nick address given family email"), said)
        juliet = {"juliet@a.test": ("Juliet Capulet", "Jule", "Jule@people.example")}
        tybalt = {"tybalt@a.test": ("Tybalt Capulet", "Ty", "Ty@people.example")}
        self.assertEqual(self.search("family=Capulet"), juliet | tybalt)
        self.assertEqual(self.search("family=Capulet", "nick=Jule"), juliet)
        self.assertEqual(self.search("Tybalt Capulet"), tybalt)
        self.assertEqual(self.search("address=tybalt", "--server=people.a.test"), tybalt)
        self.assertEqual(self.search("given=Romeo"), {})
        self.assertEqual(ctl(self.world, "search", "given=Romeo").out, "Nobody was found.\n")
        for words in (("family=Capulet",), ("family=Capulet", "--server=people.a.test")):
            self.assertEqual(len(self.search(*words, "--limit=1")), 1)
            self.assertTrue(ctl(self.world, "search", *words, "-n", "1").out.endswith("\nThere are more of them.\n"))
            for limit in ("0", "2", "3"):
                self.assertEqual(self.search(*words, f"--limit={limit}"), juliet | tybalt)
                self.assertNotIn("more", ctl(self.world, "search", *words, f"--limit={limit}").out)
        self.assertIn("number of people", ctl(self.world, "search", "x", "--limit=-1", status=USAGE).err)
        self.assertRegex(ctl(self.world, "search", "juliet capulet").out, r"juliet@a\.test +Juliet Capulet +Jule +Jule@people\.example")

    def test_a_server_that_keeps_nothing_says_so(self):
        for what in ("mood", "location"):
            self.assertEqual(ctl(self.world, what).out, "Nothing is said.\n")
        self.assertIn("keeps nothing", ctl(self.world, "location", "lat=1", status=FAILED).err)
        self.assertIn("does not let programs change a password", ctl(self.world, "passwd", password="other", status=FAILED).err)
        self.assertIn("does not let programs remove an account", ctl(self.world, "account", "unregister", "alice@a.test", "-y", status=FAILED).err)
        refused = ctl(self.world, "account", "register", "carol@a.test", "--server=127.0.0.1", f"--port={self.port}", password="x", status=FAILED)
        self.assertIn("a.test makes no account for those who ask this way: it ended the connection", refused.err)

    def test_what_cannot_be_is_said(self):
        for words in (["shoe-size=44"], ["gender=male"], ["=x"]):
            self.assertIn("cannot be searched by", ctl(self.world, "search", *words, status=USAGE).err)
        self.assertIn("not found", ctl(self.world, "search", "--server=people.nowhere", "x", status=UNKNOWN).err)
        ctl(self.world, "presence", "offline")
        self.assertIn("alice@a.test is not online", ctl(self.world, "search", "x", status=OFFLINE).err)


if __name__ == "__main__":
    main()
