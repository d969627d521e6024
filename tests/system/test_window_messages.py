#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_window_messages.py: what becomes of messages in the window: unread ones, those that wait or fail, those that
come while it is closed, and a long contact list. Driven through the accessible tree alone."""

import re
import unittest

import demo
from harness import main
from notifications import Notifications
from screen import Reader, start_window
from telepathy import Account, Handler
from test_window import signed_in

ROW = {"role": "list item", "timeout": 20}
DIVIDER = "New messages"


def row(text, more=""):
    """The name of a message's row: who, when, (what became of it,) what."""
    return rf".*{more}.*{re.escape(text)}.*"


class Reading(unittest.TestCase):

    def test_the_first_unread_message_stands_under_a_divider_until_one_answers(self):
        with signed_in() as (_world, _program, reader, _window, bob):
            reader.wait_for(r"(?i)bob.*, 3 unread, .*", **ROW)
            reader.select("(?i)bob.*", **ROW)
            reader.wait_for(DIVIDER)
            lines = [line.strip() for line in reader.dump()]
            place = next(i for i, line in enumerate(lines) if f"“{DIVIDER}”" in line)
            first = next(line for line in lines[place + 1:] if line.startswith("list item") and "bob" in line)
            self.assertIn(demo.BEFORE[0], first)
            demo.write(reader, "I read it all.")
            bob.wait_for_message("I read it all.")
            reader.wait_for(DIVIDER, gone=True)

    def test_typing_is_shown_and_told(self):
        with signed_in() as (_world, _program, reader, _window, bob):
            demo.chat(reader, bob)
            bob.send_chat_state("alice@a.test", "composing")
            reader.wait_for(r"Typing…", timeout=10)
            bob.send("alice@a.test", "There.", chat_state="active")
            reader.wait_for(row("There."))
            reader.wait_for(r"Typing…", gone=True)
            reader.type("(?i)Message to bob.*", "Well, I")
            bob.wait_for_chat_state("composing")


class Sending(unittest.TestCase):

    def test_what_is_written_offline_waits_and_goes_out_later(self):
        with signed_in() as (world, program, reader, _window, bob):
            demo.chat(reader, bob)
            world.server.stop()
            Account.first(program).wait_until_offline()
            demo.write(reader, "Into the dark.")
            reader.wait_for(row("Into the dark.", "waiting for connection"))
            world.server.start(world.env)
            bob = world.contact("bob")
            Account.first(program).wait_until_online(60)
            bob.wait_for_message("Into the dark.", timeout=20)
            reader.wait_for(row("Into the dark.", "(?:sent|received|read)"))

    def test_a_message_that_is_refused_says_why_and_can_be_sent_again(self):
        with signed_in(users=("alice", "bob")) as (world, _program, reader, _window, _bob):
            reader.click("New Conversation", timeout=20)
            reader.type("Name or Address", "nobody@a.test")
            reader.click("Start Conversation")
            demo.write(reader, "Is anybody there?", name="nobody")
            reader.wait_for(row("Is anybody there?", "not sent"), timeout=20)
            reader.wait_for("Not sent.*|Not delivered.*|The server did not deliver.*", role="label")
            world.add_user("nobody")
            nobody = world.contact("nobody")
            reader.click("Send Again")
            nobody.wait_for_message("Is anybody there?", timeout=15)
            reader.wait_for("Send Again", gone=True)


class WhileClosed(unittest.TestCase):

    def test_a_message_that_comes_while_nobody_looks_is_notified_and_opened_from_there(self):
        with signed_in() as (world, program, reader, window, bob):
            with Notifications(program) as notifications:
                reader.wait_for("(?i)bob.*", **ROW)
                reader.click("Close")
                reader.wait_for(".*", role="frame", gone=True)
                bob.send("alice@a.test", "Wake up!")
                shown = notifications.wait_for("Wake up!")
                self.assertIn("bob", shown.title)
                self.assertIn("Reply", shown.buttons)
                self.assertIn("Mark as Read", shown.buttons)
                notifications.press(shown, "default")
                reader.wait_for(row("Wake up!"), timeout=20)
                demo.write(reader, "I am awake.")
                bob.wait_for_message("I am awake.")
                self.assertTrue(window.running)

    def test_replying_from_the_notification_begins_in_the_composer(self):
        with signed_in() as (_world, program, reader, _window, bob):
            with Notifications(program) as notifications:
                reader.wait_for("(?i)bob.*", **ROW)
                reader.click("Close")
                reader.wait_for(".*", role="frame", gone=True)
                bob.send("alice@a.test", "Can you answer?")
                notifications.press(notifications.wait_for("Can you answer?"), "Reply")
                reader.wait_for(row("Can you answer?"), timeout=20)
                reader.wait_for("Message to .*", role="text", state="focused")
                demo.write(reader, "I can.")
                bob.wait_for_message("I can.")

    def test_marking_as_read_in_the_notification_is_heeded(self):
        with signed_in() as (_world, program, reader, _window, bob):
            with Notifications(program) as notifications:
                reader.wait_for(r"(?i)bob.*, 3 unread, .*", **ROW)
                bob.send("alice@a.test", "Four.")
                shown = notifications.wait_for("Four.")
                notifications.press(shown, "Mark as Read")
                program.wait(lambda: Account.first(program).conversations()["bob@a.test"]["unread"] == 0, "all read")
                reader.wait_for(r"(?i)bob.*unread.*", gone=True)

    def test_a_notification_goes_when_the_message_is_read_elsewhere(self):
        with signed_in() as (_world, program, reader, _window, bob):
            with Notifications(program) as notifications:
                reader.wait_for(r"(?i)bob.*, 3 unread, .*", **ROW)
                bob.send("alice@a.test", "Four.")
                shown = notifications.wait_for("Four.")
                account = Account.first(program)
                account.call("im.linnet.Conversations1", "SetDisplayed", "ss", "bob@a.test", "")
                notifications.wait_until_gone(shown)

    def test_everything_is_there_when_it_is_opened_again(self):
        with signed_in() as (world, _program, reader, window, bob):
            demo.chat(reader, bob)
            window.kill()
            start_window(world)
            with Reader(world) as again:
                again.select("(?i)bob.*", **ROW)
                for text in (*demo.BEFORE, "At nine, by the gate?", "At nine. Bring the letter.", "I shall."):
                    again.wait_for(row(text))


class Contacts(unittest.TestCase):

    def test_a_thousand_contacts_are_listed_and_found(self):
        names = {f"contact{number:04}@a.test": {"name": f"Contact {number}", "groups": [f"Group {number % 7}"]}
                 for number in range(1000)}
        with signed_in(roster=names) as (world, _program, reader, _window, _bob):
            reader.click("New Conversation", timeout=20)
            reader.wait_for("Contact 0.*", **ROW)
            reader.type("Name or Address", "Contact 777")
            reader.wait_for("Contact 777.*", **ROW)
            reader.wait_for("Contact 0,.*", role="list item", gone=True)
            world.screen.press("Return")
            reader.wait_for("Message to Contact 777", role=None, timeout=20)


class OtherPrograms(unittest.TestCase):

    def test_the_window_shows_what_comes_while_another_program_observes(self):
        with signed_in() as (_world, program, reader, _window, bob):
            demo.chat(reader, bob)
            handler = Handler(program, kinds=("Observer",))
            bob.send("alice@a.test", "Who listens?")
            reader.wait_for(row("Who listens?"))
            handler.close()


if __name__ == "__main__":
    main()
