# SPDX-License-Identifier: GPL-3.0-or-later
"""ejabberd.py: an ejabberd of our own on loopback, started without its scripts, its port mapper and its /etc."""

import pathlib

from .errors import WorldError
from .peers import find_peer
from .process import Child
from .prosody import free_port

CONFIG = """# written by tests/system/world/ejabberd.py
hosts: ["a.test"]
loglevel: 4
certfiles: ["{certificate}"]
auth_method: internal
auth_password_format: plain
c2s_protocol_options: [{options}]
disable_sasl_mechanisms: [{disabled}]
listen:
  - {{port: {port}, ip: "{address}", module: ejabberd_c2s, starttls: true, starttls_required: true, protocol_options: [{options}]{asking}}}
  - {{port: {tls_port}, ip: "{address}", module: ejabberd_c2s, tls: true, protocol_options: [{options}]{asking}}}
modules:
  mod_disco: {{}}
  mod_ping: {{}}
  mod_roster: {{}}
  mod_vcard: {{search: true, host: "people.a.test"}}
{modules}
{more}
"""


class Ejabberd:
    """One server of a.test, with users; options as ejabberd has them, such as no_tlsv1_3; asks_certificate: the file of the
    authority whose certificates let people in; modules, more: lines of its configuration."""

    def __init__(self, folder, authority, log, users, *, options=(), disabled=(), address="127.0.0.1",
                 asks_certificate=None, modules="", more=""):
        self.folder, self.log, self.users = pathlib.Path(folder), log, dict(users)
        self.child = None
        self.port, self.tls_port = free_port(), free_port()
        self._peer = find_peer("ejabberd")
        self.folder.mkdir(parents=True, exist_ok=True)
        key, chain = self.folder / "key.pem", self.folder / "chain.pem"
        authority.issue(key, chain, ["a.test"])
        both = self.folder / "both.pem"
        both.write_bytes(key.read_bytes() + chain.read_bytes())
        (self.folder / "ejabberd.yml").write_text(CONFIG.format(
            certificate=both, port=self.port, tls_port=self.tls_port, address=address, options=", ".join(options),
            disabled=", ".join(disabled),
            asking=f', tls_verify: true, cafile: "{asks_certificate}"' if asks_certificate else "",
            modules=modules, more=more), encoding="ascii")

    def _erlang(self):
        """The machine's program and the folders of all its libraries."""
        root = self._peer / "usr/lib/erlang"
        binaries = next(root.glob("erts-*/bin"), None)
        ours = next((self._peer / "usr/lib").glob("*/ejabberd-*/ebin"), None)
        if binaries is None or ours is None:
            raise WorldError(f"no ejabberd under {self._peer}")
        return root, binaries, ours

    def start(self, env, timeout=40):
        root, binaries, ours = self._erlang()
        names = "".join(f'ok = ejabberd_auth:try_register(<<"{jid.split("@")[0]}">>, <<"a.test">>, <<"{password}">>), '
                        for jid, password in self.users.items())
        libraries = self._peer / "usr/lib/x86_64-linux-gnu"
        env = {**env, "ROOTDIR": str(root), "BINDIR": str(binaries), "EMU": "beam", "PROGNAME": "erl",
               "EJABBERD_CONFIG_PATH": str(self.folder / "ejabberd.yml"), "EJABBERD_LOG_PATH": str(self.folder / "ejabberd.log"),
               "ERL_CRASH_DUMP": "/dev/null", "HOME": str(self.folder), "LD_LIBRARY_PATH": str(libraries)}
        self.child = Child("ejabberd", [
            binaries / "erlexec", "-noinput", "-start_epmd", "false", "-boot", "start_sasl", "-pa", ours,
            "-mnesia", "dir", f'"{self.folder / "mnesia"}"', "-s", "ejabberd",
            "-eval", names + 'io:format("WORLD ready~n").'], env, self.log, cwd=self.folder)
        self.child.wait_for_line("WORLD ready", timeout)

    def stop(self):
        if self.child is not None and self.child.running:
            self.child.kill()
