"""SHA256SUMS of one model: every file of it but this one and the signature, as `sha256sum -c` reads it."""

from __future__ import annotations

from pathlib import Path

from remodel.errors import VerificationError
from remodel.files import sha256_file, write_bytes

NAME = "SHA256SUMS"


def digests(folder: Path) -> dict[str, str]:
    """The sha256 of every file below a folder but SHA256SUMS, by name."""
    return {name: sha256_file(path) for name, path in files(folder).items() if name != NAME}


def files(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its name in it ("serving/rows.py"), sorted."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return dict(sorted((path.relative_to(folder).as_posix(), path) for path in paths))


def to_bytes(listed: dict[str, str]) -> bytes:
    """The text of a SHA256SUMS."""
    return "".join(f"{listed[name]}  {name}\n" for name in sorted(listed)).encode()


def write(folder: Path) -> None:
    """Write the SHA256SUMS of a folder as it is now."""
    write_bytes(folder / NAME, to_bytes(digests(folder)))


def check(folder: Path, name: str) -> int:
    """The number of files that SHA256SUMS lists; VerificationError where it is not about the files beside it."""
    path = folder / NAME
    if not path.is_file():
        raise VerificationError(f"{name}: {NAME} is missing")
    lines = [line.split("  ", 1) for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    listed = {line[1]: line[0] for line in lines if len(line) == 2}
    actual = digests(folder)
    for file in sorted({*listed, *actual}):
        if listed.get(file) != actual.get(file):
            raise VerificationError(
                f"{name}: {file} has sha256 {actual.get(file, 'missing')}, {NAME} says {listed.get(file, 'nothing')}"
            )
    if path.read_bytes() != to_bytes(actual):
        raise VerificationError(f"{name}: {NAME} is not written as remodel writes it")
    return len(actual)
