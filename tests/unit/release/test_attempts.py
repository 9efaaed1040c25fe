"""Whatever a registry answers is one error in words; what may pass by itself is tried again, and not for ever."""

from __future__ import annotations

import hashlib
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from remodel.errors import PublishError
from remodel.release.oci import attempts
from tests.unit.release.faults import BODY, answers
from tests.unit.release.small import alone, bundle, put, store

__all__ = ["alone"]


@pytest.mark.parametrize(
    ("status", "headers", "message", "requests"),
    [
        (401, {"WWW_Authenticate": 'Basic realm="r"'}, "asks for a password", 1),
        (401, {"WWW_Authenticate": 'Bearer realm="http://localhost:9/t",service="s"'}, "cannot be reached", 3),
        (403, {}, "answered 403 .*SCRIPTED as the test says", 1),
        (404, {}, "answered 404 to POST .*SCRIPTED as the test says", 5),
        (429, {}, "answered 429 .*SCRIPTED as the test says", 3),
        (429, {"Retry_After": "0"}, "answered 429", 3),
        (429, {"Retry_After": "3600"}, "answered 429", 1),
        (500, {}, "answered 500", 3),
        (200, {"Content_Type": "text/html"}, "with other content", 2),
        (None, {}, "closed the connection", 3),
    ],
)
def test_answers_that_are_not_those_of_a_registry(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int | None,
    headers: dict[str, str],
    message: str,
    requests: int,
) -> None:
    """Each is one error with the registry's own words; what may pass by itself is tried again, and not for ever."""
    monkeypatch.setattr(attempts, "WAITS", (0.0, 0.0))
    with answers(status, **headers) as server:
        with pytest.raises(PublishError, match=message) as caught:
            put(bundle(tmp_path / "bundle"), server.host)
        assert caught.value.exit_code == 10
        assert caught.value.advice
        assert server.requests == requests


def test_a_registry_that_is_busy_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is asked again, after as long as it says."""
    monkeypatch.setattr(attempts, "WAITS", (60.0, 60.0))
    with answers(429, first=2, Retry_After="0") as server:
        assert store(server.host).pointer("1.0.0") is None
        assert server.requests == 3


@pytest.mark.parametrize(("first", "requests"), [(1, 2), (2, 3)])
def test_an_answer_that_breaks_off_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, requests: int
) -> None:
    """Is asked for again, as a whole."""
    monkeypatch.setattr(attempts, "WAITS", (0.0, 0.0))
    digest = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
    with answers(200, first=first, cut=True, then=200) as server:
        assert store(server.host).read(digest, "a file", manifest=False) == BODY
        assert server.requests == requests
    with answers(200, cut=True) as server:
        with pytest.raises(PublishError, match=r"closed the connection: .*Incomplete"):
            store(server.host).read(digest, "a file", manifest=False)
        assert server.requests == 3


def test_how_long_a_registry_asks_to_wait() -> None:
    """In seconds, or as a date; what cannot be read says nothing."""
    assert [attempts.seconds_of(text) for text in ("0", "7", " 7 ", "3600")] == [0, 7, 7, 3600]
    assert [attempts.seconds_of(text) for text in (None, "", "soon", "-1", "1.5")] == [None] * 5
    date = attempts.seconds_of(formatdate(time.time() + 100, usegmt=True))
    assert date is not None
    assert 90 < date <= 100
    assert attempts.seconds_of(formatdate(time.time() - 100, usegmt=True)) == 0


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ([None] * 4, [0.5, 1.0, 2.0]),
        ([0.0, None, 30.0, None], [0.0, 1.0, 30.0]),
        ([3.0, 30.5], [3.0]),
    ],
)
def test_waiting(monkeypatch: pytest.MonkeyPatch, asked: list[float | None], waits: list[float]) -> None:
    """As long as the registry says, else a little longer each time; never longer than it is worth."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    error = PublishError("busy")

    def attempt() -> None:
        raise attempts.Busy(error, asked[len(slept)])

    with pytest.raises(PublishError) as caught:
        attempts.persistently(attempt)
    assert caught.value is error
    assert slept == waits
