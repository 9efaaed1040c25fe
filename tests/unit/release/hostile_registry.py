"""A registry that attacks on two ports of loopback: what it answers is a function of each request, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Request:
    """What a client sent: its first line, and its headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]


Script = Callable[[Request, Callable[[bytes], None]], None]
"""Answers a request, piece by piece; whatever it does, its client may go."""


@dataclass
class Hostile:
    """One port."""

    script: Script
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("localhost", 0)))
    requests: list[Request] = field(default_factory=list)
    sent: int = 0

    @property
    def host(self) -> str:
        return f"localhost:{self.listener.getsockname()[1]}"

    @property
    def passwords(self) -> list[str]:
        """Everything that it was told."""
        return [request.headers["authorization"] for request in self.requests if "authorization" in request.headers]

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        def send(data: bytes) -> None:
            client.sendall(data)
            self.sent += len(data)

        with contextlib.suppress(OSError, ValueError, IndexError), client, client.makefile("rb") as lines:
            method, path, _ = lines.readline().decode().split()
            headers = {}
            while (text := lines.readline().decode().strip()) != "":
                name, _, value = text.partition(":")
                headers[name.lower()] = value.strip()
            lines.read(int(headers.get("content-length", 0)))
            request = Request(method, path, headers)
            self.requests.append(request)
            self.script(request, send)
            client.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def hostile(script: Script) -> Iterator[Hostile]:
    """A port that answers by a script until the block ends."""
    server = Hostile(script)
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.listener.close()


def head(status: int, *headers: str, length: int | None = 0) -> bytes:
    """The beginning of an answer."""
    lines = [f"HTTP/1.1 {status} X", "Connection: close", *headers]
    lines += [f"Content-Length: {length}"] if length is not None else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
