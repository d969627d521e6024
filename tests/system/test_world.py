#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_world.py: the throw-away world is what it says: real, quick, private, and gone afterwards."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from harness import main
from world import World, WorldError
from world import warden


class TheWorld(unittest.TestCase):

    def test_two_people_sign_in_over_tls_and_chat_both_ways(self):
        with World(friends=[("alice", "bob")]) as world:
            alice, bob = world.contact("alice"), world.contact("bob", direct_tls=True)
            alice.wait_for_presence(sender="bob@a.test", kind="available")
            alice.send("bob@a.test", "Wherefore art thou?")
            self.assertEqual(bob.wait_for_message().body, "Wherefore art thou?")
            bob.send("alice@a.test", "at nine?")
            self.assertEqual(alice.wait_for_message(sender="bob@a.test").body, "at nine?")

    def test_it_is_there_in_less_than_two_seconds(self):
        times = []
        while min(times, default=9) >= 2 and len(times) < 5:
            begin = time.monotonic()
            with World(friends=[("alice", "bob")]):
                times.append(time.monotonic() - begin)
        print(f"# a world with a server and a bus was there after {min(times):.2f} s", flush=True)
        self.assertLess(min(times), 2)

    def test_the_certificate_is_checked(self):
        with World(bus=False) as world:
            world.server.use_certificate(["mail.a.test"])
            world.restart_server()
            with self.assertRaises(WorldError):
                world.contact("alice")
            world.server.use_certificate()
            world.restart_server()
            world.contact("alice")

    def test_a_wrong_password_is_refused(self):
        with World(bus=False) as world:
            with self.assertRaises(WorldError) as caught:
                world.contact("alice", password="guess")
            self.assertIn("refused", str(caught.exception))
            world.server.wait_for("^WORLD refused")

    def test_the_server_restarts_on_its_port_and_keeps_what_it_knew(self):
        with World(friends=[("alice", "bob")], bus=False) as world:
            port = world.port
            bob = world.contact("bob")
            world.restart_server()
            bob.wait_until_offline()
            self.assertEqual(world.port, port)
            self.assertEqual(world.contact("bob").roster(), {"alice@a.test": "both"})
            world.server.kill()
            self.assertFalse(world.server.running)
            world.server.start(world.env)
            world.contact("alice")

    def test_a_kept_folder_can_be_started_again(self):
        with tempfile.TemporaryDirectory(prefix="linnet-kept-") as folder:
            os.chmod(folder, 0o711)
            with World(folder=folder) as world:
                alice = world.contact("alice")
                alice.send("bob@a.test", "kept for you")
                alice.sync()
                port = world.port
            with World(folder=folder) as world:
                self.assertEqual(world.port, port)
                self.assertEqual(world.contact("bob").wait_for_message().body, "kept for you")

    def test_a_secret_service_keeps_a_secret(self):
        with World(server=False, keyring=True) as world:
            stored = subprocess.run(["secret-tool", "store", "--label=x", "thing", "one"], input="hush", text=True, env=world.env,
                                    timeout=20, check=False)
            self.assertEqual(stored.returncode, 0)
            found = subprocess.run(["secret-tool", "lookup", "thing", "one"], env=world.env, text=True, timeout=20,
                                   stdout=subprocess.PIPE, check=False)
            self.assertEqual(found.stdout, "hush")

    def test_nothing_is_left_when_the_owner_is_killed(self):
        program = ("import sys, time; sys.path.insert(0, sys.argv[1]); from world import World\n"
                   "with World() as world:\n"
                   "  sleeper = 'import time; print(\"up\", flush=True); time.sleep(600)'\n"
                   "  world.spawn('sleeper', 'setsid', sys.executable, '-c', sleeper).wait_for_line('up')\n"
                   "  print(world.mark, world.folder, world._warden.pid, flush=True); sys.stdin.read()\n")
        for number in (signal.SIGKILL, signal.SIGTERM):
            with subprocess.Popen([sys.executable, "-c", program, os.path.dirname(os.path.abspath(__file__))],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
                mark, folder, guard = owner.stdout.readline().split()
                self.assertGreaterEqual(len(warden.marked(mark)), 3)
                handles = [os.pidfd_open(pid) for pid in [int(guard), *warden.marked(mark)]]
                owner.send_signal(number)
                owner.wait(20)
                warden._wait_gone(handles, 20)
                self.assertEqual(warden.marked(mark), [])
                self.assertFalse(os.path.exists(folder))


if __name__ == "__main__":
    main()
