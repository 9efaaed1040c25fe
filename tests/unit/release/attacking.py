"""Carries out an attack on a copy of a release, and lets a receiver check it with the command line."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from remodel.cli.main import main
from remodel.files import sha256_file
from tests.unit.release.assembled import VERSION
from tests.unit.release.attacks import SECRET, Attack, Release
from tests.unit.release.keys import Keys


@dataclass(frozen=True)
class Answer:
    """How `remodel release verify` ended: its exit code, its lines, and the names of all files that it has opened."""

    code: int
    out: str
    err: str
    opened: tuple[str, ...]


Receiver = Callable[..., Answer]

OPENED: list[str] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        OPENED.append(str(arguments[0]))


@cache
def _listening() -> None:
    """From now on, Python tells of every file that is opened."""
    sys.addaudithook(_listen)


@pytest.fixture
def receiver(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    """`receiver(reference, *arguments)`: the command line, in this process."""
    _listening()
    before = signal.getsignal(signal.SIGTERM)

    def run(reference: Path | str, *arguments: str | Path) -> Answer:
        OPENED.clear()
        code = main(["release", "verify", str(reference), *map(str, arguments)])
        opened = tuple(OPENED)
        out, err = capfd.readouterr()
        return Answer(code, out, err, opened)

    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    yield run
    signal.signal(signal.SIGTERM, before)


def check_attack(attack: Attack, released: Path, old: Path, keys: Keys, folder: Path, receiver: Receiver) -> None:
    """The attack is told in one line, and nothing outside of the release was opened or told."""
    shutil.copytree(released, folder / "layout")
    shutil.copytree(old, folder / "old")
    (folder / SECRET).write_text("root:x:0:0")
    attack.act(Release(folder / "layout", keys))
    answer = receiver(f"{folder / 'layout'}:{VERSION}", "--key", keys.public)
    assert_told(answer, attack.message)
    assert not [name for name in answer.opened if SECRET in name]
    assert sha256_file(folder / SECRET) not in answer.out + answer.err
    assert not (folder / "evil.txt").exists()


def assert_told(answer: Answer, message: str) -> None:
    """One line, with exit code 8."""
    assert answer.code == 8, answer
    assert answer.err.startswith("remodel: "), answer.err
    assert answer.err.count("\n") == 1, answer.err
    assert len(answer.err) < 1500
    assert message in answer.err
