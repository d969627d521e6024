#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_profanity.py: the service and profanity, a client that nobody here wrote, chat with each other."""

import unittest

from harness import main
from profanity import Profanity
from telepathy import CONNECTION, PRESENCE, Account, Program
from world import World


class WithProfanity(unittest.TestCase):

    def test_messages_and_presence_go_both_ways(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice")
            connection = account.wait_until_online()
            with Profanity(world, "bob") as bob:
                handle = connection.handle("bob@a.test")
                connection.wait_for("PresencesChanged", PRESENCE, lambda who: who.get(handle, (0,))[0] == 2)
                channel = connection.text_channel("bob@a.test")
                channel.send("Wherefore art thou?")
                bob.wait_for("alice.*")
                bob.type("/msg alice@a.test at nine?")
                channel.wait_for_message("at nine?")
                bob.wait_for("Wherefore art thou")
                channel.send("at nine it is")
                bob.wait_for("at nine it is")
                bob.type('/status set away "gone out"')
                connection.wait_for("PresencesChanged", PRESENCE, lambda who: tuple(who.get(handle, ())) == (3, "away", "gone out"))
                account.request_presence(6, "dnd", "reading")
                bob.wait_for(r"alice@a\.test \[dnd\]")
            self.assertEqual(connection.get(CONNECTION, "Status"), 0)
            self.assertEqual(account.history("bob@a.test"),
                             [(True, "Wherefore art thou?"), (False, "at nine?"), (True, "at nine it is")])


if __name__ == "__main__":
    main()
