#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-manual.py SOURCE_ROOT [PROGRAM PAGE]…: manual pages and completion say what the programs' own help says."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests/system"))
from harness import main  # noqa: E402  pylint: disable=wrong-import-position

PAGES = dict(zip(sys.argv[3::2], sys.argv[2::2]))
del sys.argv[1:]
LINNETCTL = next(program for page, program in PAGES.items() if page.endswith("linnetctl.1"))
COMPLETION = ROOT / "data/completions/bash/linnetctl"
# What every command has, and the manual says once.
COMMON = {"--account", "--json", "--help"}


def said_by(*command):
    env = {**os.environ, "LC_ALL": "C.UTF-8", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    return subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True, timeout=30).stdout


def options_of_help(text):
    """long option → short one or None."""
    return {long: short or None for short, long in re.findall(r"^  (?:(-\w), )?(--[\w-]+)", text, re.M)}


def options_of_manual(lines):
    found = {}
    for line in lines:
        if line.startswith(".It Fl "):
            names = re.findall(r"(?:^\.It Fl | , Fl )(-?[\w-]+)", line)
            longs = [f"-{name}" for name in names if name.startswith("-") and name != "-"]
            shorts = [f"-{name}" for name in names if not name.startswith("-")]
            for long in longs:
                found[long] = shorts[0] if shorts else None
    return found


def commands_of_help():
    return re.findall(r"^  ([a-z-]+(?: [a-z]+)?)(?: +\[?(?:[A-Z][A-Z]|on).*?)?  +[A-Z]", said_by(LINNETCTL, "--help").split("Commands:")[1], re.M)


