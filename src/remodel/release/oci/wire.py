"""One HTTP exchange that ends, whatever the other side does: in its time, with no more bytes than were asked for.

requests bounds the silence between two parts of an answer, and neither their number nor their sum. So a clock shuts the
socket down, a body is read in pieces and counted, and nothing is unpacked, kept for the next time, or followed here.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

TIMEOUTS = (20.0, 120.0)
"""Seconds until a connection stands, and between two parts of an answer."""

CHUNK = 1 << 20

FAILURES = (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
"""What an exchange ends with: ValueError where a socket is shut down while TLS reads from it."""


class OutOfTime(requests.exceptions.Timeout):
    """An exchange took longer than it may in all."""


@dataclass(frozen=True)
class Answer:
    """One answer; its body is in a file without a name, with at most one byte more than was asked for."""

    status: int
    headers: Mapping[str, str]
    url: str
    body: IO[bytes] = field(repr=False)

    @property
    def content(self) -> bytes:
        """The whole body."""
        self.body.seek(0)
        return self.body.read()

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces."""
        with self.body:
            self.body.seek(0)
            while chunk := self.body.read(CHUNK):
                yield chunk


class Wire:
    """Sends requests, each with headers of its own alone."""

    def __init__(self) -> None:
        self._session, self._adapter = requests.Session(), _Adapter()

    def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: bytes | Path | None = None,
        *,
        largest: int,
        seconds: float,
    ) -> Answer:
        """The answer with at most `largest` bytes of its body, and one more where there are more. Raises FAILURES."""
        sent = {"Accept-Encoding": "identity", **headers}
        with contextlib.ExitStack() as stack:
            body = stack.enter_context(data.open("rb")) if isinstance(data, Path) else data
            if isinstance(data, Path):
                # requests sends an empty file in chunks, which registries do not take.
                body = body if data.stat().st_size else b""
            stack.enter_context(self._adapter.ended_after(seconds))
            # Not by the session: of a redirect it reads the whole body, followed or not.
            request = self._session.prepare_request(requests.Request(method, url, sent, data=body, auth=_as_it_is))
            settings = self._session.merge_environment_settings(url, {}, True, None, None)
            response = stack.enter_context(self._adapter.send(request, timeout=TIMEOUTS, **settings))
            kept = _taken(response, largest)
            return Answer(response.status_code, response.headers, url, kept)


def _taken(response: requests.Response, largest: int) -> IO[bytes]:
    kept = tempfile.SpooledTemporaryFile(CHUNK)  # noqa: SIM115, because its reader closes it
    # Of the body as it is sent: unpacked, a kilobyte may be a gigabyte.
    while size := min(CHUNK, largest + 1 - kept.tell()):
        if not (chunk := response.raw.read(size, decode_content=False)):
            break
        kept.write(chunk)
    kept.seek(0)
    return kept


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from adding a password of ~/.netrc unasked."""
    return request


class _Adapter(HTTPAdapter):
    """Knows its sockets, and shuts them down when the time of an exchange is over."""

    def __init__(self) -> None:
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return self._watch(super().proxy_manager_for(proxy, **kwargs))

    @contextlib.contextmanager
    def ended_after(self, seconds: float) -> Iterator[None]:
        """Raises OutOfTime instead of what an exchange ends with that was ended."""
        over = threading.Event()
        timer = threading.Timer(seconds, self._end, (over,))
        timer.daemon = True
        timer.start()
        try:
            yield
        except FAILURES as error:
            if over.is_set():
                raise OutOfTime(f"it took longer than {seconds:g} seconds in all") from error
            raise
        finally:
            timer.cancel()
        if over.is_set():
            raise OutOfTime(f"it took longer than {seconds:g} seconds in all")

    def _end(self, over: threading.Event) -> None:
        over.set()
        for each in list(self._sockets):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # below TLS, which would wait for the other side

    def _watch(self, manager: Any) -> Any:
        sockets = self._sockets

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                sockets.add(self.sock)

        class Tls(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                sockets.add(self.sock)

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class TlsPool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Tls

        manager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}
        return manager
