#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_secrets.py: a password is where it belongs, and nowhere else: not on the bus (H07), in no file, log or process (H08)."""

import base64
import binascii
import hashlib
import hmac
import pathlib
import re
import resource
import signal
import stat
import unittest
import urllib.parse

from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from harness import main
from telepathy import MANAGER, Account, Connection, Program, read_files
from test_registrar import ASKING, DONE, Session
from test_passwordless import xmpp_addr
from world import World
from world.ejabberd import Ejabberd

SECRET = "Ünguessable/9$correct horse"
SESSION, CHANGED, REFUSED = "Kept/4ever$session", "Another/5secret$word", "Wröng/6word$there"
REGISTERED, MADE = "Brand/7new$account", "Made/8by$connection"
CERTIFIED = "dave@a.test"
CORE_PATTERN = pathlib.Path("/proc/sys/kernel/core_pattern").read_text(encoding="utf-8")


def forms(secret, user="alice"):
    """All the ways in which a secret may lie about: name → bytes."""
    plain = secret.encode()
    found = {"plain": plain, "utf-16": secret.encode("utf-16-le"), "hex": binascii.hexlify(plain), "percent": urllib.parse.quote(secret).encode(),
             "reversed": plain[::-1], "json": secret.encode("unicode_escape")}
    for name, data in (("base64", plain), ("sasl-plain", b"\0" + user.encode() + b"\0" + plain)):
        # at each of the three places it can have in a longer base64 text
        for shift in range(3):
            text = base64.b64encode(b"\0" * shift + data)
            found[f"{name} {shift}"] = text[(0, 2, 3)[shift]:].rstrip(b"=")[:-1]
    return found


def salted(secret, log):
    """Keys that are as good as the password: SCRAM's, for the salt that the server has sent."""
    found = {}
    for text in re.findall(r"<challenge[^>]*>([A-Za-z0-9+/=]+)</challenge>", log):
        fields = dict(part.split("=", 1) for part in base64.b64decode(text).decode().split(","))
        for name in ("sha256", "sha1"):
            key = hashlib.pbkdf2_hmac(name, secret.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
            client = hmac.digest(key, b"Client Key", name)
            for what, data in (("salted password", key), ("client key", client)):
                found[f"{what} {name}"] = data
                found[f"{what} {name} hex"] = binascii.hexlify(data)
    return found


def key_forms(path):
    """The forms of a private key on an elliptic curve."""
    pem = path.read_bytes()
    number = serialization.load_pem_private_key(pem, None).private_numbers().private_value.to_bytes(32, "big")
    text = number.hex()
    return {"key: PEM": pem.split(b"\n")[1][16:], "key: number": number, "key: reversed": number[::-1], "key: hex": text.encode(),
            "key: HEX": text.upper().encode(), "key: base64": base64.b64encode(number)[:-2]}


def read_memory(pid):
    """What a core file of the process would have: what it may write to, but for what is marked as not for a core file."""
    smaps = pathlib.Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8")
    found = {}
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for begin, end, rights, flags in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) (\S+) .*?^VmFlags: (.*?)$", smaps, re.M | re.S):
            if "w" in rights and "dd" not in flags.split():
                memory.seek(int(begin, 16))
                found[f"memory at {begin}"] = memory.read(int(end, 16) - int(begin, 16))
    return found


