"""Requests to one registry: with its token or password, and with errors in words.

https://github.com/opencontainers/distribution-spec, and the token scheme of https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import requests

from remodel.errors import PublishError
from remodel.lines import one_line
from remodel.release.artifacts import reader
from remodel.release.oci import credentials
from remodel.release.oci.attempts import BUSY, Busy, seconds_of
from remodel.release.oci.credentials import Credentials, Origin, find_credentials, origin_of
from remodel.release.oci.wire import FAILURES, Answer, Wire

SECONDS = 300.0
"""A request and its answer, in all."""

BLOB_SECONDS = 4 * 3600.0
"""A file, in all: three gigabytes over a line of two megabits."""

REDIRECTS = 5

FOLLOWED = {301: ("GET", "HEAD"), 302: ("GET", "HEAD"), 303: ("GET", "HEAD"), 307: (), 308: ()}
"""The methods that each redirect keeps; none: all."""

LARGEST_TOKEN = 64 << 10
"""Bytes of the answer of a service for tokens."""

TOKEN = re.compile(r"[\x21-\x7e]+")

CHALLENGE = re.compile(r'(\w+)="([^"]*)"')

CA_BUNDLE = "REQUESTS_CA_BUNDLE"


class Connection:
    """Speaks to one registry about one repository."""

    def __init__(self, host: str, repository: str, plain_http: bool = False) -> None:
        self.host, self.repository = host, repository
        self.base = f"{'http' if plain_http else 'https'}://{host}/v2/{repository}/"
        self.wire = Wire()
        self.authorization: str | None = None

    def send(
        self,
        method: str,
        path: str,
        accepted: tuple[int, ...],
        headers: Mapping[str, str] | None = None,
        data: bytes | Path | None = None,
        *,
        largest: int = reader.LARGEST,
        seconds: float | None = None,
    ) -> Answer:
        """One request, with a password or token where the registry itself asks for one. `path` may be a whole URL.

        Of the answer's body `largest` bytes are read, and one more where there are more; it takes at most `seconds`
        (None: SECONDS).
        Raises PublishError, and Busy.
        """
        url, seconds = urljoin(self.base, path), SECONDS if seconds is None else seconds
        answer = self._led(method, url, headers, data, largest, seconds)
        if answer.status == 401:
            self._authorize(answer)
            answer = self._led(method, url, headers, data, largest, seconds)
        if answer.status in accepted:
            return self._plain(method, answer)
        error = self._error(method, answer)
        if answer.status in BUSY:
            raise Busy(error, seconds_of(answer.headers.get("Retry-After")))
        raise error

    @property
    def origin(self) -> Origin:
        """The one that our password is for."""
        origin = origin_of(self.base)
        if origin is None:
            raise PublishError(f"{self.host} is no address of a registry", "Write: oci://HOST/REPOSITORY")
        return origin

    def _led(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        data: bytes | Path | None,
        largest: int,
        seconds: float,
    ) -> Answer:
        """The answer at the end of redirects. Whoever they lead to is told nothing of ours."""
        asked = self.origin
        for _ in range(REDIRECTS + 1):
            origin = self._origin(url, asked)
            own = {"Authorization": self.authorization} if self.authorization and origin == self.origin else {}
            with self._reachable(origin):
                answer = self.wire.exchange(
                    method, url, {**(headers or {}), **own}, data, largest=largest, seconds=seconds
                )
            kept = FOLLOWED.get(answer.status)
            if kept is None or (kept and method not in kept) or "Location" not in answer.headers:
                return answer
            answer.body.close()
            url, asked = joined(url, answer.headers["Location"]), origin
        raise PublishError(f"{self.host} redirects more than {REDIRECTS} times", "Ask who runs it")

    def _origin(self, url: str, asked: Origin) -> Origin:
        """Whom a URL leads to that `asked` named; PublishError where it may not lead there."""
        origin = origin_of(url)
        if origin is None or not asked.may_lead_to(origin):
            message = f"{self.host} leads to {one_line(url, 200)}, which is not followed"
            raise PublishError(message, "A registry may lead to other servers over TLS only. Ask who runs it")
        return origin

    def _plain(self, method: str, answer: Answer) -> Answer:
        """An answer whose body is what it says; PublishError where it is packed, which nobody asked for."""
        packed = answer.headers.get("Content-Encoding", "identity")
        if packed != "identity" and method != "HEAD":
            message = f"{self.host} sent its answer packed ({one_line(packed, 40)}), which nobody asked for"
            raise PublishError(message, "Ask who runs the registry, or what stands between it and here")
        return answer

    @contextlib.contextmanager
    def _reachable(self, origin: Origin) -> Iterator[None]:
        where = self.host if origin == self.origin else f"{origin}, to which {self.host} leads,"
        try:
            yield
        except requests.exceptions.SSLError as error:
            raise PublishError(
                f"the certificate of {where} cannot be trusted: {_reason(error)}",
                f"Name its authority's certificate in {CA_BUNDLE}, or --plain-http where it has none",
            ) from error
        except FAILURES as error:
            message = f"{where} cannot be reached, or closed the connection: {_reason(error)}"
            raise Busy(PublishError(message, "Check the address, and run the same command again")) from error

    def _authorize(self, answer: Answer) -> None:
        """Set what the registry asks for: a password, or a token that another service gives for one.

        PublishError where somebody else asks, or where others could read it on the way.
        """
        if origin_of(answer.url) != self.origin:
            message = f"{self.host} leads to {origin_of(answer.url)}, which asks for a password: it gets none"
            raise PublishError(message, "Ask who runs the registry")
        own = find_credentials(self.host)
        if own is not None and not self.origin.is_private:
            raise PublishError(
                f"{self.host} asks for a password, which --plain-http would send in the clear", "Use TLS"
            )
        kind, _, parameters = answer.headers.get("WWW-Authenticate", "").partition(" ")
        asked = dict(CHALLENGE.findall(parameters))
        if kind.lower() == "bearer" and "realm" in asked:
            self.authorization = f"Bearer {self._token(asked, own)}"
        elif own is not None:
            self.authorization = own.basic
        else:
            raise PublishError(f"{self.host} asks for a password", credentials.ADVICE)

    def _token(self, asked: Mapping[str, str], own: Credentials | None) -> str:
        """A token of the service that the registry itself named."""
        realm = origin_of(asked["realm"])
        if realm is None or not realm.is_private or not self.origin.may_lead_to(realm):
            message = f"{self.host} has its tokens given by {one_line(asked['realm'], 200)}, which is not asked"
            raise PublishError(message, "A service for tokens has to speak TLS. Ask who runs the registry")
        query = urlencode({"service": asked.get("service", ""), "scope": asked.get("scope", "")})
        url = f"{asked['realm']}{'&' if '?' in asked['realm'] else '?'}{query}"
        headers = {"Authorization": own.basic} if own else {}
        with self._reachable(realm):
            answer = self.wire.exchange("GET", url, headers, largest=LARGEST_TOKEN, seconds=SECONDS)
        document = _json(answer)
        token = document.get("token") or document.get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise self._error("GET", answer)
        return token

    def _error(self, method: str, answer: Answer) -> PublishError:
        """What an answer means for its user."""
        status, user = answer.status, getattr(find_credentials(self.host), "user", None)
        message = f"{self.host} answered {status} to {method} of {self.repository}{_explanation(answer)}"
        if status == 401:
            who = f"the password of {user}" if user else "a request without a password"
            return PublishError(f"{self.host} refuses {who}{_explanation(answer)}", credentials.ADVICE)
        advice = {
            403: f"{user or 'An unknown user'} needs the right to read and write there",
            404: "Check the address: there is no such repository, or this is no registry",
            413: "It takes no files of this size: ask who runs it",
            429: "It has had too many requests: run the same command again later",
        }
        return PublishError(message, advice.get(status, "Run the same command again later, or ask who runs it"))


def joined(url: str, place: str) -> str:
    """Where `place` leads, seen from `url`; itself where it is no address, which nobody follows."""
    try:
        return urljoin(url, place)
    except ValueError:
        return place


def _json(answer: Answer) -> Mapping[str, Any]:
    try:
        document = json.loads(answer.content[:LARGEST_TOKEN])
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _explanation(answer: Answer) -> str:
    """The registry's own words, on one line."""
    errors = _json(answer).get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    text = one_line(f"{first.get('code', '')} {first.get('message', '')}", 200)
    return f": {text}" if text else ""


def _reason(error: BaseException) -> str:
    """The innermost words of an exception of requests, which wraps urllib3's, which wraps the system's."""
    text = one_line(str(error))
    reasons = re.findall(r"(?:Error|Refused|Timeout|Aborted|Disconnected)\w*\([^()]*?'?([^'()]{4,})'?\)", text)
    return str(reasons[-1] if reasons else text)[:200].strip(" \"'")
