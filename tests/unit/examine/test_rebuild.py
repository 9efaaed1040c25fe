"""A rebuild is held against whatever models/ records of a build: a model, a failure, a retirement."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.environments.environment import find_environment
from remodel.errors import BuildError
from remodel.examine.verify.rebuild import Rebuilder
from remodel.files import write_json
from remodel.results.endings import failed_document, retired_document
from tests.unit.audit.folders import Folder
from tests.unit.examine.engine import Fake, Refused

MODEL, ENVIRONMENT = "credit_mlp", "sklearn-1.9"


def rebuilder(copied: Checkout, act) -> Rebuilder:
    """Rebuilds whose container does `act` for a build, and finds nothing to name where two folders differ."""

    def run(arguments: argparse.Namespace) -> None:
        if arguments.command == "train":
            act(arguments)
        else:
            (arguments.out / "differences.json").write_text(json.dumps({"schema_version": 1, "files": []}))

    engine = Fake(run)
    environment = find_environment(copied, ENVIRONMENT)
    engine.prepare(environment, print)
    (copied.data / "credit").mkdir(parents=True)
    write_json(copied.recipes / f"{MODEL}.json", RECIPE)
    return Rebuilder(copied, engine, environment)


RECIPE = {
    "schema_version": 2,
    "model": MODEL,
    "defaults": "pinned",
    "seed": 0,
    "threads": 1,
    "choices": {"dataset": "credit"},
    "snapshot": {"data.parquet": "a" * 64, "schema.json": "b" * 64, "folds": "c" * 64},
    "cv": {"name": "stratified_5", "n_splits": 5, "n_repeats": 1, "shuffle": True, "seed": 0},
    "pipeline": {"preprocessing": None, "classifier": {"_target_": "sklearn.naive_bayes.GaussianNB"}},
}


def refuse(kind: str, message: str = "no fit"):
    """A build that the builder refuses."""

    def act(arguments: argparse.Namespace) -> None:
        raise Refused(kind, message, "mend it")

    return act


def record_failure(copied: Checkout) -> None:
    """models/ as the train stage leaves it where the build fails."""
    error = BuildError("no fit", "mend it")
    error.kind = "build"
    write_json(copied.models / MODEL / ENVIRONMENT / "result.json", failed_document(MODEL, ENVIRONMENT, error))


def test_a_recorded_failure_that_fails_alike_is_the_same(copied: Checkout) -> None:
    """`remodel model verify --all` goes on: nothing differs."""
    record_failure(copied)
    rebuilt = rebuilder(copied, refuse("build")).verify(MODEL)
    assert (rebuilt.differences, list(rebuilt.digests)) == ((), ["result.json"])


def test_another_failure_is_a_difference(copied: Checkout) -> None:
    record_failure(copied)
    rebuilt = rebuilder(copied, refuse("build", "no predict")).verify(MODEL)
    assert [entry.file for entry in rebuilt.differences] == ["result.json"]


@pytest.mark.parametrize("kind", ["machine", "data"])
def test_a_failure_of_this_machine_is_none_of_the_model(copied: Checkout, kind: str) -> None:
    record_failure(copied)
    with pytest.raises(Exception, match="no fit"):
        rebuilder(copied, refuse(kind)).verify(MODEL)


def test_a_model_that_no_longer_builds_is_a_failure_and_no_difference(copied: Checkout) -> None:
    Folder(MODEL, ENVIRONMENT).write(copied.models)
    with pytest.raises(BuildError, match="no fit"):
        rebuilder(copied, refuse("build")).verify(MODEL)


def test_a_retired_model_is_not_built(copied: Checkout) -> None:
    """It would be built from its recipe, and be told as one with other bytes."""
    path = copied.conf / "model" / f"{MODEL}.yaml"
    path.write_text(f"{path.read_text()}\nretired: nobody asks\n")
    document = retired_document(MODEL, ENVIRONMENT, "nobody asks")
    write_json(copied.models / MODEL / ENVIRONMENT / "result.json", document)
    verifier = rebuilder(copied, refuse("build"))
    assert verifier.verify(MODEL).differences == ()
    assert verifier.engine.jobs == []


def test_bytes_that_no_reader_tells_apart_are_different_all_the_same(copied: Checkout, tmp_path: Path) -> None:
    """Whatever the container finds to name: digests decide."""
    folder = Folder(MODEL, ENVIRONMENT).write(copied.models)
    (folder / "record.json").write_text("{}")

    def act(arguments: argparse.Namespace) -> None:
        shutil.copytree(folder, arguments.out, dirs_exist_ok=True, ignore=shutil.ignore_patterns("record.json"))

    rebuilt = rebuilder(copied, act).verify(MODEL)
    (entry,) = rebuilt.differences
    assert next(entry.lines()).startswith("record.json: sha256: 44136fa355b3678a")
    assert next(entry.lines()).endswith("in models/, nothing now")
