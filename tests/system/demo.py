# SPDX-License-Identifier: GPL-3.0-or-later
"""demo.py: what ./run does once everything is built: the window in a throw-away world with a contact that answers.

With a display it opens there; without one (or with --headless) it signs in through the interface,
exchanges messages both ways, takes a picture and says whether all that happened.
"""

import argparse
import os
import re
import signal
import subprocess
import sys

from screen import Reader, Screen, start_window, window_environment
from telepathy import Account, Program
from world import World, WorldError, build_dir

EARLIER = {"bob": (("bob", "Did you find the key?"), ("alice", "Under the third pot."), ("bob", "Then all is well."),
                   ("alice", "Until tonight.")),
           "carol": (("carol", "Tea on Thursday?"), ("alice", "Gladly. I bring the cake."))}
BEFORE = ("The garden gate is open.", "Come when the lamp is lit.", "Are you there?")


def say(text):
    print(text, flush=True)


def new_world(**options):
    """Alice, who signs in, and Bob, who wrote while she was away and answers what she writes."""
    options.setdefault("users", ("alice", "bob"))
    return World(friends=[("alice", "bob")], keyring=True, **options)


def arrive(world, echo):
    """Bob comes online; what he wrote before waits on the server."""
    bob = world.contact("bob", echo=echo)
    for text in BEFORE:
        bob.send("alice@a.test", text)
    bob.sync()
    return bob


def make_history(world):
    """Alice has an account already, and has talked with both of her contacts."""
    with Program(world) as program:
        account = Account.create(program, "alice")
        connection = account.wait_until_online()
        for name, lines in EARLIER.items():
            contact = world.contact(name, echo=False)
            channel = connection.text_channel(f"{name}@a.test")
            for author, text in lines:
                if author == "alice":
                    channel.send(text)
                    contact.wait_for_message(text)
                else:
                    contact.send("alice@a.test", text)
                    channel.acknowledge(channel.wait_for_message(text))
            channel.close()
            contact.close()


def sign_in(world, reader, name="alice"):
    """Signs in through the first page, as a person would. Gives when the conversation list is there."""
    reader.click("Sign In", timeout=30)
    fill_in(world, reader, name)
    reader.click("Sign In")


def fill_in(world, reader, name="alice", password=None):
    """Fills the sign-in form in, with the world's own port."""
    reader.type("Address", world.address(name))
    reader.type("Password", password or world.passwords[world.address(name)])
    reader.type("Server", "127.0.0.1", unseen=True)
    reader.type("Port", str(world.port), unseen=True)


def chat(reader, bob, name="bob"):
    """Opens Bob's conversation, reads what he wrote, and talks both ways."""
    reader.select(f"(?i).*{name}.*", role="list item", timeout=20)
    for text in BEFORE:
        reader.wait_for(f".*{re.escape(text)}.*")
    write(reader, "At nine, by the gate?")
    bob.wait_for_message("At nine, by the gate?", sender="alice@a.test")
    bob.send("alice@a.test", "At nine. Bring the letter.")
    reader.wait_for(r".*At nine\. Bring the letter\..*")
    write(reader, "I shall.")
    bob.wait_for_message("I shall.", sender="alice@a.test")


def write(reader, text, name="bob"):
    """Types into the composer and sends."""
    reader.type(f"(?i)Message to {name}.*", text)
    reader.click("Send")


def headless(options):
    """The whole story without a person; gives the exit status."""
    picture = build_dir() / "run.png"
    picture.unlink(missing_ok=True)
    with new_world(accessible=True, keep=options.keep) as world:
        say(f"A world with Prosody on port {world.port} is there.")
        bob = arrive(world, echo=False)
        say("bob@a.test is online, and has written to alice@a.test, who is not.")
        screen = Screen(world)
        window = start_window(world)
        with Reader(world) as reader:
            say("The window starts.")
            sign_in(world, reader)
            say("alice@a.test signs in through the window, certificate checked.")
            chat(reader, bob)
            say("Messages went both ways:")
            for line in reader.dump():
                if re.search("letter|gate|lamp|shall", line):
                    say("  " + line.strip())
            screen.picture(picture)
            say(f"The picture is {os.path.relpath(picture)}.")
        if not window.running:
            raise WorldError("the window ended by itself:\n" + window.tail())
        keep_note(world, options)
    say("All of it happened.")
    return 0


