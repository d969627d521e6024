#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-translations.py SOURCE_ROOT: po/POTFILES.in names every file of the clients with words for people, and no other; and
xgettext can read them."""

import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "tests/system"))
from harness import main  # noqa: E402  pylint: disable=wrong-import-position

MARKED = re.compile(r'(?<![\w"])(?:N?_|C_|NC_|ngettext|g_dngettext) \(|translatable="yes"')


def listed():
    lines = (ROOT / "po/POTFILES.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class Translations(unittest.TestCase):

    def test_every_file_with_words_is_listed_and_no_other(self):
        files = [path for path in sorted((ROOT / "client").rglob("*")) if path.suffix in (".c", ".ui")]
        self.assertGreater(len(files), 50)
        marked = {str(path.relative_to(ROOT)) for path in files if MARKED.search(path.read_text(encoding="utf-8"))}
        self.assertEqual(sorted(marked), sorted(name for name in listed() if name.startswith("client/")))

    def test_the_list_is_in_order_and_its_files_exist(self):
        self.assertEqual(listed(), sorted(set(listed())))
        self.assertEqual([name for name in listed() if not (ROOT / name).is_file()], [])

    def test_xgettext_reads_them_without_a_complaint(self):
        if not shutil.which("xgettext"):
            self.skipTest("xgettext is not installed")
        done = subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
                               "--output=-", "--force-po", *(name for name in listed() if name.endswith(".c"))],
                              cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertGreater(done.stdout.count("msgid"), 200)


if __name__ == "__main__":
    main()
