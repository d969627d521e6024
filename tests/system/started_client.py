#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""started_client.py NAME FILE WORD…: a Telepathy client that the bus starts. It writes each call to FILE, a line of JSON each.

"crash": it dies once the call has been answered; "crash-first": only when it was started for the first time; "crash-third": likewise, but
of its third call.
"""

import json
import os
import pathlib
import sys

from gi.repository import GLib

from telepathy import Handler, Program


class Bus:
    """As the bus of a World: the one of the environment."""

    def connect(self):
        from gi.repository import Gio
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SESSION_BUS_ADDRESS"], flags, None, None)


class Place:
    bus = Bus()


class Started(Handler):

    def __init__(self, program, name, kind, log, last):
        self.log, self.left = log, last
        super().__init__(program, name, kinds=(kind,))

    def _called(self, bus, _sender, _path, _interface, method, parameters, invocation):
        with open(self.log, "a", encoding="utf-8") as log:
            print(json.dumps([os.getpid(), method, parameters.unpack()]), file=log)
        invocation.return_value(None)
        bus.flush_sync(None)
        self.left -= 1
        if self.left == 0:
            os._exit(1)


def main():
    name, kind, log, *words = sys.argv[1:]
    is_first = not pathlib.Path(log).exists()
    last = 1 if "crash" in words or ("crash-first" in words and is_first) else 3 if "crash-third" in words and is_first else 0
    client = Started(Program(Place()), name, kind, log, last)
    GLib.MainLoop().run()
    client.close()


if __name__ == "__main__":
    main()