def keep_note(world, options):
    if options.keep:
        say(f"Kept: {world.folder}")


def display_environment():
    """What connects a program to the person's own screen, whatever its other folders are."""
    env = {name: os.environ[name] for name in ("DISPLAY", "XAUTHORITY", "LANG", "LANGUAGE") if name in os.environ}
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland:
        env["WAYLAND_DISPLAY"] = os.path.join(os.environ.get("XDG_RUNTIME_DIR", "/"), wayland)
    return env


def accessibility_bus():
    """Where the person's own screen reader listens, or None."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    asked = ask_bus("call", "--session", "--timeout=5", "--dest=org.a11y.Bus", "--object-path=/org/a11y/bus",
                    "--method=org.a11y.Bus.GetAddress")
    match = re.match(r"\('(.+)',\)$", (asked or "").strip())
    return match and match.group(1)


def on_screen(options):
    """The window on the person's screen, in a world of its own, until it is closed."""
    with World(("alice", "bob", "carol", "dora"), [("alice", "bob"), ("alice", "carol")], keyring=True, keep=options.keep) as world:
        say("A world with a server of its own is there. Alice signs in and talks with Bob and Carol…")
        make_history(world)
        for name in ("bob", "carol"):
            world.contact(name, echo=True)
        env = {**world.env, **window_environment(world), **display_environment(), "G_DEBUG": ""}
        for name in ("GDK_BACKEND", "GSK_RENDERER", "GTK_A11Y", "LIBGL_ALWAYS_SOFTWARE"):
            env.pop(name, None)
        address = accessibility_bus()
        env.update({"AT_SPI_BUS_ADDRESS": address} if address else {"GTK_A11Y": "none"})
        say("Nothing here touches your own accounts, folders or session bus. You are alice@a.test; bob@a.test and")
        say("carol@a.test are there and answer. To see the sign-in, add an account in the preferences: dora@a.test with")
        say(f"the password pw-dora and, under Connection, the server 127.0.0.1 and the port {world.port}.")
        say("Closing the window ends it all.")
        status = wait_for(subprocess.Popen([world.build / "client/linnet", "--no-background"], env=env))
        keep_note(world, options)
    return status


def wait_for(process):
    """The exit status of the window; Ctrl-C ends it, if its own did not."""
    try:
        status = process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        status = process.wait()
    return status if status >= 0 else 128 - status


def ask_bus(*words):
    """Asks the person's session bus with gdbus; gives what it prints, or None where there is no bus."""
    done = subprocess.run(["gdbus", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def real(_options):
    """The window and, unless one runs already, the service of this build, on the person's own bus and folders."""
    build = build_dir()
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    env = {**os.environ, "GSETTINGS_SCHEMA_DIR": str(build / "data"), "XDG_DATA_DIRS": f"{build / 'data'}:{shared}"}
    owned = ask_bus("call", "--session", "--dest=org.freedesktop.DBus", "--object-path=/org/freedesktop/DBus",
                    "--method=org.freedesktop.DBus.NameHasOwner", "im.linnet.Service")
    if owned is None:
        say("There is no session bus here.")
        return 1
    service = None
    if "true" not in owned:
        say("Starting the service of this build on your session bus; it ends with the window.")
        service = subprocess.Popen([build / "cm/telepathy-linnet", "--persist"], env=env)
        ask_bus("wait", "--session", "--timeout=20", "im.linnet.Service")
    else:
        say("The service that runs on your session bus already is used.")
    try:
        return wait_for(subprocess.Popen([build / "client/linnet", "--no-background"], env=env))
    finally:
        if service:
            service.terminate()
            service.wait()


def main():
    parser = argparse.ArgumentParser(prog="./run", description=__doc__.split("\n\n", 1)[1])
    parser.add_argument("--keep", action="store_true", help="leave the throw-away folders there, and say where")
    parser.add_argument("--headless", action="store_true", help="do it all without a display and without a person")
    parser.add_argument("--real", action="store_true", help="use your own session bus, accounts and folders; no throw-away server")
    options = parser.parse_args()
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    try:
        if options.real:
            return real(options)
        return on_screen(options) if display and not options.headless else headless(options)
    except WorldError as problem:
        say(f"It did not work: {problem}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
