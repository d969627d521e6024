# SPDX-License-Identifier: GPL-3.0-or-later
"""world: a throw-away world for tests and for ./run.

A real Prosody on loopback with a certificate authority of its own, a private session bus, private
folders, and contacts that talk:

    with World(users=("alice", "bob"), friends=[("alice", "bob")]) as world:
        bob = world.contact("bob")
        ...
        bob.send("alice@a.test", "Hello")

A program that is not in tests/system puts that folder in sys.path first. Nothing outlives the `with`:
a warden process cleans up even when the test itself is killed.
"""

from .errors import Missing, TimedOut, WorldError, patient
from .contact import Contact
from .peers import compile_schemas, find_peer
from .world import World, build_dir, source_dir

__all__ = ["Contact", "Missing", "TimedOut", "World", "WorldError", "build_dir", "compile_schemas", "find_peer", "patient",
           "source_dir"]
