#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""started_client.py NAME FILE WORD…: a Telepathy client that the bus starts. It writes each call to FILE, a line of JSON each.

"crash": it dies once the call has been answered; "crash-first": only when it was started for the first time.
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

    def __init__(self, program, name, kind, log, is_mortal):
        self.log, self.is_mortal = log, is_mortal
        super().__init__(program, name, kinds=(kind,))

    def _called(self, bus, _sender, _path, _interface, method, parameters, invocation):
        with open(self.log, "a", encoding="utf-8") as log:
            print(json.dumps([os.getpid(), method, parameters.unpack()]), file=log)
        invocation.return_value(None)
        bus.flush_sync(None)
        if self.is_mortal:
            os._exit(1)


def main():
    name, kind, log, *words = sys.argv[1:]
    is_first = not pathlib.Path(log).exists()
    client = Started(Program(Place()), name, kind, log, "crash" in words or ("crash-first" in words and is_first))
    GLib.MainLoop().run()
    client.close()


if __name__ == "__main__":
    main()
