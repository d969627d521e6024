#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_matrix.py: each server, version of TLS and mechanism, on every way that leads there; the table is printed."""

import re
import socket
import unittest

from gi.repository import GLib

from harness import main
from telepathy import Connection, Program
from world import World
from world.ejabberd import Ejabberd
from world.proxy import Proxy

# Through the SOCKS proxy, which is the desktop's, goes what is not on loopback by its name.
ELSEWHERE = "chat.invalid"
SETTINGS = """[system/proxy]
mode='manual'
[system/proxy/socks]
host='127.0.0.1'
port={}
"""
SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512")
WAYS = ("STARTTLS", "direct", "SOCKS5", "SOCKS5 direct", "HTTP", "HTTP direct", "IPv6", "IPv6 direct")
BOTH = "interfaces = {{ \"127.0.0.1\", \"::1\" }}; c2s_interfaces = {0}; c2s_direct_tls_interfaces = {0}\n".format("{ \"127.0.0.1\", \"::1\" }")

# server → version of TLS → mechanism that is the strongest one offered → (mechanism, binding) of each try.
PLUS_UNIQUE = {name: [(f"{name}-PLUS", "tls-unique")] for name in SCRAM}
WANTED = {
    "Prosody 0.12": {
        "1.2": {"PLAIN": [("PLAIN", "nothing")], **{name: PLUS_UNIQUE[name] for name in SCRAM[:2]}},
        "1.3": {"PLAIN": [("PLAIN", "nothing")], **{name: [(name, "nothing")] for name in SCRAM[:2]}},
    },
    "Prosody 13": {
        "1.2": {"PLAIN": [("PLAIN", "nothing")], **{name: PLUS_UNIQUE[name] for name in SCRAM[:2]}},
        "1.3": {"PLAIN": [("PLAIN", "nothing")], **{name: [(f"{name}-PLUS", "tls-exporter")] for name in SCRAM[:2]}},
    },
    "ejabberd 23.01": {
        "1.2": {"PLAIN": [("PLAIN", "nothing")], **PLUS_UNIQUE},
        # It offers a binding there that it then refuses.
        "1.3": {"PLAIN": [("PLAIN", "nothing")], **{name: [(f"{name}-PLUS", "tls-exporter"), (name, "nothing")] for name in SCRAM}},
    },
}


def without(name):
    """The mechanisms that must not be offered, so that this one is the strongest."""
    stronger = SCRAM if name == "PLAIN" else SCRAM[SCRAM.index(name) + 1:]
    return [f"{other}{plus}" for other in stronger for plus in ("", "-PLUS")]


class Matrix(unittest.TestCase):

    def setUp(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")

    def enter(self, **options):
        world = World(env={"GIO_USE_PROXY_RESOLVER": "gnome", "GSETTINGS_BACKEND": "keyfile", "XDG_CURRENT_DESKTOP": "GNOME"}, **options)
        self.addCleanup(world.__exit__, None, None, None)
        world.__enter__()
        return world

    def begin(self, world, port, tls_port):
        """Starts the service in a desktop with proxies, for a server with these ports."""
        self.proxy, self.ports = Proxy(), (port, tls_port)
        self.addCleanup(self.proxy.close)
        settings = world.folder / "config/glib-2.0/settings/keyfile"
        settings.parent.mkdir(parents=True)
        settings.write_text(SETTINGS.format(self.proxy.port), encoding="ascii")
        self.service = world.start_service()
        self.program = Program(world)
        self.addCleanup(self.program.close)

    def get_parameters(self, way):
        is_direct = way.endswith("direct")
        server = "::1" if way.startswith("IPv6") else ELSEWHERE if way.startswith(("SOCKS5", "HTTP")) else "127.0.0.1"
        proxy = {"https-proxy-server": "127.0.0.1", "https-proxy-port": self.proxy.port} if way.startswith("HTTP") else {}
        return {"server": server, "port": self.ports[is_direct], "old-ssl": is_direct, **proxy}

    def sign_in(self, way):
        """Signs in and out; gives the mechanisms that were tried, with their bindings."""
        since = self.service.mark()
        self.proxy.asked.clear()
        parameters = self.get_parameters(way)
        try:
            Connection.request(self.program, "alice", "pw-alice", **parameters).connect().disconnect()
        except Exception as problem:
            raise AssertionError(f"{way}:\n" + "\n".join(self.service.lines[since:])) from problem
        self.service.wait_for_line("offline, was online", since=since)
        found = [re.search(r"signing in by (\S+), bound by (\S+)", line) for line in self.service.lines[since:]]
        tries = [match.groups() for match in found if match]
        kind = way.split()[0].lower()
        self.assertEqual(self.proxy.asked, [f"{kind} {ELSEWHERE}:{parameters['port']}"] if kind in ("socks5", "http") else [])
        return tries

    def check(self, server, version, name):
        wanted, row = WANTED[server][version][name], []
        for way in WAYS:
            self.assertEqual(self.sign_in(way), wanted, f"{server}, TLS {version}, {name}, {way}")
            row.append(way)
        print(f"# {server:14} | TLS {version} | {', then '.join(' bound by '.join(one) for one in wanted):55} | {', '.join(row)}", flush=True)

    def try_prosody(self, server, **release):
        for version in WANTED[server]:
            for name in WANTED[server][version]:
                off = " ".join(f'"{other}";' for other in without(name))
                protocol = "tlsv" + version.replace(".", "_")
                world = self.enter(extra=BOTH + f'c2s_ssl = {{ protocol = "{protocol}" }}; c2s_direct_tls_ssl = {{ protocol = "{protocol}" }}\n'
                                                f"disable_sasl_mechanisms = {{ {off} }}\n", **release)
                self.begin(world, world.port, world.tls_port)
                self.check(server, version, name)
                self.doCleanups()

    def test_prosody_0_12(self):
        self.try_prosody("Prosody 0.12")

    def test_prosody_13(self):
        self.try_prosody("Prosody 13", release="prosody-13")

    def test_ejabberd(self):
        server = "ejabberd 23.01"
        for version in WANTED[server]:
            other = {"1.2": "no_tlsv1_3", "1.3": "no_tlsv1_2"}[version]
            for name in WANTED[server][version]:
                world = self.enter(server=False)
                ejabberd = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", {"alice@a.test": "pw-alice"},
                                    options=[other], disabled=without(name), address="::")
                ejabberd.start(world.env)
                self.addCleanup(ejabberd.stop)
                self.begin(world, ejabberd.port, ejabberd.tls_port)
                self.check(server, version, name)
                self.doCleanups()


if __name__ == "__main__":
    main()
