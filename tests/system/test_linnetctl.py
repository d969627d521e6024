#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_linnetctl.py: the command line against the real service, a real server and a contact: every command, for people and programs."""

import json
import os
import unittest

from gi.repository import GLib

from harness import main
from linnetctl import FAILED, NO_SERVICE, OFFLINE, TIMED_OUT, UNKNOWN, USAGE, Running, add_account, converse, ctl
from telepathy import ACCOUNT, ACCOUNTS, CONNECTION, Account, Program
from test_mission_control import start_mission_control
from test_secrets import forms
from world import World
from world.bus import call_bus

READY = "Listening."
CONTACT_LIST = f"{CONNECTION}.Interface.ContactList"


class Accounts(unittest.TestCase):

    def test_an_account_is_made_shown_changed_and_removed(self):
        with World(keyring=True) as world:
            self.assertIn("There is no account yet", ctl(world, "account").out)
            self.assertEqual(ctl(world, "account", "list", "--json").json, [])
            self.assertIn("online", add_account(world, "alice", "--name=Me", "priority=3").out)
            self.assertRegex(ctl(world, "account", "list").out, r"(?m)^alice@a\.test +Me +yes +online$")
            row, = ctl(world, "account", "list", "-j").json
            self.assertEqual((row["address"], row["display_name"], row["state"], row["error"]), ("alice@a.test", "Me", "online", None))

            said = ctl(world, "account", "show", "ALICE@a.test").out
            for line in ("State: online", "Password: kept in the keyring", "  priority=3", f"  port={world.port}", "  server=127.0.0.1"):
                self.assertIn(line + "\n", said)
            shown = ctl(world, "--json", "account", "show").json
            self.assertEqual(shown["parameters"], {"account": "alice@a.test", "server": "127.0.0.1", "port": world.port, "priority": 3})
            self.assertEqual((shown["password"], shown["valid"], shown["requested_presence"]["show"]), ("stored", True, "available"))
            self.assertNotIn("pw-alice", said + json.dumps(shown))

            said = ctl(world, "account", "set", "alice@a.test", "display-name=You & me", "keepalive-interval=60", "fallback-servers=a,b",
                       "low-bandwidth=yes").out
            self.assertIn("changed", said)
            self.assertIn("fallback-servers", said)
            self.assertIn("--reconnect", said)
            shown = ctl(world, "account", "show", "-j").json
            self.assertEqual(shown["display_name"], "You & me")
            self.assertEqual({key: shown["parameters"][key] for key in ("keepalive-interval", "fallback-servers", "low-bandwidth")},
                             {"keepalive-interval": 60, "fallback-servers": ["a", "b"], "low-bandwidth": True})
            said = ctl(world, "account", "set", "alice@a.test", "--unset=fallback-servers", "-u", "priority", "resource=desk", "--reconnect").out
            self.assertNotIn("--reconnect", said)
            shown = ctl(world, "account", "show", "-j").json
            self.assertEqual((shown["state"], shown["parameters"]["resource"]), ("online", "desk"))
            self.assertEqual({"priority", "fallback-servers"} & set(shown["parameters"]), set())

            for schemes in ("xmpp,tel", "tel,sip"):
                ctl(world, "account", "set", "alice@a.test", f"uri-schemes={schemes}", "service=lj-talk")
                shown = ctl(world, "account", "show", "-j").json
                self.assertEqual((sorted(shown["uri_schemes"]), shown["service"]), (sorted(schemes.split(",")), "lj-talk"))
            self.assertRegex(ctl(world, "account", "show").out, r"(?m)^Wanted for: tel, sip$")
            ctl(world, "account", "disable", "alice@a.test")
            world.server.wait_for("^WORLD out alice@a.test")
            self.assertRegex(ctl(world, "status").out, r"(?m)^alice@a\.test +disabled +Offline$")
            self.assertIn("enabled", ctl(world, "account", "enable", "alice@a.test").out)
            self.assertEqual(ctl(world, "status", "--json").json["accounts"][0]["state"], "online")
            ctl(world, "account", "remove", "alice@a.test")
            world.server.wait_for("^WORLD out alice@a.test")
            self.assertEqual(ctl(world, "account", "list", "--json").json, [])

    def test_what_cannot_be_set_is_refused_by_name_and_changes_nothing(self):
        with World(server=False) as world:
            ctl(world, "account", "add", "alice@a.test", "--no-password", "--no-enable")
            before = ctl(world, "account", "show", "-j").json
            for word, said in (("fly=1", "“fly”"), ("port=99999", "“port” is a number from 0 to 65535"), ("port=0", "port"), ("port", "port=VALUE"),
                               ("old-ssl=maybe", "true or false"), ("priority=500", "priority"), ("account=bob@a.test", "account"),
                               ("password=secret", "--password-fd"), ("server=a b", "server")):
                self.assertIn(said, ctl(world, "account", "set", "alice@a.test", "nickname=Al", word, status=USAGE).err)
            self.assertIn("“fly”", ctl(world, "account", "set", "alice@a.test", "--unset=fly", status=USAGE).err)
            self.assertEqual(ctl(world, "account", "show", "-j").json, before)
            self.assertIn("already", ctl(world, "account", "add", "alice@a.test", "--no-password", status=FAILED).err)
            self.assertIn("not an address", ctl(world, "account", "add", "alice", "--no-password", status=USAGE).err)
            ctl(world, "account", "add", "alice@@a.test", "--no-password", status=USAGE)
            for command in ("show", "set", "enable", "disable", "remove"):
                words = ["nickname=x"] if command == "set" else []
                self.assertIn("no account “carol@a.test”", ctl(world, "account", command, "carol@a.test", *words, status=UNKNOWN).err)

    def test_a_wrong_password_is_told_kept_for_and_mended(self):
        with World(keyring=True) as world:
            said = add_account(world, "alice", password="not it", status=OFFLINE).err
            self.assertIn("The account is made, but it is not online. The password for alice@a.test was not accepted.", said)
            row, = ctl(world, "status", "--json").json["accounts"]
            self.assertEqual((row["state"], row["error"]["name"]), ("failed", "org.freedesktop.Telepathy.Error.AuthenticationFailed"))
            self.assertRegex(ctl(world, "status").out, r"failed +Offline +The password for alice@a\.test was not accepted\.")
            self.assertIn("Why: The password", ctl(world, "account", "show").out)
            self.assertIn("not accepted", ctl(world, "account", "set", "alice@a.test", "--reconnect", status=OFFLINE).err)
            ctl(world, "account", "set", "alice@a.test", "--reconnect", password="pw-alice\n")
            self.assertEqual(ctl(world, "account", "show", "-j").json["state"], "online")
            ctl(world, "account", "set", "alice@a.test", "--forget-password")
            self.assertEqual(ctl(world, "account", "show", "-j").json["password"], "none")

    def test_without_a_keyring_it_says_how_long_the_password_is_kept(self):
        with World() as world:
            self.assertIn("forgotten when the service ends", add_account(world, "alice").err)
            self.assertIn("Password: kept until the service ends", ctl(world, "account", "show").out)

    def test_bad_passwords_are_refused_before_anything_is_made(self):
        with World(server=False) as world:
            for password, said in (("", "empty"), ("\n", "empty"), ("x" * 1025, "1024")):
                self.assertIn(said, ctl(world, "account", "add", "alice@a.test", password=password, status=USAGE).err)
            self.assertIn("--password-fd", ctl(world, "account", "add", "alice@a.test", status=USAGE).err)
            self.assertIn("cannot be read", ctl(world, "account", "add", "alice@a.test", "--password-fd=77", status=USAGE).err)
            self.assertEqual(ctl(world, "account", "list", "-j").json, [])

    def test_a_person_is_asked_and_the_password_is_not_shown(self):
        with World(keyring=True) as world:
            status, seen = converse(world, ["account", "add", "alice@a.test", "--server=127.0.0.1", f"--port={world.port}"], b"pw-alice\n")
            self.assertEqual(status, 0, seen)
            self.assertNotIn(b"pw-alice", seen)
            self.assertIn(b"online", seen)

    def test_a_password_crosses_no_bus_and_is_in_no_output_and_no_log(self):
        secret = "Pässword/9$of a horse"
        with World(users=[("alice@a.test", secret), ("bob@a.test", None)], keyring=True, env={"G_MESSAGES_DEBUG": "all"}) as world, \
                Program(world) as bus:
            record = world.logs / "eavesdropped"
            monitor = world.spawn("monitor", "sh", "-c", f"dbus-monitor --binary --address '{world.bus.address}' > '{record}'")
            bus.wait(lambda: bus.settle() or (record.exists() and record.stat().st_size > 0), "dbus-monitor")
            add_account(world, "alice")
            said = [ctl(world, *words) for words in (["account", "show"], ["account", "show", "-j"], ["status", "-j"], ["debug"])]
            ctl(world, "account", "set", "alice@a.test", "--reconnect", password=secret)
            bus.settle()
            monitor.stop()
            heard = record.read_bytes()
            self.assertIn(b"SetPassword", heard)
            places = {"the bus": heard, "output": repr(said).encode(), "Debug": ctl(world, "debug").out.encode()}
            for form, needle in forms(secret).items():
                self.assertEqual([(form, place) for place, data in places.items() if needle in data], [])

    def test_a_person_can_give_up_at_the_password(self):
        with World(server=False) as world:
            status, seen = converse(world, ["account", "add", "alice@a.test"], b"half\x03")
            self.assertEqual(status, FAILED)
            self.assertIn(b"Given up", seen)
            self.assertNotIn(b"half", seen)
            self.assertEqual(ctl(world, "account", "list", "-j").json, [])

    def test_no_server_is_a_sentence_and_a_server_that_is_silent_a_time_out(self):
        with World(keyring=True) as world:
            world.server.stop()
            said = add_account(world, "alice", status=OFFLINE).err
            self.assertIn("does not take connections", said)
            world.server.start(world.env)
            ctl(world, "account", "set", "alice@a.test", "--reconnect")
            ctl(world, "account", "remove", "alice@a.test")
            import socket
            with socket.create_server(("127.0.0.1", 0)) as silent:
                said = ctl(world, "account", "add", "alice@a.test", "--server=127.0.0.1", f"--port={silent.getsockname()[1]}", "--timeout=1",
                           password="pw-alice", status=TIMED_OUT).err
            self.assertIn("within 1 second", said)

    def test_no_service_at_all(self):
        with World(server=False, build="/nonexistent") as world:
            from world import build_dir
            world.build = build_dir()
            for words in (["status"], ["account", "list"], ["roster"], ["send", "a@b", "c"], ["listen"], ["debug"], ["presence", "away"]):
                said = ctl(world, *words, status=NO_SERVICE).err
                self.assertIn("Linnet’s service does not run and cannot be started", said)

    def test_another_program_in_the_service_s_place_is_a_sentence(self):
        with World(server=False) as world:
            other = world.bus.connect()
            call_bus(other, "RequestName", "su", "im.linnet.Service", 4)
            try:
                for words in (["status"], ["roster"], ["send", "a@b", "c"], ["debug"]):
                    said = ctl(world, *words, status=FAILED).err
                    self.assertIn("it is of another version, or not Linnet’s.", said)
                    self.assertNotIn("interface", said)
            finally:  # whoever has the name is ended with the world
                call_bus(other, "ReleaseName", "s", "im.linnet.Service")
                other.close_sync(None)


