"""The daemon's conversation: on real sockets, with JSON alone, and only with who knows the key."""

from __future__ import annotations

import contextlib
import pickle
import socket
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pytest

from remodel.builds import daemon
from remodel.checkout import Checkout
from remodel.environments.environment import Environment, find_environment
from remodel.errors import BuildError, UsageError
from remodel.recipes.resources import MemoryLimit
from remodel.results.recipe import Recipe
from tests.unit.fake_engine import ParsingEngine

NAME = "sklearn-1.9"


@dataclass
class Pool:
    """Stands for a pool of one engine: tells two events of every build, and raises what a test plants."""

    engine: ParsingEngine = field(default_factory=ParsingEngine)
    built: list[tuple[Any, ...]] = field(default_factory=list)
    error: Exception | None = None
    hold: threading.Event | None = None
    started: threading.Event = field(default_factory=threading.Event)

    def build(self, environment: Environment, recipe: Any, snapshot: Path, destination: Path, watch, limit) -> None:
        """As the real one is called."""
        watch({"event": "phase", "done": 0})
        self.started.set()
        if self.hold is not None:
            self.hold.wait(20)
        self.built.append((environment.name, recipe, snapshot, destination, limit))
        watch({"event": "phase", "done": 1})
        if self.error is not None:
            raise self.error


@contextlib.contextmanager
def listening(checkout: Checkout, pool: Pool, seconds: float = 60) -> Iterator[tuple[Path, threading.Thread]]:
    """A daemon in a thread; the socket, and the thread, which ends when nobody asks."""
    environment, path = find_environment(checkout, NAME), daemon.socket_of(checkout, NAME)

    def serve() -> None:
        with daemon._listening(path) as (listener, key):
            served = daemon.Daemon(checkout, pool, environment, seconds, key)
            served.serve(listener)
        served.finish()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        until(lambda: hears(path))
        yield path, thread
    finally:
        daemon.end(checkout, NAME)
        thread.join(20)
        assert not thread.is_alive()


def hears(path: Path) -> bool:
    """Whether somebody listens: the socket's file is there a moment before."""
    with socket.socket(socket.AF_UNIX) as asking:
        return asking.connect_ex(str(path)) == 0


