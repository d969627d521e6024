# SPDX-License-Identifier: GPL-3.0-or-later
"""prosody.py: a Prosody of our own on loopback, configured, filled and started by files alone."""

import os
import pathlib
import pwd
import shutil
import signal
import socket

from .errors import TimedOut, WorldError
from .peers import find_peer
from .process import Child

HOSTS = ("a.test", "b.test")
ROOMS = "muc.a.test"

CONFIG = """-- written by tests/system/world/prosody.py
run_as_root = false
pidfile = {pidfile}
data_path = {data}
plugin_paths = {{ {plugins} }}
log = {{ {{ levels = {{ min = "debug" }}; to = "console"; timestamps = true }} }}
interfaces = {{ "127.0.0.1" }}
c2s_interfaces = {{ "127.0.0.1" }}
c2s_direct_tls_interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_direct_tls_ports = {{ {tls_port} }}
modules_enabled = {{ "roster"; "saslauth"; "tls"; "disco"; "carbons"; "pep"; "private"; "blocklist"; "vcard4";
  "vcard_legacy"; "version"; "uptime"; "time"; "ping"; "mam"; "csi_simple"; "smacks"; "bookmarks"; "offline"; "world";
  {modules} }}
modules_disabled = {{ "s2s"; "s2s_auth_certs"; "http"; "admin_shell"; "admin_socket"; {disabled} }}
authentication = "internal_plain"
storage = "internal"
c2s_require_encryption = true
allow_unencrypted_plain_auth = false
archive_expires_after = "1d"
limits = {{ }}
ssl = {{ key = {key}; certificate = {certificate} }}
{extra}
VirtualHost "a.test"
VirtualHost "b.test"
Component "muc.a.test" "muc"
  modules_enabled = {{ "muc_mam" }}
"""

# Says on standard output when everything is loaded, and who comes and goes.
PLUGIN = """-- written by tests/system/world/prosody.py
module:set_global();
local function say(...) io.stdout:write("WORLD ", string.format(...), "\\n"); io.stdout:flush(); end
module:hook("server-started", function () say("ready"); end);
function module.add_host(host)
  host:hook("resource-bind", function (event) say("in %s", event.session.full_jid); end);
  host:hook("resource-unbind", function (event) say("out %s", event.session.full_jid or "?"); end);
  host:hook("authentication-failure", function (event) say("refused %s", event.session.sasl_handler
    and event.session.sasl_handler.username or "?"); end);
end
"""

# Prosody's own launcher has the folders of the installed package written into it.
LAUNCHER = """-- written by tests/system/world/prosody.py
CFG_SOURCEDIR = {source}
CFG_PLUGINDIR = {source} .. "/modules/"
CFG_CONFIGDIR = {config}
CFG_DATADIR = {data}
package.path = CFG_SOURCEDIR .. "/?.lua;" .. package.path
package.cpath = CFG_SOURCEDIR .. "/?.so;" .. package.cpath
-- Names of its modules begin with its own name since 13.
if not pcall(require, "prosody.loader") then pcall(require, "loader") end
local function load(name)
  local found, module = pcall(require, "prosody." .. name)
  return found and module or require(name)
end
local startup = load "util.startup"
local thread = load "util.async".runner()
thread:run(startup.prosody)
prosody.main_thread = thread
local function report(problem)
  if tostring(problem):match("interrupted!$") then return "quitting" end
  prosody.log("error", "%s", debug.traceback(tostring(problem), 2))
end
repeat
  local _, how = xpcall(load "net.server".loop, report)
until how == "quitting"
startup.exit()
"""


def lua(value):
    """A string as Lua writes it."""
    text = str(value)
    return '"' + "".join(c if 32 <= ord(c) < 127 and c not in '"\\' else "".join(f"\\{b:03d}" for b in c.encode())
                         for c in text) + '"'


