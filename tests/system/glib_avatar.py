#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""glib_avatar.py CONTACT: a program on telepathy-glib that waits for the picture of a contact, for test_avatars.py."""

import sys

import gi

gi.require_version("TelepathyGLib", "0.12")
from gi.repository import TelepathyGLib as Tp  # noqa: E402  pylint: disable=wrong-import-position

from glib_client import await_call, await_until, say  # noqa: E402  pylint: disable=wrong-import-position


def main():
    factory = Tp.AutomaticClientFactory.new(None)
    factory.add_account_features([Tp.Account.get_feature_quark_connection()])
    factory.add_connection_features([Tp.Connection.get_feature_quark_connected()])
    factory.add_contact_features([Tp.ContactFeature.AVATAR_TOKEN, Tp.ContactFeature.AVATAR_DATA])
    manager = Tp.AccountManager.new_with_factory(factory)
    await_call(lambda done: manager.prepare_async(None, done, None), manager.prepare_finish)
    account = manager.dup_valid_accounts()[0]
    await_until(account, "notify::connection", lambda: account.get_connection() is not None)
    connection = account.get_connection()
    await_call(lambda done: connection.prepare_async([Tp.Connection.get_feature_quark_connected()], done, None), connection.prepare_finish)
    contact = await_call(lambda done: connection.dup_contact_by_id_async(
        sys.argv[1], [Tp.ContactFeature.AVATAR_TOKEN, Tp.ContactFeature.AVATAR_DATA], done, None), connection.dup_contact_by_id_finish)
    await_until(contact, "notify::avatar-file", lambda: contact.get_avatar_file() is not None)
    say("avatar", contact.get_avatar_file().get_path(), contact.get_avatar_mime_type())
    sys.stdin.read()


if __name__ == "__main__":
    main()
