#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-start.py BUILD RUNS [alone]: starts of the window beside those of an empty GTK window, and of Dino.

They are started in turn, so that a machine that drifts does so for all; medians. Nothing is signed in. Each program is
the real one, with first-frame.c preloaded, which tells when its first frame was drawn. Run by tests/bench/run, in
tests/client/with-display.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from world import find_peer


def programs(build, alone):
    """name → (command, what it wants in its environment)"""
    found = {"empty": ([build / "tests/bench/bench-empty"], {}),
             "linnet": ([build / "client/linnet"], {"GSETTINGS_SCHEMA_DIR": str(build / "data")})}
    if not alone:
        peer = find_peer("dino")
        libraries = next(peer.rglob("libgee-0.8.so.2")).parent
        found["dino"] = ([peer / "usr/bin/dino-im"], {"LD_LIBRARY_PATH": f"{libraries}:{libraries / 'dino-im'}"})
    return found


def start(build, command, extra):
    env = {**os.environ, **extra, "LD_PRELOAD": str(build / "tests/bench/first-frame.so"), "GTK_A11Y": "none",
           "GSETTINGS_BACKEND": "memory", "FIRST_FRAME_US": str(time.monotonic_ns() // 1000)}
    out = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False, timeout=60)
    line = next(line for line in out.stdout.splitlines() if line.startswith("first-frame "))
    return [float(word) for word in line.split()[1:]]


def main(build, runs, alone=""):
    build = pathlib.Path(build)
    wanted = programs(build, alone)
    results = {name: [] for name in wanted}
    for turn in range(int(runs) + 1):
        for name, (command, extra) in wanted.items():
            figures = start(build, command, extra)
            if turn > 0:
                results[name].append(figures)
    medians = {name: [statistics.median(column) for column in zip(*found)] for name, found in results.items()}
    print(f"{'window:':28}" + "".join(f"{name:>10}" for name in medians) + "   to empty       aim")
    for place, (label, unit, scale, aim) in enumerate((("first frame", "ms", 1, "2 ×"), ("CPU until then", "ms", 1, ""),
                                                       ("memory (PSS)", "MiB", 1024, "90"))):
        row = [found[place] / scale for found in medians.values()]
        print(f"  {label:26}" + "".join(f"{value:10.1f}" for value in row) + f"{row[1] / row[0]:11.2f}{aim:>10} {unit}")


if __name__ == "__main__":
    main(*sys.argv[1:])
