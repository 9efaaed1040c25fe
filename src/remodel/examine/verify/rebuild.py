"""One model built again in a fresh container and compared with models/, which is only read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.model import build_job
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job
from remodel.environments.environment import Environment
from remodel.examine.verify.conditions import RUN, varied
from remodel.examine.verify.differences import FileDifferences, read_differences
from remodel.examine.verify.emulation import Emulator
from remodel.examine.verify.targets import Target
from remodel.files import sha256_file
from remodel.pipeline.stages import read_recipe
from remodel.results.documents import MissingResult, read_document


@dataclass(frozen=True)
class Verdict:
    """A model built again: the sha256 of every file it made now, and what differs from models/."""

    target: Target
    digests: dict[str, str]
    differences: tuple[FileDifferences, ...]
    seconds: float


@dataclass(frozen=True)
class Rebuilder:
    """Where rebuilds run: engine, environment with its image, and an emulated CPU where one is wanted."""

    checkout: Checkout
    engine: Engine
    environment: Environment
    emulator: Emulator | None = None

    def verify(self, model: str, number: int = 0) -> Verdict:
        """Build one model under the conditions `number` and compare every file. Raises MissingResult, or as a build."""
        target = Target(model, self.environment.name)
        reference = self.checkout.models / model / self.environment.name
        if not reference.is_dir():
            raise MissingResult(model, self.environment.name)
        started = time.monotonic()
        with self._rebuilt(target, number) as out:
            digests = digests_of(out)
            equal = digests == digests_of(reference)
            found = () if equal else self._differences(target, reference, out)
        return Verdict(target, digests, found, time.monotonic() - started)

    @contextmanager
    def _rebuilt(self, target: Target, number: int) -> Iterator[Path]:
        """The folder of a fresh build, gone afterwards."""
        recipe = read_recipe(self.checkout, target.model)
        snapshot = self.checkout.data / recipe.dataset
        with scratch_folder(self.checkout) as scratch:
            elsewhere = scratch / f"rebuild {number}"
            job = build_job(self.checkout, self.environment, recipe, snapshot, elsewhere)
            out = run_job(self.checkout, self.engine, self._elsewhere(job, number), elsewhere)
            (out / "record.json").unlink(missing_ok=True)
            yield out

    def _elsewhere(self, job: Job, number: int) -> Job:
        run, mounts = (self.emulator.run, self.emulator.mounts) if self.emulator else (RUN, ())
        conditions = varied(number, job.threads, run)
        return replace(job, name=f"verify-{job.name}", mounts=(*job.mounts, *mounts), conditions=conditions)

    def _differences(self, target: Target, reference: Path, out: Path) -> tuple[FileDifferences, ...]:
        """What the environment's own container says of the two folders: only it can read every file."""
        for path in out.iterdir():
            path.chmod(0o644)
        called = call(BENCH, "diff", paths={"left": reference, "right": out})
        with scratch_folder(self.checkout) as scratch:
            job = make_job(self.checkout, self.environment, called, scratch, f"diff-{target}")
            compared = run_job(self.checkout, self.engine, job, scratch)
            return read_differences(read_document(compared / "differences.json", "differences"))


def digests_of(folder: Path) -> dict[str, str]:
    """The sha256 of every file in a folder, by name."""
    return {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
