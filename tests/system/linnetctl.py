# SPDX-License-Identifier: GPL-3.0-or-later
"""linnetctl.py: runs linnetctl in a world, as a shell would."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import time

from world import TimedOut, WorldError

OK, FAILED, USAGE, UNKNOWN, OFFLINE, TIMED_OUT, NO_SERVICE = range(7)
LEAK = "Sanitizer"


def program(world):
    return str(world.build / "client/ctl/linnetctl")


class Done:
    """What a command ended with."""

    def __init__(self, words, status, out, err):
        self.words, self.status, self.out, self.err = words, status, out, err

    def __repr__(self):
        return f"linnetctl {' '.join(self.words)}: {self.status}\n{self.out}{self.err}"

    @property
    def json(self):
        return json.loads(self.out)


def ctl(world, *words, status=OK, password=None, text=None, asks=False, timeout=60):
    """Runs a command that must end with a status; the password goes through a pipe, text to standard input; asks: it asks
    on standard error before it complains there."""
    words, fds = [str(word) for word in words], ()
    if password is not None:
        fds = os.pipe()
        os.write(fds[1], password.encode())
        os.close(fds[1])
        fds = fds[:1]
        words.append(f"--password-fd={fds[0]}")
    try:
        done = subprocess.run([program(world), *words], env=world.env, input=text if text is not None else "", text=True, pass_fds=fds,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, check=False, start_new_session=True)
    finally:
        for fd in fds:
            os.close(fd)
    result = Done(words, done.returncode, done.stdout, done.stderr)
    if done.returncode != status or LEAK in done.stderr or (status and not re.search("(^|\n|: )linnetctl: " if asks else r"\Alinnetctl: ", done.stderr)):
        raise WorldError(f"expected status {status}: {result!r}")
    return result


def add_account(world, name, *words, **named):
    """An account of the world, signed in when this returns."""
    return ctl(world, "account", "add", world.address(name), "--server=127.0.0.1", f"--port={world.port}", *words,
               **{"password": world.passwords[world.address(name)], **named})


def converse(world, words, *answers, timeout=60):
    """Runs a command on a terminal of its own and answers one question after the other; gives its status and all that was shown."""
    pid, master = pty.fork()
    if pid == 0:
        os.execve(program(world), ["linnetctl", *words], world.env)
    seen, answers, deadline = b"", list(answers), time.monotonic() + timeout
    while select.select([master], [], [], max(0, deadline - time.monotonic()))[0]:
        try:
            seen += os.read(master, 1024)
        except OSError:  # the program has ended
            break
        if answers and seen.endswith(b": "):
            os.write(master, answers.pop(0))
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(master)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen


class Running:
    """A command that goes on; what it prints is read line by line. Its standard error is a terminal."""

    def __init__(self, world, *words, ready=None):
        self.words = words
        self.master, slave = os.openpty()
        self.process = subprocess.Popen([program(world), *map(str, words)], env=world.env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=slave)
        os.close(slave)
        self.err, self.rest = "", b""
        if ready:
            self.wait_for_error(ready)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        os.close(self.master)

    def _read(self, fd, deadline, what):
        if not select.select([fd], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimedOut(f"linnetctl {self.words}: no {what}; so far: {self.rest!r} {self.err!r}")
        try:
            return os.read(fd, 65536)
        except OSError:  # a terminal whose other end is closed
            return b""

    def wait_for_error(self, text, timeout=20):
        deadline = time.monotonic() + timeout
        while text not in self.err:
            data = self._read(self.master, deadline, text)
            if not data:
                raise WorldError(f"linnetctl {self.words} ended with {self.process.wait()}: {self.err}")
            self.err += data.decode()

    def line(self, timeout=20):
        """The next line of its output."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self.rest:
            data = self._read(self.process.stdout.fileno(), deadline, "line")
            if not data:
                raise WorldError(f"linnetctl {self.words} ended with {self.process.wait()}")
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode()

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def wait(self, timeout=20):
        """Its exit status."""
        return self.process.wait(timeout)
