#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_hostile.py: every row of rows_*.py, said by a server of our own to the real service. In TAP, a line for each row.

    test_hostile.py [WORD…]

Words choose rows by the beginning of their names; LINNET_BUILD_DIR says which build. A row says what is thrown and
how that ends. What holds always is checked here: the process lives on and warns of nothing; it costs CPU time in
proportion to what was said, little memory, and the main loop answers meanwhile; nothing that the server named is
opened; programs on the bus see nothing of it; roster, history and settings are what they were; and what an honest
contact says next arrives.
"""

import asyncio
import os
import random
import re
import socket
import sys
import tempfile
import threading
import time
import traceback

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "system")]

from certificates import Certificates  # noqa: E402
import rows_devices  # noqa: E402
import rows_floods  # noqa: E402
import rows_identity  # noqa: E402
import rows_pictures  # noqa: E402
import rows_sign_in  # noqa: E402
import rows_stream  # noqa: E402
from server import ACCOUNT, NEW_PASSWORD, PASSWORD, PATIENCE_S, Server, fifo, is_read  # noqa: E402
from subject import SLOW, SignUp, Subject, Turns  # noqa: E402
from telepathy import MESSAGES, body  # noqa: E402
from world import World  # noqa: E402

# Floods are the last ones: for some seconds after them strangers are told to come again later.
ROWS = [row for table in (rows_stream, rows_identity, rows_pictures, rows_sign_in, rows_devices, rows_floods) for row in table.ROWS]
SMALL_BYTES = 4096
MAX_GROWTH_KIB = 32 * 1024
TRIES = 3
MAX_TURN_MS = 500 if SLOW else 50
CPU_MS, CPU_MS_PER_MIB = 200, 60
# What a program on the bus may hear while the connection lives.
QUIET = {"MessageReceived", "PendingMessagesRemoved", "ConversationsChanged", "NameAcquired"}
TRACES = ("evil", "smuggled", "mallory", "ev.test")


class Busy(AssertionError):
    """A turn of the main loop took too much of a processor's time. Another program on the same core makes everything slower now and
    then: what is the service's own fault is there each time."""


class Trap:
    """A file and a port that the server names, and nobody may open."""

    def __init__(self, folder):
        self.path = fifo(folder, "trap")
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while True:
            self._socket.accept()[0].close()
            self.visits += 1

    def check(self):
        assert not self.visits and not is_read(self.path), "it opened what the server named"


def cut(what, mode, seed):
    """What the server says, in portions of another size: a function of the line, as rows have it."""
    def say(line):
        parts = what(line) if callable(what) else what
        parts = [parts] if isinstance(parts, (str, bytes)) else parts
        if mode == "whole":
            yield from parts
            return
        chance = random.Random(seed)
        for part in parts:
            data = part.encode() if isinstance(part, str) else part
            place = 0
            while place < len(data):
                size = 1 if mode == "bytes" else chance.randint(1, 32768)
                yield data[place:place + size]
                place += size
    return say


def get_modes(row):
    """How it is cut: small words at every byte, large ones where chance has it."""
    if row.modes:
        return row.modes
    if row.says is None or row.at in ("proceed", "bind-jid"):
        return ["whole"]
    if row.silence_s:
        return ["whole"]
    if isinstance(row.says, (str, bytes)) and len(row.says) <= SMALL_BYTES:
        return ["whole", "bytes"]
    return ["whole", "random"]


