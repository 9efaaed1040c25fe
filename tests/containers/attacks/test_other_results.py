"""Snapshots, answers, measurements, comparisons, the zoo, the host's own stages are taken over like a model is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from remodel.builds.model import make_snapshot
from remodel.checkout import Checkout
from remodel.datasets.profile import propose
from remodel.engines.engine import Engine
from remodel.errors import BuildError
from remodel.examine.examples import ask_examples
from remodel.examine.measure import measure
from remodel.examine.predict import predict
from remodel.examine.verify.rebuild import Rebuilder
from remodel.files import write_json
from remodel.pipeline import stages
from remodel.pipeline.stage import STAGES
from remodel.results.target import Target
from remodel.zoo import vocabulary
from remodel.zoo.builds import Work, zoo_outcomes
from tests.containers.attacks.conftest import ENVIRONMENT, HERE, MODEL, Hostile, seen
from tests.containers.attacks.test_results import refused

pytestmark = pytest.mark.attack("results")

SECONDS = ("load_seconds", "first_load_seconds", "one_row_seconds", "all_rows_seconds")
MEASURED = dict.fromkeys((*SECONDS, "rows", "peak_memory", "peak_memory_added", "pickle_size"), 1)
ANSWER = {"labels": ["a"], "probabilities": [[1.0, 0.0]]}
DIFFERENT = {"file": "model.skops", "differences": [{"place": "$", "left": "1", "right": "2"}], "more": 0}
PARAMETERS = {"LogisticRegression": {"module": "sklearn.linear_model", "parameters": {"C": 1.0}}}


COLUMN = {"name": "a", "kind": "numeric", "missing": 0, "distinct": 1, "examples": ["1"], "remarks": []}
CLASSES = {"name": "y", "classes": 1, "largest": [{"label": "p", "rows": 1}], "missing": 0, "remarks": []}
PROFILE = {"schema_version": 1, "file": "rows.csv", "rows": 1, "target": CLASSES, "columns": [COLUMN]}


@dataclass(frozen=True)
class Fooled:
    """A checkout whose programs are all replaced, and who asks them."""

    hostile: Hostile
    checkout: Checkout
    engine: Engine
    scratch: Path

    @property
    def model(self) -> Path:
        return self.checkout.models / MODEL / ENVIRONMENT

    def replace(self, program: str, honest: Path, attack: str) -> None:
        """Put the hostile program in the place of a file of src/; beside it, what it leaves and does."""
        place = self.checkout.source / program
        shutil.copy(HERE / "hostile_program.py", place)
        shutil.rmtree(place.parent / "honest", ignore_errors=True)
        shutil.copytree(honest, place.parent / "honest")
        (place.parent / "attack.py").write_text(attack)


@pytest.fixture(scope="session")
def copy(hostile: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The hostile checkout with reports and a release."""
    for name in ("compare", "package"):
        stages.run_stage(hostile.checkout, STAGES[name])
    root = tmp_path_factory.mktemp("fooled") / "checkout"
    shutil.copytree(hostile.checkout.root, root)
    return Checkout(root)


@pytest.fixture
def fooled(hostile: Hostile, copy: Checkout, engine: Engine, tmp_path: Path) -> Fooled:
    return Fooled(hostile, copy, engine, tmp_path)


def ask_snapshot(fooled: Fooled) -> Any:
    data = fooled.checkout.data / "iris"
    cv = {path.stem: {} for path in (data / "folds").iterdir()}
    request = {"schema_version": 1, "dataset": {"name": "iris"}, "cv": cv}
    target = fooled.checkout.state / "snapshots" / "iris"
    make_snapshot(fooled.checkout, fooled.engine, fooled.hostile.environment, request, None, target)
    assert {path.name for path in target.iterdir()} == {path.name for path in data.iterdir()}


def ask_measure(fooled: Fooled) -> Any:
    assert measure(fooled.checkout, fooled.engine, Target(MODEL, ENVIRONMENT))["onnx"] == MEASURED


def ask_predict(fooled: Fooled) -> Any:
    rows = fooled.scratch / "rows.csv"
    rows.write_text("a\n1\n")
    assert predict(fooled.checkout, fooled.model, rows, engine_name="podman") == "label\na\n"


def ask_profile(fooled: Fooled) -> Any:
    rows = fooled.scratch / "rows.csv"
    rows.write_text("a,y\n1,p\n")
    proposed = propose(fooled.checkout, rows, {"target": "y"}, fooled.scratch, print)
    assert proposed.profile == PROFILE


def ask_for_examples(fooled: Fooled) -> Any:
    models = fooled.scratch / "models"
    (models / "m").mkdir(parents=True)
    asked = ask_examples(fooled.checkout, fooled.checkout, fooled.engine, fooled.hostile.environment, models)
    assert asked == {"m": {"skops": ANSWER}}


def ask_differences(fooled: Fooled) -> Any:
    other = fooled.scratch / "other"
    shutil.copytree(fooled.model, other)
    rebuilder = Rebuilder(fooled.checkout, fooled.engine, fooled.hostile.environment)
    (entry,) = rebuilder._differences(Target(MODEL, ENVIRONMENT), fooled.model, other)
    assert entry.file == "model.skops"


def ask_parameters(fooled: Fooled) -> Any:
    asked = vocabulary.ask(fooled.checkout, fooled.engine, fooled.hostile.environment)
    assert asked["estimators"] == PARAMETERS


