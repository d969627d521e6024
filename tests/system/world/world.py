# SPDX-License-Identifier: GPL-3.0-or-later
"""world.py: the world itself: folders, authority, server, bus, secrets, and who lives in it."""

import atexit
import contextlib
import os
import pathlib
import re
import secrets
import select
import signal
import shutil
import subprocess
import sys
import tempfile
import threading

from . import warden
from .bus import Bus, call_bus
from .certs import Authority
from .contact import Contact
from .errors import Missing, WorldError
from .peers import compile_schemas, find_peer
from .process import Child
from .prosody import Prosody

SERVICE_NAMES = ("im.linnet.Service", "org.freedesktop.Telepathy.ConnectionManager.linnet", "org.freedesktop.Telepathy.AccountManager",
                 "org.freedesktop.Telepathy.ChannelDispatcher")
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH", "G_SLICE")
FAULT = re.compile(r"ERROR: (Address|Leak|Thread)Sanitizer|runtime error: |(linnet|GLib)[\w-]*-(WARNING|CRITICAL|ERROR) \*\*")


def source_dir():
    return pathlib.Path(__file__).resolve().parents[3]


def build_dir():
    """The build folder under test: LINNET_BUILD_DIR, or _build."""
    return pathlib.Path(os.environ.get("LINNET_BUILD_DIR") or source_dir() / "_build")


