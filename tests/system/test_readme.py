#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_readme.py: the lines of README.md that use the service from a program do what they say, as they stand there."""

import re
import subprocess
import sys
import unittest

from harness import main
from telepathy import Account, Program
from world import World, source_dir

JULIET, ROMEO = "juliet@capulet.example", "romeo@montague.example"


def lines(language):
    """The indented lines of README.md below the paragraph that begins with “In LANGUAGE”."""
    text = (source_dir() / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^In {language}\b(?:[^\n]|\n(?!\n))*\n\n((?:    [^\n]*\n|\n)+)", text, re.MULTILINE)
    if found is None:
        raise AssertionError(f"README.md has no lines in {language}")
    return re.sub(r"^    ", "", found.group(1), flags=re.MULTILINE)


class TheReadme(unittest.TestCase):

    def run_lines(self, world, script, *interpreter):
        """Runs lines in a world, with our programs on the path; gives what they print."""
        env = {**world.env, "PATH": f"{world.build}/client/ctl:{world.env['PATH']}"}
        done = subprocess.run([*interpreter, script.replace(JULIET, "bob@a.test")], env=env, cwd=world.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=90, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_its_shell_lines_make_an_account_and_send_messages(self):
        """Romeo is Alice, and her server is named, as DNS knows nothing of it; Juliet is Bob, who lives here."""
        script = lines("shell")
        self.assertIn(f"account add {ROMEO}", script)
        with World(keyring=True) as world, Program(world) as program:
            (world.folder / "password.txt").write_text("pw-alice\n", encoding="utf-8")
            bob = world.contact("bob")
            script = script.replace(f"account add {ROMEO}", f"account add {ROMEO} --server=127.0.0.1 --port={world.port}")
            said = self.run_lines(world, script.replace(ROMEO, "alice@a.test"), "sh", "-euc")
            bob.wait_for_message("At nine?", sender="alice@a.test")
            bob.wait_for_message(sender="alice@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="subscribe")
            self.assertRegex(said, r"bob@a\.test +Juliet .*Verona")
            self.assertFalse(Account.first(program).get("Enabled"))

    def test_its_python_lines_send_a_message(self):
        with World(friends=[("alice", "bob")], keyring=True) as world, Program(world) as program:
            bob = world.contact("bob")
            account = Account.create(program, "alice")
            account.wait_until_online()
            script = lines("Python")
            self.assertIn(JULIET, script)
            self.run_lines(world, script, sys.executable, "-c")
            bob.wait_for_message("At nine?", sender="alice@a.test", timeout=30)
            program.wait(lambda: account.history("bob@a.test") == [(True, "At nine?")], "the message in the history")


if __name__ == "__main__":
    main()
