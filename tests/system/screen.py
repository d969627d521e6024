# SPDX-License-Identifier: GPL-3.0-or-later
"""screen.py: a screen where there is none, and a reader of what the window says to a screen reader.

The window is driven as a blind person's software would: by role and name through AT-SPI. The walking
is done by a process of its own (reader.py), because libatspi ends the process when its bus goes away.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from world import Missing, TimedOut, WorldError, patient


class Screen:
    """An Xvfb of the world; the world's programs use it from now on."""

    def __init__(self, world, size="1280x860"):
        if not shutil.which("Xvfb"):
            raise Missing("Xvfb is not installed")
        self.world = world
        child = world.spawn("xvfb", "Xvfb", "-displayfd", "1", "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset")
        self.display = ":" + child.wait_for_line(r"^(\d+)$").group(1)
        world.env["DISPLAY"] = self.display

    def picture(self, path):
        """Writes what is on the screen as PNG."""
        if not shutil.which("import"):
            raise Missing("imagemagick is not installed")
        subprocess.run(["import", "-display", self.display, "-window", "root", str(path)], env=self.world.env,
                       check=True, timeout=30, stdin=subprocess.DEVNULL)

    def press(self, *keys):
        """Presses keys (names of X: Return, ctrl+n) in the window that has the focus."""
        if not shutil.which("xdotool"):
            raise Missing("xdotool is not installed")
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], env=self.world.env, check=True, timeout=10,
                       stdin=subprocess.DEVNULL)


class Reader:
    """Finds, reads and operates what programs of the world offer to assistive technology."""

    def __init__(self, world):
        self.world = world
        script = pathlib.Path(__file__).with_name("reader.py")
        env = {name: value for name, value in world.env.items() if name != "G_DEBUG"}
        self._process = subprocess.Popen([sys.executable, str(script)], env=env, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=open(world.logs / "reader.log", "ab"), text=True)

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self.close()

    def _ask(self, **request):
        request["timeout"] = patient(request["timeout"])
        print(json.dumps(request), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise WorldError("the accessibility reader ended: see reader.log")
        answer = json.loads(line)
        if "late" in answer:
            raise TimedOut(answer["late"])
        if "wrong" in answer:
            raise WorldError(answer["wrong"])
        return answer["good"]

    def wait_for(self, name, role=None, timeout=10, **more):
        """Waits for something with this name (a regular expression that matches all of it); gives its description.
        more: state="sensitive", gone=True, within=REGEX (the name of something around it)."""
        return self._ask(do="find", name=name, role=role, timeout=timeout, **more)

    def click(self, name, role="push button", timeout=10, **more):
        """Does its first action: a button is pressed, a switch turned."""
        return self._ask(do="click", name=name, role=role, timeout=timeout, **more)

    def type(self, name, text, timeout=10, **more):
        """Replaces the text of the entry that is called so, or stands in something called so; unseen=True: folded away too."""
        return self._ask(do="type", name=name, text=text, timeout=timeout, **more)

    def text(self, name, timeout=10, **more):
        """The text of an entry."""
        return self._ask(do="text", name=name, timeout=timeout, **more)

    def wait_for_text(self, name, text, timeout=10, **more):
        """Waits until an entry holds this text."""
        self._ask(do="text", name=name, text=text, timeout=timeout, **more)

    def select(self, name, timeout=10, **more):
        """Selects, and if possible activates, the row of a list that contains something called so."""
        return self._ask(do="select", name=name, timeout=timeout, **more)

    def nameless(self):
        """What can be operated and has no name, and what has one name on two things."""
        return self._ask(do="nameless", timeout=10)

    def dump(self):
        """The whole tree as indented lines: role, name, description, states that matter."""
        return self._ask(do="dump", timeout=10)


def window_environment(world):
    """What the window needs beside the world's environment to run from the build folder."""
    return {"GSETTINGS_SCHEMA_DIR": str(world.build / "data"), "GTK_A11Y": "atspi",
            "XDG_DATA_DIRS": os.pathsep.join([str(world.build / "data"), world.env["XDG_DATA_DIRS"]])}


def start_window(world, *options):
    """Starts the window of the build under test in the world; gives its process."""
    return world.spawn("window", world.build / "client/linnet", *options, env=window_environment(world))
