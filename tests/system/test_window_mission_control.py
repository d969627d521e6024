#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_window_mission_control.py: the window where another program is the account manager."""

import unittest

import demo
from harness import main
from screen import Reader, Screen, start_window
from telepathy import ACCOUNTS, MANAGER, Program
from test_mission_control import end_mission_control, start_mission_control


class TheWindowUnderMissionControl(unittest.TestCase):

    def test_a_person_signs_in_and_chats_both_ways(self):
        with demo.new_world(accessible=True) as world, Program(world) as program:
            bob = demo.arrive(world, echo=False)
            control = start_mission_control(world)
            program.wait_for_name(ACCOUNTS)
            Screen(world)
            window = start_window(world)
            with Reader(world) as reader:
                demo.sign_in(world, reader)
                demo.chat(reader, bob)
            self.assertTrue(window.running)
            self.assertEqual(program.owner_pid(ACCOUNTS), control.pid)
            self.assertNotEqual(program.owner_pid(MANAGER), control.pid)
            self.assertEqual(end_mission_control(control), [])


if __name__ == "__main__":
    main()
