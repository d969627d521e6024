#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""peers.py: servers and other clients, unpacked under _build/peers and never installed.

Installing a server's package would start it and enable it; installing another account manager's
or a keyring's would claim names on the person's bus. So packages are downloaded, unpacked, and run
from there.
On systems without apt the installed program is used where there is one.

    peers.py [NAME…]     fetches what is missing (all of them by default)
"""

import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

if __package__:
    from .errors import Missing
else:
    class Missing(Exception):
        """What could not be fetched."""

# name → (packages, what to look for once unpacked, why)
PEERS = {
    "prosody": (("prosody",), "usr/bin/prosody", "the server that the tests talk to"),
    "ejabberd": (("ejabberd", "libyaml-0-2", "libtinfo6", *(f"erlang-{name}" for name in (
        "asn1", "base", "base64url", "crypto", "goldrush", "idna", "inets", "jiffy", "jose", "lager", "mnesia", "odbc", "os-mon",
        "p1-acme", "p1-cache-tab", "p1-eimp", "p1-mqtree", "p1-pkix", "p1-stringprep", "p1-stun", "p1-tls", "p1-utils", "p1-xml",
        "p1-xmpp", "p1-yaml", "p1-yconf", "p1-zlib", "public-key", "ssl", "syntax-tools", "unicode-util-compat", "xmerl"))),
        "usr/lib/erlang/bin/erl", "another server to sign in to"),
    # Installing libgpgme would enable GnuPG's agents.
    "profanity": (("profanity", "libgpgme11|libgpgme11t64"), "usr/bin/profanity", "another client to chat with"),
    "mission-control": (("telepathy-mission-control-5", "libmission-control-plugins0"),
                        "usr/lib/telepathy/mission-control-5", "another account manager to serve under"),
    "logger": (("telepathy-logger", "libtelepathy-logger3"), "usr/lib/telepathy/telepathy-logger",
               "an observer that writes down what it sees"),
    "folks": (("folks-tools", "folks-common", "libfolks26", "libfolks-telepathy26", "libgee-0.8-2"), "usr/bin/folks-inspect",
              "the address book of the desktop"),
    "keyring": (("gnome-keyring",), "usr/bin/gnome-keyring-daemon", "a throw-away Secret Service"),
}
# What is as good if it is installed already.
INSTALLED = ("keyring",)
# What only tests/bench asks for.
YARDSTICKS = {
    "haze": (("telepathy-haze", "libpurple0", "libfarstream-0.2-5", "libgstreamer-plugins-base1.0-0", "libgstreamer1.0-0",
              "libidn12", "liborc-0.4-0", "libdbus-glib-1-2", "libtelepathy-glib0", "libsasl2-2"),
             "usr/lib/telepathy/telepathy-haze", "another connection manager to measure beside"),
    "dino": (("dino-im", "dino-im-common", "libgee-0.8-2", "libnice10", "libqrencode4", "libsoup-3.0-0", "libsrtp2-1",
              "libwebrtc-audio-processing1", "libgupnp-igd-1.0-4", "libgupnp-1.6-0", "libgssdp-1.6-0", "libgpgme11",
              "libsignal-protocol-c2.3.2", "libgstreamer-plugins-base1.0-0", "libgstreamer1.0-0", "liborc-0.4-0"),
             "usr/bin/dino-im", "another window to measure beside"),
}
# name → as above; of a suite that the system does not ask for by itself, fetched with lists of their own.
NEWER = {
    "prosody-13": (("prosody",), "usr/bin/prosody", "the next release of the server that the tests talk to"),
}
SUITES = {"prosody-13": ("bookworm", "bookworm-backports")}  # on which system, from which suite
KNOWN = {**PEERS, **YARDSTICKS, **NEWER}


def peers_dir():
    """Where peers are unpacked: shared by all build folders."""
    given = os.environ.get("LINNET_PEERS_DIR")
    return pathlib.Path(given) if given else pathlib.Path(__file__).resolve().parents[3] / "_build" / "peers"


def _available(names):
    """The first of some names, “one|other”, that can be downloaded."""
    for name in names.split("|"):
        known = subprocess.run(["apt-cache", "show", "--no-all-versions", name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, check=False)
        if "\nFilename:" in known.stdout:
            return name
    return names.split("|", maxsplit=1)[0]


def _lists_of(name, folder):
    """Options for apt-get: lists of another suite of the mirror that the system uses, in a folder. Nothing of the system's is changed."""
    system, suite = SUITES[name]
    known = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
    mirror = next((line.split() for line in known.splitlines() if line.split()[1:2] == [system]), None)
    if not mirror:
        raise Missing(f"{name} is fetched only on {system}, and is not unpacked")
    for part in ("state/lists/partial", "cache/archives/partial", "parts"):
        (folder / part).mkdir(parents=True)
    keyring = pathlib.Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    signed = f"[signed-by={keyring}] " if keyring.exists() else ""
    (folder / "sources.list").write_text(f"deb {signed}{mirror[0]} {suite} main\n", encoding="utf-8")
    options = [text for setting in (f"Dir::State={folder}/state", "Dir::State::status=/var/lib/dpkg/status", f"Dir::Cache={folder}/cache",
                                    f"Dir::Etc::sourcelist={folder}/sources.list", f"Dir::Etc::sourceparts={folder}/parts",
                                    "Acquire::Languages=none") for text in ("-o", setting)]
    got = subprocess.run(["apt-get", "-q", *options, "update"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
    if got.returncode:
        raise Missing(f"{name} is not unpacked, and the list of {suite} cannot be read: {got.stdout.strip()[-300:]}")
    return options


def _download(name, packages, target):
    packages = packages if name in NEWER else [_available(names) for names in packages]
    print(f"Downloading {', '.join(packages)} to {target}: {KNOWN[name][2]} (unpacked there, not installed)",
          file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="linnet-peers-") as folder:
        options = _lists_of(name, pathlib.Path(folder) / "apt") if name in NEWER else []
        got = subprocess.run(["apt-get", "-q", *options, "download", *packages], cwd=folder, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if got.returncode:
            raise Missing(f"{name} is not unpacked under {target.parent}, and downloading it failed: {got.stdout.strip()[-300:]}")
        fresh = target.parent / f".{target.name}.{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for package in sorted(pathlib.Path(folder).glob("*.deb")):
            subprocess.run(["dpkg", "-x", package, fresh], check=True, stdin=subprocess.DEVNULL)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


def find_peer(name):
    """The folder that holds the peer's usr/; fetches it if need be. Raises Missing."""
    packages, look_for, _ = KNOWN[name]
    base = peers_dir()
    target = base / name
    if (target / look_for).exists():
        return target
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        if pathlib.Path("/", look_for).exists():
            return pathlib.Path("/")
        raise Missing(f"{name} is not installed")
    base.mkdir(parents=True, exist_ok=True)
    with open(base / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / look_for).exists():
            _download(name, packages, target)
    return target


def compile_schemas(peer, folder):
    """Compiles the settings schemas of an unpacked peer; gives the folder, for GSETTINGS_SCHEMA_DIR."""
    folder.mkdir()
    subprocess.run(["glib-compile-schemas", f"--targetdir={folder}", str(peer / "usr/share/glib-2.0/schemas")], check=True)
    return str(folder)


def main():
    failed = 0
    for name in sys.argv[1:] or PEERS:
        try:
            find_peer(name)
        except (KeyError, Missing) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
