"""Find a CPython of one minor version on this host. Standard library only: bootstrap looks here too."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from remodel import process

QUESTION = "import sys; print('{}.{}'.format(*sys.version_info[:2]), sys.implementation.name)"


def find_interpreter(version: str) -> str | None:
    """The path of a CPython `version` ("3.9"): this one, one on PATH, pyenv's, conda's or uv's; None without."""
    return next((path for path in candidates(version) if answers(path, version)), None)


def candidates(version: str) -> Iterator[str]:
    """Where such a Python may be, the likeliest first."""
    if "{}.{}".format(*sys.version_info[:2]) == version:
        yield sys.executable
    name = f"python{version}"
    for path in (
        process.find_program(name),
        f"/usr/bin/{name}",
        f"/usr/local/bin/{name}",
        f"/opt/homebrew/bin/{name}",
    ):
        if path is not None:
            yield path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((str(path) for path in pyenv.glob(f"versions/{version}*/bin/{name}")), reverse=True)
    yield from uv_interpreters(version)


def uv_interpreters(version: str) -> Iterator[str]:
    """What uv knows of: its own downloads and the usual places of other managers."""
    uv = find_uv()
    if uv is not None:
        asked = process.run([uv, "python", "find", "--no-python-downloads", version])
        if asked.ok:
            yield asked.output.splitlines()[-1].strip()


def find_uv() -> str | None:
    """The uv beside the running interpreter, or the one on PATH."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else process.find_program("uv")


def answers(program: str, version: str) -> bool:
    """Whether `program` starts and is that CPython: a version manager's stub may stand there and not start."""
    if not Path(program).is_file():
        return False
    asked = process.run([program, "-c", QUESTION])
    return asked.ok and asked.output.split() == [version, "cpython"]
