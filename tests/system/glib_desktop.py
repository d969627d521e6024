#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""glib_desktop.py REFUSED: what a desktop on telepathy-glib consists of, an observer, an approver and a handler of conversations, for
test_telepathy_glib.py. The approver refuses a contact; the handler repeats what it hears and closes the conversation. All that they
see is printed."""

import sys

import gi

gi.require_version("TelepathyGLib", "0.12")
from gi.repository import GLib, TelepathyGLib as Tp  # noqa: E402  pylint: disable=wrong-import-position

from glib_client import await_call, say  # noqa: E402  pylint: disable=wrong-import-position

CONVERSATIONS = GLib.Variant("a{sv}", {
    Tp.PROP_CHANNEL_CHANNEL_TYPE: GLib.Variant("s", Tp.IFACE_CHANNEL_TYPE_TEXT),
    Tp.PROP_CHANNEL_TARGET_HANDLE_TYPE: GLib.Variant("u", Tp.HandleType.CONTACT)})


def names(channels):
    return " ".join(channel.get_identifier() for channel in channels)


def observe(_client, account, _connection, channels, operation, _requests, context, *_):
    say("observe", account.dup_parameters_vardict()["account"], names(channels), operation is not None)
    context.accept()


def approve(_client, _account, _connection, channels, operation, context, *_):
    context.accept()
    if names(channels) == sys.argv[1]:
        operation.close_channels_async(lambda one, result: say("refused", names(channels), one.close_channels_finish(result)))
    else:
        operation.handle_with_async(None, lambda one, result: say("approved", names(channels), one.handle_with_finish(result)))


def repeat(channel, message):
    text, _ = message.to_text()
    say("message", channel.get_identifier(), text)
    channel.ack_message_async(message, None, None)
    answer = Tp.ClientMessage.new_text(Tp.ChannelTextMessageType.NORMAL, f"You said: {text}")
    channel.send_message_async(answer, 0, lambda one, result: (one.send_message_finish(result), one.close_async(None, None)))


def handle(_client, _account, _connection, channels, requests, _time, context, *_):
    say("handle", names(channels), len(requests))
    context.accept()
    for channel in channels:
        channel.connect("message-received", repeat)
        for message in channel.dup_pending_messages():
            repeat(channel, message)


def main():
    manager = Tp.AccountManager.dup()
    await_call(lambda done: manager.prepare_async(None, done, None), manager.prepare_finish)
    for account in sorted(manager.dup_valid_accounts(), key=lambda account: account.get_path_suffix()):
        say("account", account.get_path_suffix(), account.get_connection_status()[0].value_nick)
    observer = Tp.SimpleObserver.new_with_am(manager, False, "Watching", False, observe, None)
    observer.add_observer_filter_vardict(CONVERSATIONS)
    approver = Tp.SimpleApprover.new_with_am(manager, "Asking", False, approve, None)
    approver.add_approver_filter_vardict(CONVERSATIONS)
    handler = Tp.SimpleHandler.new_with_am(manager, False, False, "Repeating", False, handle, None)
    handler.add_handler_filter_vardict(CONVERSATIONS)
    for client in (observer, approver, handler):
        client.register()
    say("ready")
    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, lambda *_: loop.quit())
    loop.run()


if __name__ == "__main__":
    main()
