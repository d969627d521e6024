#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_window_sign_in.py: what goes wrong at sign-in is said under its field and can be mended there; a second account."""

import contextlib
import unittest

import demo
from harness import main
from screen import Reader, Screen, start_window
from telepathy import Account, Program
from test_window import signed_in

ROW = {"role": "list item", "timeout": 20}


@contextlib.contextmanager
def at_the_form(certificate=None, names=None, **options):
    """A world with the window open at the page where one signs in: (world, reader)."""
    with demo.new_world(accessible=True, **options) as world:
        if certificate or names:
            world.server.use_certificate(*([names] if names else []), **(certificate or {}))
            world.restart_server()
        Screen(world)
        start_window(world)
        with Reader(world) as reader:
            reader.click("Sign In", timeout=30)
            reader.wait_for("Address", role="entry")
            yield world, reader


class Closing(unittest.TestCase):

    def test_it_leaves_with_its_window_where_that_is_asked_for(self):
        with demo.new_world(accessible=True) as world:
            Screen(world)
            window = start_window(world, "--no-background")
            with Reader(world) as reader:
                reader.wait_for("Sign In", timeout=30)
                reader.click("Close")
            self.assertEqual(window.wait(20), 0)


class SigningIn(unittest.TestCase):

    def says(self, reader, sentence):
        """The sentence stands on the page, and the button is there for another try."""
        reader.wait_for(sentence, role="label", timeout=25)
        reader.wait_for("Sign In", role="push button", state="sensitive")

    def test_what_is_no_address_is_said_under_the_address(self):
        with at_the_form() as (world, reader):
            demo.fill_in(world, reader)
            reader.type("Address", "alice")
            reader.click("Sign In")
            self.says(reader, r"“alice” is not an address\..*")
            self.assertIn("is not an address", reader.wait_for("Address", role="entry")["description"])
            demo.fill_in(world, reader)
            reader.click("Sign In")
            reader.wait_for("No Conversations", timeout=20)

    def test_a_server_that_nobody_knows_is_said_under_the_address(self):
        with at_the_form() as (world, reader):
            reader.type("Address", "alice@nowhere.invalid")
            reader.type("Password", "pw-alice")
            reader.click("Sign In")
            self.says(reader, r"No server was found for “nowhere\.invalid”\. Check the part after the @\.")

    def test_a_server_that_is_not_there_is_said_under_the_server_and_mended(self):
        with at_the_form() as (world, reader):
            demo.fill_in(world, reader)
            world.server.stop()
            reader.click("Sign In")
            self.says(reader, r"The server for a\.test does not take connections now\.")
            world.server.start(world.env)
            reader.click("Sign In")
            reader.wait_for("No Conversations", timeout=20)

    def test_an_untrusted_certificate_is_said_and_no_password_sent(self):
        with at_the_form(env={"LINNET_CA_FILE": None}) as (world, reader):
            demo.fill_in(world, reader)
            reader.click("Sign In")
            self.says(reader, r"The server could not prove that it is a\.test: .*The password was not sent\.")
            self.assertFalse([line for line in world.server.child.lines if "<auth" in line])

    def test_a_certificate_for_another_name_names_it(self):
        with at_the_form(names=["mail.a.test"]) as (world, reader):
            demo.fill_in(world, reader)
            reader.click("Sign In")
            self.says(reader, r".*its certificate is for mail\.a\.test\. The password was not sent\.")

    def test_leaving_the_page_forgets_the_account_that_never_signed_in(self):
        with at_the_form() as (world, reader), Program(world) as program:
            demo.fill_in(world, reader, password="not-it")
            reader.click("Sign In")
            self.says(reader, r"The password for alice@a\.test was not accepted\.")
            reader.click("Back")
            reader.wait_for("Welcome to Linnet")
            program.wait(lambda: not Account.all(program), "end of the account")


class ManyAccounts(unittest.TestCase):

    def test_a_second_account_is_added_and_each_conversation_says_whose_it_is(self):
        with signed_in(users=("alice", "bob", "carol")) as (world, program, reader, _window, bob):
            world.befriend("carol", "bob")
            reader.wait_for("(?i).*bob.*", **ROW)
            reader.click("Main Menu")
            reader.click("Preferences", role=None)
            reader.click("Add Account")
            demo.fill_in(world, reader, "carol")
            reader.click("Sign In")
            reader.wait_for("Chats", timeout=20)
            bob.send("carol@a.test", "Are you two?")
            reader.wait_for(r".*Are you two\?.*account carol@a\.test.*", **ROW)
            reader.wait_for(r".*account alice.*", **ROW)
            reader.select(r".*Are you two\?.*", role="list item")
            demo.write(reader, "One and one.")
            bob.wait_for_message("One and one.", sender="carol@a.test")
            self.assertEqual(len(Account.all(program)), 2)


if __name__ == "__main__":
    main()
