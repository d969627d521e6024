# SPDX-License-Identifier: GPL-3.0-or-later
"""glib_client.py: a program on telepathy-glib, as people wrote them ten years ago. test_telepathy_glib.py runs it.

    glib_client.py ACCOUNT SERVER PORT CONTACT PICTURE

The password comes on standard input. It makes an account with a password parameter, goes online, reads the
contact list, asks what the contact writes of itself and writes something of its own, looks at the contact's picture, shows a
PNG file as its own and takes it away, puts the contact into a group, blocks it and takes that back, opens a text channel with it and sends what stands in each following line of standard input (a line before that lets it go on). All that it
sees is printed.
"""

import pathlib
import sys

import gi
gi.require_version("TelepathyGLib", "0.12")
from gi.repository import GLib, TelepathyGLib as Tp  # noqa: E402


def say(*words):
    print(*words, flush=True)


def await_call(begin, finish):
    """Runs an asynchronous call to its end."""
    loop, results = GLib.MainLoop(), []

    def done(_source, result, *_):
        results.append(result)
        loop.quit()
    begin(done)
    if not results:
        loop.run()
    return finish(results[0])


def await_until(thing, signal, fits):
    """Runs until a signal of a thing makes fits () true."""
    loop = GLib.MainLoop()
    number = thing.connect(signal, lambda *_: loop.quit() if fits() else None)
    if not fits():
        loop.run()
    thing.disconnect(number)


def make_account(manager, identifier, server, port, password):
    request = Tp.AccountRequest.new(manager, "linnet", "jabber", "Made by telepathy-glib")
    for name, value in (("account", GLib.Variant("s", identifier)), ("server", GLib.Variant("s", server)),
                        ("port", GLib.Variant("u", int(port))), ("password", GLib.Variant("s", password))):
        request.set_parameter(name, value)
    request.set_requested_presence(Tp.ConnectionPresenceType.AVAILABLE, "available", "")
    request.set_enabled(True)
    return await_call(lambda done: request.create_account_async(done, None), request.create_account_finish)


def show_contacts(connection):
    await_until(connection, "notify::contact-list-state",
                lambda: connection.get_contact_list_state() == Tp.ContactListState.SUCCESS)
    for contact in connection.dup_contact_list():
        say("contact", contact.get_identifier(), contact.get_subscribe_state().value_nick)
        contact.connect("presence-changed", lambda _c, _kind, status, text: say("presence", status, text))


def show_info(connection, identifier):
    """What a contact writes of itself; then we write as much of ourselves."""
    contact = next(one for one in connection.dup_contact_list() if one.get_identifier() == identifier)
    await_call(lambda done: contact.request_contact_info_async(None, done, None), contact.request_contact_info_finish)
    for field in contact.dup_contact_info():
        say("info", field.field_name, *field.parameters, *field.field_value)
    ours = [Tp.ContactInfoField.new("fn", [], ["Alice Liddell"]), Tp.ContactInfoField.new("tel", ["type=home"], ["+44"])]
    await_call(lambda done: connection.set_contact_info_async(ours, done, None), connection.set_contact_info_finish)
    say("info set")


def read_own_avatar(account):
    return bytes(await_call(lambda done: account.get_avatar_async(done, None), account.get_avatar_finish))


def show_avatars(account, connection, identifier, picture):
    """The contact's; and ours, when the account manager has it and when it has none."""
    contact = next(one for one in connection.dup_contact_list() if one.get_identifier() == identifier)
    await_until(contact, "notify::avatar-file", lambda: contact.get_avatar_file() is not None)
    say("avatar", contact.get_avatar_mime_type(), contact.get_avatar_file().get_path())
    for data in (picture, b""):
        await_call(lambda done, data=data: account.set_avatar_async(data, "image/png" if data else None, done, None),
                   account.set_avatar_finish)
        say("avatar set", len(data), read_own_avatar(account) == data)
        sys.stdin.readline()


