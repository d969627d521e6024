# SPDX-License-Identifier: GPL-3.0-or-later
"""subject.py: the service under test, as the hostile server's harness sees it: one process with one account, what it
tells programs on the bus, what it keeps on disk, and what it costs."""

import mmap
import os
import re
import sqlite3
import struct
import time

from gi.repository import Gio, GLib

from server import ACCOUNT, CONTACT, DOMAIN, NEW_PASSWORD, PASSWORD
from telepathy import (ACCOUNTS_PATH, ALIASING, CONNECTED, CONNECTION, GROUPS, MESSAGES, PRESENCE, ROSTER, TP, TYPES, Account, Program,
                       body, variants)
from telepathy import ACCOUNT as ACCOUNT_INTERFACE

# An instrumented service is slower and larger; what it finds is found otherwise.
SLOW = bool(os.environ.get("LINNET_SLOW_BUILD"))
PATIENCE_S = 60 if SLOW else 20
HONEST_S = 20 if SLOW else 2
HONEST = "honest-"
BOB = CONTACT.split("/", maxsplit=1)[0]
CONVERSATIONS = "im.linnet.Conversations1"
FAULT = re.compile("WARNING|CRITICAL|ERROR \\*\\*|Sanitizer|runtime error:")
# Of the account's properties, those that tell of its connection, not of its settings.
VOLATILE = ("Connection", "ConnectionStatus", "ConnectionStatusReason", "ConnectionError", "ConnectionErrorDetails", "CurrentPresence",
            "ChangingPresence")


class Turns:
    """The longest turn of the service's main loop, which it keeps in a file (LINNET_TURNS)."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "turns")
        with open(self.path, "xb") as file:
            file.write(bytes(8))
        with open(self.path, "r+b") as file:
            self._page = mmap.mmap(file.fileno(), 8)

    @property
    def longest_ms(self):
        return struct.unpack("=q", self._page[:])[0] / 1e6

    def forget(self):
        self._page[:] = bytes(8)


class Needs:
    """What a process has used so far: CPU of all threads, private memory."""

    def __init__(self, pid):
        self.pid = pid
        # CLOCK_PROCESS_CPUTIME_ID of another process, as clock_getcpuclockid() makes it.
        self.clock = (~pid << 3) | 2

    @property
    def cpu_ms(self):
        return time.clock_gettime(self.clock) * 1e3

    @property
    def private_kib(self):
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Private_"))

    def _status(self, name):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name))

    @property
    def resident_kib(self):
        return self._status("VmRSS:")

    @property
    def peak_kib(self):
        """The most that was resident since forget_peak ()."""
        return self._status("VmHWM:")

    def forget_peak(self):
        with open(f"/proc/{self.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")


class SignUp:
    """Somebody asks the hostile server for an account: im.linnet.Registrar1."""

    INTERFACE = "im.linnet.FormSession1"
    ENDS = {1: "asks", 2: "makes", 3: "fails"}

    def __init__(self, subject):
        self.program = subject.program
        given = variants({"server": "127.0.0.1", "port": subject.server.port}, TYPES)
        self.path = self.program.call("im.linnet.Service", ACCOUNTS_PATH, "im.linnet.Registrar1", "Register", "ssa{sv}", f"carol@{DOMAIN}", "",
                                      given)

    def get(self, prop):
        return self.program.get("im.linnet.Service", self.path, self.INTERFACE, prop)

    def wait(self):
        """Until the server's answer was read: what that was."""
        ends = time.monotonic() + PATIENCE_S
        while (status := self.get("Status")) not in self.ENDS:
            assert time.monotonic() < ends, "it goes on for ever"
            self.program.settle()
        return self.ENDS[status]

    def submit(self, **answers):
        """Gives what came of it, or the error."""
        given = {name: [value] for name, value in {"username": "carol", "password": NEW_PASSWORD, **answers}.items()}
        try:
            self.program.call("im.linnet.Service", self.path, self.INTERFACE, "Submit", "sa{sas}", "submit", given)
        except GLib.Error as problem:
            return Gio.DBusError.get_remote_error(problem).rsplit(".", 1)[1]
        return self.wait()

    def get_medium(self, uri):
        """The bytes, or None."""
        try:
            return bytes(self.program.call("im.linnet.Service", self.path, self.INTERFACE, "GetMedium", "s", uri)[1])
        except GLib.Error:
            return None

    def cancel(self):
        self.program.call("im.linnet.Service", self.path, self.INTERFACE, "Cancel")


