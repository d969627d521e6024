#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_run.py: what ./run does on a person's screen, and that it leaves nothing behind. (Its --headless is demo.py's
own story, and test_window.py tells that.)"""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import unittest

from harness import main
from screen import Reader, Screen, window_environment
from telepathy import ACCOUNTS, PATH, PROPERTIES, Account, Program
from world import World, patient

import demo

NAME = "im.linnet.Linnet"
ALICE = f"{PATH}/Account/linnet/jabber/alice_40a_2etest"


def start(world, *options, env=None):
    """./run's last step, as a person starts it."""
    script = pathlib.Path(demo.__file__)
    return world.spawn("run", sys.executable, "-u", script, *options, env=env)


def gdbus(address, *words):
    """Asks a bus; gives what it says, or None if it says no."""
    done = subprocess.run(["gdbus", *words[:1], f"--address={address}" if address else "--session", *words[1:]],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=patient(30), check=False)
    return done.stdout if done.returncode == 0 else None


class OnAScreen(unittest.TestCase):

    @contextlib.contextmanager
    def running(self, *options):
        """./run with a display: (the person's folder, the demo, the folder of its world), once the window is there."""
        with World(server=False, bus=False) as person:
            Screen(person)
            child = start(person, *options, env={"DBUS_SESSION_BUS_ADDRESS": ""})
            child.wait_for_line("Closing the window ends it all", timeout=30)
            inner, = person.folder.glob("linnet-world-*")
            address = f"unix:path={inner}/bus/bus"
            self.assertIsNotNone(gdbus(address, "wait", "--timeout=60", NAME), "no window")
            yield person, child, inner, address

    def left(self, inner):
        """Processes that still have the folder in their environment."""
        found = []
        for environ in pathlib.Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if str(inner).encode() in environ.read_bytes():
                    found.append(environ.parent.joinpath("cmdline").read_bytes())
        return found

    def test_it_ends_when_the_window_is_closed_and_nothing_is_left(self):
        with self.running() as (person, child, inner, address):
            self.assertTrue(child.running)
            self.assertGreater(len(self.left(inner)), 3)
            talks = gdbus(address, "call", f"--dest={ACCOUNTS}", f"--object-path={ALICE}", f"--method={PROPERTIES}.Get",
                          "im.linnet.Conversations1", "Conversations")
            for text in ("Until tonight.", "Gladly. I bring the cake."):
                self.assertIn(text, talks)
            gdbus(address, "call", f"--dest={NAME}", "--object-path=/im/linnet/Linnet", "--method=org.gtk.Actions.Activate",
                  "quit", "[]", "{}")
            self.assertEqual(child.wait(20), 0)
            self.assertEqual(self.left(inner), [])
            self.assertEqual(list(person.folder.glob("linnet-*")), [])
            self.assertNotIn("WARNING", "\n".join(child.lines))

    def test_it_is_interrupted_and_nothing_is_left(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.running() as (person, child, inner, _address):
                child.signal(number)
                self.assertEqual(child.wait(20), 128 + number)
                self.assertEqual(self.left(inner), [])
                self.assertEqual(list(person.folder.glob("linnet-*")), [])

    def test_its_folders_are_kept_when_that_is_asked_for(self):
        with self.running("--keep") as (_person, child, inner, _address):
            child.signal(signal.SIGINT)
            child.wait_for_line(f"Kept: {inner}")
            child.wait(20)
            self.assertEqual(self.left(inner), [])
            self.assertTrue((inner / "logs/prosody.log").exists())


class Real(unittest.TestCase):

    def test_it_uses_the_persons_own_bus_and_folders(self):
        with demo.new_world(accessible=True) as world, Program(world) as program:
            for service in world.bus.services.glob("*[tl]*.service"):
                if "a11y" not in service.name:
                    service.unlink()
            bob = demo.arrive(world, echo=False)
            Screen(world)
            child = start(world, "--real", env=window_environment(world))
            child.wait_for_line("Starting the service of this build")
            with Reader(world) as reader:
                demo.sign_in(world, reader)
                demo.chat(reader, bob)
            self.assertTrue(world.database.exists())
            pid = program.owner_pid("im.linnet.Service")
            self.assertEqual(len(Account.all(program)), 1)
            child.signal(signal.SIGINT)
            child.wait(20)
            self.assertFalse(program.owned("im.linnet.Service"))
            self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_without_a_session_bus_it_says_so(self):
        with World(server=False, bus=False) as person:
            child = start(person, "--real", env={"DBUS_SESSION_BUS_ADDRESS": f"unix:path={person.folder}/none"})
            self.assertEqual(child.wait(20), 1)
            child.wait_for_line("There is no session bus here")


if __name__ == "__main__":
    main()