def until(condition) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def here(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout that is the current folder, with no engine asked for."""
    monkeypatch.chdir(copied.root)
    monkeypatch.delenv("REMODEL_ENGINE", raising=False)
    return copied


def build(checkout: Checkout, watch=print, limit: MemoryLimit | None = None) -> bool:
    """Ask for one model with two threads."""
    recipe = Recipe({"model": "m", "threads": 2})
    return daemon.build(
        checkout, find_environment(checkout, NAME), recipe, (Path("data/m"), Path("models/m")), watch, limit
    )


def test_a_build_is_asked_for_with_all_that_it_needs(here: Checkout) -> None:
    """Any number of threads, the memory's limit, and every event on the way."""
    pool, events, limit = Pool(), [], MemoryLimit(7, "7", "conf/model/m.yaml")
    with listening(here, pool):
        assert build(here, events.append, limit)
    recipe = Recipe({"model": "m", "threads": 2})
    assert pool.built == [(NAME, recipe, Path("data/m"), Path("models/m"), limit)]
    assert [event["done"] for event in events] == [0, 1]


@pytest.mark.parametrize("error", [BuildError("it cannot", "Try less"), UsageError("no such thing", "")])
def test_an_error_comes_back_as_it_was(here: Checkout, error: Exception) -> None:
    """Class, message, advice, kind."""
    error.kind = "build"
    with listening(here, Pool(error=error)), pytest.raises(type(error)) as told:
        build(here)
    assert (told.value.message, told.value.advice, told.value.kind) == (error.message, error.advice, error.kind)


def test_the_socket_and_its_key_are_this_users_alone(here: Checkout) -> None:
    """And gone afterwards. The folder is so before the socket is there, which has its own mode a moment later."""
    with listening(here, Pool()) as (path, _):
        key = path.with_suffix(".key")
        for _ in range(200):
            modes = [stat.S_IMODE(file.stat().st_mode) for file in (path, key, path.parent)]
            assert modes[1:] == [0o600, 0o700]
            if modes[0] == 0o600:
                break
            time.sleep(0.02)
        assert modes[0] == 0o600
    assert not path.exists() and not key.exists()


def test_who_does_not_know_the_key_is_not_answered(here: Checkout) -> None:
    """Neither with another key nor with a request instead of one; others are answered meanwhile."""
    pool = Pool()
    with listening(here, pool) as (path, _):
        with pytest.raises(AuthenticationError):
            Client(str(path), authkey=b"another key")
        with Client(str(path)) as silent:
            assert build(here)
            silent.send_bytes(b"{}")
            with pytest.raises((EOFError, OSError)):
                while True:
                    silent.recv_bytes()
        key = path.with_suffix(".key")
        right = key.read_bytes()
        key.write_bytes(b"another key")
        assert not build(here)
        key.write_bytes(right)
        assert len(pool.built) == 1


class Harmful:
    """What a pickle can do: run anything in who reads it."""

    def __reduce__(self):
        return (Path.touch, (Path("harmed"),))


def test_nothing_that_comes_in_is_unpickled(here: Checkout) -> None:
    """Even from who knows the key."""
    with listening(here, Pool()) as (path, _):
        with Client(str(path), authkey=path.with_suffix(".key").read_bytes()) as connection:
            connection.send_bytes(pickle.dumps(Harmful()))
            with pytest.raises((EOFError, OSError)):
                connection.recv_bytes()
        assert build(here)
    assert not (here.root / "harmed").exists()


def test_nothing_that_is_answered_is_unpickled(here: Checkout) -> None:
    """The asker reads JSON too: what is no JSON is no answer, and the build is done without a daemon."""
    path = daemon.socket_of(here, NAME)
    with daemon._listening(path) as (listener, key):

        def answer() -> None:
            with listener.accept() as connection:
                daemon.deliver_challenge(connection, key)
                daemon.answer_challenge(connection, key)
                connection.recv_bytes()
                connection.send_bytes(pickle.dumps(Harmful()))

        thread = threading.Thread(target=answer)
        thread.start()
        assert not build(here)
        thread.join(20)
    assert not (here.root / "harmed").exists()


def test_another_engine_is_another_matter(here: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon builds for who asks for its engine, or for none."""
    with listening(here, Pool()):
        for wanted, answer in (("venv", False), ("parsing", True), ("auto", True)):
            monkeypatch.setenv("REMODEL_ENGINE", wanted)
            assert build(here) is answer


def test_another_source_ends_it_when_it_has_built_what_it_builds(here: Checkout) -> None:
    """Nothing new is built with it, and nothing that runs is lost."""
    pool = Pool(hold=threading.Event())
    with listening(here, pool) as (path, thread):
        first: list[bool] = []
        asking = threading.Thread(target=lambda: first.append(build(here)))
        asking.start()
        assert pool.started.wait(20)
        with (here.source / "builder" / "data.py").open("a") as source:
            source.write("# another source is another builder\n")
        assert not build(here)
        until(lambda: not path.exists())
        assert thread.is_alive()
        pool.hold.set()
        asking.join(20)
        thread.join(20)
        assert first == [True] and len(pool.built) == 1


def test_it_ends_when_nobody_asks(here: Checkout) -> None:
    """By itself; a build that takes longer than that is not nobody."""
    pool = Pool(hold=threading.Event())
    with listening(here, pool, seconds=0.3) as (path, thread):
        asking = threading.Thread(target=lambda: build(here))
        asking.start()
        time.sleep(1)
        assert thread.is_alive() and path.exists()
        pool.hold.set()
        asking.join(20)
        thread.join(20)
        assert not thread.is_alive() and not path.exists()