class Case:
    """One row, cut in one way."""

    def __init__(self, row, mode, subject):
        self.row, self.mode, self.subject = row, mode, subject
        self.server = subject.server
        self.busy_ms = 0.0

    def run(self):
        subject, row = self.subject, self.row
        subject.set_way(row.direct, row.proxied or row.at == "proxy")
        subject.go_online()
        subject.honest()
        self.before = subject.get_state()
        subject.program.settle()
        subject.program.signals.clear()
        subject.needs.forget_peak()
        subject.turns.forget()
        cpu_ms, kib, self.resident_kib = subject.needs.cpu_ms, subject.needs.private_kib, subject.needs.resident_kib
        getattr(self, f"_check_{self.row.must.kind}")()
        subject.check_health()
        self.busy_ms = subject.turns.longest_ms
        assert self.busy_ms > 0, "turns of the main loop are not measured"
        self.cost_ms, self.growth_kib = subject.needs.cpu_ms - cpu_ms, subject.needs.private_kib - kib
        self.peak_kib = subject.needs.peak_kib - self.resident_kib
        self._check_needs()
        subject.go_online()
        subject.honest()
        self._check_signals()
        self._check_state()
        assert not row.never or not re.search(row.never, self.line.received[self.heard:]), self.line.received[self.heard:]
        subject.trap.check()
        subject.check_health()

    # --- how it ends ---

    def _throw_when_bound(self):
        row = self.row
        self.line = self.server.line
        self.said, self.heard = self.line.bytes_said, len(self.line.received)
        if row.says is not None:
            try:
                self.subject.say(cut(row.says, self.mode, row.name))
            except Exception:  # pylint: disable=broad-except
                # It may hang up in the middle, and says why.
                if row.must.kind != "ends":
                    raise
        if row.play is not None:
            row.play(self.subject)

    def _throw_while_signing_in(self):
        row = self.row
        script = {**({row.at: cut(row.says, self.mode, row.name) if row.at != "proceed" else row.says} if row.says is not None else {}),
                  **row.more}
        self.server.tell(script, row.certificate, row.tls)
        self.said = self.heard = 0
        self.subject.reconnect()
        self.error = self.subject.wait_for_end()
        # A line whose TLS did not come about is none.
        self.line = self.server.line if self.server.lines else None

    def _check_ends(self):
        row, begin = self.row, time.monotonic()
        if row.at == "bound":
            self._throw_when_bound()
            self.error = self.subject.wait_for_end(PATIENCE_S + row.silence_s)
        else:
            self._throw_while_signing_in()
        self.server.call(self._wait_for_end())
        assert time.monotonic() - begin >= 0.9 * row.silence_s, "it did not wait"
        wanted = row.must.wanted
        assert not wanted or self.line.stream_error in wanted, f"ended with {self.line.stream_error}, not {wanted} ({self.error})"
        assert self.error in row.must.error, self.error
        assert row.at in ("bound", "challenge", "success") or not self.line.credentials, "credentials were sent"

    async def _wait_for_end(self):
        await asyncio.wait_for(self.line.ended.wait(), PATIENCE_S)

    def _check_refuses(self):
        must = self.row.must
        self._throw_while_signing_in()
        assert not must.wanted or self.error in must.wanted, f"refused with {self.error}, not {must.wanted}"
        sent = "".join(line.credentials for line in self.server.lines)
        assert must.sent != "none" or not sent, f"credentials were sent: {sent}"
        assert must.sent != "first" or "<response" not in sent, "the challenge was answered"
        number = len(self.server.lines)
        assert number <= must.connections, f"{number} connections"

    def _check_lives(self):
        if self.row.certificate != "good" or self.row.more:
            self.subject.go_online(self.row.more, self.row.certificate)
        self._throw_when_bound()
        self.subject.honest(self.row.honest_s)
        assert self.line is self.server.line and not self.line.ended.is_set(), "the connection was lost"

    def _check_signs_up(self):
        """Somebody asks the same server for an account, with all that this takes; the connection that there is lives on."""
        row, server = self.row, self.server
        self.subject.set_way(False, False)
        honest, lines = server.line, len(server.lines)
        server.script = {row.at: cut(row.says, self.mode, row.name), **row.more}
        session = SignUp(self.subject)
        try:
            ended = session.wait()
            if ended == "asks" and row.play is not None:
                ended = row.play(session) or ended
            assert ended in row.must.wanted, f"it {ended}, with {session.get('Error')!r}: {session.get('Notes')}"
        finally:
            session.cancel()
            server.script = {}
        self.line = server.lines[lines]
        self.said = 0
        secrets = "".join(line.received for line in server.lines[lines:])
        assert row.must.sent == "all" or NEW_PASSWORD not in secrets, "the password was sent"
        assert honest is server.line, "the connection was lost"
        self.subject.honest()

    def _check_answers(self):
        self._check_lives()
        stanza_id, condition = self.row.must.wanted
        pattern = f"<iq (?=[^>]*id='{stanza_id}')(?=[^>]*type='error')[^>]*>.*?<{condition} "
        # What it says to programs may be there before what it says to the server.
        self.line.mark = self.heard
        self.server.call(self.line.wait_for(pattern))
        heard = self.line.received[self.heard:]
        assert len(re.findall(pattern, heard, re.S)) == 1, f"answers: {heard}"
        assert heard.count(f"id='{stanza_id}'") == 1, f"answers: {heard}"

    # --- what holds always ---

    def _check_needs(self):
        said_mib = (self.line.bytes_said - self.said) / 2**20 if self.line else 0
        allowed_ms = self.row.cpu_ms or CPU_MS + CPU_MS_PER_MIB * said_mib
        if self.busy_ms > MAX_TURN_MS:
            raise Busy(f"the main loop was busy for {self.busy_ms:.0f} ms")
        if SLOW:
            return
        assert self.cost_ms <= allowed_ms, f"{self.cost_ms:.0f} ms of CPU, {allowed_ms:.0f} are allowed"
        assert self.growth_kib <= MAX_GROWTH_KIB, f"{self.growth_kib} KiB more memory"
        assert self.peak_kib <= MAX_GROWTH_KIB, f"{self.peak_kib} KiB more memory meanwhile"

    def _check_signals(self):
        program, row = self.subject.program, self.row
        program.settle()
        shown = [body(signal.args[0]) for signal in program.signals if signal.member == "MessageReceived" and signal.interface == MESSAGES]
        strange = [text for text in shown if not text.startswith("honest-") and text not in row.shows
                   and (text or "delivery report" not in row.tells)]
        assert not strange, f"shown: {strange}"
        if not row.shows and not row.tells:
            seen = [signal for signal in program.signals if any(trace in str(signal.args) for trace in TRACES)]
            assert not seen, f"programs were told: {seen}"
        if row.must.kind in ("lives", "answers") and not row.more and row.certificate == "good":
            seen = [signal for signal in program.signals if signal.member not in QUIET and signal.member not in row.tells
                    and not row.shows]
            assert not seen, f"programs were told: {seen}"

    def _check_state(self):
        row, after = self.row, self.subject.get_state()
        added = [message for message in after["table messages"] if message not in self.before["table messages"]]
        texts = [message["body"] for message in added]
        assert texts == list(row.shows), f"the history has gained {str(texts)[:300]}"
        for message in added:
            assert abs(message["order_us"] / 1e6 - time.time()) < 600, f"it stands at {message['order_us']} µs"
        for name, before in self.before.items():
            if name in row.changes or (row.shows and name in ("table messages", "table conversations", "conversations")):
                continue
            assert after[name] == before, f"{name} has changed:\n{before}\n{after[name]}"

    def __str__(self):
        return f"{self.mode}: {self.cost_ms:.0f} ms, {self.growth_kib:+d} KiB, at most {self.peak_kib:+d} KiB, busy {self.busy_ms:.0f} ms"