class Secrets(unittest.TestCase):

    def assert_nowhere(self, planted, places):
        """No form of the secret is in any of the places (name → bytes)."""
        hits = [f"{form} in {place}" for place, data in places.items() for form, needle in planted.items() if needle in data]
        self.assertEqual(hits, [])

    def test_the_search_finds_what_is_planted(self):
        planted = forms(SECRET)
        for text in (SECRET.encode(), base64.b64encode(b"x" + SECRET.encode() + b"yz"), base64.b64encode(b"\0alice\0" + SECRET.encode())):
            with self.assertRaises(AssertionError):
                self.assert_nowhere(planted, {"here": b"..." + text + b"..."})

    def plant(self, world, program):
        """Has the service use eight secrets; gives all their forms: those of passwords, and those of a private key.

        A password that is stored, one for this session, one that another replaced it with, one that was refused (it may be
        somebody's for another account), one for an account that is made by form, one for an account that its connection makes,
        the keys that SCRAM makes of them, and the key of a client's certificate."""
        account = Account.create(program, "alice")
        account.wait_until_online()
        Account.create(program, "bob", password=False).set_password(SESSION, remember=False)
        Account.create(program, "carol", password=False).set_password(REFUSED, remember=False)
        account.change_password(CHANGED)
        world.server.wait_for("^WORLD refused carol")
        world.server.wait_for("^WORLD in bob@")
        session = Session(program, "erin@a.test", port=world.port)
        self.assertEqual(session.wait(), ASKING)
        session.set_secret("password", REGISTERED)
        self.assertEqual(session.submit(), DONE)
        made = Account.create(program, "frank@a.test", False, online=False, register=True)
        made.set_password(MADE, remember=False)
        made.request_presence()
        made.wait_until_online()
        made.call("im.linnet.Password1", "Forget")
        account.set("Enabled", "b", False)
        account.wait_until_offline()
        account.set("Enabled", "b", True)
        account.wait_until_online()
        server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", {CERTIFIED: "pw"}, asks_certificate=world.ca)
        server.start(world.env)
        self.addCleanup(server.stop)
        key, chain = world.folder / "mine.key", world.folder / "mine.pem"
        world.authority.issue(key, chain, [xmpp_addr(CERTIFIED)], common_name=CERTIFIED, usage=ExtendedKeyUsageOID.CLIENT_AUTH)
        Connection.request(program, CERTIFIED, "not used", port=server.port, **{
            "client-certificate": str(chain), "client-certificate-key": str(key)}).connect()
        log = "\n".join(world.server.child.lines)
        passwords = {f"{name}: {form}": data for name, secret, user in (
            ("stored", SECRET, "alice"), ("session", SESSION, "bob"), ("changed", CHANGED, "alice"), ("refused", REFUSED, "carol"),
            ("registered", REGISTERED, "erin"), ("made", MADE, "frank"))
            for form, data in {**forms(secret, user), **salted(secret, log)}.items()}
        self.assertGreater(sum("client key" in name for name in passwords), 15)
        self.service.wait_for_line("signing in by EXTERNAL")
        return passwords, key_forms(key)

    def test_eight_secrets_are_on_no_bus_in_no_file_log_or_process_and_not_in_a_core_file(self):
        users = [("alice@a.test", SECRET), ("bob@a.test", SESSION), "carol@a.test"]
        with World(users=users, friends=[("alice@a.test", "bob@a.test")], keyring=True, stanza_debug=True, modules=["register"],
                   extra="allow_registration = true", env={"G_MESSAGES_DEBUG": "all", "LINNET_DUMPABLE": "1"}) as world:
            self.service = world.start_service()
            with Program(world) as program:
                record = world.logs / "eavesdropped"
                monitor = world.spawn("monitor", "sh", "-c", f"dbus-monitor --binary --address '{world.bus.address}' > '{record}'")
                program.wait(lambda: self.monitored(program, record), "dbus-monitor")
                passwords, key = self.plant(world, program)
                pid = self.service.pid
                debug = program.call(MANAGER, "/org/freedesktop/Telepathy/debug", "org.freedesktop.Telepathy.Debug", "GetMessages")
                self.assertTrue(debug)
                program.settle()
                # AddressSanitizer keeps stacks and freed memory of its own, and regions that nobody can read.
                is_instrumented = b"libasan" in pathlib.Path(f"/proc/{pid}/maps").read_bytes()
                core = {} if is_instrumented else read_memory(pid)
                monitor.stop()
                places = {"the bus": record.read_bytes(), "Debug": repr(debug).encode()}
                self.assertIn(b"CreateAccount", places["the bus"])
                for name in ("cmdline", "environ", "maps"):
                    places[name] = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                for path, data in read_files(world.logs, *(world.folder / name for name in ("data", "config", "cache", "state", "home"))).items():
                    if path.name not in ("prosody.log", "ejabberd.log") and "keyrings" not in path.parts:
                        places[str(path)] = data
                self.assertIn(str(world.database), places)
                self.assert_nowhere({**passwords, **key}, places)
                # GnuTLS keeps the key, as long as it wants to; it is in a file of the same person, as it was.
                if not is_instrumented:
                    self.assertTrue(any(b"alice@a.test" in data for data in core.values()), "nothing of the memory was read")
                    self.assert_nowhere(passwords, core)

    def test_a_crash_leaves_no_core_file(self):
        for dumpable in (False, True):
            with World(env={"LINNET_DUMPABLE": "1"} if dumpable else {}) as world, Program(world) as program:
                folder = world.folder / "crash"
                folder.mkdir()
                service = world.spawn("crash", *world.service_command(), cwd=folder)
                program.wait_for_name(MANAGER)
                resource.prlimit(service.pid, resource.RLIMIT_CORE, (2**24, resource.getrlimit(resource.RLIMIT_CORE)[1]))
                service.signal(signal.SIGABRT)
                self.assertEqual(service.wait(), -signal.SIGABRT)
                if not dumpable:
                    self.assertEqual(list(folder.iterdir()), [])
                elif CORE_PATTERN.startswith("core"):
                    self.assertEqual(len(list(folder.iterdir())), 1, "a crash that may leave one leaves one")

    def test_a_message_is_in_no_log(self):
        with World(users=["alice@a.test", "bob@a.test"], friends=[("alice@a.test", "bob@a.test")], keyring=True,
                   env={"G_MESSAGES_DEBUG": "all"}) as world, Program(world) as program:
            account = Account.create(program, "alice")
            account.wait_until_online()
            bob = world.contact("bob")
            bob.send("alice@a.test", SECRET)
            program.wait(lambda: account.conversations(), "conversation")
            debug = program.call(MANAGER, "/org/freedesktop/Telepathy/debug", "org.freedesktop.Telepathy.Debug", "GetMessages")
            places = {str(path): data for path, data in read_files(world.logs).items() if path.name != "prosody.log"}
            self.assert_nowhere(forms(SECRET), {"Debug": repr(debug).encode(), **places})

    def monitored(self, program, record):
        program.settle()
        return record.exists() and record.stat().st_size > 0

    def test_a_session_password_is_gone_with_the_service(self):
        with World(users=[("alice@a.test", SECRET)]) as world, Program(world) as program:
            account = Account.create(program, "alice", password=False)
            account.set_password(SECRET, remember=False)
            account.wait_until_online()
            self.assert_nowhere(forms(SECRET), {str(path): data for path, data in read_files(world.folder / "data", world.folder / "config").items()})

    def test_a_password_parameter_of_an_old_program_is_not_given_back_nor_kept_in_clear(self):
        with World(users=[("alice@a.test", SECRET)], keyring=True) as world, Program(world) as program:
            account = Account.create(program, "alice", password=False, password_parameter=SECRET)
            account.wait_until_online()
            self.assertNotIn("password", account.get("Parameters"))
            self.assert_nowhere(forms(SECRET), {
                str(path): data for path, data in read_files(*(world.folder / name for name in ("data", "config", "cache", "state"))).items()
                if "keyrings" not in path.parts})

    def test_what_is_kept_is_the_owners_alone(self):
        with World(keyring=True) as world, Program(world) as program:
            Account.create(program, "alice").wait_until_online()
            folder = world.database.parent
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
            for path in folder.iterdir():
                self.assertEqual((path.name, stat.S_IMODE(path.stat().st_mode) & 0o077), (path.name, 0))


if __name__ == "__main__":
    main()
