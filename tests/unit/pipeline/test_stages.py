"""The pipeline as DVC sees it, and what our module makes of DVC's words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import BuildError, UsageError
from remodel.pipeline import dvc as pipeline
from remodel.process import Finished
from remodel.recipes.params import read_params


def test_stage_names_are_those_of_dvc(checkout: Checkout) -> None:
    """The bar over all stages counts what DVC has."""
    listed = subprocess.run(
        [sys.executable, "-m", "dvc", "stage", "list", "--name-only"],
        cwd=checkout.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(listed.stdout.split()) == sorted(pipeline.stage_names(read_params(checkout)))


def test_stale_outputs_are_removed_and_named(copied: Checkout) -> None:
    """Results of models and environments that params.yaml does not list would change what `compare` depends on."""
    kept = copied.models / "credit_mlp" / "sklearn-1.5"
    for folder in (kept, copied.models / "credit_mlp" / "sklearn-0.1", copied.data / "old"):
        folder.mkdir(parents=True)
    (copied.metrics / "gone").mkdir(parents=True)
    removed = pipeline.remove_stale(copied, read_params(copied))
    assert sorted(removed) == ["data/old", "metrics/gone", "models/credit_mlp/sklearn-0.1"]
    assert kept.is_dir()


def test_a_users_own_files_under_data_stay(copied: Checkout) -> None:
    """They are no output of a stage, and in nobody's cache."""
    (copied.data / "raw").mkdir(parents=True)
    for name in ("mine.csv", "raw/mine.csv"):
        (copied.data / name).write_text("age\n1\n")
    (copied.data / "old" / "folds").mkdir(parents=True)
    (copied.data / "old" / "schema.json").write_text("{}")
    assert pipeline.remove_stale(copied, read_params(copied)) == ["data/old"]
    assert (copied.data / "mine.csv").is_file()
    assert (copied.data / "raw" / "mine.csv").is_file()


def fake_dvc(monkeypatch: pytest.MonkeyPatch, lines: list[str], code: int) -> list[list[str]]:
    """DVC's output as recorded, so that no real run is needed to read it; the command lines are collected."""
    calls: list[list[str]] = []

    def run(argv: list[str], *, on_line: object, **rest: object) -> Finished:
        assert callable(on_line)
        calls.append(argv)
        for line in lines:
            on_line(line)
        return Finished(("dvc",), code, "\n".join(lines))

    monkeypatch.setattr(pipeline.process, "run", run)
    return calls


def test_a_failed_stage_is_told_with_its_own_words(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that our stage printed, and not DVC's summary of it; and the stage's own kind of error."""
    lines = [
        "Running stage 'train@x-sklearn-1.5':",
        "remodel: LogisticRegression has no parameter 'Cc'",
        "ERROR: failed to reproduce 'train@x-sklearn-1.5': failed to run: python -m remodel stage ..., exited with 2",
    ]
    calls = fake_dvc(monkeypatch, lines, 255)
    with pytest.raises(UsageError) as caught:
        pipeline.reproduce_one(checkout, "train@x-sklearn-1.5", lambda line: None)
    assert caught.value.message == "LogisticRegression has no parameter 'Cc'"
    assert calls[0][-3:] == ["repro", "--single-item", "train@x-sklearn-1.5"]


def test_dvcs_own_error_is_told_where_a_stage_has_none(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is not ours fails in DVC's words."""
    fake_dvc(monkeypatch, ["ERROR: failed to reproduce 'own': failed to run: false, exited with 1"], 255)
    with pytest.raises(BuildError, match="failed to run: false"):
        pipeline.reproduce_one(checkout, "own", lambda line: None)


def test_dvc_lock_holds_nothing_volatile(checkout: Checkout) -> None:
    """No path of a machine, no time, no host in the pipeline's lock."""
    text = (checkout.root / "dvc.lock").read_text(encoding="utf-8")
    assert str(checkout.root) not in text
    assert str(Path.home()) not in json.dumps(text)
