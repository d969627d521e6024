# SPDX-License-Identifier: GPL-3.0-or-later
"""profanity.py: profanity, a console client that nobody here wrote, in a terminal that a test types into and reads."""

import os
import shutil
import subprocess
import time
import re
import threading

from world import Missing, TimedOut, find_peer, patient

ACCOUNTS = """[{jid}]
enabled=true
jid={jid}
password={password}
server=127.0.0.1
port={port}
tls.policy=trust
resource=profanity
"""
SETTINGS = """[ui]
splash=false
tips=false
beep=false
[logging]
chlog=false
[connection]
tls.certpath={ca}
"""


class Profanity:
    """One profanity, signed in. Its terminal is tmux's; each change of it wakes who waits."""

    def __init__(self, world, name):
        self.jid = world.address(name)
        self.world = world
        peer = find_peer("profanity")
        if not shutil.which("tmux"):
            raise Missing("tmux is not installed")
        self.home = world.folder / f"profanity-{name}"
        for folder in ("data/profanity", "config/profanity", "cache", "home"):
            (self.home / folder).mkdir(parents=True)
        (self.home / "data/profanity/accounts").write_text(
            ACCOUNTS.format(jid=self.jid, password=world.passwords[self.jid], port=world.port), encoding="utf-8")
        (self.home / "config/profanity/profrc").write_text(SETTINGS.format(ca=world.ca), encoding="utf-8")
        env = {**world.env, "XDG_DATA_HOME": str(self.home / "data"), "XDG_CONFIG_HOME": str(self.home / "config"),
               "XDG_CACHE_HOME": str(self.home / "cache"), "HOME": str(self.home / "home"), "TERM": "screen", "G_DEBUG": "",
               "LD_LIBRARY_PATH": os.pathsep.join({str(path.parent) for path in peer.glob("usr/lib/**/*.so*")})}
        self.env = env
        self.tmux = ["tmux", "-S", str(self.home / "tmux"), "-f", "/dev/null"]
        binary = peer / "usr/bin/profanity"
        subprocess.run([*self.tmux, "new-session", "-d", "-x", "150", "-y", "45", "-s", "it", str(binary), "-a", self.jid],
                       env=env, check=True, timeout=patient(10), stdin=subprocess.DEVNULL)
        self._changed = threading.Event()
        self._watcher = subprocess.Popen([*self.tmux, "-C", "attach", "-t", "it"], env=env, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self._watch, daemon=True).start()
        self.wait_for(re.escape(self.jid) + r".*logged in successfully|logged in successfully")

    def _watch(self):
        for _line in self._watcher.stdout:
            self._changed.set()
        self._changed.set()

    def screen(self):
        """What the terminal shows."""
        return subprocess.run([*self.tmux, "capture-pane", "-p", "-J", "-t", "it"], env=self.env, stdout=subprocess.PIPE, text=True,
                              timeout=patient(10), check=False, stdin=subprocess.DEVNULL).stdout

    def type(self, line):
        """Types a line and Return."""
        subprocess.run([*self.tmux, "send-keys", "-t", "it", "-l", line], env=self.env, check=True, timeout=patient(10))
        subprocess.run([*self.tmux, "send-keys", "-t", "it", "Enter"], env=self.env, check=True, timeout=patient(10))

    def wait_for(self, pattern, timeout=15):
        """Waits until the terminal shows something that the regular expression finds."""
        timeout = patient(timeout)
        deadline = time.monotonic() + timeout
        while True:
            self._changed.clear()
            screen = self.screen()
            if re.search(pattern, screen):
                return screen
            left = deadline - time.monotonic()
            if left <= 0 or not self._changed.wait(left):
                raise TimedOut(f"profanity does not show “{pattern}” after {timeout} s:\n{screen}")

    def close(self):
        subprocess.run([*self.tmux, "kill-server"], env=self.env, timeout=patient(10), check=False, stdin=subprocess.DEVNULL)
        self._watcher.stdin.close()
        self._watcher.wait(10)
        self._watcher.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
