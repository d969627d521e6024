#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_connection.py: a program that knows nothing but Telepathy signs in to a real Prosody and talks there."""

import unittest

from harness import main
from telepathy import (ALIASING, CHANNEL, CHAT_STATE, CONNECTION, ERROR, GROUPS, MESSAGES, PRESENCE, ROSTER,
                       Connection, Program, body)
from world import World

IDLE = "im.linnet.Idle1"

SUBSCRIBE, PUBLISH = f"{ROSTER}/subscribe", f"{ROSTER}/publish"
NO, REMOVED_REMOTELY, ASK, YES = 1, 2, 3, 4  # Subscription_State


class SigningIn(unittest.TestCase):

    def test_starttls_and_direct_tls_lead_to_a_contact_list(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            for more in ({}, {"port": world.tls_port, "old-ssl": True}):
                connection = Connection.request(program, "alice", **more).connect()
                world.server.wait_for("^WORLD in alice@a.test/")
                self.assertEqual(list(connection.roster()), ["bob@a.test"])
                self.assertEqual(connection.get(CONNECTION, "SelfID"), "alice@a.test")
                connection.disconnect()

    def test_connecting_is_said_before_connected(self):
        with World() as world, Program(world) as program:
            connection = Connection.request(program, "alice")
            self.assertEqual(connection.get(CONNECTION, "Status"), 2)
            connection.connect()
            changes = [connection.wait_for("StatusChanged", CONNECTION).args for _ in range(2)]
            self.assertEqual(changes, [(1, 1), (0, 1)])

    def test_a_wrong_password_is_an_authentication_failure(self):
        with World() as world, Program(world) as program:
            connection = Connection.request(program, "alice", password="not-it")
            reason, error, _ = connection.connect_and_fail()
            self.assertEqual((reason, error), (3, f"{ERROR}.AuthenticationFailed"))
            world.server.wait_for("^WORLD refused alice")

    def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password_is_sent(self):
        with World(env={"LINNET_CA_FILE": None}) as world, Program(world) as program:
            reason, error, _ = Connection.request(program, "alice").connect_and_fail()
            self.assertEqual((reason, error), (7, f"{ERROR}.Cert.Untrusted"))
            self.assertFalse([line for line in world.server.child.lines if "<auth" in line])

    def test_a_certificate_for_another_name_is_refused(self):
        with World() as world, Program(world) as program:
            world.server.use_certificate(["mail.a.test"])
            world.restart_server()
            reason, error, _ = Connection.request(program, "alice").connect_and_fail()
            self.assertEqual((reason, error), (10, f"{ERROR}.Cert.HostnameMismatch"))
            self.assertFalse([line for line in world.server.child.lines if "<auth" in line])
            # the person may know better: this name is one of the server's
            connection = Connection.request(program, "alice", **{"extra-certificate-identities": ["mail.a.test"]})
            connection.connect()

    def test_an_expired_certificate_is_refused(self):
        with World() as world, Program(world) as program:
            world.server.use_certificate(expired=True)
            world.restart_server()
            reason, error, _ = Connection.request(program, "alice").connect_and_fail()
            self.assertEqual((reason, error), (8, f"{ERROR}.Cert.Expired"))

    def test_no_server_is_a_network_error(self):
        with World() as world, Program(world) as program:
            world.server.stop()
            reason, error, _ = Connection.request(program, "alice").connect_and_fail()
            self.assertEqual(reason, 2)
            self.assertIn(error, (f"{ERROR}.ConnectionRefused", f"{ERROR}.ConnectionFailed", f"{ERROR}.NetworkError"))

    def test_the_server_going_away_is_a_network_error(self):
        with World() as world, Program(world) as program:
            connection = Connection.request(program, "alice").connect()
            world.server.kill()
            end = connection.wait_for("StatusChanged", CONNECTION, lambda status, _: status == 2)
            self.assertEqual(end.args[1], 2)
            program.wait_for_name(connection.name, owned=False)

    def test_a_wish_to_disconnect_is_obeyed(self):
        with World() as world, Program(world) as program:
            connection = Connection.request(program, "alice").connect()
            connection.disconnect()
            self.assertEqual(connection.wait_for("StatusChanged", CONNECTION, lambda status, _: status == 2).args, (2, 1))
            world.server.wait_for("^WORLD out alice@a.test")


class Chatting(unittest.TestCase):

    def test_messages_go_both_ways(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            channel = connection.text_channel("bob@a.test")
            token = channel.send("Wherefore art thou?")
            heard = bob.wait_for_message("Wherefore art thou?", sender="alice@a.test")
            self.assertEqual(heard.type, "chat")
            self.assertEqual(heard.id, token)
            sent = channel.wait_for("MessageSent", MESSAGES)
            self.assertEqual((body(sent.args[0]), sent.args[2]), ("Wherefore art thou?", token))
            bob.send("alice@a.test", "at nine? — ✓ <&>")
            parts = channel.wait_for_message("at nine? — ✓ <&>")
            self.assertEqual(parts[0]["message-sender-id"], "bob@a.test")
            self.assertEqual(len(channel.pending()), 1)
            channel.acknowledge(parts)
            channel.wait_for("PendingMessagesRemoved", MESSAGES)
            self.assertEqual(channel.pending(), [])

    def test_a_fresh_message_opens_a_channel(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            bob.send("alice@a.test", "hist!")
            channel = connection.wait_for_channel(target="bob@a.test")
            self.assertFalse(channel.properties[f"{CHANNEL}.Requested"])
            self.assertEqual(channel.properties[f"{CHANNEL}.InitiatorID"], "bob@a.test")
            self.assertEqual(body(channel.wait_for_message()), "hist!")

    def test_what_waited_on_the_server_comes_with_its_time(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            bob.send("alice@a.test", "while you were away")
            bob.sync()
            connection = Connection.request(program, "alice").connect()
            header = connection.wait_for_channel(target="bob@a.test").wait_for_message("while you were away")[0]
            self.assertLessEqual(header["message-sent"], header["message-received"])

    def test_messages_keep_their_order(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            channel = connection.text_channel("bob@a.test")
            words = [f"word {number}" for number in range(100)]
            for word in words:
                channel.send(word)
            self.assertEqual([bob.wait_for_message().body for _ in words], words)
            for word in words:
                bob.send("alice@a.test", word)
            program.wait(lambda: len(channel.pending()) == len(words), "all messages")
            self.assertEqual([body(parts) for parts in channel.pending()], words)

    def test_typing_is_told_both_ways(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            bob.send("alice@a.test", "hello", chat_state="active")
            channel = connection.wait_for_channel(target="bob@a.test")
            bob.send_chat_state("alice@a.test", "composing")
            handle = connection.handle("bob@a.test")
            channel.wait_for("ChatStateChanged", CHAT_STATE, lambda who, state: (who, state) == (handle, 4))
            channel.call(CHAT_STATE, "SetChatState", "u", 4)
            bob.wait_for_chat_state("composing")

    def test_a_message_to_nobody_is_reported_as_failed(self):
        with World() as world, Program(world) as program:
            connection = Connection.request(program, "alice").connect()
            channel = connection.text_channel("nobody@a.test")
            token = channel.send("anyone?")
            report = channel.wait_for("MessageReceived", MESSAGES, lambda parts: parts[0].get("message-type") == 4).args[0][0]
            self.assertEqual(report["delivery-token"], token)
            self.assertIn(report["delivery-status"], (2, 3))

    def test_a_closed_channel_with_unread_messages_comes_back_and_a_destroyed_one_does_not(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            bob.send("alice@a.test", "read me")
            channel = connection.wait_for_channel(target="bob@a.test")
            parts = channel.wait_for_message("read me")
            self.assertFalse(parts[0].get("rescued", False))
            channel.close()
            channel.wait_for("Closed", CHANNEL)
            again = connection.wait_for_channel(target="bob@a.test")
            self.assertTrue(again.wait_for_message("read me")[0]["rescued"])
            again.call(f"{CHANNEL}.Interface.Destroyable", "Destroy")
            again.wait_for("Closed", CHANNEL)
            self.assertEqual(connection.get(f"{CONNECTION}.Interface.Requests", "Channels"), [])


class Presence(unittest.TestCase):

    def test_presence_goes_both_ways(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            bob.send_presence(show="away", status="on the balcony")
            connection.wait_for("PresencesChanged", PRESENCE,
                                lambda who: tuple(who.get(handle, ())) == (3, "away", "on the balcony"))
            self.assertEqual(connection.attributes("bob@a.test", PRESENCE)[f"{PRESENCE}/presence"], (3, "away", "on the balcony"))
            for status, show in (("dnd", "dnd"), ("xa", "xa"), ("chat", "chat"), ("away", "away"), ("available", "")):
                connection.call(PRESENCE, "SetPresence", "ss", status, f"now {status}")
                bob.wait_for_presence(sender="alice@a.test", kind="available", show=show, status=f"now {status}")
            bob.close()
            connection.wait_for("PresencesChanged", PRESENCE, lambda who: who.get(handle, (0,))[0] == 1)
            connection.disconnect()

    def test_since_when_nobody_is_there_goes_both_ways(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            bob.send_raw("<presence><show>away</show><idle xmlns='urn:xmpp:idle:1' since='2026-07-21T02:56:15Z'/></presence>")
            connection.wait_for("Changed", IDLE, lambda who: who.get("bob@a.test") == 1784602575)
            self.assertEqual(connection.attributes("bob@a.test", IDLE)[f"{IDLE}/since"], 1784602575)
            connection.call(IDLE, "SetSince", "x", 1767323045)
            seen = bob.wait_for_presence(sender="alice@a.test", kind="available")
            self.assertEqual(seen.xml.find("{urn:xmpp:idle:1}idle").get("since"), "2026-01-02T03:04:05Z")
            connection.call(IDLE, "SetSince", "x", 0)
            seen = bob.wait_for_presence(sender="alice@a.test", kind="available")
            self.assertIsNone(seen.xml.find("{urn:xmpp:idle:1}idle"))

    def test_the_presence_set_before_connecting_is_the_first_one_seen(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice")
            connection.call(PRESENCE, "SetPresence", "ss", "dnd", "asleep")
            connection.connect()
            first = bob.wait_for_presence(sender="alice@a.test", kind="available")
            self.assertEqual((first.show, first.status), ("dnd", "asleep"))


class Subscription(unittest.TestCase):

    def changed(self, connection, identifier, fits):
        """Waits until the contact's (subscribe, publish, publish request) fits."""
        handle = connection.handle(identifier)
        return connection.wait_for("ContactsChangedWithID", ROSTER,
                                   lambda changes, ids, removed: handle in changes and fits(*changes[handle]))

    def test_asking_is_answered_with_yes(self):
        with World() as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            connection.call(ROSTER, "RequestSubscription", "aus", [handle], "It is the east")
            asked = bob.wait_for_presence(sender="alice@a.test", kind="subscribe")
            self.assertEqual(asked.status, "It is the east")
            self.changed(connection, "bob@a.test", lambda subscribe, publish, _: subscribe == ASK)
            bob.authorize("alice@a.test")
            self.changed(connection, "bob@a.test", lambda subscribe, publish, _: subscribe == YES)
            connection.wait_for("PresencesChanged", PRESENCE, lambda who: who.get(handle, (0,))[0] == 2)
            self.assertEqual(bob.roster()["alice@a.test"], "from")

    def test_being_asked_and_saying_yes(self):
        with World() as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            bob.subscribe("alice@a.test")
            self.changed(connection, "bob@a.test", lambda subscribe, publish, _: publish == ASK)
            handle = connection.handle("bob@a.test")
            connection.call(ROSTER, "AuthorizePublication", "au", [handle])
            self.assertEqual(connection.roster(ROSTER)["bob@a.test"][PUBLISH], YES)
            bob.wait_for_presence(sender="alice@a.test", kind="subscribed")
            bob.wait_for_presence(sender="alice@a.test", kind="available")
            self.changed(connection, "bob@a.test", lambda subscribe, publish, _: publish == YES)

    def test_a_request_that_is_taken_back_stays_until_it_is_acknowledged(self):
        with World() as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            bob.subscribe("alice@a.test")
            self.changed(connection, "bob@a.test", lambda subscribe, publish, _: publish == ASK)
            bob.send_presence(to="alice@a.test", kind="unsubscribe")
            self.changed(connection, "bob@a.test", lambda subscribe, publish, _: publish == REMOVED_REMOTELY)
            self.assertEqual(connection.roster(ROSTER)["bob@a.test"][PUBLISH], REMOVED_REMOTELY)
            connection.call(ROSTER, "RemoveContacts", "au", [connection.handle("bob@a.test")])
            self.assertEqual(connection.roster(), {})

    def test_being_asked_and_saying_no(self):
        with World() as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            bob.subscribe("alice@a.test")
            self.changed(connection, "bob@a.test", lambda subscribe, publish, _: publish == ASK)
            connection.call(ROSTER, "Unpublish", "au", [connection.handle("bob@a.test")])
            bob.wait_for_presence(sender="alice@a.test", kind="unsubscribed")

    def test_a_request_made_while_away_is_there_after_signing_in(self):
        with World() as world, Program(world) as program:
            bob = world.contact("bob")
            bob.subscribe("alice@a.test")
            bob.sync()
            connection = Connection.request(program, "alice").connect()
            program.wait(lambda: connection.roster(ROSTER).get("bob@a.test", {}).get(PUBLISH) == ASK, "request")

    def test_removing_a_contact_ends_both_subscriptions(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            connection.call(ROSTER, "RemoveContacts", "au", [connection.handle("bob@a.test")])
            connection.wait_for("ContactsChangedWithID", ROSTER, lambda _, __, removed: "bob@a.test" in removed.values())
            self.assertEqual(connection.roster(), {})
            bob.wait_for_presence(sender="alice@a.test", kind="unsubscribed")
            self.assertEqual(bob.roster()["alice@a.test"], "none")

    def test_names_and_groups_are_kept_on_the_server(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            connection.call(ALIASING, "SetAliases", "a{us}", {handle: "Robert"})
            connection.call(GROUPS, "AddToGroup", "sau", "Verona", [handle])
            connection.wait_for("GroupsChanged", GROUPS, lambda who, added, removed: added == ["Verona"])
            connection.disconnect()
            row = Connection.request(program, "alice").connect().roster(ALIASING, GROUPS)["bob@a.test"]
            self.assertEqual(row[f"{ALIASING}/alias"], "Robert")
            self.assertEqual(row[f"{GROUPS}/groups"], ["Verona"])


if __name__ == "__main__":
    main()
