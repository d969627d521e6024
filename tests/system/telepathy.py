# SPDX-License-Identifier: GPL-3.0-or-later
"""telepathy.py: a program that speaks Telepathy, written from the specification, for tests of the service.

Everything goes over the bus as any other program's words would. A Program keeps all signals it sees
until a test asks for them, each is given once.
"""

import os
import pathlib
import re
import time

from gi.repository import Gio, GLib

from world import TimedOut, patient, source_dir
from world.bus import call_bus, name_has_owner, wait_for_name

TP = "org.freedesktop.Telepathy"
PATH = "/org/freedesktop/Telepathy"
MANAGER = f"{TP}.ConnectionManager.linnet"
MANAGER_PATH = f"{PATH}/ConnectionManager/linnet"
CONNECTION, CHANNEL = f"{TP}.Connection", f"{TP}.Channel"
REQUESTS, CONTACTS, ROSTER = (f"{CONNECTION}.Interface.{name}" for name in ("Requests", "Contacts", "ContactList"))
GROUPS, ALIASING, PRESENCE = (f"{CONNECTION}.Interface.{name}" for name in ("ContactGroups", "Aliasing", "SimplePresence"))
TEXT, MESSAGES, CHAT_STATE = f"{CHANNEL}.Type.Text", f"{CHANNEL}.Interface.Messages", f"{CHANNEL}.Interface.ChatState"
ACCOUNT, ACCOUNTS, DISPATCHER = f"{TP}.Account", f"{TP}.AccountManager", f"{TP}.ChannelDispatcher"
ACCOUNTS_PATH, DISPATCHER_PATH = f"{PATH}/AccountManager", f"{PATH}/ChannelDispatcher"
PROPERTIES = "org.freedesktop.DBus.Properties"
ERROR = f"{TP}.Error"
CONTACT = 1
CONNECTED, CONNECTING, DISCONNECTED = 0, 1, 2
TYPES = {"account": "s", "password": "s", "server": "s", "resource": "s", "port": "q", "old-ssl": "b", "require-encryption": "b",
         "ignore-ssl-errors": "b", "https-proxy-port": "q", "legacy-signals": "b", "priority": "n", "keepalive-interval": "u"}


def variants(values, types=None):
    """A Python dict as a{sv}: types by name, or by the look of the value."""
    def wrap(key, value):
        if isinstance(value, GLib.Variant):
            return value
        signature = (types or {}).get(key)
        if not signature:
            signature = {bool: "b", int: "u", str: "s", list: "as"}[type(value)]
        return GLib.Variant(signature, value)
    return {key: wrap(key, value) for key, value in values.items()}


def message(text, **header):
    """A message as SendMessage takes it."""
    return [variants(header), {"content-type": GLib.Variant("s", "text/plain"), "content": GLib.Variant("s", text)}]


def body(parts):
    """The plain text of a message."""
    return "".join(part.get("content", "") for part in parts[1:] if part.get("content-type") == "text/plain")


class Signal:
    """One signal that was seen."""

    def __init__(self, sender, path, interface, member, args):
        self.sender, self.path, self.interface, self.member, self.args = sender, path, interface, member, args

    def __repr__(self):
        return f"{self.path.removeprefix(PATH)} {self.interface.removeprefix(TP)}.{self.member}{str(self.args)[:300]}"


