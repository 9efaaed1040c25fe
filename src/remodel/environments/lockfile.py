"""Read a conda-lock.yml: its wheels, its Python, and whether it is still the lock that its sources ask for.

Standard library only: bootstrap reads the lock before anything is installed. A lock is a machine's text with
one shape, and its header guards that text, so lines are enough and no YAML parser is needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from remodel.errors import LockError

LOCK_NAME = "conda-lock.yml"
WHEEL_PLATFORM = "x86_64-manylinux_2_28"
"""What conda-lock chose the wheels for. uv is told the same: it would take a newer glibc's wheel where it can."""
BODY_MARK = "# lock sha256: "
SOURCE_LINE = re.compile(r"^# (?P<name>\S+\.yml) sha256: (?P<sha256>[0-9a-f]{64})$", re.MULTILINE)
ENTRY_FIELD = re.compile(r"^(?:- |  |    )(name|version|manager|category|sha256): '?([^'\n]+)'?$", re.MULTILINE)

ENTRY = ("name", "version", "manager", "category")
"""What every entry says; a wheel's also says its sha256."""


@dataclass(frozen=True)
class Pin:
    """One locked wheel: its name, its version, the sha256 of its file, and the category that asks for it."""

    name: str
    version: str
    sha256: str
    category: str


@dataclass(frozen=True)
class Header:
    """What the comment lines on top of a lock record: the digests of its sources and of its own body."""

    sources: tuple[tuple[str, str], ...]
    body_sha256: str


def sha256_text(text: str) -> str:
    """Hex sha256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_lock(path: Path) -> str:
    """The text of a lock; LockError where it is missing, older than its sources, or edited by hand."""
    if not path.is_file():
        raise LockError(f"{path} is missing", _relock(path))
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LockError(f"{path} is no text in UTF-8: byte {error.start}", _relock(path)) from None
    header, body = split_header(text, path)
    _check_body(path, header, body)
    for name, sha256 in header.sources:
        _check_source(path, path.parent / name, sha256)
    return text


def split_header(text: str, path: Path) -> tuple[Header, str]:
    """A lock's header and the body below it."""
    head, mark, rest = text.partition(BODY_MARK)
    if not mark:
        raise LockError(f"{path} has no line '{BODY_MARK.strip()} ...'", _relock(path))
    body_sha256, _, body = rest.partition("\n")
    sources = tuple((line["name"], line["sha256"]) for line in SOURCE_LINE.finditer(head))
    return Header(sources, body_sha256.strip()), body


def read_pins(path: Path, *, categories: Iterable[str] | None = None) -> tuple[Pin, ...]:
    """Every wheel of a lock, sorted by name; of the given categories only, where given."""
    wanted = set(categories) if categories is not None else None
    pins: dict[str, Pin] = {}
    for entry in _entries(read_lock(path)):
        if entry["manager"] == "pip" and (wanted is None or entry["category"] in wanted):
            pins.setdefault(entry["name"], Pin(entry["name"], entry["version"], entry["sha256"], entry["category"]))
    return tuple(pins[name] for name in sorted(pins))


def read_python(path: Path) -> str:
    """The minor version of the locked CPython, "3.11"."""
    for entry in _entries(read_lock(path)):
        if entry["name"] == "python" and entry["manager"] == "conda":
            return ".".join(entry["version"].split(".")[:2])
    raise LockError(f"{path} locks no python", "Add python=3.x to its environment.yml and lock again")


def requirements(pins: Iterable[Pin]) -> str:
    """The pins as a requirements file that pip and uv install with --require-hashes: names no address."""
    return "".join(f"{pin.name}=={pin.version} --hash=sha256:{pin.sha256}\n" for pin in pins)


def wheels(text: str) -> list[dict[str, str]]:
    """Name, version and sha256 of every wheel in the text of a lock, or in its body."""
    return [entry for entry in _entries(text) if entry["manager"] == "pip"]


def _entries(text: str) -> Iterable[dict[str, str]]:
    _, _, packages = text.partition("\npackage:\n")
    for block in re.split(r"^(?=- name: )", packages, flags=re.MULTILINE):
        fields = {field[1]: field[2] for field in ENTRY_FIELD.finditer(block)}
        if fields:
            wanted = (*ENTRY, "sha256") if fields.get("manager") == "pip" else ENTRY
            if missing := [name for name in wanted if name not in fields]:
                name = fields.get("name", "without a name")
                raise LockError(
                    f"the lock's entry {name[:60]!r} lacks {missing[0]}",
                    "Lock again: python -m remodel environment lock",
                )
            yield fields


def _check_body(path: Path, header: Header, body: str) -> None:
    actual = sha256_text(body)
    if actual != header.body_sha256:
        raise LockError(
            f"{path} was edited by hand: its body has sha256 {actual[:12]}, its header says {header.body_sha256[:12]}",
            f"Restore it (git checkout {path}) or lock again: {relock_command(path)}",
        )


def _check_source(path: Path, source: Path, sha256: str) -> None:
    if not source.is_file():
        raise LockError(f"{path} was made from {source.name}, which is missing", _relock(path))
    actual = sha256_text(source.read_text(encoding="utf-8"))
    if actual != sha256:
        raise LockError(
            f"{path} is stale: {source.name} has sha256 {actual[:12]}, the lock was made from {sha256[:12]}",
            _relock(path),
        )


def relock_command(path: Path) -> str:
    """The command that makes a lock again."""
    return f"python -m remodel environment lock {locked_name(path)}"


def locked_name(path: Path) -> str:
    """The environment that a lock belongs to: it is named by its folder, and the top-level one is control."""
    return path.parent.name if path.parent.parent.name == "docker" else "control"


def _relock(path: Path) -> str:
    return f"Lock again: {relock_command(path)}"