class World:
    """A throw-away world, as a context manager.

    users: names at a.test (password “pw-NAME”), full addresses, or pairs of address and password;
    friends: pairs who have each other in their rosters; keep: leave the folders there; keyring: run a
    Secret Service; accessible: let the bus start AT-SPI; server=False, bus=False: do without; env: for
    all programs, None takes a variable away.
    """

    def __init__(self, users=("alice", "bob"), friends=(), *, server=True, bus=True, keyring=False, accessible=False,
                 keep=False, folder=None, env=None, build=None, **server_options):
        self.build = pathlib.Path(build) if build else build_dir()
        self.keep = keep or folder is not None
        self._given, self._users, self._friends = folder, users, friends
        self._wants = {"server": server, "bus": bus, "keyring": keyring, "accessible": accessible}
        self._server_options, self._extra_env = server_options, dict(env or {})
        self.mark = secrets.token_hex(8)
        self.passwords = {}
        self.rosters = {}
        self.contacts = []
        self.children = []
        self.server = self.bus = None
        self._settled = False
        self._connection = None
        self._warden = None
        self._old_handlers = {}

    # Making and unmaking

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, problem, trace):
        faults = []
        if kind is None:
            faults = self._end_service() + self._faults()
        if faults or (kind and not issubclass(kind, (KeyboardInterrupt, SystemExit, Missing)) and "SkipTest" not in kind.__name__):
            self.report()
        self.close()
        if faults:
            raise WorldError("the service is not well:\n" + "\n".join(faults))

    def _end_service(self):
        """Asks the service, if it runs, to leave, as the end of a session does: a leak checker speaks only then."""
        if not (self.bus and self.bus.child and self.bus.child.running):
            return []
        pids = set()
        connection = self.bus.connect()
        for name in SERVICE_NAMES:
            with contextlib.suppress(Exception):
                pids.add(call_bus(connection, "GetConnectionUnixProcessID", "s", name, timeout_ms=2000))
        connection.close_sync(None)
        faults = []
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                handle = os.pidfd_open(pid)
                signal.pidfd_send_signal(handle, signal.SIGTERM)
                if not select.select([handle], [], [], 15)[0]:
                    faults.append(f"it did not leave within 15 s of SIGTERM (process {pid})")
                os.close(handle)
        for child in self.children:
            if child.name.startswith("service") and child.process.poll() is not None:
                child.wait()
        return faults

    def _faults(self):
        """Lines of the logs that tell of a fault of ours, although the test itself may have passed."""
        faults = []
        for log in self.logs.glob("*.log"):
            if log.stem == "bus" or log.stem.startswith(("service", "window")):
                text = log.read_text(encoding="utf-8", errors="replace")
                faults += [f"{log.stem}: {line}" for line in text.splitlines() if FAULT.search(line)]
        return faults

    def _make(self):
        if threading.current_thread() is not threading.main_thread():
            raise WorldError("a world is made by the main thread: its processes end with the thread that started them")
        if self._given:
            self.folder = pathlib.Path(self._given).resolve()
            self.folder.mkdir(parents=True, exist_ok=True)
        else:
            base = tempfile.gettempdir()
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix="linnet-world-", dir=base if len(base) < 60 else "/tmp"))
        self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for name in ("home", "data", "config", "cache", "state", "runtime", "logs"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        self._start_warden()
        atexit.register(self.close)
        self._catch_signals()
        self.env = self._environment()
        self.ca = self.folder / "ca.pem"
        self.authority = Authority(self.ca)
        if self._wants["server"]:
            self._settled = (self.folder / "server/data").exists()
            self.server = Prosody(self.folder / "server", self.authority, self.logs / "prosody.log", **self._server_options)
            self._populate()
            self.server.start(self.env)
        if self._wants["bus"]:
            self._start_bus()
        if self._wants["keyring"]:
            self.start_keyring()

    def _start_warden(self):
        self._warden = subprocess.Popen(
            [sys.executable, "-I", "-S", warden.__file__, self.mark, str(self.folder), "1" if self.keep else "0"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def _catch_signals(self):
        def stop(number, _frame):
            raise SystemExit(128 + number)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                self._old_handlers[number] = signal.signal(number, stop)

    def _environment(self):
        env = {name: os.environ[name] for name in KEPT if name in os.environ}
        env.update(
            LINNET_WORLD=self.mark, HOME=str(self.folder / "home"), USER=os.environ.get("USER", "linnet"), TMPDIR=str(self.folder),
            XDG_DATA_HOME=str(self.folder / "data"), XDG_CONFIG_HOME=str(self.folder / "config"),
            XDG_CACHE_HOME=str(self.folder / "cache"), XDG_STATE_HOME=str(self.folder / "state"),
            XDG_RUNTIME_DIR=str(self.folder / "runtime"), XDG_DATA_DIRS="/usr/local/share:/usr/share",
            LINNET_CA_FILE=str(self.folder / "ca.pem"), LINNET_BUILD_DIR=str(self.build),
            LINNET_IMAGE=str(self.build / "image" / "linnet-image"),
            G_DEBUG="fatal-warnings", GSETTINGS_BACKEND="memory", GIO_USE_VFS="local", GIO_USE_PROXY_RESOLVER="dummy",
            GIO_USE_NETWORK_MONITOR="base", G_MESSAGES_DEBUG="linnet-xmpp linnet-im linnet-store linnet-bus linnet-xep",
            GDK_BACKEND="x11", GSK_RENDERER="cairo", LIBGL_ALWAYS_SOFTWARE="1", NO_AT_BRIDGE="1")
        env.setdefault("LANG", "C.UTF-8")
        env.update(self._extra_env)
        return {name: value for name, value in env.items() if value is not None}

    def _populate(self):
        for user in self._users:
            jid, password = user if isinstance(user, tuple) else (user, None)
            self.add_user(jid, password)
        for one, other in () if self._settled else self._friends:
            self.befriend(one, other)

    def _start_bus(self):
        self.bus = Bus(self._fresh("bus"), self.logs / "bus.log")
        for name in SERVICE_NAMES:
            self.bus.add_service(name, *self.service_command())
        if self._wants["accessible"]:
            self.env.pop("NO_AT_BRIDGE")
            launcher = next((path for path in ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher",
                                               "/usr/lib/at-spi-bus-launcher") if os.path.exists(path)), None)
            if not launcher:
                raise Missing("at-spi2-core is not installed")
            self.bus.add_service("org.a11y.Bus", launcher)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.bus.address
        self.bus.start(self.env)

    def _fresh(self, name):
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700)
        return path

    def close(self):
        """Ends everything and removes the folders. Harmless when done before."""
        if self._warden is None:
            return
        for contact in self.contacts:
            contact.close()
        if self._connection:
            with contextlib.suppress(Exception):
                self._connection.close_sync(None)
        for pid in self._on_the_bus():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for child in reversed(self.children):
            child.kill()
        if self.bus:
            self.bus.stop()
        if self.server:
            self.server.kill()
        guard, self._warden = self._warden, None
        guard.stdin.close()
        guard.wait(20)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        atexit.unregister(self.close)

    def _on_the_bus(self):
        """Processes on the private bus that the warden may not see the environment of (a keyring has capabilities)."""
        pids = set()
        if self.bus and self.bus.child and self.bus.child.running:
            with contextlib.suppress(Exception):
                connection = self.bus.connect()
                for name in call_bus(connection, "ListNames", timeout_ms=2000):
                    if name.startswith(":"):
                        with contextlib.suppress(Exception):
                            pids.add(call_bus(connection, "GetConnectionUnixProcessID", "s", name, timeout_ms=2000))
                connection.close_sync(None)
        return pids - {os.getpid()}

    def report(self):
        """The last lines of every log, on standard error: why did it fail?"""
        print(f"--- logs of {self.folder}", file=sys.stderr)
        for log in sorted(self.logs.glob("*.log")) if getattr(self, "folder", None) else ():
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            for line in lines[-(10 if log.stem == "prosody" else 40):]:
                print(f"  {log.stem}: {line[:400]}", file=sys.stderr)

    # What is in it

    @property
    def logs(self):
        return self.folder / "logs"

    @property
    def port(self):
        return self.server.port

    @property
    def tls_port(self):
        return self.server.tls_port

    @property
    def database(self):
        """Where the service keeps what it knows."""
        return self.folder / "data/linnet/linnet.db"

    @property
    def connection(self):
        """A connection to the private bus, made at first use (Gio.DBusConnection)."""
        if self._connection is None:
            self._connection = self.bus.connect()
        return self._connection

    @staticmethod
    def address(name):
        return name if "@" in name else f"{name}@a.test"

    def add_user(self, name, password=None):
        """An account on the server; the password is “pw-NAME” if none is given."""
        jid = self.address(name)
        self.passwords[jid] = password or f"pw-{jid.split('@')[0]}"
        self.server.add_user(jid, self.passwords[jid])

    def set_roster(self, name, contacts):
        self.rosters[self.address(name)] = dict(contacts)
        self.server.set_roster(self.address(name), contacts)

    def befriend(self, one, other):
        """Puts each into the other's roster, subscribed both ways."""
        for jid, friend in ((one, other), (other, one)):
            roster = self.rosters.get(self.address(jid), {})
            roster[self.address(friend)] = {"subscription": "both"}
            self.set_roster(jid, roster)

    def contact(self, name, **options):
        """A contact that talks: signed in when this returns."""
        jid = self.address(name)
        bare = jid.split("/")[0]
        port = self.tls_port if options.get("direct_tls") else self.port
        contact = Contact(jid, options.pop("password", self.passwords[bare]), port, self.ca, **options)
        self.contacts.append(contact)
        return contact.connect()

    def account_parameters(self, name):
        """Connection parameters for an account of this world, without the password."""
        if self.server is None:
            return {"account": self.address(name)}
        return {"account": self.address(name), "server": "127.0.0.1", "port": self.port}

    def restart_server(self):
        self.server.stop()
        self.server.start(self.env)

    # Programs in it

    def service_command(self, *options):
        return [self.build / "cm/telepathy-linnet", *options]

    def start_service(self, *options):
        """Starts the service by hand (the bus starts it by itself when it is called) and waits for its name. It stays, whoever
        needs it: a server may take longer to start than the service waits for somebody."""
        child = self.spawn("service", *self.service_command("--persist", *options))
        from .bus import wait_for_name
        wait_for_name(self.connection, SERVICE_NAMES[1])
        return child

    def spawn(self, name, *command, env=None, stdin=None, cwd=None):
        """Runs a program in this world; its output goes to logs/NAME.log."""
        child = Child(name, command, {**self.env, **(env or {})}, self.logs / f"{name}.log", cwd=cwd, stdin=stdin)
        self.children.append(child)
        return child

    def start_keyring(self):
        """A Secret Service with one unlocked keyring."""
        peer = find_peer("keyring")
        env = {"G_DEBUG": ""}
        if peer != pathlib.Path("/"):
            env["GSETTINGS_SCHEMA_DIR"] = compile_schemas(peer, self.folder / "keyring-schemas")
        self.spawn("keyring", peer / "usr/bin/gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets",
                   f"--control-directory={self.folder / 'runtime/keyring'}", stdin=b"throw-away", env=env)
        from .bus import wait_for_name
        wait_for_name(self.connection, "org.freedesktop.secrets")
