# SPDX-License-Identifier: GPL-3.0-or-later
"""warden.py: cleans up after a world, whatever happened to its owner.

Run as `warden.py MARK FOLDER KEEP` with a pipe as standard input: when the pipe closes, because the
owner is done or dead, every process with LINNET_WORLD=MARK in its environment is ended, and the
folder removed unless KEEP is 1. Imported, it offers the same as functions.
"""

import os
import shutil
import signal
import sys


def marked(mark):
    """The processes that belong to the world with this mark."""
    needle = b"LINNET_WORLD=" + mark.encode()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as environ:
                if needle in environ.read().split(b"\0"):
                    found.append(int(name))
        except OSError:
            continue
    return found


def end_marked(mark, wait=2.0):
    """Ends them all, and waits until the kernel says that they are gone."""
    for _ in range(5):
        handles = []
        for pid in marked(mark):
            try:
                handle = os.pidfd_open(pid)
            except OSError:
                continue
            if pid not in marked(mark):
                os.close(handle)
                continue
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            handles.append(handle)
        if not handles:
            return True
        _wait_gone(handles, wait)
    return False


def _wait_gone(handles, wait):
    import select
    poll = select.poll()
    for handle in handles:
        poll.register(handle, select.POLLIN)
    left = set(handles)
    while left:
        events = poll.poll(wait * 1000)
        if not events:
            break
        for handle, _ in events:
            poll.unregister(handle)
            left.discard(handle)
    for handle in handles:
        os.close(handle)


def main():
    mark, folder, keep = sys.argv[1:4]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_marked(mark)
    if keep != "1":
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