def ask_zoo(fooled: Fooled) -> Any:
    shutil.rmtree(fooled.checkout.state / "zoo", ignore_errors=True)
    work = Work({"a": fooled.hostile.recipe, "b": fooled.hostile.recipe}, fooled.checkout.data)
    built, failed = zoo_outcomes(fooled.checkout, fooled.engine, fooled.hostile.environment, work)
    assert (built.refusal, failed.refusal) == (None, "no")


def ask_stage(name: str) -> Callable[[Fooled], Any]:
    def ask(fooled: Fooled) -> Any:
        stages.run_stage(fooled.checkout, STAGES[name])

    return ask


def zoo_output(fooled: Fooled) -> Path:
    """A model that was built, and one that was not."""
    folder = fooled.scratch / "zoo"
    shutil.copytree(fooled.model, folder / "a")
    write_json(folder / "b" / "error.json", {"schema_version": 1, "kind": "build", "message": "no", "advice": ""})
    return folder


def written(name: str, document: Any) -> Callable[[Fooled], Path]:
    def write(fooled: Fooled) -> Path:
        folder = fooled.scratch / "honest"
        folder.mkdir()
        if isinstance(document, str):
            (folder / name).write_text(document)
        else:
            write_json(folder / name, document)
        return folder

    return write


def answered(fooled: Fooled) -> Path:
    """Answers, and what to tell beside them."""
    folder = written("answers.csv", "label\na\n")(fooled)
    (folder / "notes.txt").write_text("accuracy 1.0000: 1 of 1 rows\n")
    return folder


@dataclass(frozen=True)
class Kind:
    """Who asks a program for something, the program, what it honestly leaves, and a document in that."""

    ask: Callable[[Fooled], Any]
    program: str
    honest: Callable[[Fooled], Path]
    document: str


BENCH = "bench/__main__.py"
STAGE = "remodel/pipeline/in_container.py"
DIFFERENCES = {"schema_version": 1, "files": [DIFFERENT]}
SIGNATURES = {"schema_version": 1, "scikit_learn": "1.9.0", "estimators": PARAMETERS}
KINDS = {
    "snapshot": Kind(ask_snapshot, "snapshots/__main__.py", lambda f: f.checkout.data / "iris", "schema.json"),
    "measure": Kind(ask_measure, BENCH, written("measurement.json", MEASURED), "measurement.json"),
    "predict": Kind(ask_predict, BENCH, answered, "answers.csv"),
    "profile": Kind(ask_profile, "profiles/__main__.py", written("profile.json", PROFILE), "profile.json"),
    "examples": Kind(ask_for_examples, BENCH, written("answers.json", {"m": {"skops": ANSWER}}), "answers.json"),
    "differences": Kind(ask_differences, BENCH, written("differences.json", DIFFERENCES), "differences.json"),
    "parameters": Kind(ask_parameters, BENCH, written("parameters.json", SIGNATURES), "parameters.json"),
    "zoo": Kind(ask_zoo, BENCH, zoo_output, "a/result.json"),
    "recipes": Kind(ask_stage("recipes"), STAGE, lambda f: f.checkout.recipes, f"{MODEL}.json"),
    "compare": Kind(ask_stage("compare"), STAGE, lambda f: f.checkout.reports, "comparison.json"),
    "package": Kind(ask_stage("package"), STAGE, lambda f: f.checkout.root / "release", "index.json"),
}
ATTACKS = {
    "a link": ("f.unlink(); f.symlink_to({canary!r})", "left a link in place of the file {name}"),
    "a FIFO": ("f.unlink(); os.mkfifo(f)", "left a FIFO in place of the file {name}"),
    "an extra file": ("(f.parent / 'extra').write_text('x')", "left a file .*extra, which it should not"),
    "an extra folder": ("(out / '.deep' / 'er').mkdir(parents=True)", "left a folder .deep, which it should not"),
    "no document": ("f.write_bytes(b'[\\xff')", "no valid JSON in {name}|no text in UTF-8"),
}
CASES = [(kind, attack) for kind in KINDS for attack in ATTACKS] + [("package", "another model"), ("zoo", "no folder")]
MORE = {
    "another model": (f"p = out / '{MODEL}' / 'model.skops'; p.write_bytes(p.read_bytes() + b'x')", "listed are"),
    "no folder": ("shutil.rmtree(out / 'b')", "did not leave b"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_honest_output_is_taken_over(fooled: Fooled, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an attack each of them gets what it asked for; without this the rest would mean nothing."""
    asked = KINDS[kind]
    monkeypatch.setenv("REMODEL_ENGINE", "podman")
    fooled.replace(asked.program, asked.honest(fooled), "")
    asked.ask(fooled)


@pytest.mark.parametrize(("kind", "attack"), CASES)
def test_what_is_not_expected_is_refused(
    fooled: Fooled, canary: Path, kind: str, attack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a program leaves, whoever asked it gets one line, and nothing that was there before is changed."""
    asked = KINDS[kind]
    code, words = (ATTACKS | MORE)[attack]
    monkeypatch.setenv("REMODEL_ENGINE", "podman")
    code = f"f = out / {asked.document!r}\n{code.format(canary=str(canary / 'secret'))}"
    fooled.replace(asked.program, asked.honest(fooled), code)
    before = seen(fooled.checkout.root / "recipes") | seen(fooled.checkout.reports) | seen(fooled.checkout.data)
    with refused(words.format(name=asked.document), BuildError):
        asked.ask(fooled)
    after = seen(fooled.checkout.root / "recipes") | seen(fooled.checkout.reports) | seen(fooled.checkout.data)
    assert after == before
    assert list((fooled.checkout.state / "scratch").iterdir()) == []
