"""One model built again in a fresh container and compared with models/, which is only read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from remodel.builds import BUILDER, build_task
from remodel.engines.engine import Engine, Mount
from remodel.environments import Environment
from remodel.files import sha256_file
from remodel.jobs import Task, run_task, scratch_folder, source_mounts
from remodel.results import MissingResult, read_document
from remodel.stages import read_recipe
from remodel.verify.conditions import RUN, varied
from remodel.verify.differences import FileDifferences, read_differences
from remodel.verify.emulation import Emulator
from remodel.verify.targets import Target
from remodel.workspace import Workspace


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

    workspace: Workspace
    engine: Engine
    environment: Environment
    emulator: Emulator | None = None

    def verify(self, model: str, number: int = 0) -> Verdict:
        """Build one model under the conditions `number` and compare every file. Raises MissingResult, or as a build."""
        target = Target(model, self.environment.name)
        reference = self.workspace.models / model / self.environment.name
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
        recipe = read_recipe(self.workspace, target.model)
        snapshot = self.workspace.data / recipe["choices"]["dataset"]
        with scratch_folder(self.workspace) as scratch:
            elsewhere = scratch / f"rebuild {number}"
            task = build_task(self.workspace, self.environment, recipe, snapshot, elsewhere / "in")
            out = run_task(self.workspace, self.engine, self._elsewhere(task, number), elsewhere)
            (out / "record.json").unlink(missing_ok=True)
            yield out

    def _elsewhere(self, task: Task, number: int) -> Task:
        run, mounts = (self.emulator.run, self.emulator.mounts) if self.emulator else (RUN, ())
        conditions = varied(number, task.threads, run)
        return replace(task, name=f"verify-{task.name}", inputs=(*task.inputs, *mounts), conditions=conditions)

    def _differences(self, target: Target, reference: Path, out: Path) -> tuple[FileDifferences, ...]:
        """What the environment's own container says of the two folders: only it can read every file."""
        for path in out.iterdir():
            path.chmod(0o644)
        task = Task(
            name=f"diff-{target}",
            environment=self.environment,
            argv=("-m", "builder", "diff", "--left", "/left", "--right", "/right", "--out", "/out"),
            inputs=(Mount(reference, "/left"), Mount(out, "/right"), *source_mounts(self.workspace, BUILDER)),
        )
        with scratch_folder(self.workspace) as scratch:
            found = run_task(self.workspace, self.engine, task, scratch)
            return read_differences(read_document(found / "differences.json", "differences"))


def digests_of(folder: Path) -> dict[str, str]:
    """The sha256 of every file in a folder, by name."""
    return {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
