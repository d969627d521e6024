# SPDX-License-Identifier: GPL-3.0-or-later
"""proxy.py: a proxy on loopback for SOCKS5 (RFC 1928) and HTTP CONNECT, which goes to loopback whatever name it is given."""

import select
import socket
import threading


class Proxy:
    """`asked` is what it was asked for, as “socks5 host:port” or “http host:port”; it goes to `target` of 127.0.0.1, or, for
    None, to the port that it is asked for."""

    def __init__(self, target=None):
        self.target, self.asked = target, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            try:
                first = client.recv(1)
                answer = self._hear_socks(client) if first == b"\x05" else self._hear_http(client, first)
                with socket.create_connection(("127.0.0.1", self.target or int(self.asked[-1].rsplit(":", 1)[1]))) as server:
                    client.sendall(answer)
                    self._carry(client, server)
            except (OSError, EOFError):
                pass

    @staticmethod
    def _take(client, size):
        data = b""
        while len(data) < size:
            more = client.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def _hear_socks(self, client):
        self._take(client, self._take(client, 1)[0])
        client.sendall(b"\x05\x00")
        kind = self._take(client, 4)[3]
        if kind == 3:
            host = self._take(client, self._take(client, 1)[0]).decode()
        else:
            host = socket.inet_ntop(*((socket.AF_INET, self._take(client, 4)) if kind == 1 else (socket.AF_INET6, self._take(client, 16))))
        self.asked.append(f"socks5 {host}:{int.from_bytes(self._take(client, 2), 'big')}")
        return b"\x05\x00\x00\x01" + bytes(6)

    def _hear_http(self, client, head):
        while b"\r\n\r\n" not in head:
            head += self._take(client, 1)
        self.asked.append("http " + head.split(b" ")[1].decode())
        return b"HTTP/1.1 200 OK\r\n\r\n"

    @staticmethod
    def _carry(client, server):
        while True:
            for one in select.select([client, server], [], [])[0]:
                data = one.recv(65536)
                if not data:
                    return
                (server if one is client else client).sendall(data)

    def close(self):
        self.listener.close()
