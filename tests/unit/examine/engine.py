"""An engine for tests: reads a job's words with the parser of the program that they call, and does what it is told."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from bench.__main__ import COMMANDS as BENCH
from builder.__main__ import COMMANDS as BUILDER
from container.program import parser
from remodel.engines.engine import Engine, Image, Job

PROGRAMS = {"bench": BENCH, "builder": BUILDER}

Act = Callable[[argparse.Namespace], None]
"""Gets what the job was told, every path one of the host, and fills `out`; or raises Refused."""


class Refused(Exception):
    """What a container describes in error.json: its kind, a message and advice."""


class Fake(Engine):
    """Every image is there, once it was prepared; every job is done by `act`."""

    name, isolated = "fake", True

    def __init__(self, act: Act) -> None:
        self.act = act
        self.prepared: list[str] = []
        self.jobs: list[str] = []

    def check(self) -> None:
        pass

    def image_of(self, environment: object) -> Image | None:
        return None

    def prepare(self, environment, report) -> Image:
        self.prepared.append(environment.name)
        return Image("x", "y", 1, "z")

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        assert job.environment.name in self.prepared, "the image was not asked for"
        module = job.argv.index("-m") + 1
        arguments = parser(job.argv[module], PROGRAMS[job.argv[module]]).parse_args(list(job.argv[module + 1 :]))
        places = {PurePosixPath(mount.target): mount.source for mount in job.mounts}
        for name, value in vars(arguments).items():
            if isinstance(value, Path):
                target = max((place for place in places if value.is_relative_to(place)), key=lambda one: len(one.parts))
                setattr(arguments, name, places[target] / value.relative_to(target))
                assert getattr(arguments, name).exists(), f"--{name} is not mounted"
        self.jobs.append(job.name)
        try:
            self.act(arguments)
        except Refused as refused:
            kind, message, advice = refused.args
            document = {"schema_version": 1, "kind": kind, "message": message, "advice": advice}
            (arguments.out / "error.json").write_text(json.dumps(document))
            return 3
        return 0
