#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-usage.py LINNETCTL: its help, what it says to wrong usage, and its exit codes, without a bus and without a service."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from harness import main  # noqa: E402  pylint: disable=wrong-import-position

PROGRAM = sys.argv.pop(1)
ROOT = pathlib.Path(__file__).resolve().parents[2]
FAILED, USAGE, UNKNOWN, OFFLINE, TIMED_OUT, NO_SERVICE = range(1, 7)
COMMANDS = ["account list", "account show", "account add", "account set", "account enable", "account disable", "account remove", "account register", "account unregister", "passwd",
            "certificate show", "certificate accept", "certificate forget", "status",
            "presence", "roster list", "roster add", "roster remove", "roster rename", "roster group", "roster unsubscribe", "roster authorize", "roster deny",
            "roster block", "roster report", "roster unblock", "roster blocked", "group list", "group rename", "group merge", "group remove", "group add", "group drop", "search", "contact", "profile show", "profile set", "avatar set", "avatar clear", "nick", "location", "mood", "activity", "tune", "disco info", "disco items",
            "gateway register", "gateway unregister", "gateway login", "gateway logout", "gateway address", "server", "power-saving", "send", "listen", "debug"]


def run(*words, **named):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent",
           "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus", "G_DEBUG": "fatal-warnings", **named.pop("env", {})}
    for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    return subprocess.run([PROGRAM, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30,
                          check=False, **{"stdin": subprocess.DEVNULL, **named})


class Usage(unittest.TestCase):

    def assert_refused(self, status, said, *words, **named):
        done = run(*words, **named)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertRegex(done.stderr, "^linnetctl: ")
        self.assertIn(said, done.stderr)
        self.assertEqual("--help" in done.stderr, status == USAGE)

    def test_help_names_every_command(self):
        done = run("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        listed = re.findall(r"^  ([a-z-]+(?: [a-z]+)?)(?: +\[?(?:[A-Z][A-Z]|on).*?)?  +[A-Z]", done.stdout.split("Commands:")[1], re.M)
        self.assertEqual(listed, COMMANDS)
        self.assertNotIn("__", done.stdout)

    def test_every_command_has_its_help(self):
        for command in COMMANDS:
            done = run(*command.split(), "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
            self.assertIn(f"linnetctl {command} ", done.stdout)
            self.assertIn("--json", done.stdout)

    def test_help_of_a_group_names_its_commands_only(self):
        text = run("roster", "--help").stdout
        self.assertIn("roster rename ADDRESS NAME", text)
        self.assertNotIn("account add", text)

    def test_help_is_a_word_too(self):
        for words in ([], ["roster"], ["roster", "add"], ["contact"]):
            done = run("help", *words)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, run(*words, "--help").stdout, ""))

    def test_version(self):
        done = run("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^linnetctl \d+\.\d+\.\d+\n$")

    def test_wrong_usage_is_a_sentence_and_status_2(self):
        for words, said in ((["send"], "missing"), ([], "missing"), (["account", "show", "a@b", "c@d"], "too many"),
                            (["fly"], "no command “fly”"), (["account", "fly"], "no command “account fly”"),
                            (["block", "a@b"], "Perhaps “roster block” is meant."),
                            (["register"], "Perhaps “account register” or “gateway register” is meant."),
                            (["certificate", "accept", "--fingerprint=zz"], "“zz” is no SHA-256 fingerprint, which has 64"),
                            (["certificate", "accept", "--fingerprint=00:11:22"], "no SHA-256 fingerprint"),
                            (["certificate", "accept", "--fingerprint="], "no SHA-256 fingerprint"),
                            (["certificate", "accept", f"--fingerprint={'0' * 63}x"], "no SHA-256 fingerprint"),
                            (["status", "--fly"], "--fly"), (["presence", "sleepy"], "available, chat, away"),
                            (["listen", "--count", "-1"], "out of range"), (["listen", "-t", "-1"], "out of range"),
                            (["send", "a@b", "c", "-t", "-5"], "out of range"), (["presence", "away", "-t", "-5"], "out of range"),
                            (["debug", "--timeout=-1"], "out of range"), (["listen", "--count", "x"], "x"),
                            (["account", "add", "a@b", "--port", "70000"], "out of range"), (["roster", "rename", "a@b"], "missing"),
                            (["account", "set", "a@b"], "What is to be changed"), (["profile", "set"], "missing"), (["group", "rename", "x"], "missing"),
                            (["profile", "set", "colour=red"], "no key “colour”"), (["profile", "set", "name=x", "birthday=x"], "“x” is no date"),
                            (["profile", "set", "birthday=2023-02-29"], "no date"), (["profile", "set", "birthday=+984-02-29"], "no date"),
                            (["profile", "set", "birthday=1984-2-9"], "no date"), (["profile", "set", "lat=91"], "Degrees"), (["profile", "set", "lat=0x10"], "Degrees"), (["profile", "set", "lon=x"], "no number"),
                            (["power-saving", "perhaps"], "none of on, off and show"),
                            (["mood", "hapy"], "“hapy” is no mood. Is it “happy”?"), (["mood", "xyzzyq"], "mood --list"),
                            (["activity", "relaxing/codng"], "Is it “working/coding”?"), (["activity", "relaxing/xyzzyq"], "activity --list"),
                            (["location", "latt=1"], "lat, lon, alt"), (["location", "lat=north"], "no number"), (["tune", "song=x"], "rating, artist, title"),
                            (["roster", "block", "a@b/c"], "name a@b."), (["roster", "report", "xmpp:a@b/c"], "name a@b."),
                            (["contact", "xmpp:"], "no link"), (["contact", "xmpp:a%40b@c"], "no link"), (["contact", "xmpp:a@b%2fc"], "no link"),
                            (["contact", "xmpp:%ff@b"], "no link"), (["group", "add", "x", "a@b", "xmpp:%zz@b"], "no link"),
                            (["listen", "--from=xmpp:"], "no link"), (["status", "--account=xmpp:"], "no link")):
            self.assert_refused(USAGE, said, *words)

    def test_dates_and_degrees_of_a_profile_are_good(self):
        for pair in ("birthday=1984-02-29", "birthday=--02-29", "birthday=", "lat=-16.4", "lon=180"):
            self.assert_refused(NO_SERVICE, "session bus", "profile", "set", pair)

    def test_what_is_an_address_may_be_a_link(self):
        for link, address in (("xmpp:a@b/c?message;body=x", "a@b"), ("XMPP://me@d/a%C3%A4@b/c#x", "aä@b"), ("xmpp:a%2Eb@c/d", "a.b@c")):
            self.assert_refused(USAGE, f"name {address}.", "roster", "block", link)

    def test_words_for_moods_and_activities_are_those_of_the_service(self):
        def names(path, table):
            text = (ROOT / path).read_text(encoding="utf-8")
            return re.findall(r'"(\w+)"', re.search(rf"{table}\[\] = {{(.*?)}};", text, re.S)[1])

        def offered(command):
            shown = run(command, "--list")
            self.assertEqual((shown.returncode, shown.stderr), (0, ""))
            self.assertEqual(json.loads(run(command, "--list", "--json").stdout), shown.stdout.split())
            return shown.stdout.split()

        self.assertEqual(offered("mood"), names("cm/xep/xep-mood.c", "moods"))
        self.assertEqual(run("__complete", "moods").stdout.split(), offered("mood"))
        activities = offered("activity")
        self.assertEqual([word for word in activities if "/" not in word], names("cm/xep/xep-activity.c", "general_names"))
        self.assertEqual({word.split("/")[1] for word in activities if "/" in word} | {"other"}, set(names("cm/xep/xep-activity.c", "specific_names")))
        for words in (["mood", "In love"], ["mood", "in-awe", "of it"], ["activity", "reading"], ["activity", "working/other"], ["activity", "relaxing/gardening"]):
            self.assert_refused(NO_SERVICE, "session bus", *words)  # they are good

    def test_an_empty_message_and_one_that_is_too_long_or_no_text_are_refused(self):
        with tempfile.TemporaryFile() as file:
            for data, said in ((b"\n", "empty"), (b"x" * 65537 + b"\n", "65536"), (b"\xff\n", "UTF-8")):
                file.seek(0)
                file.truncate()
                file.write(data)
                file.seek(0)
                self.assert_refused(USAGE, said, "send", "a@b", "-", stdin=file)
        self.assert_refused(USAGE, "empty", "send", "a@b", "")

    def test_words_after_two_dashes_are_no_options(self):
        self.assert_refused(USAGE, "“--json” is no presence", "presence", "--", "--json")
        self.assert_refused(NO_SERVICE, "session bus", "send", "--", "a@b", "--json")

    def test_what_is_no_text_is_refused(self):
        self.assert_refused(USAGE, "no valid text", "send", "a@b", b"\xff\xfe")

    def test_words_of_others_do_not_reach_the_terminal_raw(self):
        done = run("account", "\x1b]0;title\x07\u202e")
        self.assertIn("<U+001B>]0;title<U+0007><U+202E>", done.stderr)
        self.assertNotIn("\x1b", done.stderr)

    def test_without_a_bus_it_says_so(self):
        for command in (["status"], ["account"], ["roster"], ["listen"], ["debug"], ["send", "a@b", "hello"], ["presence", "away"]):
            self.assert_refused(NO_SERVICE, "There is no session bus", *command)
            self.assert_refused(NO_SERVICE, "There is no session bus", "--json", *command)

    def test_completion_is_silent_without_a_bus(self):
        done = run("__complete", "accounts")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


if __name__ == "__main__":
    main()
