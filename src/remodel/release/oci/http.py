"""Requests to one registry: with its token or password, and with errors in words.

https://github.com/opencontainers/distribution-spec, and the token scheme of https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from remodel.errors import PublishError
from remodel.release.oci import credentials
from remodel.release.oci.attempts import BUSY, Busy, seconds
from remodel.release.oci.credentials import find_credentials

TIMEOUTS = (20.0, 120.0)
"""Seconds until a connection stands, and between two parts of an answer."""

CHALLENGE = re.compile(r'(\w+)="([^"]*)"')

CA_BUNDLE = "REQUESTS_CA_BUNDLE"


class Connection:
    """Speaks to one registry about one repository."""

    def __init__(self, host: str, repository: str, plain_http: bool = False) -> None:
        self.host, self.repository = host, repository
        self.base = f"{'http' if plain_http else 'https'}://{host}/v2/{repository}/"
        self.session = requests.Session()
        self.authorization: str | None = None

    def send(
        self,
        method: str,
        path: str,
        accepted: tuple[int, ...],
        headers: Mapping[str, str] | None = None,
        data: bytes | Path | None = None,
    ) -> requests.Response:
        """One request, with a password or token where one is asked for. Raises PublishError, and Busy."""
        url = urljoin(self.base, path)
        response = self._once(method, url, headers, data)
        if response.status_code == 401:
            self._authorize(response)
            response = self._once(method, url, headers, data)
        if response.status_code in accepted:
            return response
        error = self._error(method, response)
        if response.status_code in BUSY:
            raise Busy(error, seconds(response.headers.get("Retry-After")))
        raise error

    def _once(
        self, method: str, url: str, headers: Mapping[str, str] | None, data: bytes | Path | None
    ) -> requests.Response:
        """The whole answer: one that breaks off in the middle is none."""
        sent = dict(headers or {})
        # A registry may redirect an upload to another host's storage: that one is not told our password.
        if self.authorization and url.startswith(self.base.partition("/v2/")[0] + "/"):
            sent["Authorization"] = self.authorization
        with self._reachable(), contextlib.ExitStack() as stack:
            body = stack.enter_context(data.open("rb")) if isinstance(data, Path) else data
            if isinstance(data, Path):
                # requests sends an empty file in chunks, which registries do not take.
                body = body if data.stat().st_size else b""
            return self.session.request(method, url, headers=sent, data=body, timeout=TIMEOUTS, auth=_as_it_is)

    @contextlib.contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except requests.exceptions.SSLError as error:
            raise PublishError(
                f"the certificate of {self.host} cannot be trusted: {_reason(error)}",
                f"Name its authority's certificate in {CA_BUNDLE}, or --plain-http where it has none",
            ) from error
        except requests.exceptions.RequestException as error:
            message = f"{self.host} cannot be reached, or closed the connection: {_reason(error)}"
            raise Busy(PublishError(message, "Check the address, and run the same command again")) from error

    def _authorize(self, response: requests.Response) -> None:
        """Set what the registry asks for: a password, or a token that another service gives for one."""
        own = find_credentials(self.host)
        kind, _, parameters = response.headers.get("WWW-Authenticate", "").partition(" ")
        asked = dict(CHALLENGE.findall(parameters))
        if kind.lower() == "bearer" and "realm" in asked:
            self.authorization = f"Bearer {self._token(asked, own)}"
        elif own is not None:
            self.authorization = own.basic
        else:
            raise PublishError(f"{self.host} asks for a password", credentials.ADVICE)

    def _token(self, asked: Mapping[str, str], own: credentials.Credentials | None) -> str:
        query = {"service": asked.get("service", ""), "scope": asked.get("scope", "")}
        auth = (own.user, own.password) if own else _as_it_is
        with self._reachable():
            response = self.session.get(asked["realm"], params=query, auth=auth, timeout=TIMEOUTS)
        document = _json(response)
        token = document.get("token") or document.get("access_token")
        if not response.ok or not token:
            raise self._error("GET", response)
        return str(token)

    def _error(self, method: str, response: requests.Response) -> PublishError:
        """What an answer means for its user."""
        status, user = response.status_code, getattr(find_credentials(self.host), "user", None)
        message = f"{self.host} answered {status} to {method} of {self.repository}{_explanation(response)}"
        if status == 401:
            who = f"the password of {user}" if user else "a request without a password"
            return PublishError(f"{self.host} refuses {who}{_explanation(response)}", credentials.ADVICE)
        advice = {
            403: f"{user or 'An unknown user'} needs the right to read and write there",
            404: "Check the address: there is no such repository, or this is no registry",
            413: "It takes no files of this size: ask who runs it",
            429: "It has had too many requests: run the same command again later",
        }
        return PublishError(message, advice.get(status, "Run the same command again later, or ask who runs it"))


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from adding a password of ~/.netrc unasked."""
    return request


def _json(response: requests.Response) -> Mapping[str, Any]:
    try:
        document = response.json()
    except (ValueError, requests.exceptions.RequestException):
        return {}
    return document if isinstance(document, dict) else {}


def _explanation(response: requests.Response) -> str:
    """The registry's own words, on one line."""
    errors = _json(response).get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    text = " ".join(f"{first.get('code', '')} {first.get('message', '')}".split())
    return f": {text[:200]}" if text else ""


def _reason(error: Exception) -> str:
    """The innermost words of an exception of requests, which wraps urllib3's, which wraps the system's."""
    text = " ".join(str(error).split())
    reasons = re.findall(r"(?:Error|Refused|Timeout|Aborted|Disconnected)\w*\([^()]*?'?([^'()]{4,})'?\)", text)
    return str(reasons[-1] if reasons else text)[:200].strip(" \"'")
