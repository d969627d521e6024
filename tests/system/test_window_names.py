#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_window_names.py: in every scene of the gallery, what can be operated has a name for those who hear it."""

import re
import subprocess
import unittest

from harness import main
from screen import Reader, Screen, window_environment
from world import World, build_dir

GALLERY = build_dir() / "tests/client/gallery"
WIDE = ("talk", "details")  # what looks otherwise with room
# Whole windows, and parts, that are libadwaita's and GTK's own: only they can name what is in there.
LIBRARY_SCENES = ("about", "shortcuts")
LIBRARY_PARTS = re.compile(r".*(\((Show|Hide) Text\)|“AdwToastWidget” / push button “GtkImage”)$")


class Names(unittest.TestCase):

    def test_whatever_can_be_operated_has_a_name(self):
        scenes = subprocess.run([GALLERY, "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        self.assertGreater(len(scenes), 30)
        faults = []
        with World(server=False, accessible=True) as world:
            Screen(world)
            for scene, width in [(scene, 360) for scene in scenes] + [(scene, 1000) for scene in WIDE]:
                if scene not in LIBRARY_SCENES:
                    faults += [f"{scene}, {width} px: {fault}" for fault in self.walk(world, scene, width)]
        self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def walk(self, world, scene, width):
        gallery = world.spawn(f"window-{scene}-{width}", GALLERY, f"--size={width}x680", scene, env=window_environment(world))
        gallery.wait_for_line("^ready")
        with Reader(world) as reader:
            reader.wait_for(".+", role="frame")
            faults = [fault for fault in reader.nameless() if not LIBRARY_PARTS.match(fault)]
        gallery.kill()
        return faults


if __name__ == "__main__":
    main()
