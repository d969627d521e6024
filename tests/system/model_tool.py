# SPDX-License-Identifier: GPL-3.0-or-later
"""model_tool.py: the window's model at work, without a window (tests/client/model-tool.c)."""


class Tool:
    """The model, and what it says from the last command on."""

    def __init__(self, world):
        self.child = world.spawn("model", world.build / "tests/client/model-tool", stdin=True)
        self.since = 0

    def say(self, line):
        self.since = self.child.mark()
        self.child.write(line + "\n")

    def mark(self):
        self.since = self.child.mark()

    def wait(self, pattern):
        return self.child.wait_for_line(pattern, 20, self.since)