def sort_and_block(connection, identifier):
    """The contact goes into a group, is renamed by it, is blocked and heard of again."""
    contact = next(one for one in connection.dup_contact_list() if one.get_identifier() == identifier)
    await_call(lambda done: contact.set_contact_groups_async(["Friends"], done, None), contact.set_contact_groups_finish)
    await_until(contact, "contact-groups-changed", lambda: contact.get_contact_groups() == ["Friends"])
    say("groups", *contact.get_contact_groups())
    await_call(lambda done: connection.rename_group_async("Friends", "Old friends", done, None), connection.rename_group_finish)
    await_until(contact, "contact-groups-changed", lambda: contact.get_contact_groups() == ["Old friends"])
    say("groups", *contact.get_contact_groups())
    await_call(lambda done: contact.block_async(False, done, None), contact.block_finish)
    await_until(connection, "blocked-contacts-changed", connection.get_blocked_contacts)
    await_until(contact, "notify::is-blocked", contact.is_blocked)
    say("blocked", *(one.get_identifier() for one in connection.get_blocked_contacts()))
    await_call(lambda done: contact.unblock_async(done, None), contact.unblock_finish)
    await_until(contact, "notify::is-blocked", lambda: not contact.is_blocked())
    say("unblocked")


def open_channel(account, contact):
    request = Tp.AccountChannelRequest.new_text(account, 0)
    request.set_target_id(Tp.HandleType.CONTACT, contact)
    channel, _ = await_call(lambda done: request.ensure_and_handle_channel_async(None, done, None),
                            request.ensure_and_handle_channel_finish)
    return channel


def show_message(channel, message):
    text, _ = message.to_text()
    say("message", Tp.SignalledMessage.get_sender(message).get_identifier(), text)
    channel.ack_message_async(message, None, None)


def main():
    identifier, server, port, contact, picture = sys.argv[1:]
    password = sys.stdin.readline().rstrip("\n")
    factory = Tp.AutomaticClientFactory.new(None)
    factory.add_account_features([Tp.Account.get_feature_quark_connection()])
    factory.add_connection_features([Tp.Connection.get_feature_quark_contact_list(), Tp.Connection.get_feature_quark_contact_info(),
                                     Tp.Connection.get_feature_quark_contact_groups(), Tp.Connection.get_feature_quark_contact_blocking()])
    factory.add_contact_features([Tp.ContactFeature.ALIAS, Tp.ContactFeature.PRESENCE, Tp.ContactFeature.SUBSCRIPTION_STATES,
                                  Tp.ContactFeature.CONTACT_INFO, Tp.ContactFeature.CONTACT_GROUPS, Tp.ContactFeature.CONTACT_BLOCKING,
                                  Tp.ContactFeature.AVATAR_TOKEN, Tp.ContactFeature.AVATAR_DATA])
    manager = Tp.AccountManager.new_with_factory(factory)
    await_call(lambda done: manager.prepare_async(None, done, None), manager.prepare_finish)
    account = make_account(manager, identifier, server, port, password)
    # Its name in the network is known once it has been online.
    say("account", account.get_protocol_name(), account.dup_parameters_vardict()["account"])
    await_until(account, "notify::connection", lambda: account.get_connection() is not None)
    connection = account.get_connection()
    await_call(lambda done: connection.prepare_async([Tp.Connection.get_feature_quark_connected()], done, None), connection.prepare_finish)
    say("online", connection.get_self_contact().get_identifier())
    show_contacts(connection)
    show_info(connection, contact)
    show_avatars(account, connection, contact, pathlib.Path(picture).read_bytes())
    sort_and_block(connection, contact)
    channel = open_channel(account, contact)
    await_call(lambda done: channel.prepare_async([Tp.TextChannel.get_feature_quark_incoming_messages()], done, None),
               channel.prepare_finish)
    channel.connect("message-received", show_message)
    for message in channel.dup_pending_messages():
        show_message(channel, message)
    say("channel", channel.get_identifier())

    loop = GLib.MainLoop()

    def typed(source, _condition):
        line = source.readline()
        if not line:
            loop.quit()
            return False
        message = Tp.ClientMessage.new_text(Tp.ChannelTextMessageType.NORMAL, line.rstrip("\n"))
        channel.send_message_async(message, 0, lambda c, result, *_: say("sent", c.send_message_finish(result)[1]), None)
        return True
    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, typed)
    loop.run()


if __name__ == "__main__":
    main()
