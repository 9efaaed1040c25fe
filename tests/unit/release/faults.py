"""What goes wrong between a client and a registry: a line that breaks off, a server that answers as none should."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Line:
    """A TCP relay that lets so many bytes of its clients pass, and then falls silent, or hangs up on everybody."""

    def __init__(self, target: int, passing: int, hang_up: bool) -> None:
        self.target, self.left, self.hang_up = target, passing, hang_up
        self.broken = threading.Event()
        self.listener = socket.create_server(("localhost", 0))
        self.port = int(self.listener.getsockname()[1])
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End every connection."""
        for end in [self.listener, *self.sockets]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("localhost", self.target))
                self.sockets += [client, server]
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._relay, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while self.left > 0 and (data := client.recv(min(self.left, 65536))):
                self.left -= len(data)
                server.sendall(data)
            if self.left <= 0:
                self.broken.set()
                if self.hang_up:
                    self.close()

    def _relay(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def line(target: int, passing: int, hang_up: bool = False) -> Iterator[Line]:
    """A relay to a port of this machine."""
    relay = Line(target, passing, hang_up)
    try:
        yield relay
    finally:
        relay.close()


BODY = b'{"errors": [{"code": "SCRIPTED", "message": "as the test says"}]}'
"""Of every answer."""


class Answers(ThreadingHTTPServer):
    """A server that gives one answer to everything: a status with headers, or none and a closed connection."""

    def __init__(self, status: int | None, headers: Mapping[str, str], first: int | None, cut: bool, then: int) -> None:
        super().__init__(("localhost", 0), Handler)
        self.status, self.headers, self.first, self.cut, self.then = status, headers, first, cut, then
        self.requests = 0

    @property
    def host(self) -> str:
        return f"localhost:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers as its server says."""

    server: Answers

    def _answer(self) -> None:
        self.server.requests += 1
        status, cut = self.server.status, self.server.cut
        if self.server.first is not None and self.server.requests > self.server.first:
            status, cut = self.server.then, False
        if status is None:
            self._hang_up()
            return
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(BODY[: len(BODY) // 2] if cut else BODY)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_HEAD = do_POST = do_PUT = _answer

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def answers(
    status: int | None, first: int | None = None, cut: bool = False, then: int = 404, **headers: str
) -> Iterator[Answers]:
    """A server that answers so, to the `first` requests only where that is given and `then` afterwards.

    `cut`: the connection ends in the middle of the body.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with Answers(status, named, first, cut, then) as server:
        threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True).start()
        yield server
        server.shutdown()
