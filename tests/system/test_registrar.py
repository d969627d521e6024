#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_registrar.py: new accounts on real servers: by form, by invitation, and with a picture to be read."""

import os
import stat
import unittest

from gi.repository import GLib

from harness import main
from linnetctl import USAGE, ctl
from telepathy import ACCOUNTS_PATH, ERROR, TYPES, Program, variants
from world import World
from world.ejabberd import Ejabberd

SERVICE, REGISTRAR, SESSION = "im.linnet.Service", "im.linnet.Registrar1", "im.linnet.FormSession1"
WORKING, ASKING, DONE, FAILED = range(4)
# A picture of one pixel: nobody here looks at it.
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
                    "08d763f8ffff3f0005fe02fea7357ac90000000049454e44ae426082")
INVITE = """
local invites = module:depends("invites");
module:hook_global("server-started", function ()
  local invite = invites.create_account("carol");
  io.stdout:write("WORLD invite ", invite.uri, "\\n"); io.stdout:flush();
end);
"""


def start_server_with_pictures(test, world):
    """An ejabberd that wants to see that a person asks; and the file with what is in its last picture."""
    said, tool = world.folder / "said", world.folder / "captcha"
    (world.folder / "picture.png").write_bytes(PNG)
    tool.write_text(f"#!/bin/sh\necho \"$1\" > {said}\nexec cat {world.folder / 'picture.png'}\n", encoding="ascii")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", {},
                      modules="  mod_register:\n    captcha_protected: true\n    ip_access: all\n    access: all\n",
                      more=f'captcha_cmd: "{tool}"\ncaptcha_limit: infinity\nregistration_timeout: infinity\n'
                           f'captcha_url: "http://127.0.0.1:1/captcha"\n')
    server.start(world.env)
    test.addCleanup(server.stop)
    return server, said


class Session:
    """A registration under way."""

    def __init__(self, program, address, token="", **parameters):
        self.program = program
        self.path = program.call(SERVICE, ACCOUNTS_PATH, REGISTRAR, "Register", "ssa{sv}", address, token,
                                 variants({"server": "127.0.0.1", **parameters}, TYPES))

    def get(self, prop):
        return self.program.get(SERVICE, self.path, SESSION, prop)

    def call(self, method, signature="", *args, **named):
        return self.program.call(SERVICE, self.path, SESSION, method, signature, *args, **named)

    def wait(self):
        """Until it asks or ends; gives the status."""
        def look():
            status = self.get("Status")
            return status if status != WORKING else None
        return self.program.wait(look, "question", 30)

    def fields(self):
        return {name: (kind, values, needed) for name, kind, _label, values, _options, needed in self.get("Form")[2]}

    def set_secret(self, field, text):
        reading, writing = os.pipe()
        try:
            os.write(writing, text.encode())
            os.close(writing)
            self.call("SetSecret", "sh", field, 0, fds=[reading])
        finally:
            os.close(reading)

    def submit(self, **answers):
        self.call("Submit", "sa{sas}", "submit", {name: [value] for name, value in answers.items()})
        return self.wait()


