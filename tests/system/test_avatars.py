#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_avatars.py: pictures of people and our own, by a real Prosody, with a slixmpp contact at the other end; and as telepathy-glib sees them."""

import base64
import fcntl
import hashlib
import os
import pathlib
import struct
import sys
import threading
import unittest
import zlib

import gi

from harness import main
from linnetctl import FAILED, USAGE, add_account, ctl
from telepathy import CONNECTION, CONTACTS, ERROR, Connection, Program
from world import Missing, World

AVATARS = f"{CONNECTION}.Interface.Avatars"
DATA = "urn:xmpp:avatar:data"
METADATA = "urn:xmpp:avatar:metadata"


def png(width, height, *color, level=-1):
    """A picture of one color."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + bytes(color) * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows, level)) + \
        chunk(b"IEND", b"")


RED, BLUE = png(64, 48, 255, 0, 0), png(32, 32, 0, 0, 255)
PIECE = 4096
LONG = png(64, 48, 0, 255, 0, level=0)


def token(data):
    return hashlib.sha1(data).hexdigest()


def publish(contact, node, item, payload):
    """By personal eventing; back when the server has it."""
    contact.send_raw(f"<iq type='set' id='pub-{node[-4:]}-{item}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{node}'>"
                     f"<item id='{item}'>{payload}</item></publish></pubsub></iq>")
    contact.wait_for(lambda s: s.name == "iq" and s["id"] == f"pub-{node[-4:]}-{item}", "an answer")


def publish_avatar(contact, data, **lies):
    said = {"id": token(data), "bytes": len(data), "type": "image/png", **lies}
    publish(contact, DATA, said["id"], f"<data xmlns='{DATA}'>{base64.b64encode(data).decode()}</data>")
    info = " ".join(f"{name}='{value}'" for name, value in said.items())
    publish(contact, METADATA, said["id"], f"<metadata xmlns='{METADATA}'><info {info}/></metadata>")


def wait_for_token(connection, handle, wanted):
    """That there is none may be told before."""
    while connection.wait_for("AvatarUpdated", AVATARS).args != (handle, wanted):
        pass


def write_in_pieces(path, data):
    """A pipe that takes no more at a time."""
    with open(path, "wb", buffering=0) as pipe:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIECE)
        while data:
            data = data[pipe.write(data):]


class Avatars(unittest.TestCase):

    def test_what_a_contact_publishes_is_shown_and_kept(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            bob.wait_for_presence(sender="alice@a.test")
            publish_avatar(bob, RED)
            wait_for_token(connection, handle, token(RED))
            connection.call(AVATARS, "RequestAvatars", "au", [handle])
            got = connection.wait_for("AvatarRetrieved", AVATARS).args
            self.assertEqual((got[0], got[1], bytes(got[2]), got[3]), (handle, token(RED), RED, "image/png"))
            self.assertEqual(connection.call(AVATARS, "GetKnownAvatarTokens", "au", [handle]), {handle: token(RED)})
            attributes = connection.call(CONTACTS, "GetContactAttributes", "auasb", [handle], [AVATARS], False)[handle]
            self.assertEqual(attributes[f"{AVATARS}/token"], token(RED))
            publish(bob, METADATA, "none", f"<metadata xmlns='{METADATA}'/>")
            wait_for_token(connection, handle, "")

    def test_a_picture_that_lies_is_none(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            bob.wait_for_presence(sender="alice@a.test")
            for lies in ({"id": token(BLUE)}, {"bytes": len(RED) + 1}):
                publish_avatar(bob, RED, **lies)
                wait_for_token(connection, handle, lies.get("id", token(RED)))
                error = program.fails(connection.name, connection.path, AVATARS, "RequestAvatar", "u", handle)
                self.assertEqual(error, f"{ERROR}.NotAvailable", lies)

    def test_the_photo_of_a_vcard_is_found_by_its_hash(self):
        with World(friends=[("alice", "bob")], modules=("vcard",), disabled=("vcard_legacy", "vcard4")) as world, \
                Program(world) as program:
            bob = world.contact("bob")
            connection = Connection.request(program, "alice").connect()
            handle = connection.handle("bob@a.test")
            bob.wait_for_presence(sender="alice@a.test")
            bob.send_raw(f"<iq type='set' id='vc'><vCard xmlns='vcard-temp'><FN>Bob</FN><PHOTO><TYPE>image/png</TYPE>"
                         f"<BINVAL>{base64.b64encode(BLUE).decode()}</BINVAL></PHOTO></vCard></iq>")
            bob.wait_for(lambda s: s.name == "iq" and s["id"] == "vc", "an answer")
            bob.send_raw(f"<presence><x xmlns='vcard-temp:x:update'><photo>{token(BLUE)}</photo></x></presence>")
            wait_for_token(connection, handle, token(BLUE))
            data, mime = connection.call(AVATARS, "RequestAvatar", "u", handle)
            self.assertEqual((bytes(data), mime), (BLUE, "image/png"))
            # and ours: into the vCard, beside what is there, and into our presence
            self.assertEqual(connection.call(AVATARS, "SetAvatar", "ays", RED, "image/png"), token(RED))
            bob.wait_for(lambda s: s.name == "presence" and token(RED) in str(s), "our presence with the hash")
            bob.send_raw("<iq type='get' id='ours' to='alice@a.test'><vCard xmlns='vcard-temp'/></iq>")
            vcard = str(bob.wait_for(lambda s: s.name == "iq" and s["id"] == "ours", "our vCard"))
            self.assertIn(base64.b64encode(RED).decode(), vcard)

    def test_ours_reaches_a_contact_and_follows_another_device(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob", plugins=("xep_0060", "xep_0163", "xep_0084"))
            bob.call(bob.client.plugin["xep_0163"].add_interest, [METADATA])
            connection = Connection.request(program, "alice").connect()
            bob.wait_for_presence(sender="alice@a.test")
            self.assertEqual(connection.call(AVATARS, "GetKnownAvatarTokens", "au", [1]), {1: ""})
            self.assertEqual(connection.call(AVATARS, "SetAvatar", "ays", RED, "image/png"), token(RED))
            bob.send_presence()
            bob.wait_for(lambda s: s.name == "message" and METADATA in str(s) and token(RED) in str(s), "metadata")
            bob.send_raw(f"<iq type='get' id='data' to='alice@a.test'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{DATA}'>"
                         f"<item id='{token(RED)}'/></items></pubsub></iq>")
            self.assertIn(base64.b64encode(RED).decode(), str(bob.wait_for(lambda s: s.name == "iq" and s["id"] == "data", "the data")))
            other = world.contact("alice@a.test/other")
            publish_avatar(other, BLUE)
            wait_for_token(connection, 1, token(BLUE))
            error = program.fails(connection.name, connection.path, AVATARS, "SetAvatar", "ays", b"<svg/>", "image/svg+xml")
            self.assertEqual(error, f"{ERROR}.InvalidArgument")
            connection.call(AVATARS, "ClearAvatar", "")
            bob.wait_for(lambda s: s.name == "message" and METADATA in str(s) and "<info" not in str(s), "no picture")

    def wait_for_word(self, world, program, bob, text):
        """What he has said before this is known when this is."""
        bob.send_presence(status=text)
        program.wait(lambda: ctl(world, "contact", "bob@a.test", "--json").json["presence"]["text"] == text or None, "his status")

    def test_linnetctl_sets_shows_and_clears(self):
        with World(friends=[("alice", "bob")]) as world, Program(world) as program:
            bob = world.contact("bob")
            red, blue, got, text = (world.folder / name for name in ("red.png", "blue.png", "got.png", "text.svg"))
            red.write_bytes(RED)
            blue.write_bytes(BLUE)
            text.write_text("<svg/>", encoding="ascii")
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test")
            ctl(world, "avatar", "set", red)
            bob.wait_for(lambda s: s.name == "presence" and token(RED) in str(s), "the hash that the server puts into our presence")
            refused = ctl(world, "avatar", "set", text, status=USAGE)
            self.assertIn("PNG, JPEG, WebP", refused.err)
            text.write_bytes(bytes(5 << 20))
            self.assertIn("too large: a picture has at most 64 KiB", ctl(world, "avatar", "set", text, status=USAGE).err)
            # a pipe gives it in pieces
            pipe = world.folder / "pipe"
            os.mkfifo(pipe)
            writer = threading.Thread(target=write_in_pieces, args=(pipe, LONG), daemon=True)
            writer.start()
            self.assertGreater(len(LONG), 2 * PIECE)
            ctl(world, "avatar", "set", pipe)
            writer.join()
            bob.wait_for(lambda s: s.name == "presence" and token(LONG) in str(s), "the hash of the whole picture")
            publish_avatar(bob, BLUE)
            self.wait_for_word(world, program, bob, "a picture")
            shown = ctl(world, "contact", "bob@a.test", "--avatar", got)
            self.assertIn("image/png", shown.out)
            self.assertEqual(got.read_bytes(), BLUE)
            ctl(world, "avatar", "clear")
            publish(bob, METADATA, "none", f"<metadata xmlns='{METADATA}'/>")
            self.wait_for_word(world, program, bob, "no picture")
            ctl(world, "contact", "bob@a.test", "--avatar", got, status=FAILED)

    def test_the_window_s_model_has_pixels_that_another_process_made(self):
        with World(friends=[("alice", "bob")]) as world:
            if not (world.build / "tests/client/model-tool").exists():
                raise Missing("the window is not built")
            bob = world.contact("bob")
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test")
            publish_avatar(bob, RED)
            tool = world.spawn("model", world.build / "tests/client/model-tool", stdin=True)
            tool.wait_for_line("^account connected$", 20)
            ctl(world, "contact", "bob@a.test")
            since = tool.mark()
            tool.write("avatar bob@a.test\n")
            tool.wait_for_line(f"^avatar 64 48 {64 * 48 * 4}$", 20, since)
            since = tool.mark()
            publish_avatar(bob, BLUE)
            tool.wait_for_line(f"^avatar 32 32 {32 * 32 * 4}$", 20, since)
            # what begins as a picture and is none: people see initials
            since = tool.mark()
            publish_avatar(bob, RED[:60])
            tool.wait_for_line("^avatar nothing$", 20, since)
            tool.close_input()
            self.assertEqual(tool.wait(), 0)

    def test_telepathy_glib_gets_the_picture(self):
        try:
            gi.require_version("TelepathyGLib", "0.12")
        except ValueError:
            raise Missing("gir1.2-telepathyglib-0.12 is not installed") from None
        with World(friends=[("alice", "bob")], keyring=True) as world:
            bob = world.contact("bob")
            add_account(world, "alice")
            bob.wait_for_presence(sender="alice@a.test")
            publish_avatar(bob, RED)
            client = world.spawn("glib-avatar", sys.executable, pathlib.Path(__file__).with_name("glib_avatar.py"), "bob@a.test", stdin=True)
            path, mime = client.wait_for_line("^avatar (.*) (image/.*)$", 20).groups()
            self.assertEqual((pathlib.Path(path).read_bytes(), mime), (RED, "image/png"))
            self.assertTrue(path.startswith(os.fspath(world.folder)), path)
            client.close_input()
            self.assertEqual(client.wait(), 0)
            self.assertEqual([line for line in client.lines if not line.startswith("avatar ")], [])


if __name__ == "__main__":
    main()
