#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_model_server.py: what the window's pages about a server are made of, with the real service and real servers."""

import unittest

from harness import main
from linnetctl import OFFLINE, add_account, ctl
from model_tool import Tool
from test_gateway import GATEWAY
from test_registrar import PNG, start_server_with_pictures
from world import World

CONTACTS = 'contact_info = { admin = { "mailto:root@a.test" }, abuse = { "xmpp:abuse@a.test", "file:///etc/passwd" } }'


class Server(unittest.TestCase):

    def setUp(self):
        world = World(modules=["server_contact_info"], extra=CONTACTS)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        add_account(self.world, "alice")
        self.tool = Tool(self.world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.wait("^account connected$")

    def test_a_server_is_told_in_words(self):
        tool = self.tool
        tool.say("server")
        tool.wait("^page loading")
        tool.wait(r"^feature Message Archive \[alice@a\.test\] It keeps your messages")
        tool.wait(r"^feature Rooms \[muc\.a\.test\] It has rooms for groups\.$")
        tool.wait(r"^feature Gateways \[missing\] It has no gateway to another network\.$")
        tool.wait("^page ready")
        said = "\n".join(tool.child.lines[tool.since:])
        self.assertIn("write Administration [mailto:root@a.test]", said)
        self.assertIn("write Abuse [xmpp:abuse@a.test]", said)
        self.assertNotIn("passwd", said)
        tool.mark()
        ctl(self.world, "presence", "offline")
        tool.wait("^page offline")
        ctl(self.world, "presence", "available")
        tool.wait("^page loading")
        tool.wait("^page ready")
        tool.say("drop")
        tool.wait("^gone$")
        tool.say("server")
        tool.say("drop")
        tool.wait("^gone$")

    def test_a_second_account_has_its_own(self):
        tool = self.tool
        add_account(self.world, "bob")
        tool.say("account bob@a.test")
        tool.wait("^now bob@a.test$")
        tool.say("server")
        tool.wait(r"^feature Message Archive \[bob@a\.test\]")
        tool.wait("^page ready")
        tool.say("nick Bobby")
        tool.wait("^nickname Bobby$")
        tool.say("account alice@a.test")
        tool.say("nick Ali")
        tool.wait("^nickname Ali$")
        self.assertEqual([ctl(self.world, "--account", f"{name}@a.test", "nick", "--json").json for name in ("alice", "bob")], ["Ali", "Bobby"])

    def test_the_way_to_the_server_is_told_as_long_as_it_is_there(self):
        tool = self.tool
        tool.say("security")
        tool.wait(r"^security SCRAM-SHA-\S+, a\.test.*, 0 accepted: The way to the server is encrypted by TLS 1\.3")
        tool.say("forget-keys")
        tool.wait("^forget-keys failed: .*accepted")
        ctl(self.world, "presence", "offline")
        tool.wait("^security , -, 0 accepted: no connection$")
        ctl(self.world, "presence", "available")
        tool.wait(r"^security SCRAM-SHA-\S+, a\.test.*: The way to the server")


class Gateways(unittest.TestCase):

    def setUp(self):
        world = World(plugins={"irc": GATEWAY}, disabled=(), extra='Component "irc.a.test" "irc"\n')
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        add_account(self.world, "alice")
        self.tool = Tool(self.world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.wait("^account connected$")

    def test_a_gateway_is_found_entered_and_left(self):
        tool = self.tool
        tool.say("gateways")
        tool.wait(r"^gateway irc\.a\.test \(IRC\) irc unknown$")
        tool.wait("^page ready")
        tool.say("enter irc.a.test")
        tool.wait("^field username ")
        tool.wait("^form waiting")
        tool.say("fill username romeo")
        tool.say("fill password wrong")
        tool.say("submit")
        tool.wait("^note .*not your password")
        tool.say("fill username romeo")
        tool.say("fill password secret")
        tool.say("submit")
        tool.wait("^form done .*irc.a.test")
        tool.wait(r"^gateway irc\.a\.test \(IRC\) irc available$")
        tool.say("log irc.a.test out")
        tool.wait("^log done$")
        tool.wait(r"^gateway irc\.a\.test \(IRC\) irc offline$")
        tool.say("log irc.a.test in")
        tool.wait(r"^gateway irc\.a\.test \(IRC\) irc available$")
        tool.say("translate irc.a.test")
        tool.wait("^prompt Nick: Type the nick")
        tool.say("translate irc.a.test Foo")
        tool.wait("^translated [Ff]oo@irc.a.test$")
        tool.say("translate irc.a.test thief")
        tool.wait("^translated .*does not know such an address")
        tool.say("leave irc.a.test")
        tool.wait("^leave done$")
        tool.wait(r"^gateway irc\.a\.test \(IRC\) irc unknown$")
        tool.say("log muc.a.test out")
        tool.wait("^log failed: .*not? .*gateway")
        tool.say("enter alice@a.test")
        tool.wait("^gateway failed: .*gateway")
        ctl(self.world, "presence", "offline")
        tool.wait("^page offline")
        tool.say("leave irc.a.test")
        tool.wait("^leave failed: Gateways can be reached while the account is online")
        tool.say("translate irc.a.test")
        tool.wait("^prompt failed: Gateways can be reached while the account is online")

    def test_only_what_is_unfolded_is_asked(self):
        tool = self.tool
        tool.say("disco a.test")
        tool.wait("^disco a.test .* loading")
        tool.wait(r"^disco a\.test .* server/im, [1-9]\d* features, [1-9] items: ready")
        tool.wait(r"^within irc\.a\.test .* offline$")
        tool.say("unfold irc.a.test")
        tool.wait(r"^disco irc\.a\.test \(IRC\) gateway/irc, [1-9]\d* features, 0 items: ready")
        tool.say("disco nobody@nowhere.test")
        tool.wait(r"^disco nobody@nowhere.test .*: failed \S+")
        tool.say("drop")
        tool.wait("^gone$")


class Certificates(unittest.TestCase):
    """A server whose certificate is for another name; a window that asks people about it."""

    def setUp(self):
        world = World(keyring=True)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        world.server.use_certificate(["mail.a.test"])
        world.restart_server()
        add_account(world, "alice", status=OFFLINE)
        self.tool = Tool(world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.wait("^account disconnected$")
        self.tool.say("handle")
        self.tool.wait("^handles$")

    def sign_in(self):
        self.tool.say("reconnect")

    def test_what_a_person_accepts_is_kept_until_it_is_forgotten(self):
        tool = self.tool
        self.sign_in()
        tool.wait(r"^link 0 .* \[mail\.a\.test\] ([0-9A-F]{2}:){31}[0-9A-F]{2}$")
        tool.wait(r"^link 1 ")
        tool.wait(r"^question asking .* is a\.test: its certificate is for mail\.a\.test\.")
        tool.say("accept")
        tool.wait("^question done")
        tool.wait("^no question$")
        tool.wait("^account connected$")
        tool.say("security")
        tool.wait(r"^security .*, mail\.a\.test, 1 accepted: The way")
        tool.say("forget-keys")
        tool.wait("^forget-keys done$")
        tool.wait(r"^security .*, 0 accepted: ")
        self.sign_in()
        tool.wait("^question asking")

    def test_a_no_is_how_the_sign_in_ends(self):
        tool = self.tool
        for answer in ("reject", "cancel-question"):
            self.sign_in()
            tool.wait("^question asking")
            tool.say(answer)
            tool.wait("^question done" if answer == "reject" else "^question failed The question was not answered")
            tool.wait("^no question$")
            tool.wait("^account disconnected$")

    def test_a_question_that_nobody_waits_for_any_more_goes(self):
        tool = self.tool
        self.sign_in()
        tool.wait("^question asking")
        tool.mark()
        ctl(self.world, "presence", "offline")
        tool.wait("^question failed The sign-in has ended")
        tool.wait("^no question$")


class Captchas(unittest.TestCase):

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        self.server, self.said = start_server_with_pictures(self, world)
        self.tool = Tool(world)
        self.addCleanup(self.tool.child.close_input)
        self.tool.say("handle")
        self.tool.wait("^handles$")

    def sign_up(self):
        self.tool.mark()
        ctl(self.world, "account", "add", "carol@a.test", "register=true", "--server=127.0.0.1", f"--port={self.server.port}", "--no-wait",
            password="pw-carol")

    def test_a_person_reads_what_the_server_shows(self):
        tool = self.tool
        self.sign_up()
        tool.wait(f"^item image/png {len(PNG)} bytes, required of 1: ")
        tool.wait("^question asking $")
        tool.say("read ")
        tool.wait("^question asking .*answer|^question asking .*captcha")
        tool.say("read 000")
        tool.wait("^question checking")
        tool.wait("^question loading The answer was not right")
        tool.wait("^item image/png")
        tool.wait("^question asking The answer was not right")
        tool.say("renew")
        tool.wait("^question asking")
        tool.say("read " + self.said.read_text(encoding="ascii").strip())
        tool.wait("^question done")
        tool.wait("^account connected$")

    def test_who_gives_up_has_no_account(self):
        tool = self.tool
        self.sign_up()
        tool.wait("^question asking")
        tool.say("cancel-question")
        tool.wait("^question failed The question was not answered")
        tool.wait("^account disconnected$")


if __name__ == "__main__":
    main()