class Presence(unittest.TestCase):

    def test_it_goes_to_all_accounts_or_to_one(self):
        with World(friends=[("alice", "bob"), ("carol", "bob")], users=("alice", "bob", "carol"), keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            add_account(world, "carol")
            self.assertEqual(ctl(world, "presence", "away", "in the garden").out, "alice@a.test: Away\ncarol@a.test: Away\n")
            for name in ("alice", "carol"):
                bob.wait_for_presence(sender=f"{name}@a.test", show="away", status="in the garden")
            ctl(world, "presence", "away", "--account=carol@a.test", "--idle=600")
            away = bob.wait_for(lambda s: s.name == "presence" and s["from"].bare == "carol@a.test"
                                and s.xml.find("{urn:xmpp:idle:1}idle") is not None, "idle")
            self.assertRegex(away.xml.find("{urn:xmpp:idle:1}idle").get("since"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            rows = ctl(world, "presence", "dnd", "--account=carol@a.test", "--json").json
            self.assertEqual(rows, [{"address": "carol@a.test", "state": "online", "presence": {"show": "dnd", "text": ""}}])
            bob.wait_for_presence(sender="carol@a.test", show="dnd")
            rows = {row["address"]: row["presence"] for row in ctl(world, "status", "-j").json["accounts"]}
            self.assertEqual(rows, {"alice@a.test": {"show": "away", "text": "in the garden"}, "carol@a.test": {"show": "dnd", "text": ""}})
            ctl(world, "presence", "offline")
            for name in ("alice", "carol"):
                bob.wait_for_presence(sender=f"{name}@a.test", kind="unavailable")
            ctl(world, "presence", "available", "-a", "alice@a.test")
            rows = {row["address"]: row["state"] for row in ctl(world, "status", "-j").json["accounts"]}
            self.assertEqual(rows, {"alice@a.test": "online", "carol@a.test": "offline"})
            ctl(world, "account", "disable", "carol@a.test")
            self.assertEqual(ctl(world, "presence", "chat").out, "alice@a.test: Free for chat\n")
            self.assertIn("disabled", ctl(world, "presence", "chat", "-a", "carol@a.test", status=OFFLINE).err)
            ctl(world, "presence", "chat", "-a", "dave@a.test", status=UNKNOWN)
            # Two accounts, one of them online: that one is meant.
            self.assertEqual(len(ctl(world, "roster", "-j").json), 1)
            ctl(world, "account", "enable", "carol@a.test", "--no-wait")
            ctl(world, "presence", "available")
            self.assertIn("--account", ctl(world, "send", "bob@a.test", "whose?", status=USAGE).err)
            self.assertRegex(ctl(world, "roster").out, r"(?m)^carol@a\.test +bob@a\.test ")


class Roster(unittest.TestCase):

    def rows(self, world):
        return {row["address"]: row for row in ctl(world, "roster", "list", "--json").json}

    def test_contacts_are_added_named_grouped_answered_and_removed(self):
        with World(keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            said = ctl(world, "roster", "add", "bob@a.test", "--name=Bob \u202eevil", "-g", "Friends", "--group=Work", "--message=It is me").out
            self.assertIn("bob@a.test: added", said)
            asked = bob.wait_for_presence(sender="alice@a.test", kind="subscribe")
            self.assertEqual(asked.status, "It is me")
            row = self.rows(world)["bob@a.test"]
            self.assertEqual((row["name"], row["subscription"], row["asked"], sorted(row["groups"])),
                             ("Bob \u202eevil", "none", True, ["Friends", "Work"]))
            said = ctl(world, "roster").out
            self.assertIn("Bob <U+202E>evil", said)
            self.assertRegex(said, r"none, asked +Friends, Work|none, asked +Work, Friends")

            bob.authorize("alice@a.test")
            bob.send_raw("<presence to='alice@a.test' type='subscribe'><status>From the \u202eharbour</status></presence>")
            with Program(world) as bus:
                bus.wait(lambda: self.rows(world)["bob@a.test"]["asks"] or None, "bob's request")
            self.assertIn("asks", ctl(world, "roster").out)
            self.assertIn("They write: From the <U+202E>harbour\n", ctl(world, "contact", "bob@a.test").out)
            ctl(world, "roster", "authorize", "bob@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="subscribed")
            self.assertEqual(self.rows(world)["bob@a.test"]["subscription"], "both")
            bob.send_presence(show="xa", status="sleeping")
            with Program(world) as bus:
                bus.wait(lambda: self.rows(world)["bob@a.test"]["presence"] == {"show": "xa", "text": "sleeping"} or None, "bob's presence")
            self.assertIn("Away for longer (sleeping)", ctl(world, "roster").out)
            self.assertIn("shows their presence already", ctl(world, "roster", "add", "bob@a.test").out)

            ctl(world, "roster", "rename", "xmpp:BOB@a.test?message", "Bobby Tables")
            ctl(world, "roster", "group", "bob@a.test", "Family")
            row = self.rows(world)["bob@a.test"]
            self.assertEqual((row["name"], row["groups"]), ("Bobby Tables", ["Family"]))
            self.assertIn("no group", ctl(world, "roster", "group", "bob@a.test").out)
            self.assertEqual(self.rows(world)["bob@a.test"]["groups"], [])
            ctl(world, "roster", "deny", "bob@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="unsubscribed")
            self.assertEqual(self.rows(world)["bob@a.test"]["subscription"], "to")
            self.assertEqual(ctl(world, "roster", "remove", "bob@a.test", "--json").json, {"account": "alice@a.test", "address": "bob@a.test"})
            self.assertEqual(self.rows(world), {})
            self.assertEqual(ctl(world, "roster").out, "There are no contacts.\n")
            self.assertEqual(ctl(world, "group", "list").out, "There are no groups.\n")

            for words in (["remove", "bob@a.test"], ["rename", "bob@a.test", "x"], ["group", "bob@a.test", "x"], ["deny", "bob@a.test"]):
                self.assertIn("not in the contact list", ctl(world, "roster", *words, status=UNKNOWN).err)
            ctl(world, "roster", "add", "a@b@c", status=USAGE)
            ctl(world, "presence", "offline")
            for words in (["list"], ["add", "bob@a.test"], ["authorize", "bob@a.test"]):
                self.assertRegex(ctl(world, "roster", *words, status=OFFLINE).err, "alice@a.test is not online.*linnetctl presence available")

    def test_somebody_is_blocked_and_unblocked(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")  # before she came
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            self.assertEqual(ctl(world, "roster", "blocked", "--json").json, [])
            self.assertEqual(ctl(world, "roster", "blocked").out, "Nobody is blocked.\n")
            self.assertIn("bob@a.test: blocked", ctl(world, "roster", "block", "xmpp:BOB@a.test").out)
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            # nobody wonders why they cannot be reached
            for words in (["send", "bob@a.test", "hello"], ["roster", "add", "bob@a.test"], ["disco", "info", f"bob@a.test/{bob.client.boundjid.resource}"]):
                self.assertRegex(ctl(world, *words, status=FAILED).err, "bob@a.test is blocked.*roster unblock bob@a.test")
            self.assertIn("Subscription: to, blocked\n", ctl(world, "contact", "bob@a.test").out)
            self.assertTrue(ctl(world, "contact", "bob@a.test", "-j").json["blocked"])
            # whether anybody heard of it is said
            self.assertEqual(ctl(world, "roster", "report", "spam@b.test", "--json").json,
                             {"account": "alice@a.test", "address": "spam@b.test", "reported": False})
            self.assertIn("takes no reports", ctl(world, "roster", "report", "spam@b.test").out)
            self.assertEqual(ctl(world, "roster", "blocked", "--json").json, ["bob@a.test", "spam@b.test"])
            self.assertIn("bob@a.test: no longer", ctl(world, "roster", "unblock", "bob@a.test").out)
            self.assertIn("spam@b.test", ctl(world, "roster", "blocked").out)
            self.assertNotIn("bob@a.test", ctl(world, "roster", "blocked").out)
            ctl(world, "roster", "block", "a@b@c", status=USAGE)
            ctl(world, "presence", "offline")
            for words in (["block", "bob@a.test"], ["unblock", "bob@a.test"], ["report", "bob@a.test"], ["blocked"]):
                self.assertIn("alice@a.test is not online", ctl(world, "roster", *words, status=OFFLINE).err)

    def test_it_waits_for_an_account_that_is_signing_in(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            add_account(world, "alice", "--no-wait")
            self.assertEqual(list(self.rows(world)), ["bob@a.test"])

    def test_a_list_that_is_not_fetched_by_itself_is_fetched_for_whoever_asks(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            add_account(world, "alice")
            ctl(world, "account", "set", "alice@a.test", f"{CONTACT_LIST}.DownloadAtConnection=false", "--reconnect")
            self.assertIn("Subscription: both\n", ctl(world, "contact", "bob@a.test").out)
            self.assertEqual(list(self.rows(world)), ["bob@a.test"])

    def test_completion_offers_accounts_contacts_and_keys(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            self.assertEqual(ctl(world, "__complete", "accounts").out, "")
            add_account(world, "alice")
            self.assertEqual(ctl(world, "__complete", "accounts").out, "alice@a.test\n")
            ctl(world, "roster", "list")
            self.assertEqual(ctl(world, "__complete", "contacts").out, "bob@a.test\n")
            keys = ctl(world, "__complete", "keys").out.split()
            self.assertIn("port", keys)
            self.assertNotIn("password", keys)


class Messages(unittest.TestCase):

    def test_a_message_is_sent_from_words_or_standard_input(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            self.assertEqual(ctl(world, "send", "bob@a.test", "one").out, "Sent to bob@a.test.\n")
            bob.wait_for_message("one")
            sent = ctl(world, "send", "bob@a.test", "-", "--json", text="two\nlines\n").json
            got = bob.wait_for_message("two\nlines")
            self.assertEqual((sent["account"], sent["conversation"], sent["state"], sent["token"]),
                             ("alice@a.test", "bob@a.test", "sent", got.id))
            ctl(world, "send", "bob@a.test", text="three")
            bob.wait_for_message("three")
            ctl(world, "send", "--no-wait", "--", "bob@a.test", "--four")
            bob.wait_for_message("--four")
            self.assertIn("nobody@a.test: Not delivered: nobody can be reached", ctl(world, "send", "nobody@a.test", "hello", status=FAILED).err)
            self.assertIn("“@” is not somebody’s address.", ctl(world, "send", "@", "five", status=USAGE).err)
            self.assertIn("name bob@a.test.", ctl(world, "send", "bob@a.test/phone", "six", status=USAGE).err)

    def test_offline_it_waits_and_goes_out_later(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            ctl(world, "presence", "offline")
            done = ctl(world, "send", "bob@a.test", "later", status=OFFLINE)
            self.assertIn("waits and goes out when the account is online", done.out)
            self.assertIn("not online", done.err)
            self.assertEqual(ctl(world, "send", "bob@a.test", "even later", "--no-wait", "--json").json["state"], "waiting")
            ctl(world, "presence", "available")
            bob.wait_for_message("later")
            bob.wait_for_message("even later")

    def test_it_waits_while_the_account_signs_in(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice", "--no-wait")
            ctl(world, "send", "bob@a.test", "as soon as you can")
            bob.wait_for_message("as soon as you can")

    def test_messages_are_printed_as_they_come_and_others_cannot_use_the_terminal(self):
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            with Running(world, "listen", "--count=4", ready=READY) as listen, \
                    Running(world, "listen", "--json", "--from=bob@a.test", ready=READY) as stream:
                for text in ("hello", "two\nlines \u202e \u009b31m", "/me waves", "\u201cquotes\u201d \\ \U0001f426"):
                    bob.send("alice@a.test", text)
                stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d "
                for expected in ("bob@a.test: hello", "bob@a.test: two"):
                    self.assertRegex(listen.line(), f"^{stamp}{expected}$")
                self.assertEqual(listen.line(), "    lines <U+202E> <U+009B>31m")
                self.assertRegex(listen.line(), stamp + r"bob@a\.test \* waves")
                self.assertRegex(listen.line(), stamp + "bob@a.test: \u201cquotes\u201d \\\\ \U0001f426")
                self.assertEqual(listen.wait(), 0)
                lines = [stream.line() for _ in range(4)]
                messages = [json.loads(line) for line in lines]
                self.assertEqual([(m["type"], m["text"]) for m in messages],
                                 [("normal", "hello"), ("normal", "two\nlines \u202e \u009b31m"), ("action", "waves"),
                                  ("normal", "\u201cquotes\u201d \\ \U0001f426")])
                self.assertIn(r"\u202e \u009b31m", lines[1])
                self.assertEqual({(m["account"], m["sender"]) for m in messages}, {("alice@a.test", "bob@a.test")})
                self.assertEqual(sorted({m["local_id"] for m in messages}), [m["local_id"] for m in messages])
                stream.interrupt()
                self.assertEqual(stream.wait(), 0)

    def test_listening_hears_each_message_once_whoever_else_has_the_channel(self):
        with World(friends=[("alice", "bob"), ("alice", "carol")], users=("alice", "bob", "carol"), keyring=True) as world, \
                Program(world) as bus:
            bob, carol = world.contact("bob"), world.contact("carol")
            add_account(world, "alice")
            account = Account.first(bus)
            channel = account.wait_until_online().text_channel("bob@a.test")
            with Running(world, "listen", "--json", ready=READY) as listen:
                for number in range(20):
                    bob.send("alice@a.test", f"b{number}")
                    carol.send("alice@a.test", f"c{number}")
                channel.send("mine")
                bob.wait_for_message("mine")
                texts = [json.loads(listen.line())["text"] for _ in range(40)]
                self.assertEqual([text for text in texts if text[0] == "b"], [f"b{number}" for number in range(20)])
                self.assertEqual([text for text in texts if text[0] == "c"], [f"c{number}" for number in range(20)])
                bob.send("alice@a.test", "end")
                self.assertEqual(json.loads(listen.line())["text"], "end")

    def test_listening_goes_on_when_the_service_dies(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as bus:
            bob = world.contact("bob")
            add_account(world, "alice")
            with Running(world, "listen", "--json", ready=READY) as listen:
                bob.send("alice@a.test", "before")
                self.assertEqual(json.loads(listen.line())["text"], "before")
                os.kill(bus.owner_pid("im.linnet.Service"), 9)
                world.server.wait_for("^WORLD out alice@a.test")
                bob.send("alice@a.test", "meanwhile")
                self.assertEqual(json.loads(listen.line(40))["text"], "meanwhile")
                Account.first(bus).wait_until_online(40)
                bob.send("alice@a.test", "after")
                self.assertEqual(json.loads(listen.line())["text"], "after")

    def test_listening_lets_a_service_rest_that_nobody_needs(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as bus:
            bob = world.contact("bob")
            add_account(world, "alice")
            ctl(world, "account", "disable", "alice@a.test")
            with Running(world, "listen", "--json", ready=READY) as listen:
                bus.wait_for_name("im.linnet.Service", owned=False)
                # It has heard of that when it has heard of what came later.
                bus.settle()
                self.assertEqual(ctl(world, "__complete", "accounts").out, "")
                self.assertFalse(bus.owned("im.linnet.Service"))
                ctl(world, "account", "enable", "alice@a.test")
                bob.wait_for_presence(sender="alice@a.test", kind="available")
                bob.send("alice@a.test", "awake?")
                self.assertEqual(json.loads(listen.line())["text"], "awake?")

    def test_listening_ends_in_time(self):
        with World(keyring=True) as world:
            self.assertIn("no account yet", ctl(world, "listen", "--timeout=1").err)
            add_account(world, "alice")
            self.assertEqual(ctl(world, "listen", "--timeout=1").out, "")
            self.assertIn("0 messages", ctl(world, "listen", "--timeout=1", "--count=2", status=TIMED_OUT).err)
            ctl(world, "listen", "--account=carol@a.test", "--timeout=5", status=UNKNOWN)


class UnderMissionControl(unittest.TestCase):

    def test_what_works_there_works_and_what_does_not_is_said(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as bus:
            bob = world.contact("bob")
            start_mission_control(world)
            bus.wait_for_name(ACCOUNTS)
            self.assertEqual(ctl(world, "status", "-j").json, {"service": {"account_manager": "foreign"}, "accounts": []})
            said = add_account(world, "alice", status=FAILED).err
            self.assertIn("Another program manages the accounts and takes no password from here", said)
            self.assertEqual(ctl(world, "account", "list", "-j").json, [])
            add_account(world, "alice", "--no-password", "--no-enable", password=None)
            # As a program of that world would: the account manager has the password.
            bus.call(ACCOUNTS, ctl(world, "account", "show", "-j").json["path"], ACCOUNT, "UpdateParameters", "a{sv}as",
                     {"password": GLib.Variant("s", "pw-alice")}, [])
            ctl(world, "account", "enable", "alice@a.test")
            shown = ctl(world, "account", "show", "--json")
            self.assertEqual((shown.json["state"], shown.json["password"]), ("online", "unknown"))
            self.assertNotIn("pw-alice", shown.out)
            self.assertNotIn("pw-alice", ctl(world, "account", "show").out)
            self.assertIn("Another program manages the accounts", ctl(world, "status").out)
            self.assertIn("cannot be done under it", ctl(world, "passwd", status=FAILED).err)
            ctl(world, "account", "set", "alice@a.test", "nickname=Al", "priority=7", "--reconnect")
            self.assertEqual(ctl(world, "account", "show", "-j").json["parameters"]["priority"], 7)

            self.assertEqual([row["address"] for row in ctl(world, "roster", "-j").json], ["bob@a.test"])
            ctl(world, "send", "bob@a.test", "under another roof")
            bob.wait_for_message("under another roof")
            with Running(world, "listen", "--json", ready=READY) as listen:
                bob.send("alice@a.test", "heard")
                self.assertEqual(json.loads(listen.line())["text"], "heard")
            ctl(world, "presence", "away", "upstairs")
            bob.wait_for_presence(sender="alice@a.test", show="away", status="upstairs")
            ctl(world, "account", "disable", "alice@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            with Running(world, "listen", "--json", ready=READY) as listen:
                ctl(world, "account", "enable", "alice@a.test")
                bob.wait_for_presence(sender="alice@a.test", kind="available")
                bob.send("alice@a.test", "only this")
                self.assertEqual(json.loads(listen.line())["text"], "only this")
            ctl(world, "account", "disable", "alice@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            self.assertIn("while it is online", ctl(world, "send", "bob@a.test", "now", status=OFFLINE).err)
            ctl(world, "account", "remove", "alice@a.test")
            self.assertEqual(ctl(world, "account", "list", "-j").json, [])


class Log(unittest.TestCase):

    def test_the_log_is_printed_and_followed(self):
        with World(keyring=True) as world:
            add_account(world, "alice")
            said = ctl(world, "debug").out
            self.assertRegex(said, r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d linnet-im debug: ")
            self.assertNotIn("pw-alice", said)
            lines = [json.loads(line) for line in ctl(world, "debug", "--json", "--domain=linnet-im").out.splitlines()]
            self.assertEqual({line["domain"] for line in lines}, {"linnet-im"})
            with Running(world, "debug", "--follow", "--json", "-d", "linnet-im") as follow:
                old = [json.loads(follow.line()) for _ in lines]
                self.assertEqual([line["text"] for line in old], [line["text"] for line in lines])
                ctl(world, "presence", "offline")
                while "offline, was online" not in json.loads(follow.line())["text"]:
                    pass
                follow.interrupt()
                self.assertEqual(follow.wait(), 0)
            with Program(world) as bus:
                self.assertFalse(bus.get("im.linnet.Service", "/org/freedesktop/Telepathy/debug", "org.freedesktop.Telepathy.Debug", "Enabled"))


if __name__ == "__main__":
    main()
