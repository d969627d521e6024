#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-format.py SOURCE_ROOT: what a tool can check of docs/style.md: licence lines, long lines, tabs, and the
layout as clang-format 14 has it (other versions differ in details, and are not asked)."""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
FOLDERS = ("cm", "client", "image", "tests", "data")
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
WIDTH = 100


def problems(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if LICENCE not in "\n".join(lines[:3]):
        yield f"{path}:1: no licence line"
    if path.suffix not in (".c", ".h"):
        return
    for number, line in enumerate(lines, 1):
        if len(line) > WIDTH:
            yield f"{path}:{number}: {len(line)} characters, more than {WIDTH}"
        if "\t" in line:
            yield f"{path}:{number}: a tab"


def formatter():
    """clang-format 14, or None."""
    for name in ("clang-format-14", "clang-format"):
        program = shutil.which(name)
        if program and "version 14." in subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True,
                                                        check=True).stdout:
            return program
    return None


def main():
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")
                   if path.suffix in (".c", ".h", ".py") and path.is_file())
    assert len(files) > 100, f"only {len(files)} files under {ROOT}"
    found = [problem for path in files for problem in problems(path)]
    program = formatter()
    if program:
        code = [str(path) for path in files if path.suffix in (".c", ".h")]
        done = subprocess.run([program, "--dry-run", "--Werror", "--style=file", *code], stderr=subprocess.PIPE, text=True,
                              cwd=ROOT, check=False)
        found += [line for line in done.stderr.splitlines() if ": error: " in line]
    print("1..2")
    print("not ok" if found else "ok", f"1 - {len(files)} files are as docs/style.md says")
    for problem in found:
        print("#", problem)
    print("ok 2 - layout" + ("" if program else " # SKIP clang-format 14 is not here"))
    return 1 if found else 0


sys.exit(main())