def free_port():
    """A port that nobody has. The connection made on it keeps the kernel from giving it to others for a minute."""
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        port = server.getsockname()[1]
        client.connect(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()
        return port


def _escape(text):
    return "".join(c if c.isascii() and c.isalnum() else "".join(f"%{b:02x}" for b in c.encode()) for c in text)


class Prosody:
    """One server; release: the peer that it is, “prosody” or “prosody-13”. Users and rosters may be written at any time; a roster is read when its owner signs in."""

    def __init__(self, folder, authority, log, *, modules=(), disabled=(), extra="", plugins=None, stanza_debug=False,
                 release="prosody"):
        self.folder = pathlib.Path(folder)
        self.authority = authority
        self.log = log
        self.plugins = dict(plugins or {})  # name → Lua
        self.modules = tuple(modules) + tuple(self.plugins) + (("stanza_debug",) if stanza_debug else ())
        self.disabled = tuple(disabled)
        self.extra = extra
        self.child = None
        self.port = self.tls_port = None
        self._nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._peer = find_peer(release)
        for name in ("data", "plugins", "certs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.use_certificate()

    # Files

    def _give(self, path):
        if self._nobody:
            os.chown(path, self._nobody.pw_uid, self._nobody.pw_gid)

    def _write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text, encoding="utf-8")
        for folder in path.relative_to(self.folder).parents:
            self._give(self.folder / folder)
        self._give(fresh)
        fresh.rename(path)

    def use_certificate(self, names=HOSTS + (ROOMS,), **how):
        """A new certificate: other names, expired=True, not_yet=True or self_signed=True. Heeded at the next start."""
        key, certificate = self.folder / "certs/key.pem", self.folder / "certs/certificate.pem"
        self.authority.issue(key, certificate, list(names), **how)
        self._give(key)

    def add_user(self, jid, password):
        user, host = jid.split("@")
        self._write(self.folder / "data" / _escape(host) / "accounts" / f"{_escape(user)}.dat",
                    f'return {{ ["password"] = {lua(password)}; }};\n')

    def set_roster(self, jid, contacts):
        """contacts: address → dict with any of subscription, name, groups, ask."""
        user, host = jid.split("@")
        rows = ["return {", '  [false] = { ["version"] = 1 };']
        for address, item in contacts.items():
            groups = "".join(f"[{lua(group)}] = true; " for group in item.get("groups", ()))
            fields = f'["subscription"] = {lua(item.get("subscription", "both"))}; ["groups"] = {{ {groups}}};'
            for key in ("name", "ask"):
                if item.get(key):
                    fields += f' ["{key}"] = {lua(item[key])};'
            rows.append(f"  [{lua(address)}] = {{ {fields} }};")
        self._write(self.folder / "data" / _escape(host) / "roster" / f"{_escape(user)}.dat", "\n".join(rows) + "\n};\n")

    def _source(self):
        """Prosody's Lua files, where the user who runs it can read them."""
        for name in ("usr/lib/prosody", "usr/lib64/prosody"):
            source = self._peer / name
            if source.is_dir():
                break
        else:
            raise WorldError(f"no Prosody under {self._peer}")
        closed = [folder for folder in source.parents if not folder.stat().st_mode & 0o001]
        if self._nobody and closed:
            copy = self.folder / "prosody"
            if not copy.exists():
                shutil.copytree(source, copy)
            return copy
        return source

    def _configure(self):
        ports = self.folder / "ports"
        if self.port is None and ports.exists():
            self.port, self.tls_port = map(int, ports.read_text(encoding="ascii").split())
        elif self.port is None:
            self.port, self.tls_port = free_port(), free_port()
            ports.write_text(f"{self.port} {self.tls_port}\n", encoding="ascii")
        certs = self.folder / "certs"
        for name, text in {"world": PLUGIN, **self.plugins}.items():
            self._write(self.folder / f"plugins/mod_{name}.lua", text)
        self._write(self.folder / "prosody.cfg.lua", CONFIG.format(
            pidfile=lua(self.folder / "prosody.pid"), data=lua(self.folder / "data"), plugins=lua(self.folder / "plugins"),
            port=self.port, tls_port=self.tls_port, modules=" ".join(f"{lua(m)};" for m in self.modules),
            disabled=" ".join(f"{lua(m)};" for m in self.disabled), key=lua(certs / "key.pem"),
            certificate=lua(certs / "certificate.pem"), extra=self.extra))
        self._write(self.folder / "launch.lua", LAUNCHER.format(
            source=lua(self._source()), config=lua(self.folder), data=lua(self.folder / "data")))

    # Running

    def start(self, env, timeout=20):
        """Starts it and waits until both ports are open and everything is loaded."""
        for attempt in range(3):
            self._configure()
            self.child = Child("prosody", [self._lua(), self.folder / "launch.lua", "--config", self.folder / "prosody.cfg.lua", "-F"],
                               env, self.log, cwd=self.folder, **self._user())
            self.child.wait_for_line("^WORLD ready", timeout)
            if not any("Failed to open server port" in line for line in self.child.lines):
                return
            self.stop()
            if attempt == 0:
                continue
            self.port = None
            (self.folder / "ports").unlink()
        raise WorldError(f"Prosody found no free port:\n{self.child.tail()}")

    def _lua(self):
        for name in ("lua5.4", "lua5.3", "lua5.2", "lua"):
            found = shutil.which(name)
            if found:
                return found
        raise WorldError("no Lua interpreter for Prosody")

    def _user(self):
        return {"user": self._nobody.pw_uid, "group": self._nobody.pw_gid} if self._nobody else {}

    @property
    def running(self):
        return self.child is not None and self.child.running

    def mark(self):
        return self.child.mark()

    def wait_for(self, pattern, timeout=10, since=0):
        """Waits for a line of its log; also “WORLD in JID”, “WORLD out JID”, “WORLD refused USER”."""
        return self.child.wait_for_line(pattern, timeout, since)

    def stop(self):
        """Ends it in order: streams are closed."""
        if self.running:
            self.child.stop()

    def kill(self):
        """Ends it as a power cut would: streams are just gone."""
        if self.running:
            self.child.kill()

    def freeze(self):
        """It answers no more, and no connection is closed."""
        self.child.signal(signal.SIGSTOP)

    def thaw(self):
        self.child.signal(signal.SIGCONT)
