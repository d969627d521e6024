#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_profile.py: what people write of themselves, by a real Prosody: a slixmpp contact reads what we set, and we read what it set."""

import unittest

from harness import main
from linnetctl import USAGE, add_account, ctl
from telepathy import ALIASING, CONNECTION, CONTACTS, ERROR, Connection, Program
from vcard import read_vcard, text, write_vcard
from world import World

INFO = f"{CONNECTION}.Interface.ContactInfo"


class Profile(unittest.TestCase):

    def test_what_a_contact_writes_is_read(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            write_vcard(bob, "<FN>Robert Tables</FN><NICKNAME>Bobby</NICKNAME><BDAY>1999-12-31</BDAY><TITLE>Student</TITLE><ROLE>Son</ROLE>"
                             "<N><FAMILY>Tables</FAMILY><GIVEN>Robert</GIVEN></N><URL>https://example.org/</URL>"
                             "<TEL><HOME/><VOICE/><NUMBER>+1-555</NUMBER></TEL><EMAIL><WORK/><USERID>bob@example.org</USERID></EMAIL>"
                             "<ADR><HOME/><STREET>Road 1</STREET><LOCALITY>Venice</LOCALITY><CTRY>Italy</CTRY></ADR>")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            info = connection.call(INFO, "RequestContactInfo", "u", handle)
            for field in (("fn", [], ["Robert Tables"]), ("n", [], ["Tables", "Robert", "", "", ""]), ("nickname", [], ["Bobby"]),
                          ("bday", [], ["1999-12-31"]), ("title", [], ["Student"]), ("role", [], ["Son"]), ("url", [], ["https://example.org/"]),
                          ("adr", ["type=home"], ["", "", "Road 1", "Venice", "", "", "Italy"])):
                self.assertIn(field, info)
            # This server keeps vCard 4, which has not all types: it is read as it gives it.
            self.assertEqual([(types[0], values) for name, types, values in info if name == "tel"], [("type=home", ["+1-555"])])
            self.assertEqual([values for name, _, values in info if name == "email"], [["bob@example.org"]])
            self.assertEqual(connection.wait_for("ContactInfoChanged", INFO).args, (handle, info))
            self.assertEqual(connection.wait_for("AliasesChanged", ALIASING).args, ([(handle, "Bobby")],))
            self.assertEqual(connection.call(INFO, "GetContactInfo", "au", [handle]), {handle: info})
            attributes = connection.call(CONTACTS, "GetContactAttributes", "auasb", [handle], [INFO, ALIASING], False)[handle]
            self.assertEqual((attributes[f"{INFO}/info"], attributes[f"{ALIASING}/alias"]), (info, "Bobby"))
            write_vcard(bob, "<FN>Robert</FN>")
            connection.call(INFO, "RefreshContactInfo", "au", [handle])
            self.assertEqual(connection.wait_for("ContactInfoChanged", INFO).args, (handle, [("fn", [], ["Robert"])]))
            self.assertEqual(connection.wait_for("AliasesChanged", ALIASING).args, ([(handle, "bob@a.test")],))

    def test_what_we_set_is_read_by_others_and_goes_again(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob", plugins=("xep_0054",))
            connection = Connection.request(program, "alice").connect()
            bob.wait_for_presence(sender="alice@a.test")
            own = connection.handle("alice@a.test")
            self.assertEqual(connection.call(INFO, "RequestContactInfo", "u", own), [])
            fields = [("fn", [], ["Alice Liddell"]), ("nickname", [], ["Ally"]), ("tel", ["type=home", "type=voice"], ["+44"]),
                      ("adr", ["type=work"], ["", "", "High Street", "Oxford", "", "OX1", "UK"]), ("bday", [], ["1852-05-04"]),
                      ("org", [], ["Wonderland", "Tea"]), ("note", [], ["Two\nlines"])]
            connection.call(INFO, "SetContactInfo", "a(sasas)", fields)
            changed = connection.wait_for("ContactInfoChanged", INFO, fits=lambda _contact, info: info)
            self.assertEqual(changed.args, (own, fields))
            vcard = read_vcard(bob, "alice@a.test")
            for path, value in (("FN", "Alice Liddell"), ("NICKNAME", "Ally"), ("TEL/NUMBER", "+44"), ("ADR/LOCALITY", "Oxford"), ("BDAY", "1852-05-04"),
                                ("ORG/ORGNAME", "Wonderland")):
                self.assertEqual(text(vcard, path), value)
            read = connection.call(INFO, "RequestContactInfo", "u", own)
            self.assertIn(("fn", [], ["Alice Liddell"]), read)
            connection.call(INFO, "SetContactInfo", "a(sasas)", [])
            self.assertFalse(text(read_vcard(bob, "alice@a.test"), "FN"))
            refused = program.fails(connection.name, connection.path, INFO, "SetContactInfo", "a(sasas)", [("photo", [], ["x"])])
            self.assertIn(f"{ERROR}.InvalidArgument", str(refused))

    def test_a_vcard_that_is_published_only_is_read(self):
        with World(friends=[("alice", "bob")], disabled=["vcard_legacy"]) as world, Program(world) as program:
            bob = world.contact("bob")
            bob.send_raw("<iq type='set' id='vc4'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:vcard4'><item id='current'>"
                         "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Robert</text></fn><nickname><text>Bobby</text></nickname></vcard>"
                         "</item></publish></pubsub></iq>")
            bob.wait_for(lambda stanza: stanza.name == "iq" and stanza["id"] == "vc4", "answer")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            self.assertEqual(connection.call(INFO, "RequestContactInfo", "u", handle), [("fn", [], ["Robert"]), ("nickname", [], ["Bobby"])])

    def test_the_command_line(self):
        with World(keyring=True, friends=[("alice", "bob")]) as world:
            bob = world.contact("bob", plugins=("xep_0054",))
            write_vcard(bob, "<FN>Robert\x7f Tables</FN><TEL><HOME/><NUMBER>1</NUMBER></TEL><ADR><LOCALITY>Venice</LOCALITY></ADR>")
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test")
            shown = ctl(world, "contact", "bob@a.test", "--vcard").out
            self.assertIn("name: Robert<U+007F> Tables\n", shown)
            self.assertIn("phone.home: 1\n", shown)
            self.assertIn("city: Venice\n", shown)
            self.assertIn({"field": "tel", "parameters": ["type=home"], "values": ["1"]}, ctl(world, "contact", "bob@a.test", "--vcard", "-j").json)
            write_vcard(bob, "<FN>Robert</FN>")
            self.assertEqual(ctl(world, "contact", "bob@a.test", "--vcard").out, "name: Robert\n")
            self.assertEqual(ctl(world, "profile").out, "You write nothing of yourself.\n")
            self.assertIn("said", ctl(world, "profile", "set", "name=Alice", "phone.home=1", "phone.work=2", "street=High Street", "city=Oxford",
                                      "organisation=Wonderland", "nick=Ally").out)
            self.assertEqual(text(read_vcard(bob, "alice@a.test"), "FN"), "Alice")
            ctl(world, "profile", "set", "phone.home=3", "phone.home=4", "city=", "nick=", "given=Alice")
            shown = sorted(ctl(world, "profile", "show").out.splitlines())
            self.assertEqual([line.partition(" ")[2] for line in shown if line.startswith("phone")], ["3", "4", "2"])
            self.assertIn("street: High Street", shown)
            self.assertIn("given: Alice", shown)
            self.assertIn("organisation: Wonderland", shown)
            self.assertFalse([line for line in shown if line.startswith(("city", "nick"))])
            self.assertIn("no key", ctl(world, "profile", "set", "colour=red", status=USAGE).err)
            self.assertIn("KEY=VALUE", ctl(world, "profile", "set", "red", status=USAGE).err)
            ctl(world, "profile", "set", "phone.strange=1", status=USAGE)


if __name__ == "__main__":
    main()