class Program:
    """A program with a bus connection of its own."""

    def __init__(self, world):
        self.world = world
        self.bus = world.bus.connect()
        self.context = GLib.MainContext.default()
        self.signals = []
        self.bus.signal_subscribe(None, None, None, None, None, Gio.DBusSignalFlags.NONE, self._seen)

    def close(self):
        if not self.bus.is_closed():
            self.bus.close_sync(None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _seen(self, _bus, sender, path, interface, member, parameters):
        self.signals.append(Signal(sender, path, interface, member, parameters.unpack()))

    # Calling

    def call(self, name, path, interface, method, signature="", *args, timeout=20, fds=None):
        """Calls a method; gives nothing, its one answer, or the tuple of its answers."""
        parameters = GLib.Variant(f"({signature})", args) if signature else None
        limit = int(patient(timeout) * 1000)
        if fds is None:
            answer = self.bus.call_sync(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE, limit, None)
        else:
            handed = Gio.UnixFDList.new()
            for fd in fds:
                handed.append(fd)
            answer, _ = self.bus.call_with_unix_fd_list_sync(
                name, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE, limit, handed, None)
        values = answer.unpack()
        return values[0] if len(values) == 1 else (values or None)

    def begin(self, name, path, interface, method, signature, *args):
        """Calls a method and does not wait for its answer."""
        self.bus.call(name, path, interface, method, GLib.Variant(f"({signature})", args), None, Gio.DBusCallFlags.NONE, -1, None, None)

    def get(self, name, path, interface, prop):
        return self.call(name, path, PROPERTIES, "Get", "ss", interface, prop)

    def get_all(self, name, path, interface):
        return self.call(name, path, PROPERTIES, "GetAll", "s", interface)

    def set(self, name, path, interface, prop, value):
        self.call(name, path, PROPERTIES, "Set", "ssv", interface, prop, value)

    def fails(self, *call, **named):
        """Makes a call that must fail; gives the name of the D-Bus error."""
        try:
            answer = self.call(*call, **named)
        except GLib.Error as problem:
            return Gio.DBusError.get_remote_error(problem) or str(problem)
        raise AssertionError(f"{call[3]} did not fail, it gave {answer!r}")

    # Waiting

    def wait(self, look, what, timeout=15):
        """Runs until look () gives something that is not None or False: looks after each signal, and now and then."""
        timeout = patient(timeout)
        late = []
        beat = GLib.timeout_source_new(500)
        beat.set_callback(lambda *_: True)
        beat.attach(self.context)
        source = GLib.timeout_source_new(int(timeout * 1000))
        source.set_callback(lambda *_: late.append(True) and False)
        source.attach(self.context)
        try:
            while True:
                found = look()
                if found is not None and found is not False:
                    return found
                if late:
                    seen = "\n".join(f"  {signal}" for signal in self.signals[-20:])
                    raise TimedOut(f"no {what} in {timeout} s; signals not asked for:\n{seen}")
                self.context.iteration(True)
        finally:
            source.destroy()
            beat.destroy()

    def take(self, member, path=None, interface=None, fits=None):
        """The oldest signal that fits, or None."""
        for place, signal in enumerate(self.signals):
            if (signal.member == member and (path is None or signal.path == path)
                    and (interface is None or signal.interface == interface) and (fits is None or fits(*signal.args))):
                return self.signals.pop(place)
        return None

    def wait_for(self, member, path=None, interface=None, fits=None, timeout=15):
        """Waits for a signal; fits gets its arguments. Gives the signal."""
        return self.wait(lambda: self.take(member, path, interface, fits), f"signal {member} of {path or 'anyone'}", timeout)

    def settle(self):
        """Takes in what the bus has for us already, by a round trip."""
        call_bus(self.bus, "GetId")
        while self.context.iteration(False):
            pass

    def owned(self, name):
        return name_has_owner(self.bus, name)

    def owner_pid(self, name):
        return call_bus(self.bus, "GetConnectionUnixProcessID", "s", name)

    def wait_for_name(self, name, owned=True, timeout=15):
        wait_for_name(self.bus, name, owned, timeout)


class Connection:
    """A connection of the service: made with RequestConnection, or one that an account has."""

    def __init__(self, program, path):
        self.program, self.path = program, path
        self.name = path[1:].replace("/", ".")

    @classmethod
    def request(cls, program, name, password=None, **parameters):
        """Asks the connection manager for one, not connected yet."""
        given = program.world.account_parameters(name)
        given["password"] = password or program.world.passwords[program.world.address(name)]
        given.update(parameters)
        _, path = program.call(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "RequestConnection", "sa{sv}", "jabber",
                               variants({key: value for key, value in given.items() if value is not None}, TYPES))
        return cls(program, path)

    def call(self, interface, method, signature="", *args, **named):
        return self.program.call(self.name, self.path, interface, method, signature, *args, **named)

    def get(self, interface, prop):
        return self.program.get(self.name, self.path, interface, prop)

    def wait_for(self, member, interface=None, fits=None, timeout=15):
        return self.program.wait_for(member, self.path, interface, fits, timeout)

    def connect(self, timeout=20):
        """Connects and waits until the roster is there."""
        self.call(CONNECTION, "Connect")
        self.wait_until_connected(timeout)
        return self

    def wait_until_connected(self, timeout=20):
        self.program.wait(lambda: self.get(CONNECTION, "Status") == CONNECTED, "connection", timeout)
        self.program.wait(lambda: self.get(ROSTER, "ContactListState") == 3, "contact list", timeout)

    def connect_and_fail(self, timeout=20):
        """Connects in vain; gives (status reason, D-Bus error, details)."""
        self.call(CONNECTION, "Connect")
        end = self.wait_for("StatusChanged", CONNECTION, lambda status, _: status == DISCONNECTED, timeout)
        error = self.program.take("ConnectionError", self.path, CONNECTION)
        if error is None:
            raise AssertionError("no ConnectionError before StatusChanged")
        return end.args[1], error.args[0], error.args[1]

    def disconnect(self):
        self.call(CONNECTION, "Disconnect")
        self.program.wait_for_name(self.name, owned=False)

    def handle(self, identifier):
        """The handle of a contact."""
        return self.call(CONTACTS, "GetContactByID", "sas", identifier, [])[0]

    def attributes(self, identifier, *interfaces):
        return self.call(CONTACTS, "GetContactByID", "sas", identifier, list(interfaces))[1]

    def roster(self, *interfaces):
        """address → attributes of all contacts in the list."""
        rows = self.call(ROSTER, "GetContactListAttributes", "asb", list(interfaces), False)
        return {row[f"{CONNECTION}/contact-id"]: row for row in rows.values()}

    def text_channel(self, identifier):
        """A text channel with a contact."""
        _, path, properties = self.call(REQUESTS, "EnsureChannel", "a{sv}", {
            f"{CHANNEL}.ChannelType": GLib.Variant("s", TEXT), f"{CHANNEL}.TargetHandleType": GLib.Variant("u", CONTACT),
            f"{CHANNEL}.TargetID": GLib.Variant("s", identifier)})
        return Channel(self, path, properties)

    def wait_for_channel(self, kind=TEXT, target=None, timeout=15):
        """Waits for a new channel that we did not ask for."""
        found = []

        def fits(channels):
            for path, properties in channels:
                if properties[f"{CHANNEL}.ChannelType"] == kind and (target is None or properties[f"{CHANNEL}.TargetID"] == target):
                    found.append(Channel(self, path, properties))
            return bool(found)
        self.wait_for("NewChannels", REQUESTS, fits, timeout)
        return found[0]


class Channel:
    """A channel of a connection."""

    def __init__(self, connection, path, properties):
        self.connection, self.path, self.properties = connection, path, properties
        self.program = connection.program

    def call(self, interface, method, signature="", *args, **named):
        return self.program.call(self.connection.name, self.path, interface, method, signature, *args, **named)

    def get(self, interface, prop):
        return self.program.get(self.connection.name, self.path, interface, prop)

    def wait_for(self, member, interface=None, fits=None, timeout=15):
        return self.program.wait_for(member, self.path, interface, fits, timeout)

    def send(self, text, flags=0, **header):
        """Sends a message; gives its token."""
        return self.call(MESSAGES, "SendMessage", "aa{sv}u", message(text, **header), flags)

    def pending(self):
        return self.get(MESSAGES, "PendingMessages")

    def wait_for_message(self, text=None, timeout=15):
        """Waits for a message from the other side, pending or to come; gives its parts."""
        def look():
            signal = self.program.take("MessageReceived", self.path, MESSAGES, lambda parts: text is None or body(parts) == text)
            if signal:
                return signal.args[0]
            return next((parts for parts in self.pending() if text is None or body(parts) == text), None)
        return self.program.wait(look, f"message {text!r}", timeout)

    def acknowledge(self, *messages):
        self.call(TEXT, "AcknowledgePendingMessages", "au", [parts[0]["pending-message-id"] for parts in messages])

    def close(self):
        self.call(CHANNEL, "Close")


class Account:
    """An account of the account manager."""

    def __init__(self, program, path):
        self.program, self.path = program, path

    @classmethod
    def create(cls, program, name, password=None, enabled=True, online=True, password_parameter=None, **parameters):
        """Makes an account and hands its password over by Password1, through a pipe."""
        world = program.world
        given = {**world.account_parameters(name), **parameters}
        if password_parameter:
            given["password"] = password_parameter
        properties = {f"{ACCOUNT}.Enabled": GLib.Variant("b", enabled),
                      f"{ACCOUNT}.RequestedPresence": GLib.Variant("(uss)", (2, "available", "") if online else (1, "offline", ""))}
        path = program.call(ACCOUNTS, ACCOUNTS_PATH, ACCOUNTS, "CreateAccount", "sssa{sv}a{sv}", "linnet", "jabber", name,
                            variants(given, TYPES), properties)
        account = cls(program, path)
        if password is not False:
            account.set_password(password or world.passwords[world.address(name)])
        return account

    @classmethod
    def all(cls, program):
        """All accounts that are there."""
        return [cls(program, path) for path in program.get(ACCOUNTS, ACCOUNTS_PATH, ACCOUNTS, "ValidAccounts")]

    @classmethod
    def first(cls, program):
        """The one account that is there."""
        accounts = cls.all(program)
        if len(accounts) != 1:
            raise AssertionError(f"not one account: {[account.path for account in accounts]}")
        return accounts[0]

    def call(self, interface, method, signature="", *args, **named):
        return self.program.call(ACCOUNTS, self.path, interface, method, signature, *args, **named)

    def get(self, prop, interface=ACCOUNT):
        return self.program.get(ACCOUNTS, self.path, interface, prop)

    def set(self, prop, signature, value, interface=ACCOUNT):
        self.program.set(ACCOUNTS, self.path, interface, prop, GLib.Variant(signature, value))

    def wait_for(self, member, interface=None, fits=None, timeout=15):
        return self.program.wait_for(member, self.path, interface, fits, timeout)

    def set_password(self, password, remember=True):
        """Gives the password as our own programs do: by the read end of a pipe."""
        self._pipe(password, "SetPassword", "hb", 0, remember)

    def change_password(self, password):
        """Has the server take another password."""
        self._pipe(password, "Change", "h", 0)

    def _pipe(self, text, method, signature, *args):
        reading, writing = os.pipe()
        try:
            os.write(writing, text.encode())
            os.close(writing)
            self.call("im.linnet.Password1", method, signature, *args, fds=[reading])
        finally:
            os.close(reading)

    def request_presence(self, kind=2, status="available", text=""):
        self.set("RequestedPresence", "(uss)", (kind, status, text))

    def status(self):
        return self.get("ConnectionStatus")

    def wait_until_online(self, timeout=20):
        """Waits until connected with a contact list; gives the connection."""
        def look():
            path = self.get("Connection")
            return path if path != "/" and self.status() == CONNECTED else None
        connection = Connection(self.program, self.program.wait(look, f"sign-in of {self.path}", timeout))
        connection.wait_until_connected(timeout)
        return connection

    def wait_until_offline(self, timeout=20):
        self.program.wait(lambda: self.status() != CONNECTED, "end of the connection", timeout)

    def history(self, conversation, limit=50):
        """Texts of a conversation, oldest first, as (outgoing, text)."""
        messages, _ = self.call("im.linnet.History1", "GetMessages", "ssuua{sv}", conversation, "", 0, limit, {})
        return [(bool(parts[0].get("outgoing")), body(parts)) for parts in reversed(messages)]

    def conversations(self):
        return self.get("Conversations", "im.linnet.Conversations1")


def interface_info(name):
    """The interface's description, from the contract in data/dbus, for exporting an object of ours."""
    text = (source_dir() / "data/dbus" / f"{name}.xml").read_text(encoding="utf-8")
    text = re.sub(r"</?tp:[^>]*>|\s(?:tp:|xmlns:tp)[\w-]*=\"[^\"]*\"", "", re.sub(r"<tp:docstring.*?</tp:docstring>", "", text, flags=re.DOTALL))
    return Gio.DBusNodeInfo.new_for_xml(text).lookup_interface(name)


class Handler:
    """A Telepathy client of the world that handles (or only observes, approves) text channels."""

    def __init__(self, program, name="Test", kinds=("Handler",), filters=None, bypass=True):
        self.program, self.name = program, f"{TP}.Client.{name}"
        self.path = "/" + self.name.replace(".", "/")
        self.calls = []
        text = [{f"{CHANNEL}.ChannelType": GLib.Variant("s", TEXT), f"{CHANNEL}.TargetHandleType": GLib.Variant("u", CONTACT)}]
        self.properties = {
            "Interfaces": GLib.Variant("as", [f"{TP}.Client.{kind}" for kind in kinds]),
            "HandlerChannelFilter": GLib.Variant("aa{sv}", filters or text), "BypassApproval": GLib.Variant("b", bypass),
            "Capabilities": GLib.Variant("as", []), "HandledChannels": GLib.Variant("ao", []),
            "ApproverChannelFilter": GLib.Variant("aa{sv}", filters or text),
            "ObserverChannelFilter": GLib.Variant("aa{sv}", filters or text),
            "Recover": GLib.Variant("b", False), "DelayApprovers": GLib.Variant("b", False)}
        self.ids = [program.bus.register_object(self.path, interface_info(f"{TP}.Client{kind}"), self._called, self._read, None)
                    for kind in ("", *(f".{kind}" for kind in kinds))]
        call_bus(program.bus, "RequestName", "su", self.name, 4)

    def _called(self, _bus, _sender, _path, interface, method, parameters, invocation):
        self.calls.append((method, parameters.unpack()))
        invocation.return_value(None)

    def _read(self, _bus, _sender, _path, _interface, prop):
        return self.properties.get(prop)

    def wait_for(self, method, timeout=15):
        """Waits for the oldest call of a method; gives its arguments."""
        def look():
            for place, (name, args) in enumerate(self.calls):
                if name == method:
                    return self.calls.pop(place)[1]
            return None
        return self.program.wait(look, f"call of {method}", timeout)

    def close(self):
        call_bus(self.program.bus, "ReleaseName", "s", self.name)
        for number in self.ids:
            self.program.bus.unregister_object(number)


def wait_for_exit(pid, timeout=15):
    """Waits until a process is gone."""
    timeout = patient(timeout)
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    import select
    try:
        if not select.select([handle], [], [], timeout)[0]:
            raise TimedOut(f"process {pid} is still there after {timeout} s")
    finally:
        os.close(handle)


def elapsed(function, *args, **named):
    """Seconds that a call takes, and what it gives."""
    begin = time.monotonic()
    result = function(*args, **named)
    return time.monotonic() - begin, result


def read_files(*places):
    """path → bytes of every file below some places."""
    found = {}
    for place in places:
        for path in [place] if place.is_file() else pathlib.Path(place).rglob("*"):
            if path.is_file() and not path.is_symlink():
                found[path] = path.read_bytes()
    return found
