#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_window_contacts.py: contacts and trouble in the window, driven through its accessible tree alone."""

import unittest

import demo
from harness import main
from telepathy import Account
from test_window import signed_in


class Contacts(unittest.TestCase):

    def test_a_request_is_accepted_in_the_window(self):
        with signed_in(users=("alice", "bob", "carol")) as (world, _program, reader, _window, _bob):
            carol = world.contact("carol")
            carol.subscribe("alice@a.test")
            reader.click("1 contact request", timeout=20)
            reader.wait_for("carol@a.test")
            reader.click("Accept carol@a.test")
            carol.wait_for_presence(sender="alice@a.test", kind="subscribed", timeout=15)
            carol.wait_for_presence(sender="alice@a.test", kind="subscribe", timeout=15)
            reader.wait_for("No Requests")

    def test_a_contact_is_added_by_its_address(self):
        with signed_in(users=("alice", "bob", "dave")) as (world, _program, reader, _window, _bob):
            dave = world.contact("dave")
            reader.click("New Conversation", timeout=20)
            reader.type("Name or Address", "dave@a.test")
            reader.click("Add Contact")
            dave.wait_for_presence(sender="alice@a.test", kind="subscribe", timeout=15)
            reader.type("Name or Address", "dave@b.test")
            reader.wait_for("Start Conversation")


class Trouble(unittest.TestCase):

    def test_a_lost_connection_is_said_after_a_while_and_until_it_is_back(self):
        with signed_in() as (world, program, reader, _window, bob):
            demo.chat(reader, bob)
            world.server.stop()
            reader.wait_for(r"No connection to a\.test\..*", timeout=20)
            demo.write(reader, "Said while nobody heard.")
            world.server.start(world.env)
            Account.first(program).wait_until_online(60)
            bob = world.contact("bob")
            bob.wait_for_message("Said while nobody heard.", timeout=20)
            reader.wait_for(r"No connection to a\.test\..*", gone=True, timeout=20)


if __name__ == "__main__":
    main()
