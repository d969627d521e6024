#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_mission_control.py: when Mission Control owns the account manager's name, the service serves under it."""

import os
import re
import subprocess
import unittest

from gi.repository import GLib

from harness import main
from telepathy import (ACCOUNTS, ACCOUNTS_PATH, CHANNEL, CONNECTED, DISPATCHER, DISPATCHER_PATH, MANAGER, PATH, TEXT, TP, Account, Channel,
                       Connection, Handler, Program, variants)
from world import World, compile_schemas, find_peer, patient, source_dir


# It disconnects the connection of an account that is removed twice, the second time when that has long ended, which it has heard and not
# looked at yet. (Others' connections last longer: they keep channels.) Whether it misses the object or the name is chance.
OWN_FAULT = re.compile(r"mcd-WARNING \*\*: [\d:.]+: disconnect_cb: Disconnect failed: .*\bConnection[/.]linnet[/.]jabber[/.]")


def start_mission_control(world):
    """Mission Control 5, unpacked, with the .manager file of our build."""
    peer = find_peer("mission-control")
    libraries = [path.parent for path in peer.rglob("libmission-control-plugins.so.0")]
    managers = world.folder / "data/telepathy/managers"
    managers.mkdir(parents=True)
    (managers / "linnet.manager").write_text((source_dir() / "data/linnet.manager").read_text(encoding="utf-8"), encoding="utf-8")
    env = {"LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries)), "G_DEBUG": "", "MC_DEBUG": "",
           "GSETTINGS_SCHEMA_DIR": compile_schemas(peer, world.folder / "mc-schemas"), "MC_ACCOUNT_DIR": str(world.folder / "mc")}
    return world.spawn("mission-control", peer / "usr/lib/telepathy/mission-control-5", env=env)


def end_mission_control(control):
    """Ends it as the session does; gives what it complained of."""
    control.stop()
    return [line for line in control.lines if line.strip() and not OWN_FAULT.search(line)]


class UnderMissionControl(unittest.TestCase):

    def test_mission_control_runs_our_connection_manager_for_its_account(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            control = start_mission_control(world)
            program.wait_for_name(ACCOUNTS)
            handler = Handler(program, "Test")
            path = program.call(ACCOUNTS, ACCOUNTS_PATH, ACCOUNTS, "CreateAccount", "sssa{sv}a{sv}", "linnet", "jabber", "Alice",
                                variants({**world.account_parameters("alice"), "password": "pw-alice"}, {"port": "u"}),
                                {f"{TP}.Account.Enabled": GLib.Variant("b", True),
                                 f"{TP}.Account.RequestedPresence": GLib.Variant("(uss)", (2, "available", ""))})
            account = Account(program, path)
            connection = account.wait_until_online(30)
            self.assertEqual(program.owner_pid(ACCOUNTS), control.pid)
            self.assertNotEqual(program.owner_pid(MANAGER), control.pid)
            self.assertEqual(connection.get(f"{TP}.Connection", "Status"), CONNECTED)
            self.assertIn("bob@a.test", connection.roster())

            request = program.call(DISPATCHER, DISPATCHER_PATH, DISPATCHER, "EnsureChannel", "oa{sv}xs", path, {
                f"{CHANNEL}.ChannelType": GLib.Variant("s", TEXT), f"{CHANNEL}.TargetHandleType": GLib.Variant("u", 1),
                f"{CHANNEL}.TargetID": GLib.Variant("s", "bob@a.test")}, 0, handler.name)
            program.call(DISPATCHER, request, f"{TP}.ChannelRequest", "Proceed")
            _, connection_path, channels, *_ = handler.wait_for("HandleChannels")
            channel = Channel(Connection(program, connection_path), *channels[0])
            channel.send("under another roof")
            bob.wait_for_message("under another roof", sender="alice@a.test")
            bob.send("alice@a.test", "heard")
            channel.wait_for_message("heard")

            account.request_presence(3, "away", "upstairs")
            bob.wait_for_presence(sender="alice@a.test", show="away", status="upstairs")
            account.set("Enabled", "b", False)
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            self.assertEqual(end_mission_control(control), [])


class ByHand(unittest.TestCase):
    """mc-tool, as people type it."""

    def tool(self, *words, status=0):
        peer = find_peer("mission-control")
        libraries = [path.parent for path in peer.rglob("libmission-control-plugins.so.0")]
        done = subprocess.run([peer / "usr/bin/mc-tool", *words], capture_output=True, text=True, timeout=patient(30), check=False,
                              env={**self.world.env, "LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries)), "G_DEBUG": ""})
        self.assertEqual((done.returncode, done.stderr), (status, ""), f"mc-tool {' '.join(words)}\n{done.stdout}")
        return done.stdout

    def sign_in(self, program, bob):
        """Adds alice's account and waits until it is online; gives Mission Control and the account's name."""
        control = start_mission_control(self.world)
        program.wait_for_name(ACCOUNTS)
        given = [f"{'uint' if name == 'port' else 'string'}:{name}={value}"
                 for name, value in {**self.world.account_parameters("alice"), "password": "pw-alice"}.items()]
        name = self.tool("add", "linnet/jabber", "Alice", *given).strip()
        self.assertTrue(name.startswith("linnet/jabber/"), name)
        self.assertEqual(self.tool("list").strip(), name)
        self.tool("enable", name)
        self.tool("request", name, "available")
        bob.wait_for_presence(sender="alice@a.test")
        # Mission Control forgets to disconnect what it has not seen connected.
        Account(program, f"{PATH}/Account/{name}").wait_until_online()
        return control, name

    def test_mc_tool_adds_signs_in_shows_and_removes(self):
        with World(friends=[("alice", "bob")]) as self.world, Program(self.world) as program:
            bob = self.world.contact("bob")
            control, name = self.sign_in(program, bob)
            self.assertIn("account = alice@a.test", self.tool("show", name))
            self.tool("request", name, "away", "upstairs")
            bob.wait_for_presence(sender="alice@a.test", show="away", status="upstairs")
            self.tool("remove", name)  # while it is online
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            self.assertEqual(self.tool("list", status=1), "")  # so it says that there is none
            self.assertEqual(end_mission_control(control), [])

    def test_mc_tool_disables_one_that_is_online(self):
        with World(friends=[("alice", "bob")]) as self.world, Program(self.world) as program:
            bob = self.world.contact("bob")
            control, name = self.sign_in(program, bob)
            self.tool("disable", name)
            bob.wait_for_presence(sender="alice@a.test", kind="unavailable")
            self.assertIn("Enabled: disabled", self.tool("show", name))
            self.tool("enable", name)
            bob.wait_for_presence(sender="alice@a.test")
            self.assertEqual(end_mission_control(control), [])


if __name__ == "__main__":
    main()
