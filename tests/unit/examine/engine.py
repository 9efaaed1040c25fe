"""An engine for tests of questions to models: it does what a job was told, as the program's own parser reads it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from remodel.engines.engine import Image, Job
from remodel.environments.environment import Environment
from tests.unit.fake_engine import ParsingEngine, read_job

Act = Callable[[argparse.Namespace], None]
"""Gets what the job was told, every path one of the host, and fills `out`; or raises Refused."""


class Refused(Exception):
    """What a container describes in error.json: its kind, a message and advice."""


class Fake(ParsingEngine):
    """Every image is there once it was prepared, and every job is done by `act`."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.act = act
        self.prepared: list[str] = []
        self.jobs: list[str] = []

    def prepare(self, environment: Environment, report: Callable[[str], None]) -> Image:
        self.prepared.append(environment.name)
        return super().prepare(environment, report)

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        assert job.environment.name in self.prepared, "the image was not asked for"
        arguments = on_host(job)
        self.jobs.append(job.name)
        try:
            self.act(arguments)
        except Refused as refused:
            kind, message, advice = refused.args
            document = {"schema_version": 1, "kind": kind, "message": message, "advice": advice}
            (arguments.out / "error.json").write_text(json.dumps(document))
            return 3
        return 0


def on_host(job: Job) -> argparse.Namespace:
    """What a job was told, with the host's paths in place of those that it knows."""
    arguments = read_job(job).arguments
    places = {PurePosixPath(mount.target): mount.source for mount in job.mounts}
    for name, path in vars(arguments).items():
        if isinstance(path, Path):
            target = max((place for place in places if path.is_relative_to(place)), key=lambda place: len(place.parts))
            setattr(arguments, name, places[target] / path.relative_to(target))
    return arguments
