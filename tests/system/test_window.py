#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_window.py: the window, driven through its accessible tree alone, against the real service and a real server."""

import contextlib
import os
import re
import signal
import unittest

import demo
from harness import main
from screen import Reader, Screen, start_window
from telepathy import MANAGER, Account, Program, wait_for_exit


@contextlib.contextmanager
def signed_in(roster=None, **options):
    """A world with the window open, signed in by an account that was made before: (world, program, reader, window, bob).
    roster: alice's contacts beside bob, as Prosody.set_roster () takes them."""
    with demo.new_world(accessible=True, **options) as world, Program(world) as program:
        if roster:
            world.set_roster("alice", {**world.rosters[world.address("alice")], **roster})
        bob = demo.arrive(world, echo=False)
        Account.create(program, "alice").wait_until_online()
        world.screen = Screen(world)
        window = start_window(world)
        with Reader(world) as reader:
            yield world, program, reader, window, bob


class TheWindow(unittest.TestCase):

    def test_a_person_signs_in_and_chats_both_ways(self):
        with demo.new_world(accessible=True) as world:
            bob = demo.arrive(world, echo=False)
            Screen(world)
            window = start_window(world)
            with Reader(world) as reader:
                demo.sign_in(world, reader)
                demo.chat(reader, bob)
            self.assertTrue(window.running)
            with Program(world) as program:
                self.assertEqual([text for _, text in Account.first(program).history("bob@a.test")],
                                 [*demo.BEFORE, "At nine, by the gate?", "At nine. Bring the letter.", "I shall."])

    def test_a_wrong_password_is_said_under_its_field_and_can_be_mended(self):
        with demo.new_world(accessible=True) as world:
            demo.arrive(world, echo=False)
            Screen(world)
            start_window(world)
            with Reader(world) as reader:
                reader.click("Sign In", timeout=30)
                demo.fill_in(world, reader, password="not-it")
                reader.click("Sign In")
                reader.wait_for(r".*The password for alice@a\.test was not accepted\..*", timeout=20)
                reader.type("Password", "pw-alice")
                reader.click("Sign In|Try Again")
                reader.wait_for("(?i).*bob.*", role="list item", timeout=20)

    def test_the_service_is_killed_while_the_window_runs(self):
        with signed_in() as (world, program, reader, window, bob):
            demo.chat(reader, bob)
            pid, since = program.owner_pid(MANAGER), world.server.mark()
            os.kill(pid, signal.SIGKILL)
            wait_for_exit(pid)
            # Until the server has noticed, it would hand the message to the session that died.
            world.server.wait_for("^WORLD out alice@a.test", since=since)
            world.server.wait_for("^WORLD in alice@a.test", timeout=30, since=since)
            Account.first(program).wait_until_online()
            bob.send("alice@a.test", "Still there?")
            reader.wait_for(r".*Still there\?.*", timeout=30)
            demo.write(reader, "Here again.")
            bob.wait_for_message("Here again.")
            self.assertTrue(window.running)

    def test_the_window_is_killed_while_the_service_runs(self):
        with signed_in() as (world, program, reader, window, bob):
            demo.chat(reader, bob)
            reader.type("(?i)Message to bob.*", "A word not sent")
            program.wait(lambda: Account.first(program).conversations()["bob@a.test"]["draft"] == "A word not sent", "draft")
            window.kill()
            bob.send("alice@a.test", "Are you gone?")
            start_window(world)
            with Reader(world) as again:
                again.select("(?i).*bob.*", role="list item", timeout=30)
                for text in ("I shall.", "Are you gone?"):
                    again.wait_for(f".*{re.escape(text)}.*")
                again.wait_for_text("(?i)Message to bob.*", "A word not sent")


if __name__ == "__main__":
    main()