class Subject:
    """The service with the account of a world; `server` is the hostile one."""

    def __init__(self, world, server, turns):
        self.world, self.server, self.turns = world, server, turns
        self.marks = 0
        self.child = self.program = self.account = self.channel = None
        self.way = (False, False)

    # --- its life ---

    def start(self):
        """Starts it, once more if it died; its account is on line afterwards."""
        if self.program:
            self.program.close()
        self.server.tell()
        self.child = self.world.start_service()
        self.log_mark = self.child.mark()
        self.needs = Needs(self.child.pid)
        self.program = Program(self.world)
        if self.account is None:
            self.account = Account.create(self.program, ACCOUNT, password=False)
        else:
            self.account.program = self.program
        self.channel = None
        self.account.set_password(PASSWORD, remember=False)
        self.go_online()

    @property
    def is_running(self):
        return self.child is not None and self.child.running

    def check_health(self):
        assert self.child.running, f"the service died:\n{self.child.tail(30)}"
        lines, self.log_mark = self.child.lines[self.log_mark:], self.child.mark()
        faults = [line for line in lines if FAULT.search(line)]
        assert not faults, "\n".join(faults)

    def set_way(self, is_direct, is_proxied):
        """Whether the account connects by direct TLS, and whether through a proxy."""
        if self.way == (is_direct, is_proxied):
            return
        self.way = (is_direct, is_proxied)
        wanted = {"old-ssl": is_direct, "port": self.server.tls_port if is_direct else self.server.port}
        proxy = {"https-proxy-server": "127.0.0.1", "https-proxy-port": self.server.proxy_port}
        self.account.call(ACCOUNT_INTERFACE, "UpdateParameters", "a{sv}as",
                          variants({**wanted, **(proxy if is_proxied else {})}, TYPES), [] if is_proxied else list(proxy))

    # --- its connection ---

    def reconnect(self):
        self.channel = None
        self.account.call(ACCOUNT_INTERFACE, "Reconnect")

    def wait_for_end(self, patience_s=PATIENCE_S):
        """Waits until an attempt to connect, or a connection, has failed; gives the D-Bus error without Telepathy's prefix."""
        error = self.program.wait(self._find_error, "end of the connection", patience_s)
        self.channel = None
        return error.removeprefix(f"{TP}.Error.")

    def _find_error(self):
        """The error stays until the account is online; while a try goes on there is a connection."""
        properties = self.program.get_all(self.program_name, self.account.path, ACCOUNT_INTERFACE)
        return properties["ConnectionError"] or None if properties["Connection"] == "/" else None

    def go_online(self, script=None, certificate="good"):
        """An honest connection: the one that there is, or a new one; always a new one where the server is not quite so."""
        is_honest = not script and certificate == "good"
        if is_honest and self.channel is not None and self.server.lines and not self.server.line.ended.is_set():
            return
        self.server.tell(script, certificate)
        if self.account.get("State", "im.linnet.Password1") != 3:
            self.account.set_password(PASSWORD, remember=False)
        self.reconnect()
        self.connection = self.program.wait(self._find_connection, "connection", PATIENCE_S)
        self.channel = self.connection.text_channel(BOB)

    def _find_connection(self):
        properties = self.program.get_all(self.program_name, self.account.path, ACCOUNT_INTERFACE)
        if properties["ConnectionStatus"] != CONNECTED or not self.server.lines or not self.server.line.is_bound.is_set():
            return None
        from telepathy import Connection
        connection = Connection(self.program, properties["Connection"])
        return connection if connection.get(ROSTER, "ContactListState") == 3 else None

    program_name = f"{TP}.AccountManager"

    def say(self, what):
        """The server says it."""
        self.server.begin(self.server.line.say(what)).result()

    def cut(self):
        """The line ends without a goodbye."""
        async def abort():
            self.server.line.writer.transport.abort()
        self.server.call(abort())

    def find_message(self, token):
        """A message of ours in the history, as a program sees it, and as it is kept."""
        messages, _ = self.account.call("im.linnet.History1", "GetMessages", "ssuua{sv}", BOB, "", 0, 50, {})
        kept = [row for row in self._read_database()["table messages"] if row["token"] == token]
        return [parts for parts in messages if parts[0].get("message-token") == token], kept

    def honest(self, within_s=0):
        """An honest contact says something, and programs hear it in time."""
        self.marks += 1
        mark = f"{HONEST}{self.marks}"
        self.server.call(self.server.line.say(
            f"<message from='{CONTACT}' to='{ACCOUNT}' type='chat' id='{mark}'><body>{mark}</body></message>"))
        heard = self.program.wait_for("MessageReceived", self.channel.path, MESSAGES, lambda parts: body(parts) == mark, max(within_s, HONEST_S))
        self.channel.acknowledge(heard.args[0])

    def begin_call(self, interface, method, signature, *args):
        """Calls a method of the connection; gives a list that gets the answer, or the name of the error."""
        answer = []

        def done(bus, result):
            try:
                answer.append(bus.call_finish(result).unpack())
            except GLib.Error as problem:
                answer.append(Gio.DBusError.get_remote_error(problem))
        self.program.bus.call(self.connection.name, self.connection.path, interface, method, GLib.Variant(f"({signature})", args), None,
                              Gio.DBusCallFlags.NONE, -1, None, done)
        return answer

    # --- what it knows ---

    def get_state(self):
        """Everything that a hostile server might change: on the bus, then on disk; but for honest messages."""
        settings = {name: value for name, value in self.program.get_all(self.program_name, self.account.path, ACCOUNT_INTERFACE).items()
                    if name not in VOLATILE}
        talks = {peer: talk["type"] for peer, talk in self.account.get("Conversations", CONVERSATIONS).items()}
        roster = self.connection.roster(ALIASING, GROUPS, PRESENCE, ROSTER)
        for row in roster.values():
            row.pop(f"{CONNECTION}/handle", None)
        return {"settings": settings, "conversations": talks, "roster": roster, **self._read_database()}

    def _read_database(self):
        tables = {}
        base = sqlite3.connect(f"file:{self.world.database}?mode=ro", uri=True)
        try:
            names = [name for name, in base.execute("SELECT name FROM sqlite_master WHERE type='table'")
                     if not name.startswith(("sqlite_", "messages_words", "meta"))]
            for name in names:
                cursor = base.execute(f"SELECT * FROM {name}")
                columns = [column[0] for column in cursor.description]
                rows = [dict(zip(columns, row)) for row in cursor]
                tables[f"table {name}"] = [{key: value for key, value in row.items() if not key.startswith("displayed_")} for row in rows
                                           if not str(row.get("body", "")).startswith(HONEST)]
        finally:
            base.close()
        return tables