class OnProsody(unittest.TestCase):

    def test_a_name_that_is_free_becomes_an_account(self):
        with World(modules=["register"], extra="allow_registration = true") as world, Program(world) as program:
            session = Session(program, "carol@a.test", port=world.port)
            self.assertEqual(session.wait(), ASKING)
            self.assertEqual(session.fields(), {"username": ("text-single", ["carol"], True),
                                                "password": ("text-private", [], True)})
            session.set_secret("password", "pw-carol")
            self.assertEqual(session.submit(), DONE)
            self.assertEqual(session.get("Result"), {"account": "carol@a.test"})
            world.passwords["carol@a.test"] = "pw-carol"
            world.contact("carol")

    def test_a_name_that_is_taken_is_asked_for_again(self):
        with World(modules=["register"], extra="allow_registration = true") as world, Program(world) as program:
            session = Session(program, "a.test", port=world.port)
            self.assertEqual(session.wait(), ASKING)
            session.set_secret("password", "pw-carol")
            self.assertEqual(session.submit(username="alice"), ASKING)
            self.assertEqual(session.get("Notes")[0][0], 1)
            self.assertIn("taken", session.get("Notes")[0][1])
            self.assertEqual(session.fields()["username"][1], ["alice"])
            session.set_secret("password", "pw-carol")
            self.assertEqual(session.submit(username="carol"), DONE)

    def test_what_is_not_an_answer_is_refused_by_name(self):
        with World(modules=["register"], extra="allow_registration = true") as world, Program(world) as program:
            session = Session(program, "a.test", port=world.port)
            self.assertEqual(session.wait(), ASKING)
            for answers in ({"shoe-size": ["43"]}, {"username": ["a@b"], "password": ["x"]}, {"username": ["", "b"]}, {}):
                self.assertEqual(program.fails(SERVICE, session.path, SESSION, "Submit", "sa{sas}", "submit", answers),
                                 f"{ERROR}.InvalidArgument")
            with Program(world) as other:
                self.assertEqual(other.fails(SERVICE, session.path, SESSION, "Cancel"), f"{ERROR}.NotYours")
            self.assertEqual(program.fails(SERVICE, session.path, SESSION, "GetMedium", "s", "http://a.test/x.png"),
                             f"{ERROR}.DoesNotExist")
            session.call("Cancel")
            self.assertIn("Unknown", program.fails(SERVICE, session.path, SESSION, "Cancel"))

    def test_a_server_that_takes_nobody_says_so(self):
        with World() as world, Program(world) as program:
            session = Session(program, "carol@a.test", port=world.port)
            self.assertEqual(session.wait(), FAILED)
            self.assertEqual(session.get("Error"), f"{ERROR}.NotAvailable")
            self.assertIn("a.test makes no account", session.get("Notes")[-1][1])

    def test_nothing_is_said_to_a_server_that_cannot_prove_itself(self):
        with World(modules=["register"], extra='allow_registration = true\nVirtualHost "c.test"') as world, Program(world) as program:
            session = Session(program, "carol@c.test", port=world.port)
            self.assertEqual(session.wait(), FAILED)
            self.assertEqual(session.get("Error"), f"{ERROR}.Cert.HostnameMismatch")

    def test_an_invitation_lets_people_in(self):
        with World(plugins={"world_invite": INVITE}, modules=["invites_register"],
                   extra="allow_registration = true\nregistration_invite_only = true") as world, Program(world) as program:
            token = world.server.wait_for("^WORLD invite xmpp:carol@a.test.register;preauth=([^;]+)")[1]
            without = Session(program, "carol@a.test", port=world.port)
            self.assertEqual(without.wait(), ASKING)
            without.set_secret("password", "pw-carol")
            self.assertEqual(without.submit(), ASKING)  # the server wants an invitation
            self.assertTrue(without.get("Notes"))
            wrong = Session(program, "carol@a.test", "not-it", port=world.port)
            self.assertEqual(wrong.wait(), ASKING)
            self.assertIn("does not accept the invitation", wrong.get("Notes")[0][1])
            session = Session(program, "carol@a.test", token, port=world.port)
            self.assertEqual((session.wait(), session.get("Notes")), (ASKING, []))
            session.set_secret("password", "pw-carol")
            self.assertEqual(session.submit(), DONE)

    def test_it_ends_with_the_program_that_began_it(self):
        with World(modules=["register"], extra="allow_registration = true") as world, Program(world) as program:
            with Program(world) as other:
                session = Session(other, "a.test", port=world.port)
                self.assertEqual(session.wait(), ASKING)
                self.assertEqual(program.get(SERVICE, session.path, SESSION, "Status"), ASKING)

            def is_gone():
                try:
                    program.get(SERVICE, session.path, SESSION, "Status")
                except GLib.Error:
                    return True
                return None
            program.wait(is_gone, "end of the session")


class OnTheCommandLine(unittest.TestCase):

    def register(self, world, address, *words, password="pw-carol", **named):
        return ctl(world, "account", "register", address, "--server=127.0.0.1", f"--port={world.port}", *words, password=password, **named)

    def test_an_account_is_made_and_online(self):
        with World(keyring=True, modules=["register"], extra="allow_registration = true") as world:
            self.assertIn("made and online", self.register(world, "carol@a.test").out)
            world.passwords["carol@a.test"] = "pw-carol"
            world.contact("carol")

    def test_the_questions_are_asked_one_by_one(self):
        with World(keyring=True, modules=["register"], extra="allow_registration = true") as world:
            done = self.register(world, "a.test", text="alice\ncarol\n")
            self.assertIn("That name is taken already.", done.err)
            self.assertIn("Username [alice]: ", done.err)
            self.assertIn("carol@a.test: the account is made and online.", done.out)

    def test_who_gives_no_answer_hears_what_was_asked(self):
        with World(modules=["register"], extra="allow_registration = true") as world:
            self.assertIn("--answer=username=VALUE", self.register(world, "a.test", text="", status=USAGE, asks=True).err)
            self.assertIn("taken", self.register(world, "a.test", "--answer=username=alice", text="", status=1, asks=True).err)
            self.assertIn("no invitation", self.register(world, "xmpp:a.test?message", text="", status=USAGE).err)

    def test_an_invitation_as_a_link(self):
        with World(keyring=True, plugins={"world_invite": INVITE}, modules=["invites_register"],
                   extra="allow_registration = true\nregistration_invite_only = true") as world:
            link = world.server.wait_for("^WORLD invite (xmpp:carol@a.test.*)$")[1]
            self.assertIn("carol@a.test: the account is made and online.", self.register(world, link).out)


class OnEjabberd(unittest.TestCase):

    def test_a_picture_is_to_be_read(self):
        with World(server=False) as world, Program(world) as program:
            server, said = start_server_with_pictures(self, world)
            session = Session(program, "carol@a.test", port=server.port)
            self.assertEqual(session.wait(), ASKING)
            self.assertEqual(session.fields()["username"][1], ["carol"])
            field, media = next(iter(session.get("Media").items()))
            self.assertEqual(media[0][0], "image/png")
            kind, data = session.call("GetMedium", "s", media[0][1])
            self.assertEqual((kind, bytes(data)), ("image/png", PNG))
            session.set_secret("password", "pw-carol")
            self.assertEqual(session.submit(**{field: "000"}), ASKING)  # that is not what it shows
            self.assertTrue(session.get("Notes"))
            session.set_secret("password", "pw-carol")
            self.assertEqual(session.submit(**{field: said.read_text(encoding="ascii").strip()}), DONE)
            self.assertEqual(session.get("Result"), {"account": "carol@a.test"})


if __name__ == "__main__":
    main()
