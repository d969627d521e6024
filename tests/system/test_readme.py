#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_readme.py: the lines of README.md that use the service from a program do what they say, as they stand there."""

import re
import shutil
import subprocess
import sys
import unittest

from harness import main
from telepathy import Account, Program
from world import Missing, World, source_dir

JULIET = "juliet@capulet.example"


def lines(language):
    """The indented lines of README.md below the paragraph that begins with “In LANGUAGE”."""
    text = (source_dir() / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^In {language}\b[^\n]*\n\n((?:    [^\n]*\n|\n)+)", text, re.MULTILINE)
    if found is None:
        raise AssertionError(f"README.md has no lines in {language}")
    return re.sub(r"^    ", "", found.group(1), flags=re.MULTILINE)


class TheReadme(unittest.TestCase):

    def follow(self, language, *interpreter):
        """Someone with an account that is offline follows the lines; Juliet is Bob, who lives here."""
        if not shutil.which(interpreter[0]):
            raise Missing(f"{interpreter[0]} is not installed")
        script = lines(language)
        self.assertIn(JULIET, script)
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            bob = world.contact("bob")
            account = Account.create(program, "alice", online=language == "Python")
            if language == "Python":
                account.wait_until_online()
            done = subprocess.run([*interpreter, script.replace(JULIET, "bob@a.test")], env=world.env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)
            bob.wait_for_message("At nine?", sender="alice@a.test", timeout=30)
            program.wait(lambda: account.history("bob@a.test") == [(True, "At nine?")], "the message in the history")

    def test_its_shell_lines_sign_in_and_send_a_message(self):
        if not shutil.which("busctl"):
            raise Missing("busctl is not installed")
        self.follow("shell", "sh", "-euc")

    def test_its_python_lines_send_a_message(self):
        self.follow("Python", sys.executable, "-c")


if __name__ == "__main__":
    main()
