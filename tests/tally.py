# SPDX-License-Identifier: GPL-3.0-or-later
"""tally.py [--failed=WHAT…] LOG…: counts the results of test runs from meson's testlog.json files.

A test that speaks TAP counts once for each of its points, any other once. What failed and what was
skipped, and why, is named; the last line is `N passed, N failed, N skipped`.
"""

import json
import re
import sys

POINT = re.compile(r"^(not )?ok\b(?: (\d+))?(?: -)? ?([^#]*)(?:# *(SKIP|TODO)\b:? *(.*))?", re.IGNORECASE)
GOOD, SKIPPED = ("OK", "EXPECTEDFAIL"), ("SKIP",)


def points(test):
    """The TAP points of a test as (good, name, reason of a skip or None)."""
    found = []
    for line in (test.get("stdout") or "").splitlines():
        match = POINT.match(line)
        if match:
            bad, _, name, directive, reason = match.groups()
            skipped = (directive or "").upper() == "SKIP"
            todo = (directive or "").upper() == "TODO"
            found.append((not bad or todo, name.strip(), (reason or "no reason given").strip() if skipped else None))
    return found


def count(test, where):
    """Counts one test of the log; gives (passed, failed, skipped) and prints what is not passed."""
    name, result = f"{where}: {test['name']}", test["result"]
    passed = failed = skipped = 0
    for good, point, reason in points(test):
        if not good:
            failed += 1
            print(f"FAILED  {name}: {point}")
        elif reason is not None:
            skipped += 1
            print(f"skipped {name}: {point}: {reason}")
        else:
            passed += 1
    if result in SKIPPED and not skipped:
        skipped = 1
        output = ((test.get("stdout") or "") + (test.get("stderr") or "")).strip().splitlines()
        print(f"skipped {name}: {output[-1].strip() if output else 'no reason given'}")
    elif result in GOOD and not passed and not skipped:
        passed = 1
    elif result not in GOOD + SKIPPED and not failed:
        failed = 1
        print(f"FAILED  {name}: {result.lower()} (exit status {test.get('returncode')})")
    return passed, failed, skipped


def main():
    broken = [word.removeprefix("--failed=") for word in sys.argv[1:] if word.startswith("--failed=")]
    totals = [0, len(broken), 0]
    for what in broken:
        print(f"FAILED  {what}")
    for log in sys.argv[1 + len(broken):]:
        where = log.split("/", maxsplit=1)[0].replace("_build-", "").replace("_build", "plain")
        try:
            with open(log, encoding="utf-8") as lines:
                tests = [json.loads(line) for line in lines if line.strip()]
        except OSError:
            tests = []
        if not tests:
            print(f"FAILED  {where}: no test was run")
            totals[1] += 1
        for test in tests:
            for place, number in enumerate(count(test, where)):
                totals[place] += number
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
