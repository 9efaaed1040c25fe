"""One model built again in a fresh container and compared with models/, which is only read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.model import build_job, expected_of
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job
from remodel.environments.environment import Environment
from remodel.errors import RemodelError
from remodel.examine.verify.conditions import RUN, varied
from remodel.examine.verify.differences import FileDifferences, by_digest, read_differences
from remodel.examine.verify.emulation import Emulator
from remodel.files import sha256_file, write_json
from remodel.pipeline.stages import read_recipe
from remodel.recipes.retirement import retired_reason
from remodel.results.documents import MissingResult, read_document
from remodel.results.endings import RECORDED, Failed, failed_document, read_status, retired_document
from remodel.results.target import Target
from remodel.takeover.expected import RECORD, Files


@dataclass(frozen=True)
class Rebuilt:
    """A model built again: the sha256 of every file it made now, and what differs from models/."""

    target: Target
    digests: dict[str, str]
    differences: tuple[FileDifferences, ...]
    seconds: float

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "model": self.target.model,
            "environment": self.target.environment,
            "same": not self.differences,
            "files": self.digests,
            "differences": [asdict(entry) for entry in self.differences],
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Rebuilder:
    """Where rebuilds run: engine, environment with its image, and an emulated CPU where one is wanted."""

    checkout: Checkout
    engine: Engine
    environment: Environment
    emulator: Emulator | None = None

    def verify(self, model: str, number: int = 0) -> Rebuilt:
        """Build one model under the conditions `number` and compare every file. Raises MissingResult, or as a
        build; a failure or a retirement that models/ records is compared as what it is."""
        target = Target(model, self.environment.name)
        reference = self.checkout.models / model / self.environment.name
        if not reference.is_dir():
            raise MissingResult(model, self.environment.name)
        started = time.monotonic()
        before = digests_of(reference)
        with self._built(target, number, reference) as out:
            digests = digests_of(out)
            differences = () if digests == before else self._differences(target, reference, out)
            if digests != before and not differences:
                differences = by_digest(before, digests)
        return Rebuilt(target, digests, differences, time.monotonic() - started)

    @contextmanager
    def _built(self, target: Target, number: int, reference: Path) -> Iterator[Path]:
        """The folder of a fresh build, gone afterwards; of one that fails as it is recorded, what the stage records."""
        with scratch_folder(self.checkout) as scratch:
            elsewhere = scratch / f"rebuild {number}"
            try:
                out = self._train(target, number, elsewhere)
            except RemodelError as error:
                if error.kind not in RECORDED or not isinstance(read_status(reference), Failed):
                    raise
                out = _unbuilt(scratch, failed_document(target.model, target.environment, error))
            yield out

    def _train(self, target: Target, number: int, scratch: Path) -> Path:
        """What the train stage makes of the model, under other conditions."""
        if reason := retired_reason(self.checkout, target.model, target.environment):
            return _unbuilt(scratch, retired_document(target.model, target.environment, reason))
        recipe = read_recipe(self.checkout, target.model)
        snapshot = self.checkout.data / recipe.dataset
        job = build_job(self.checkout, self.environment, recipe, snapshot, scratch)
        expected = expected_of(recipe, self.environment)
        out = run_job(self.checkout, self.engine, self._elsewhere(job, number), scratch, expected)
        (out / RECORD).unlink(missing_ok=True)
        return out

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
            expected = Files({"differences.json": "differences"})
            compared = run_job(self.checkout, self.engine, job, scratch, expected)
            return read_differences(read_document(compared / "differences.json", "differences"))


def _unbuilt(scratch: Path, document: dict[str, Any]) -> Path:
    """The folder that the train stage leaves where no model is built."""
    folder = scratch / "unbuilt"
    write_json(folder / "result.json", document)
    return folder


def digests_of(folder: Path) -> dict[str, str]:
    """The sha256 of every file in a folder, by name."""
    return {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
