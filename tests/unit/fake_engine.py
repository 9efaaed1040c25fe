"""An engine that runs nothing: it reads a job as the program in the container would, with that program's own parser."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import bench.__main__
import builder.__main__
import pickles.__main__
import profiles.__main__
import snapshots.__main__
from container.program import parser
from remodel.builds.call import BENCH, BUILDER, CONTROL, PICKLES, PROFILES, SNAPSHOTS
from remodel.engines.engine import Engine, Image, Job
from remodel.environments.environment import Environment
from remodel.pipeline import in_container
from remodel.pipeline.stage import STAGES

PARSERS: dict[str, Callable[[list[str]], argparse.Namespace]] = {
    BUILDER.name: parser("builder", builder.__main__.COMMANDS).parse_args,
    SNAPSHOTS.name: parser("snapshots", snapshots.__main__.COMMANDS).parse_args,
    PICKLES.name: parser("pickles", pickles.__main__.COMMANDS).parse_args,
    PROFILES.name: parser("profiles", profiles.__main__.COMMANDS).parse_args,
    BENCH.name: parser("bench", bench.__main__.COMMANDS).parse_args,
    CONTROL.name: in_container._parse,
}
"""What reads the argument list of each program."""

COMMANDS = {
    BUILDER.name: set(builder.__main__.COMMANDS),
    SNAPSHOTS.name: set(snapshots.__main__.COMMANDS),
    PICKLES.name: set(pickles.__main__.COMMANDS),
    PROFILES.name: set(profiles.__main__.COMMANDS),
    BENCH.name: set(bench.__main__.COMMANDS),
    CONTROL.name: {stage.name for stage in STAGES.values() if stage.in_control},
}
"""The commands of each program."""


class Called(Exception):
    """A job came to the engine, and its program would have understood it: what it understood."""

    def __init__(self, program: str, arguments: argparse.Namespace, job: Job) -> None:
        super().__init__(program)
        self.program, self.arguments, self.job = program, arguments, job

    @property
    def command(self) -> str:
        """The command, or the stage of the host."""
        return str(getattr(self.arguments, "command", None) or self.arguments.stage)


class ParsingEngine(Engine):
    """Raises Called for a job that its program understands, and AssertionError for any other.

    A command in `done` ends well instead, with a copy of the folder given for it as its output.
    """

    name, isolated = "parsing", False

    def __init__(self, done: Mapping[str, Path] | None = None) -> None:
        self._done = done or {}

    def check(self) -> None:
        """It works everywhere."""

    def image_of(self, environment: Environment) -> Image | None:
        """Every environment has one."""
        return Image(f"parsing:{environment.name}", "0" * 64, 1, "")

    def prepare(self, environment: Environment, report: Callable[[str], None]) -> Image:
        """It is there."""
        return Image(f"parsing:{environment.name}", "0" * 64, 1, "")

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        """Read the job."""
        called = read_job(job)
        if called.command not in self._done:
            raise called
        (out,) = (mount.source for mount in job.mounts if mount.writable)
        shutil.copytree(self._done[called.command], out, dirs_exist_ok=True)
        return 0


def read_job(job: Job) -> Called:
    """What a job's program would understand. AssertionError where it would not, or could not find what is named."""
    words = list(job.argv)
    # `python -m PROGRAM ...`, or a program text whose arguments are a path and then the same.
    program = words[1] if words[0] == "-m" else words[3]
    rest = words[2:] if words[0] == "-m" else words[4:]
    try:
        arguments = PARSERS[program](rest)
    except SystemExit as error:
        raise AssertionError(f"{program} does not understand {rest}") from error
    for name, path in vars(arguments).items():
        if isinstance(path, Path):
            _check_mounted(name, path, job)
    return Called(program, arguments, job)


def _check_mounted(name: str, path: Path, job: Job) -> None:
    """A path is at or below a mount and there, or, as the host's own stages have it, a folder of mounts."""
    wanted = PurePosixPath(path)
    for mount in job.mounts:
        target = PurePosixPath(mount.target)
        if wanted.is_relative_to(target):
            assert (mount.source / wanted.relative_to(target)).exists(), f"--{name} {path}: nothing is there"
            return
        if target.is_relative_to(wanted):
            return
    raise AssertionError(f"--{name} {path} is in no mount")
