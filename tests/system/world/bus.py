# SPDX-License-Identifier: GPL-3.0-or-later
"""bus.py: a private session bus that can start our programs, and nothing else of this machine."""

import pathlib

from .errors import TimedOut, patient
from .process import Child

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_incoming_bytes">1000000000</limit>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_message_size">1000000000</limit>
  <limit name="service_start_timeout">60000</limit>
  <limit name="auth_timeout">240000</limit>
  <limit name="max_completed_connections">1000</limit>
  <limit name="max_connections_per_user">1000</limit>
  <limit name="max_pending_service_starts">100</limit>
  <limit name="max_names_per_connection">5000</limit>
  <limit name="max_match_rules_per_connection">50000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""


class Bus:
    """The private bus. Programs that it starts get its environment."""

    def __init__(self, folder, log):
        self.folder = pathlib.Path(folder)
        self.log = log
        self.child = None
        self.services = self.folder / "services"
        self.services.mkdir(parents=True)
        self.socket = self.folder / "bus"
        self.address = f"unix:path={self.socket}"
        (self.folder / "bus.conf").write_text(CONFIG.format(socket=self.socket, services=self.services), encoding="utf-8")

    def add_service(self, name, *command):
        """Makes a name startable. The bus rereads its folder by itself; call reload () after the start."""
        quoted = " ".join("'" + str(word).replace("'", "'\\''") + "'" for word in command)
        (self.services / f"{name}.service").write_text(f"[D-BUS Service]\nName={name}\nExec={quoted}\n", encoding="utf-8")

    def start(self, env):
        self.child = Child("bus", ["dbus-daemon", f"--config-file={self.folder / 'bus.conf'}", "--nofork", "--nopidfile",
                                   "--nosyslog", "--print-address=1"], env, self.log)
        self.child.wait_for_line("^unix:")

    def stop(self):
        if self.child:
            self.child.stop()

    def connect(self):
        """A fresh connection of our own to the bus (Gio.DBusConnection)."""
        from gi.repository import Gio
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        connection = Gio.DBusConnection.new_for_address_sync(self.address, flags, None, None)
        connection.set_exit_on_close(False)
        return connection


def call_bus(connection, method, signature="", *args, timeout_ms=10000):
    """Calls the bus itself; gives the unpacked answer."""
    from gi.repository import Gio, GLib
    answer = connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                  GLib.Variant(f"({signature})", args) if signature else None, None,
                                  Gio.DBusCallFlags.NONE, int(patient(timeout_ms)), None).unpack()
    return answer[0] if len(answer) == 1 else answer


def name_has_owner(connection, name):
    return call_bus(connection, "NameHasOwner", "s", name)


def wait_for_name(connection, name, owned=True, timeout=10):
    """Waits until a name has an owner, or (owned=False) has none any more. Runs the thread's main context."""
    from gi.repository import Gio, GLib
    context = GLib.MainContext.ref_thread_default()
    timeout = patient(timeout)
    seen = []

    def changed(_bus, _sender, _path, _interface, _signal, parameters):
        seen.append(bool(parameters.unpack()[2]) == owned)

    subscription = connection.signal_subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
                                               "/org/freedesktop/DBus", name, Gio.DBusSignalFlags.NONE, changed)
    late = []
    source = GLib.timeout_source_new(int(timeout * 1000))
    source.set_callback(lambda *_: late.append(True))
    source.attach(context)
    try:
        if name_has_owner(connection, name) == owned:
            return
        while not any(seen):
            if late:
                raise TimedOut(f"{name} {'has no owner' if owned else 'is still owned'} after {timeout} s")
            context.iteration(True)
    finally:
        source.destroy()
        connection.signal_unsubscribe(subscription)
