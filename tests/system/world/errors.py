# SPDX-License-Identifier: GPL-3.0-or-later
"""errors.py: what can go wrong in a throw-away world, and how long it is given to go right."""

import os

PATIENCE = float(os.environ.get("LINNET_PATIENCE") or 1)


def patient(seconds):
    """How long to wait for what takes this long at most on a machine that has time (LINNET_PATIENCE times that)."""
    return seconds * PATIENCE


class WorldError(Exception):
    """The world could not be made, or something in it ended by itself."""


class TimedOut(WorldError):
    """What was waited for did not happen in time."""


class Missing(WorldError):
    """A program or package that the world needs is not on this machine; the message names it."""
