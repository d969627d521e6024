#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-start.py PROGRAM: cold starts of the window beside those of an empty GTK window
and an empty one of libadwaita.

Both are started in turn, so that a machine that drifts does so for both; medians of RUNS (9).
"""

import os
import statistics
import subprocess
import sys
import time


def start(program, kind):
    started_us = time.monotonic_ns() // 1000
    out = subprocess.run([program, kind, str(started_us)], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    return [float(word) for word in out.stdout.split()]


def main(program):
    runs = int(os.environ.get("RUNS", "9"))
    results = {"empty": [], "adwaita": [], "linnet": []}
    for kind in results:
        start(program, kind)
    for _ in range(runs):
        for kind, found in results.items():
            found.append(start(program, kind))
    medians = {kind: [statistics.median(column) for column in zip(*found)] for kind, found in results.items()}
    for kind, (frame_ms, cpu_ms, pss_kib) in medians.items():
        print(f"{kind:7} first frame {frame_ms:6.1f} ms, CPU {cpu_ms:6.1f} ms, PSS {pss_kib / 1024:5.1f} MiB")
    print(f"ratio   first frame {medians['linnet'][0] / medians['empty'][0]:.2f} (aim: 2 at most), "
          f"CPU {medians['linnet'][1] / medians['empty'][1]:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
