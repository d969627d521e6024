#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_server.py: linnetctl says what real servers offer and lack."""

import unittest

from harness import main
from linnetctl import OFFLINE, add_account, ctl
from world import World
from world.ejabberd import Ejabberd


def rows(world):
    return {row["name"]: row for row in ctl(world, "server", "--json").json}


class Server(unittest.TestCase):

    def test_prosody_is_told_in_words(self):
        with World() as world:
            add_account(world, "alice")
            found = rows(world)
            offered = {name for name, row in found.items() if row["offered"]}
            self.assertLessEqual({"archive", "carbons", "blocking", "personal-eventing", "vcard", "private-storage", "stream-management",
                                  "client-state", "roster-versioning", "pre-approval", "rooms", "offline"}, offered)
            self.assertTrue(offered.isdisjoint({"invisible", "upload", "directory", "gateway", "push", "reporting"}), offered)
            self.assertEqual(found["rooms"]["address"], "muc.a.test")
            self.assertEqual(found["gateway"], {"name": "gateway", "offered": False, "address": "",
                                                "text": "It has no gateway to another network."})
            said = ctl(world, "server").out
            yes, no = said.split("Not offered:\n")
            self.assertIn("Offered:\n  It keeps your messages, so that every device can have them.\n", yes)
            self.assertIn("  It has rooms for groups. (muc.a.test)\n", yes)
            self.assertIn("  You cannot be online without being seen.\n", no)
            ctl(world, "presence", "offline")
            self.assertIn("alice@a.test is not online", ctl(world, "server", status=OFFLINE).err)

    def test_ejabberd_is_another_one(self):
        with World(server=False) as world:
            server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", {"alice@a.test": "pw-alice"},
                              modules="  mod_privacy: {}\n  mod_blocking: {}")
            server.start(world.env)
            self.addCleanup(server.stop)
            ctl(world, "account", "add", "alice@a.test", "--server=127.0.0.1", f"--port={server.port}", password="pw-alice")
            found = rows(world)
            self.assertTrue(all(found[name]["offered"] for name in ("invisible", "blocking", "vcard", "directory")), found)
            self.assertFalse(any(found[name]["offered"] for name in ("archive", "rooms", "personal-eventing")), found)
            self.assertEqual(found["directory"]["address"], "people.a.test")


if __name__ == "__main__":
    main()
