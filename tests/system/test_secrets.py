#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_secrets.py: a password is where it belongs, and nowhere else: not on the bus (H07), in no file, log or process (H08)."""

import base64
import binascii
import hashlib
import hmac
import os
import pathlib
import re
import stat
import unittest
import urllib.parse

from harness import main
from telepathy import MANAGER, Account, Program, read_files
from world import World

SECRET = "Ünguessable/9$correct horse"


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


def salted(world, secret, log):
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

    def test_a_password_crosses_no_bus_and_stays_in_no_file_log_or_process_description(self):
        with World(users=[("alice@a.test", SECRET), ("bob@a.test", None)], keyring=True, stanza_debug=True,
                   env={"G_MESSAGES_DEBUG": "all"}) as world, Program(world) as program:
            record = world.logs / "eavesdropped"
            monitor = world.spawn("monitor", "sh", "-c", f"dbus-monitor --binary --address '{world.bus.address}' > '{record}'")
            program.wait(lambda: self.monitored(program, record), "dbus-monitor")
            account = Account.create(program, "alice")
            account.wait_until_online()
            pid = program.owner_pid(MANAGER)
            account.set("Enabled", "b", False)
            account.wait_until_offline()
            account.set("Enabled", "b", True)
            account.wait_until_online()
            debug = program.call(MANAGER, "/org/freedesktop/Telepathy/debug", "org.freedesktop.Telepathy.Debug", "GetMessages")
            self.assertTrue(debug)
            program.settle()
            planted = {**forms(SECRET), **salted(world, SECRET, "\n".join(world.server.child.lines))}
            self.assertGreater(len(planted), 14)
            monitor.stop()
            places = {"the bus": record.read_bytes(), "Debug": repr(debug).encode()}
            self.assertIn(b"CreateAccount", places["the bus"])
            places["cmdline"] = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            # Whoever it runs for may not look into it; root may.
            if os.geteuid() == 0:
                places["environ"] = pathlib.Path(f"/proc/{pid}/environ").read_bytes()
            else:
                with self.assertRaises(PermissionError):
                    pathlib.Path(f"/proc/{pid}/environ").read_bytes()
            for path, data in read_files(world.logs, *(world.folder / name for name in ("data", "config", "cache", "state", "home"))).items():
                if path.name != "prosody.log" and "keyrings" not in path.parts:
                    places[str(path)] = data
            self.assertIn(str(world.database), places)
            self.assert_nowhere(planted, places)

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