def run_row(row, subject, worst):
    notes = []
    for mode in get_modes(row):
        case = Case(row, mode, subject)
        try:
            for left in reversed(range(TRIES)):
                try:
                    case.run()
                    break
                except Busy:
                    if not left:
                        raise
                    case = Case(row, mode, subject)
        except Exception:
            print(f"# {row.name}, {mode}:", file=sys.stderr)
            raise
        notes.append(str(case))
        worst.append((case.busy_ms, row.name, mode))
    return notes


def run_all(rows, subject):
    failed, worst = 0, [(0.0, "", "")]
    for number, row in enumerate(rows, 1):
        begin = time.monotonic()
        try:
            if not subject.is_running:
                subject.start()
            notes = run_row(row, subject, worst)
            print(f"ok {number} - {row.name} {row.what}", *notes, f"{time.monotonic() - begin:.2f} s", sep="\n# ", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            traceback.print_exc()
            sys.stderr.flush()
            print(f"not ok {number} - {row.name} {row.what}\n# {time.monotonic() - begin:.2f} s", flush=True)
            subject.channel = None
    print("# the main loop was busy for at most", *(f"{ms:.0f} ms ({name}, {mode})" for ms, name, mode in sorted(worst)[:-4:-1]), sep=" ")
    return failed


def main():
    words = tuple(sys.argv[1:])
    rows = [row for row in ROWS if not words or row.name.startswith(words)]
    print(f"1..{len(rows)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="linnet-hostile-") as folder:
        turns = Turns(folder)
        return run_world(rows, folder, turns)


def run_world(rows, folder, turns):
    with World(
            users=(), server=False, env={"G_MESSAGES_DEBUG": os.environ.get("G_MESSAGES_DEBUG"), "LINNET_DUMPABLE": "1",
                                         "LINNET_TURNS": turns.path}) as world:
        certificates = Certificates(folder, world.authority)
        server = world.server = Server(certificates)
        world.passwords[ACCOUNT] = PASSWORD
        subject = Subject(world, server, turns)
        subject.trap = server.trap = Trap(folder)
        failed = run_all(rows, subject)
        if subject.program:
            subject.program.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
