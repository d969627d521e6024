#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""far.py: how long it takes to connect to a server that is far away, and how often the line is waited for meanwhile.

    tests/bench/far.py [--delay MS] [--runs N]

A relay on loopback holds everything back for half of MS (50) in each direction, and counts the times that an answer
arrives: round trips. The connection of TCP itself, one more, is not delayed. Measured is the time from
`Connect` to the status “connected”; printed are medians.
"""

import argparse
import asyncio
import contextlib
import os
import pathlib
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

from gi.repository import Gio, GLib  # noqa: E402

from telepathy import CONNECTED, CONNECTION, Connection, Program  # noqa: E402
from world import World  # noqa: E402

WAYS = [(way, version, mechanism) for way in ("STARTTLS", "direct TLS") for version in ("1.2", "1.3") for mechanism in ("SCRAM", "PLAIN")]


class Relay:
    """Between the client and a port of 127.0.0.1."""

    def __init__(self, delay_ms):
        self.hold_s, self.target = delay_ms / 2000, None
        self.round_trips, self.speaker = 0, "server"
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._accept, "127.0.0.1", 0), self._loop)
        self.port = listening.result(10).sockets[0].getsockname()[1]

    async def _accept(self, reader, writer):
        self.round_trips, self.speaker = 0, "server"
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._carry(reader, far_writer, "client"), self._carry(far_reader, writer, "server"))

    async def _carry(self, reader, writer, speaker):
        while data := await reader.read(65536):
            if speaker == "client":
                self.speaker = "client"
                self._loop.call_later(self.hold_s, writer.write, data)
            else:
                self._loop.call_later(self.hold_s, self._arrive, writer, data)
        self._loop.call_later(self.hold_s, writer.close)

    def _arrive(self, writer, data):
        self.round_trips += self.speaker == "client"
        self.speaker = "server"
        writer.write(data)


def measure(program, relay, is_direct):
    connection = Connection.request(program, "alice", port=relay.port, **{"old-ssl": is_direct})
    found = []

    def changed(_bus, _sender, _path, _interface, _signal, parameters):
        if parameters[0] == CONNECTED and not found:
            found.extend((time.monotonic(), relay.round_trips))
    watch = program.bus.signal_subscribe(None, CONNECTION, "StatusChanged", connection.path, None, Gio.DBusSignalFlags.NONE, changed)
    begin = time.monotonic()
    connection.call(CONNECTION, "Connect")
    while not found:
        GLib.MainContext.default().iteration(True)
    program.bus.signal_unsubscribe(watch)
    connection.disconnect()
    return (found[0] - begin) * 1000, found[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=50)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    relay = Relay(given.delay)
    print(f"from Connect to connected, {given.delay:.0f} ms away")
    for way, version, mechanism in WAYS:
        protocol = "tlsv" + version.replace(".", "_")
        off = " ".join(f'"SCRAM-SHA-{size}{plus}";' for size in (1, 256) for plus in ("", "-PLUS")) if mechanism == "PLAIN" else ""
        with World(env={"G_MESSAGES_DEBUG": None}, extra=f'c2s_ssl = {{ protocol = "{protocol}" }}; c2s_direct_tls_ssl = {{ protocol = "{protocol}" }}\n'
                   f"disable_sasl_mechanisms = {{ {off} }}\n", release=os.environ.get("LINNET_BENCH_PROSODY", "prosody")) as world:
            world.start_service()
            relay.target = world.tls_port if way == "direct TLS" else world.port
            with Program(world) as program:
                found = [measure(program, relay, way == "direct TLS") for _ in range(given.runs)]
        spent_ms, trips = (statistics.median(values) for values in zip(*found))
        print(f"{way:10} TLS {version} {mechanism:6} {spent_ms:6.0f} ms {trips:3.0f} round trips {spent_ms - trips * given.delay:+5.0f} ms", flush=True)


if __name__ == "__main__":
    main()
