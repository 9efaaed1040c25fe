"""Nothing in a pickle is run when it is read; what would be is named, and what cannot be read ends in one line."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pickles.reading import inspect
from tests.unit.pickles.attacks import CALLS, ODD, STYLES, broken, reduced, sidecar

RUNS = ("exec", "os.", "subprocess.", "socket.", "pickle.", "marshal.", "ctypes.", "shutil.", "import", "code.", "pty.")
"""How audit events begin (PEP 578) of which reading a pickle needs none."""

HARMLESS = ("os.listdir", "os.scandir")

SEEN: list[str] = []
IS_READING = [False]


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what happens while a pickle is read."""
    if IS_READING[0] and event.startswith(RUNS) and event not in HARMLESS:
        SEEN.append(f"{event} {arguments[:1]}")
    if IS_READING[0] and event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        SEEN.append(f"{event} {arguments[:2]}")


sys.addaudithook(watch)


def read(tmp_path: Path, content: bytes) -> dict[str, Any]:
    """What is told of a file with this content; nothing was run, imported, connected or written for it."""
    path = tmp_path / "x.pkl"
    path.write_bytes(b"\x80\x02N.")
    inspect(path)  # whatever the reader itself loads, it has loaded now
    path.write_bytes(content)
    SEEN.clear()
    IS_READING[0] = True
    try:
        told = inspect(path)
    finally:
        IS_READING[0] = False
    assert SEEN == []
    return told


@pytest.mark.attack("pickles")
@pytest.mark.parametrize("name", CALLS)
def test_every_callable_is_named(tmp_path: Path, name: str) -> None:
    """Whatever a list of bypasses holds: functions of Python's own library and of innocent packages."""
    told = read(tmp_path, reduced(name))
    assert told["verdict"] == "hostile" and f"calls {name}" in told["hostile"], told


@pytest.mark.attack("pickles")
@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "joblib.load"])
@pytest.mark.parametrize("style", STYLES)
def test_every_way_to_call_is_seen(tmp_path: Path, style: str, name: str) -> None:
    """Old operations and new ones, nested, packed, put away, and behind the end."""
    told = read(tmp_path, STYLES[style](name))
    assert told["verdict"] == "hostile", told
    assert any(name in line or "behind its end" in line for line in told["hostile"]), told


@pytest.mark.attack("pickles")
@pytest.mark.parametrize("name", ODD)
def test_what_no_model_does_is_named(tmp_path: Path, name: str) -> None:
    """Changing what it did not make, names that are made, extensions, persistent ids, a second pickle."""
    assert read(tmp_path, ODD[name])["verdict"] == "hostile"


@pytest.mark.attack("pickles")
def test_a_file_beside_it_is_read_as_strictly(tmp_path: Path) -> None:
    """The objects of a .npy file; one that is missing is named."""
    own, beside = sidecar(reduced("os.system"))
    (tmp_path / "x.pkl_01.npy").write_bytes(beside)
    assert "calls os.system" in read(tmp_path, own)["hostile"]
    (tmp_path / "x.pkl_01.npy").unlink()
    told = read(tmp_path, own)
    assert (told["verdict"], told["missing"]) == ("incomplete", ["x.pkl_01.npy"])


@pytest.mark.attack("pickles")
def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """Or an answer; soon, whatever it would cost to unpack or to write out."""
    for name, content in broken().items():
        started = time.monotonic()
        told = read(tmp_path, content)
        assert time.monotonic() - started < 10, name
        wanted = "no model" if name in ("nested deep", "shared tuples") else "unreadable"
        assert told["verdict"] == wanted, (name, told)
        assert told["why"] and "\n" not in told["why"] and len(told["why"]) < 300
