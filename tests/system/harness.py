# SPDX-License-Identifier: GPL-3.0-or-later
"""harness.py: runs a file of unittest cases and says each result in TAP, as meson reads it.

A case that needs something this machine lacks (world.Missing) is skipped and says what is missing.
"""

import faulthandler
import signal
import sys
import time
import traceback
import unittest

from world import Missing


class TapResult(unittest.TestResult):
    """Prints one line per case; why one failed goes to standard error, in full."""

    def __init__(self):
        super().__init__()
        self.count = 0
        self._begin = 0.0
        self._has_bad_part = False

    def startTest(self, test):
        super().startTest(test)
        self._begin = time.monotonic()

    def _line(self, good, test, note=""):
        self.count += 1
        self._has_bad_part = False
        name = getattr(test, "_testMethodName", str(test)).removeprefix("test_").replace("_", " ")
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}{note}", flush=True)
        if not note:
            print(f"# {time.monotonic() - self._begin:.2f} s", flush=True)

    def addSuccess(self, test):
        self._line(True, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line(True, test, f" # SKIP {reason}")

    def _problem(self, test, problem):
        if isinstance(problem[1], Missing):
            self.addSkip(test, str(problem[1]).splitlines()[0])
            return False
        traceback.print_exception(*problem)
        sys.stderr.flush()
        self._line(False, test)
        return True

    def addError(self, test, err):
        if self._problem(test, err):
            super().addError(test, err)

    def addFailure(self, test, err):
        if self._problem(test, err):
            super().addFailure(test, err)

    def addSubTest(self, test, subtest, err):
        """A part that failed fails its case, which goes on: its line comes when it ends."""
        super().addSubTest(test, subtest, err)
        if err is not None:
            traceback.print_exception(*err)
            sys.stderr.flush()
            self._has_bad_part = True

    def stopTest(self, test):
        if self._has_bad_part:
            self._line(False, test)
        self._has_bad_part = False
        super().stopTest(test)

    def addExpectedFailure(self, test, err):
        self._line(False, test)
        super().addFailure(test, err)


def main():
    """The last line of a test file. Arguments, if any, are words that the names of the cases to run contain."""
    faulthandler.register(signal.SIGUSR1)
    suite = unittest.TestSuite()
    words = [word for word in sys.argv[1:] if not word.startswith("-")]

    def add(tests):
        for test in tests:
            if isinstance(test, unittest.TestSuite):
                add(test)
            elif not words or any(word in test.id() for word in words):
                suite.addTest(test)

    add(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"]))
    print(f"1..{suite.countTestCases()}", flush=True)
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
