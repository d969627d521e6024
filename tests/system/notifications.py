# SPDX-License-Identifier: GPL-3.0-or-later
"""notifications.py: a desktop's notification server for tests: keeps what is shown and presses its buttons."""

from gi.repository import Gio, GLib

from world.bus import call_bus

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
INTERFACE = Gio.DBusNodeInfo.new_for_xml(f"""<node><interface name="{NAME}">
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
  <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>""").lookup_interface(NAME)


class Shown:
    """One notification as it is now."""

    def __init__(self, number, title, text, actions):
        self.number, self.title, self.text = number, title, text
        self.buttons = dict(zip(actions[1::2], actions[0::2]))


class Notifications:
    """The server, on the bus of a Program, which must run (wait) for it to answer."""

    def __init__(self, program):
        self.program = program
        self.shown = {}
        self._next = 1
        self._id = program.bus.register_object(PATH, INTERFACE, self._called, None, None)
        call_bus(program.bus, "RequestName", "su", NAME, 4)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        call_bus(self.program.bus, "ReleaseName", "s", NAME)
        self.program.bus.unregister_object(self._id)

    def _called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        args = parameters.unpack()
        answer = None
        if method == "GetCapabilities":
            answer = GLib.Variant("(as)", (["actions", "body", "persistence"],))
        elif method == "GetServerInformation":
            answer = GLib.Variant("(ssss)", ("Test", "Linnet", "1", "1.2"))
        elif method == "Notify":
            number = args[1] or self._next
            self._next = max(self._next, number) + 1
            self.shown[number] = Shown(number, args[3], args[4], args[5])
            answer = GLib.Variant("(u)", (number,))
        elif method == "CloseNotification":
            self.shown.pop(args[0], None)
            self._emit("NotificationClosed", "(uu)", args[0], 3)
        invocation.return_value(answer)

    def _emit(self, signal, signature, *args):
        self.program.bus.emit_signal(None, PATH, NAME, signal, GLib.Variant(signature, args))

    def wait_for(self, text, timeout=15):
        """Waits for a notification with this in its text."""
        def look():
            return next((shown for shown in self.shown.values() if text in shown.text), None)
        return self.program.wait(look, f"notification of {text!r}", timeout)

    def wait_until_gone(self, shown, timeout=15):
        self.program.wait(lambda: shown.number not in self.shown, "end of the notification", timeout)

    def press(self, shown, button):
        """Presses a button by its label, or the notification itself (“default”); it goes away then."""
        action = shown.buttons.get(button, button)
        self._emit("ActionInvoked", "(us)", shown.number, action)
        self.shown.pop(shown.number)
        self._emit("NotificationClosed", "(uu)", shown.number, 2)
