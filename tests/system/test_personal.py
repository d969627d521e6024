#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_personal.py: what people say of themselves, by a real Prosody and a real ejabberd, with a slixmpp contact at the other end; and what
addresses can do."""

import os
import signal
import unittest

from gi.repository import GLib

from harness import main
from linnetctl import USAGE, add_account, ctl
from telepathy import ALIASING, CONNECTION, CONTACTS, ERROR, MANAGER, MANAGER_PATH, TP, TYPES, Account, Connection, Program, variants
from world import TimedOut, World
from world.contact import Contact
from world.ejabberd import Ejabberd

NAME = "im.linnet.Service"
CLIENT_TYPES = f"{CONNECTION}.Interface.ClientTypes"
LOCATION = f"{CONNECTION}.Interface.Location"
PERSONAL = "im.linnet.Personal1"
DISCOVERY = "im.linnet.ServiceDiscovery1"
MOOD = "http://jabber.org/protocol/mood"
NICK = "http://jabber.org/protocol/nick"
GEOLOC = "http://jabber.org/protocol/geoloc"


def said(**texts):
    return {key: GLib.Variant("s", text) for key, text in texts.items()}


def publish(contact, node, payload):
    contact.send_raw(f"<iq type='set' id='pub-{node[-4:]}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{node}'>"
                     f"<item id='current'>{payload}</item></publish></pubsub></iq>")


def is_event(node, text):
    def fits(stanza):
        xml = str(stanza)
        return stanza.name == "message" and "pubsub#event" in xml and node in xml and text in xml
    return fits


class Personal(unittest.TestCase):

    def test_what_a_contact_publishes_is_told(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            bob.wait_for_presence(sender="alice@a.test")
            publish(bob, MOOD, f"<mood xmlns='{MOOD}'><happy/><text>so</text></mood>")
            changed = connection.wait_for("Changed", PERSONAL)
            self.assertEqual(changed.args, ({"bob@a.test": {"mood": {"mood": "happy", "text": "so"}}},))
            publish(bob, GEOLOC, f"<geoloc xmlns='{GEOLOC}'><lat>45.5</lat><lon>12.25</lon><locality>Venice</locality></geoloc>")
            updated = connection.wait_for("LocationUpdated", LOCATION)
            self.assertEqual(updated.args, (handle, {"lat": 45.5, "lon": 12.25, "locality": "Venice"}))
            publish(bob, NICK, f"<nick xmlns='{NICK}'>Bobby</nick>")
            self.assertEqual(connection.wait_for("AliasesChanged", ALIASING).args, ([(handle, "Bobby")],))
            attributes = connection.call(CONTACTS, "GetContactAttributes", "auasb", [handle], [PERSONAL, LOCATION, ALIASING], False)[handle]
            self.assertEqual(attributes[f"{PERSONAL}/mood"], {"mood": "happy", "text": "so"})
            self.assertEqual(attributes[f"{LOCATION}/location"]["locality"], "Venice")
            self.assertEqual(attributes[f"{ALIASING}/alias"], "Bobby")
            self.assertEqual(connection.call(LOCATION, "GetLocations", "au", [handle])[handle]["lat"], 45.5)
            self.assertEqual(connection.call(LOCATION, "RequestLocation", "u", handle)["lon"], 12.25)

    def test_it_is_there_again_with_the_next_connection(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            publish(bob, MOOD, f"<mood xmlns='{MOOD}'><calm/></mood>")
            bob.wait_for(lambda s: s.name == "iq" and s["id"].startswith("pub-"), "answer")
            connection = Connection.request(program, "alice").connect()
            self.assertEqual(connection.wait_for("Changed", PERSONAL).args, ({"bob@a.test": {"mood": {"mood": "calm"}}},))

    def test_what_we_publish_reaches_a_contact(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob", plugins=("xep_0060", "xep_0163", "xep_0107", "xep_0172", "xep_0080"))
            bob.call(bob.client.plugin["xep_0163"].add_interest, [MOOD, NICK, GEOLOC])
            connection = Connection.request(program, "alice").connect()
            bob.wait_for_presence(sender="alice@a.test")
            connection.call(PERSONAL, "Publish", "sa{sv}", "mood", said(mood="happy"))
            bob.send_presence()
            bob.wait_for(is_event(MOOD, "happy"), "mood")
            connection.call(LOCATION, "SetLocation", "a{sv}", {"lat": GLib.Variant("d", 1.5), "lon": GLib.Variant("d", 2.0)})
            bob.wait_for(is_event(GEOLOC, "1.5"), "location")
            connection.call(ALIASING, "SetAliases", "a{us}", {1: "Ally"})
            bob.wait_for(is_event(NICK, "Ally"), "nickname")
            # our own comes back from the server, and is ours
            self.assertEqual(connection.call(PERSONAL, "Get", "s", "alice@a.test"), {"mood": {"mood": "happy"}})
            connection.call(PERSONAL, "Publish", "sa{sv}", "mood", {})
            bob.wait_for(lambda s: s.name == "message" and MOOD in str(s) and "happy" not in str(s), "no mood")
            error = program.fails(connection.name, connection.path, PERSONAL, "Publish", "sa{sv}", "mood", said(mood="elated"))
            self.assertEqual(error, f"{ERROR}.InvalidArgument")
            error = program.fails(connection.name, connection.path, PERSONAL, "Publish", "sa{sv}", "colour", {})
            self.assertEqual(error, f"{ERROR}.InvalidArgument")

    def test_our_name_is_the_same_on_all_devices(self):
        with World(users=("alice", "bob"), keyring=True) as world, Program(world) as program:
            other = world.contact("alice", plugins=("xep_0060", "xep_0163", "xep_0172"))
            other.call(other.client.plugin["xep_0163"].add_interest, [NICK])
            other.send_presence()
            account = Account.create(program, "alice", online=False)

            def is_called(name):
                program.wait(lambda: account.get("Nickname") == name, f"nickname “{name}”")

            def retract(name):
                other.send_raw(f"<iq type='set' id='{name}'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                               f"<retract node='{NICK}' notify='true'><item id='current'/></retract></pubsub></iq>")
                other.wait_for(lambda s: s.name == "iq" and s["id"] == name, "answer")

            # chosen while offline
            account.set("Nickname", "s", "Ally")
            account.request_presence()
            connection = account.wait_until_online()
            other.wait_for(is_event(NICK, "Ally"), "nickname")
            # set by a program: there when the call has returned
            connection.call(ALIASING, "SetAliases", "a{us}", {1: "Al"})
            self.assertEqual(account.get("Nickname"), "Al")
            other.wait_for(is_event(NICK, "Al<"), "nickname")
            # another device changes it, and takes it back
            publish(other, NICK, f"<nick xmlns='{NICK}'>Alba</nick>")
            is_called("Alba")
            retract("gone")
            is_called("")
            # and while we are not there
            connection.call(ALIASING, "SetAliases", "a{us}", {1: "Allegra"})
            account.request_presence(1, "offline")
            program.wait(lambda: account.get("Connection") == "/", "sign-out")
            retract("gone-too")
            account.request_presence()
            account.wait_until_online()
            is_called("")

    def test_the_parameter_alias_names_who_has_no_name(self):
        with World(users=("alice", "bob")) as world, Program(world) as program:
            connection = Connection.request(program, "alice", alias="Al").connect()
            connection.wait_for("AliasesChanged", ALIASING)
            self.assertEqual(connection.call(ALIASING, "GetAliases", "au", [1]), {1: "Al"})

    def test_a_stranger_tells_us_nothing(self):
        with World(users=("alice", "bob", "carol")) as world, Program(world) as program:
            carol = world.contact("carol")
            connection = Connection.request(program, "alice").connect()
            carol.send_raw("<message to='alice@a.test' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
                           f"<items node='{MOOD}'><item id='x'><mood xmlns='{MOOD}'><sad/></mood></item></items></event></message>")
            carol.send("alice@a.test", "fence")
            connection.wait_for_channel(target="carol@a.test").wait_for_message("fence")
            self.assertEqual(connection.call(PERSONAL, "Get", "s", "carol@a.test"), {})

    def test_what_addresses_can_do(self):
        with World() as world, Program(world) as program:
            connection = Connection.request(program, "alice").connect()
            identities, features, _forms = connection.call(DISCOVERY, "Info", "ss", "", "")
            self.assertIn(("server", "im"), [identity[:2] for identity in identities])
            self.assertIn("http://jabber.org/protocol/disco#info", features)
            items = connection.call(DISCOVERY, "Items", "ss", "a.test", "")
            self.assertIn("muc.a.test", [item[0] for item in items])
            error = program.fails(connection.name, connection.path, DISCOVERY, "Info", "ss", "a@b@c", "")
            self.assertEqual(error, f"{ERROR}.InvalidArgument")

    def test_a_hash_is_asked_for_once_and_survives_on_disk(self):
        def is_question(stanza):
            # Prosody asks, too, as alice's bare address
            return (stanza.name == "iq" and stanza["type"] == "get" and "disco#info" in str(stanza)
                    and stanza["from"].bare == "alice@a.test" and stanza["from"].resource)
        with World(friends=[("alice", "bob")]) as world:
            bob = world.contact("bob", plugins=("xep_0060", "xep_0163"))
            bob.call(bob.client.plugin["xep_0163"].add_interest, [NICK])  # only now does it send its hash
            bob.send_presence()
            with Program(world) as program:
                connection = Connection.request(program, "alice").connect()
                handle = connection.handle("bob@a.test")
                updated = connection.wait_for("ClientTypesUpdated", CLIENT_TYPES, fits=lambda contact, _types: contact == handle)
                self.assertEqual(updated.args[1], ["bot"])
                bob.wait_for(is_question, "question")
                devices = connection.call(DISCOVERY, "Devices", "s", "bob@a.test")
                self.assertEqual((devices[0][1], devices[0][4]), ("bot", True))
                self.assertIn("urn:xmpp:ping", devices[0][3])
                connection.disconnect()
                os.kill(program.owner_pid(NAME), signal.SIGTERM)
                for name in (NAME, MANAGER):  # it gives them up one after the other
                    program.wait_for_name(name, owned=False)
            with Program(world) as program:
                connection = Connection.request(program, "alice").connect()
                handle = connection.handle("bob@a.test")
                updated = connection.wait_for("ClientTypesUpdated", CLIENT_TYPES, fits=lambda contact, _types: contact == handle)
                self.assertEqual(updated.args[1], ["bot"])
                bob.send("alice@a.test", "fence")
                connection.wait_for_channel(target="bob@a.test").wait_for_message("fence")
                with self.assertRaises(TimedOut):
                    bob.wait_for(is_question, "question", timeout=1)

    def test_the_command_line(self):
        with World(keyring=True, friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob", plugins=("xep_0060", "xep_0163"))
            bob.call(bob.client.plugin["xep_0163"].add_interest, [MOOD, NICK])
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test")
            self.assertIn("said", ctl(world, "mood", "happy", "so it is").out)
            self.assertEqual(ctl(world, "mood", "--json").json, {"mood": "happy", "text": "so it is"})
            self.assertIn("mood: happy", ctl(world, "mood").out)
            self.assertEqual(ctl(world, "mood", "none").out, "alice@a.test: taken back.\n")
            self.assertEqual(ctl(world, "mood").out, "Nothing is said.\n")
            self.assertEqual(ctl(world, "mood", "--json").json, {})
            ctl(world, "location", "lat=45.4", "lon=2", "alt=1000000", "locality=Venice")
            self.assertEqual(ctl(world, "location", "-j").json, {"lat": 45.4, "lon": 2.0, "alt": 1e6, "locality": "Venice"})
            self.assertEqual(ctl(world, "location").out, "lat: 45.4\nlon: 2\nalt: 1000000\nlocality: Venice\n")
            self.assertIn('"lat":45.4,', ctl(world, "location", "-j").out)
            ctl(world, "location", "country=Italy")
            self.assertEqual(ctl(world, "location", "-j").json, {"country": "Italy"})  # all of it is replaced
            ctl(world, "location", "lat=north", status=USAGE)
            self.assertIn("is no number for “rating”", ctl(world, "tune", "rating=2.5", status=USAGE).err)
            # what is wrong is said in words, not by the names of a program's properties
            for words, said_so in ((["location", "lat=100"], "“lat” is a number from -90 to 90."), (["tune", "rating=11"], "“rating” is a number from 1 to 10."),
                                   (["mood", "happy", "x" * 2000], "“text” is a text of at most"), (["nick", "x" * 2000], "linnetctl: A name has at most 1023 bytes."),
                                   (["account", "set", "alice@a.test", "service=9x"], "linnetctl: The name of a service begins"),
                                   (["profile", "set", "phone.foo=1"], "“foo” does not go with “phone”."), (["profile", "set", f"name={'x' * 5000}"], "“name” is too long."),
                                   (["roster", "add", "alice@a.test"], "alice@a.test is you")):
                self.assertIn(said_so, ctl(world, *words, status=USAGE).err)
            self.assertNotIn("org.freedesktop", ctl(world, "account", "set", "alice@a.test", "foo=1", status=USAGE).err)
            ctl(world, "tune", "title=Heart of the Sunrise", "length=686")
            self.assertEqual(ctl(world, "tune", "-j").json, {"title": "Heart of the Sunrise", "length": 686})
            ctl(world, "activity", "reading", "a book")
            self.assertEqual(ctl(world, "activity", "-j").json, {"general": "relaxing", "specific": "reading", "text": "a book"})
            ctl(world, "nick", "Ally")
            bob.send_presence()
            bob.wait_for(is_event(NICK, "Ally"), "nickname")
            self.assertIn("Ally", ctl(world, "nick").out)
            self.assertEqual(ctl(world, "nick", "none", "-j").json, "")
            self.assertEqual(ctl(world, "nick", "-j").json, "")
            self.assertEqual(ctl(world, "nick").out, "alice@a.test: no name.\n")
            ctl(world, "nick", "Ally")
            self.assertIn("urn:xmpp:ping", ctl(world, "disco", "info", "a.test").out)
            self.assertIn("muc.a.test", ctl(world, "disco", "items", "").out)
            self.assertEqual(ctl(world, "disco").out, ctl(world, "disco", "info", "a.test").out)  # one's own server
            publish(bob, MOOD, f"<mood xmlns='{MOOD}'><calm/></mood>")
            program.wait_for("Changed", interface=PERSONAL, fits=lambda changed: "bob@a.test" in changed)
            self.assertIn("mood/mood: calm", ctl(world, "contact", "bob@a.test").out)
            self.assertEqual(ctl(world, "contact", "bob@a.test", "-j").json["facts"], {"mood": {"mood": "calm"}})
            self.assertIn("  bot", ctl(world, "contact", "bob@a.test", "--devices").out)
            self.assertIn("  urn:xmpp:ping\n", ctl(world, "contact", "bob@a.test", "--caps").out)
            several = ctl(world, "contact", "bob@a.test", "--devices", "--vcard")
            self.assertRegex(several.out, r"  bot.*\n\nThey write nothing")
            several = ctl(world, "contact", "bob@a.test", "--devices", "--vcard", "-j").json
            self.assertEqual((several["devices"][0][1], several["vcard"]), ("bot", []))
            own = ctl(world, "contact", "alice@a.test")
            self.assertRegex(own.out, r"(?s)Name: Ally\nPresence: Available\nThat is you\..*activity/specific: reading.*Devices:\n\S+  pc  Linnet\n")
            own = ctl(world, "contact", "alice@a.test/desk", "-j").json
            self.assertEqual((own["self"], own["in_list"], own["devices"][0][1]), (True, False, "pc"))
            self.assertIn("Not in the contact list.", ctl(world, "contact", "stranger@b.test").out)


class ByEjabberd(unittest.TestCase):
    """ejabberd 23.01, whose nodes and hashes are made by other hands."""

    def setUp(self):
        world = World(server=False)
        self.addCleanup(world.__exit__, None, None, None)
        self.world = world.__enter__()
        users = {f"{name}@a.test": f"pw-{name}" for name in ("alice", "bob")}
        self.server = Ejabberd(world.folder / "ejabberd", world.authority, world.logs / "ejabberd.log", users,
                               modules="  mod_caps: {}\n  mod_pubsub:\n    access_createnode: all\n    plugins: [flat, pep]")
        self.server.start(world.env)
        self.addCleanup(self.server.stop)
        self.bob = self.person("bob", plugins=("xep_0060", "xep_0163"))
        mine = self.person("alice")
        for one, other in ((mine, self.bob), (self.bob, mine)):
            one.subscribe(other.jid)
            other.wait_for_presence(sender=one.jid, kind="subscribe")
            other.authorize(one.jid)
            one.wait_for_presence(sender=other.jid, kind="subscribed")
        mine.close()

    def person(self, name, **options):
        person = Contact(f"{name}@a.test", f"pw-{name}", self.server.port, self.world.ca, **options).connect()
        self.addCleanup(person.close)
        return person

    def connect(self, program):
        given = {"account": "alice@a.test", "password": "pw-alice", "server": "127.0.0.1", "port": self.server.port}
        _, path = program.call(MANAGER, MANAGER_PATH, f"{TP}.ConnectionManager", "RequestConnection", "sa{sv}", "jabber", variants(given, TYPES))
        return Connection(program, path).connect()

    def test_what_people_say_of_themselves_goes_both_ways(self):
        bob = self.bob
        bob.call(bob.client.plugin["xep_0163"].add_interest, [MOOD, GEOLOC])
        bob.send_presence()
        with Program(self.world) as program:
            connection = self.connect(program)
            handle = connection.handle("bob@a.test")
            bob.wait_for_presence(sender="alice@a.test")
            for number, mood in enumerate(("happy", "sad")):  # each under another name
                bob.send_raw(f"<iq type='set' id='m{number}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{MOOD}'>"
                             f"<item><mood xmlns='{MOOD}'><{mood}/></mood></item></publish></pubsub></iq>")
                self.assertEqual(connection.wait_for("Changed", PERSONAL).args, ({"bob@a.test": {"mood": {"mood": mood}}},))
            publish(bob, GEOLOC, f"<geoloc xmlns='{GEOLOC}'><lat>45.5</lat></geoloc>")
            self.assertEqual(connection.wait_for("LocationUpdated", LOCATION, fits=lambda contact, _: contact == handle).args[1], {"lat": 45.5})
            connection.call(PERSONAL, "Publish", "sa{sv}", "mood", said(mood="calm"))
            bob.wait_for(is_event(MOOD, "calm"), "mood")
            # what an old program knows besides is no reason to say nothing
            connection.call(LOCATION, "SetLocation", "a{sv}", {"lat": GLib.Variant("d", 1.5), "accuracy-level": GLib.Variant("i", 1)})
            bob.wait_for(is_event(GEOLOC, "1.5"), "location")
            types = connection.call(CLIENT_TYPES, "RequestClientTypes", "u", handle)
            self.assertEqual(types, ["bot"])
            connection.disconnect()
            connection = self.connect(program)
            told = connection.wait_for("Changed", PERSONAL, fits=lambda changed: "bob@a.test" in changed).args[0]
            self.assertEqual(told["bob@a.test"], {"mood": {"mood": "sad"}})


if __name__ == "__main__":
    main()