class Manual(unittest.TestCase):

    def sections(self):
        """command → the lines about it in the manual; "" → those about none."""
        page = next(page for page in PAGES if page.endswith("linnetctl.1"))
        found, command = {"": []}, ""
        for line in pathlib.Path(page).read_text(encoding="utf-8").splitlines():
            start = re.match(r"\.It Cm ([a-z-]+(?: [a-z]+)?)(?: |$)", line)
            if start:
                command = start[1]
                self.assertNotIn(command, found)
            elif line.startswith((".Ss", ".Sh")):
                command = ""
            found.setdefault(command, []).append(line)
        return found

    def test_every_command_is_there_with_its_options(self):
        sections = self.sections()
        commands = commands_of_help()
        self.assertGreater(len(commands), 15)
        self.assertEqual(sorted(sections), sorted(["", *commands]))
        for command in commands:
            told = options_of_help(said_by(LINNETCTL, *command.split(), "--help"))
            own = {long: short for long, short in told.items() if long not in COMMON}
            self.assertEqual((command, options_of_manual(sections[command])), (command, own))
        told = options_of_help(said_by(LINNETCTL, "--help"))
        self.assertEqual(set(told) - {"--version"}, COMMON)
        self.assertEqual(options_of_manual(sections[""]), told)

    def test_the_service_has_the_options_of_its_manual(self):
        for page, program in PAGES.items():
            if page.endswith(".8"):
                lines = pathlib.Path(page).read_text(encoding="utf-8").splitlines()
                self.assertEqual(options_of_manual(lines), options_of_help(said_by(program, "--help")))

    def test_completion_offers_every_command_with_its_options(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")

        def ask(function, *arguments):
            return said_by("bash", "-c", 'source "$1"; shift; "$@"', "-", str(COMPLETION), function, *arguments).split()
        commands = commands_of_help()
        for command in commands:
            offered = {word.rstrip("=") for word in ask("_linnetctl_options", command)}
            self.assertEqual((command, offered), (command, set(options_of_help(said_by(LINNETCTL, *command.split(), "--help")))))
            takes = {word.rstrip("=") for word in ask("_linnetctl_options", command) if word.endswith("=")}
            needs = set(re.findall(r"(--[\w-]+)=", said_by(LINNETCTL, *command.split(), "--help")))
            self.assertEqual((command, takes), (command, needs))
        self.assertEqual({word.rstrip("=") for word in ask("_linnetctl_options", "")}, set(options_of_help(said_by(LINNETCTL, "--help"))))
        self.assertEqual({f"account {word}" for word in ask("_linnetctl_arguments", "account", "0")},
                         {command for command in commands if command.startswith("account ")})
        for group in ("roster", "group"):
            self.assertEqual({f"{group} {word}" for word in ask("_linnetctl_arguments", group, "0")},
                             {command for command in commands if command.startswith(f"{group} ")})

    def test_completion_offers_every_key_that_the_help_names(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")
        for command in ("profile set", "location", "tune"):
            named = re.search(r"Keys are (.*?)\. ", " ".join(said_by(LINNETCTL, *command.split(), "--help").split()))[1]
            keys = set(re.findall(r"[a-z]+", re.sub(r"\(.*?\)|\band\b", "", named)))
            self.assertGreater(len(keys), 5)
            offered = said_by("bash", "-c", 'source "$1"; _linnetctl_arguments "$2" 0', "-", str(COMPLETION), command).split()
            self.assertEqual((command, {word.rstrip("=") for word in offered} - {"none"}), (command, keys))

    def complete(self, *words, path=None):
        """What Tab offers behind some words, as bash splits them."""
        script = ('source "$1"; shift; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _linnetctl; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        env = {"PATH": f"{path or pathlib.Path(LINNETCTL).parent}:{os.environ['PATH']}", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
        return subprocess.run(["bash", "-c", script, "-", str(COMPLETION), "linnetctl", *words], env=env, stdout=subprocess.PIPE, text=True,
                              check=True, timeout=30).stdout.split()

    def test_completion_knows_where_it_is(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")
        self.assertEqual(sorted(self.complete("")), sorted({command.split()[0] for command in commands_of_help()}))
        self.assertEqual(self.complete("acc"), ["account"])
        self.assertEqual(self.complete("account", "e"), ["enable"])
        self.assertEqual(self.complete("--json", "-a", "x@y", "roster", "re"), ["remove", "rename", "report"])
        self.assertEqual(self.complete("presence", "a"), ["available", "away"])
        self.assertEqual(self.complete("presence", "away", ""), [])
        self.assertEqual(self.complete("account", "set", "a@b", "dis"), ["display-name="])
        self.assertEqual(self.complete("account", "set", "a@b", "port", "=", ""), [])
        self.assertEqual(self.complete("debug", "--domain", "=", "linnet-x"), ["linnet-xmpp", "linnet-xep"])
        self.assertEqual(self.complete("debug", "-d", "linnet-s"), ["linnet-store"])
        self.assertEqual(self.complete("send", "--no"), ["--no-wait"])

    def test_completion_takes_addresses_as_bash_splits_them(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")
        self.assertEqual(self.complete("-a", "x", "@", "y", "presence", "off"), ["offline"])
        self.assertEqual(self.complete("account", "set", "x", "@", "y", "nick"), ["nickname="])
        self.assertEqual(self.complete("--account", "=", "x", "@", "y", "roster", "l"), ["list"])
        with tempfile.TemporaryDirectory() as folder:
            fake = pathlib.Path(folder, "linnetctl")
            fake.write_text("#!/bin/sh\necho bob@a.test\necho bobby@b.test\necho ann@a.test\n", encoding="utf-8")
            fake.chmod(0o755)
            for words, offered in ((["bo"], ["bob@a.test", "bobby@b.test"]), (["bob", "@"], ["@a.test"]), (["bob", "@", "a."], ["@a.test"]),
                                   (["bob", "@", "b"], []), (["-t", "3", "ann"], ["ann@a.test"])):
                self.assertEqual((words, self.complete("send", *words, path=folder)), (words, offered))
            self.assertEqual(self.complete("listen", "--from", "=", "bobby", "@", "", path=folder), ["@b.test"])

    def test_the_pages_are_well_formed(self):
        groff = shutil.which("groff")
        if not groff:
            self.skipTest("groff is not installed")
        pages = sorted((ROOT / "data/man").iterdir())
        self.assertEqual(len(pages), 3)
        for page in pages:
            done = subprocess.run([groff, "-mdoc", "-ww", "-z", "-K", "utf-8", "-Tutf8", str(page)], stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)
            lines = page.read_text(encoding="utf-8").splitlines()
            self.assertIn("SPDX-License-Identifier: GPL-3.0-or-later", lines[0])
            for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "SEE ALSO"):
                self.assertIn(f".Sh {section}", lines, page.name)


if __name__ == "__main__":
    main()
