"""Another CPU: QEMU emulates one without AVX-512, instruction by instruction, whatever this machine has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from remodel import process
from remodel.engines.engine import Engine, Mount
from remodel.errors import EngineError

CPU = "Haswell"
"""The oldest CPU with x86-64-v3."""

STATIC, DYNAMIC = "qemu-x86_64-static", "qemu-x86_64"
"""Only the static program runs in a container, which has none of its libraries."""

TARGET = "/opt/emulator"

RUN = 'umask {{umask}}; python=$(command -v "$1"); shift; exec {program} -cpu {cpu} "$python" "$@"'
"""QEMU takes a path and looks for no program."""


@dataclass(frozen=True)
class Emulator:
    """The shell words that start a program under emulation, and what a container needs for it."""

    run: str
    mounts: tuple[Mount, ...]


def find_emulator(engine: Engine) -> Emulator:
    """The emulator for jobs of this engine. Raises EngineError where QEMU is not installed."""
    program = process.find_program(STATIC) or (None if engine.isolated else process.find_program(DYNAMIC))
    if program is None:
        wanted = STATIC if engine.isolated else f"{STATIC} or {DYNAMIC}"
        how = "Install it (Debian, Ubuntu: apt-get install qemu-user-static)"
        raise EngineError(f"--cpu needs {wanted}, which is not installed", how)
    if not engine.isolated:
        return Emulator(RUN.format(program=f"'{program}'", cpu=CPU), ())
    return Emulator(RUN.format(program=TARGET, cpu=CPU), (Mount(Path(program).resolve(), TARGET),))
