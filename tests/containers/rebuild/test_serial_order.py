"""dvc.lock: byte for byte as a serial `dvc repro` leaves it, whatever ended when. A real DVC runs beside it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.rebuild.budget import Budget, Needs
from remodel.rebuild.builders import Build
from remodel.rebuild.dvc.repository import DvcRepository
from remodel.rebuild.plan import Agenda, Step
from remodel.rebuild.rebuilding import chosen
from remodel.rebuild.records import Records
from remodel.rebuild.scheduler import Scheduler
from remodel.rebuild.work import OwnStage, Train
from tests.unit.rebuild.test_records import pipeline
from tests.unit.rebuild.test_scheduler import Builders, Environment, Report

__all__ = ["pipeline"]

MAIN = """
import sys
from pathlib import Path
stage, *words = sys.argv[2:]
folder = {"snapshot": "data", "train": "models", "compare": "reports", "package": "release"}.get(stage, stage)
folder = Path(folder, *words)
folder.mkdir(parents=True)
(folder / "out").write_text(" ".join([stage, *words]))
"""
"""What `python -m remodel` is for the serial run: a stage writes its own name."""


class Writers(Builders):
    """What MAIN does, in random time."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        super().__init__()
        self._root, self._chance = root, chance

    def build_of(self, step: Step, budget: Budget) -> Build:
        return Build(step, step.work, Environment("old"), Needs(), None)

    def run(self, work: Train | OwnStage) -> str:
        time.sleep(self._chance.uniform(0, 0.05))
        if isinstance(work, Train):
            stage, words = "train", [work.model, work.environment]
        else:
            stage, words = work.stage, [work.dataset] if work.dataset else []
        name = {"snapshot": "data", "train": "models", "compare": "reports", "package": "release"}.get(stage, stage)
        folder = self._root.joinpath(name, *words)
        folder.mkdir(parents=True)
        (folder / "out").write_text(" ".join([stage, *words]))
        return "done"


def serial(checkout: Checkout, folder: Path) -> bytes:
    """The dvc.lock that `dvc repro` leaves in a copy of the checkout."""
    shutil.copytree(checkout.root, folder / "serial")
    (folder / "program" / "remodel").mkdir(parents=True)
    (folder / "program" / "remodel" / "__init__.py").touch()
    (folder / "program" / "remodel" / "__main__.py").write_text(MAIN)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "PYTHONPATH": str(folder / "program")}
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], cwd=folder / "serial", env=variables, check=True)
    return (folder / "serial" / "dvc.lock").read_bytes()


def schedule(checkout: Checkout, chance: random.Random, stop_after: int | None = None) -> Report:
    """A rebuild by hand; interrupted after so many stages have been recorded."""
    repository, report = DvcRepository(checkout, lambda line: None), Report()
    steps = chosen(checkout, repository, [])
    with Records(checkout, repository, lambda line: None) as records:
        record = records.record

        def interrupted(name: str) -> None:
            record(name)
            if len(report.of("built")) + 1 == stop_after:
                raise KeyboardInterrupt

        records.record = interrupted  # type: ignore[method-assign]
        agenda = Agenda(steps, {step.name: chance.random() for step in steps})
        Scheduler(agenda, Budget(3, 1 << 30), records, Writers(checkout.root, chance), report).run()
    records.finish()
    return report


def test_the_order_in_dvc_lock_is_that_of_a_serial_run(pipeline: Checkout, tmp_path: Path) -> None:
    """Stages end in any order, two rebuilds are interrupted, DVC runs one stage itself: the same bytes."""
    expected = serial(pipeline, tmp_path)
    lock = pipeline.root / "dvc.lock"
    chance = random.Random(7)
    for number in range(2):
        for stop_after in (chance.randint(1, 4), chance.randint(1, 4)):
            with pytest.raises(KeyboardInterrupt):
                schedule(pipeline, chance, stop_after)
        schedule(pipeline, chance)
        assert lock.read_bytes() == expected, number
        assert set(schedule(pipeline, chance).events) == {("unchanged", name) for name in names(pipeline)}
        assert lock.read_bytes() == expected
        for name in ("data", "recipes", "models", "reports", "release", ".dvc/cache", ".dvc/tmp", ".remodel"):
            shutil.rmtree(pipeline.root / name, ignore_errors=True)
        for name in ("own.txt", "aside.txt"):
            (pipeline.root / name).unlink()
        lock.unlink()


def names(checkout: Checkout) -> list[str]:
    """Every stage of a pipeline."""
    return [stage.name for stage in DvcRepository(checkout, lambda line: None).facts()]
