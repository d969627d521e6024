# SPDX-License-Identifier: GPL-3.0-or-later
"""process.py: child processes whose output can be waited for, and which never outlive us.

Three nets: the kernel kills a child when we die (PR_SET_PDEATHSIG), each child leads a process
group of its own, and the warden (warden.py) ends whatever carries this world's mark in its
environment. Children are started from the main thread only: the first net hangs on the thread.
"""

import ctypes
import os
import re
import signal
import subprocess
import threading
import time

from .errors import TimedOut, WorldError, patient

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Child:
    """A running program. Its output goes to a log file, line by line, and can be waited for.

    stdin: bytes are all of its input; True leaves it open for write () and close_input ()."""

    def __init__(self, name, args, env, log, cwd=None, user=None, group=None, stdin=None):
        self.name = name
        self.log = log
        self.lines = []
        self._changed = threading.Condition()
        self._at_end = False
        extra = {} if user is None else {"user": user, "group": group, "extra_groups": []}
        self.process = subprocess.Popen(
            [str(arg) for arg in args], env=env, cwd=cwd, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=_die_with_parent, **extra)
        if isinstance(stdin, bytes):
            self.process.stdin.write(stdin)
            self.process.stdin.close()
        self._reader = threading.Thread(target=self._read, name=f"read-{name}", daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self.process.pid

    @property
    def running(self):
        return self.process.poll() is None

    def _read(self):
        with open(self.log, "ab", buffering=0) as log, self.process.stdout as out:
            for line in out:
                log.write(line)
                with self._changed:
                    self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._at_end = True
            self._changed.notify_all()

    def write(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def close_input(self):
        self.process.stdin.close()

    def mark(self):
        """The place in the output now, for wait_for_line (since=…)."""
        with self._changed:
            return len(self.lines)

    def wait_for_line(self, pattern, timeout=10, since=0):
        """Waits for a line that matches the regular expression; gives the match."""
        regex = re.compile(pattern)
        timeout = patient(timeout)
        deadline = time.monotonic() + timeout
        place = since
        with self._changed:
            while True:
                while place < len(self.lines):
                    match = regex.search(self.lines[place])
                    if match:
                        return match
                    place += 1
                if self._at_end:
                    raise WorldError(f"{self.name} ended before “{pattern}”:\n{self.tail()}")
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise TimedOut(f"no “{pattern}” from {self.name} in {timeout} s:\n{self.tail()}")

    def tail(self, count=30):
        return "\n".join(f"  {self.name}: {line}" for line in self.lines[-count:])

    def wait(self, timeout=10):
        """Waits for the end; gives the exit status."""
        timeout = patient(timeout)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimedOut(f"{self.name} did not end in {timeout} s:\n{self.tail()}") from None
        self._reader.join(2)
        return status

    def signal(self, number):
        if self.running:
            os.killpg(self.pid, number)

    def stop(self, timeout=5):
        """Asks it to end, and ends it if it does not listen. Gives the exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait(timeout)
        except TimedOut:
            return self.kill()

    def kill(self):
        """Ends it at once, as a crash would."""
        self.signal(signal.SIGKILL)
        return self.wait()
