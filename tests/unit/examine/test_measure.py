"""A model that is not there is not measured as nothing, and an image that is not there is made first."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.cli.main import main as cli
from remodel.errors import StorageError
from remodel.examine.measure import measure
from remodel.files import read_json, write_json
from remodel.recipes.params import read_params
from remodel.results.documents import MissingResult
from remodel.results.endings import NotBuilt
from remodel.results.manifest import read_manifest
from remodel.results.target import Target
from tests.unit.audit.folders import Folder, write_ending
from tests.unit.examine.engine import Fake

TARGET = Target("credit_mlp", "sklearn-1.9")
NUMBERS = dict.fromkeys(
    ("load_seconds", "first_load_seconds", "one_row_seconds", "all_rows_seconds"), 1
) | dict.fromkeys(("peak_memory", "peak_memory_added", "rows"), 1)
RECIPE = Path(__file__).parent.parent / "contract" / "examples" / "recipe" / "valid-steps.json"
ERROR = {"kind": "build", "message": "no fit", "advice": "mend it"}


def numbers(arguments: argparse.Namespace) -> None:
    """What a container measures of a file that is there."""
    file = {"skops": "model.skops", "onnx": "model.onnx"}[arguments.runtime]
    assert (arguments.model / file).is_file(), f"{file} is gone"
    (arguments.out / "measurement.json").write_text(json.dumps(NUMBERS))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, copied: Checkout) -> Fake:
    """The engine of the command line, too."""
    fake = Fake(numbers)
    monkeypatch.setattr("remodel.engines.choose_engine", lambda name: fake)
    monkeypatch.chdir(copied.root)
    (copied.data / "credit").mkdir(parents=True)
    return fake


def test_every_file_of_a_model_is_measured_in_its_own_environment(copied: Checkout, engine: Fake) -> None:
    Folder(*vars(TARGET).values()).write(copied.models)
    assert measure(copied, engine, TARGET) == {"skops": NUMBERS, "onnx": NUMBERS}
    assert engine.prepared == ["sklearn-1.9"]
    assert json.loads((copied.state / "measurements" / f"{TARGET}.json").read_text())["onnx"] == NUMBERS


def test_a_model_without_onnx_is_measured_with_skops(copied: Checkout, engine: Fake) -> None:
    Folder(*vars(TARGET).values(), no_onnx_reason="none").write(copied.models)
    assert list(measure(copied, engine, TARGET)) == ["skops"]


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ({"status": "failed", "error": ERROR}, "its build failed: no fit. mend it"),
        ({"status": "retired", "reason": "nobody asks"}, "it is retired: nobody asks"),
    ],
)
def test_what_holds_no_model_is_no_measurement(copied: Checkout, engine: Fake, ending: dict, words: str) -> None:
    """Neither printed as nothing nor kept as nothing."""
    write_ending(copied.models, TARGET.model, TARGET.environment, **ending)
    with pytest.raises(NotBuilt) as caught:
        measure(copied, engine, TARGET)
    assert str(caught.value) == f"{TARGET} holds no model: {words}"
    assert not (copied.state / "measurements").exists() and engine.jobs == []


def test_a_model_that_was_never_built_is_named(copied: Checkout, engine: Fake) -> None:
    with pytest.raises(MissingResult):
        measure(copied, engine, TARGET)


def test_a_file_that_is_gone_is_not_left_out(copied: Checkout, engine: Fake) -> None:
    """Its manifest lists it."""
    (Folder(*vars(TARGET).values()).write(copied.models) / "model.onnx").unlink()
    with pytest.raises(StorageError, match=r"model\.onnx is missing"):
        measure(copied, engine, TARGET)


def test_another_file_or_another_recipe_is_not_measured(copied: Checkout, engine: Fake) -> None:
    """Figures of a file would be told of another one."""
    folder = Folder(*vars(TARGET).values()).write(copied.models)
    measure(copied, engine, TARGET)
    kept = json.loads((copied.state / "measurements" / f"{TARGET}.json").read_text())
    assert kept["stands_on"]["artifacts"] == read_manifest(folder / "manifest.json").models
    before = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(b"another")
    with pytest.raises(StorageError, match=r"model\.onnx is not the file that its manifest lists. Build it again"):
        measure(copied, engine, TARGET)
    (folder / "model.onnx").write_bytes(before)
    write_json(copied.recipes / f"{TARGET.model}.json", read_json(RECIPE))
    with pytest.raises(StorageError, match=rf"{TARGET} was built before recipes/{TARGET.model}\.json changed"):
        measure(copied, engine, TARGET)


def test_the_matrix_is_measured_as_far_as_it_is_built(
    copied: Checkout, engine: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is retired has its line; whoever names it gets an exit code."""
    targets = read_params(copied).targets
    for target in targets:
        if target == TARGET:
            write_ending(copied.models, *vars(target).values(), status="retired", reason="nobody asks")
        else:
            Folder(*vars(target).values()).write(copied.models)
    assert cli(["model", "measure"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"not measured: {TARGET} holds no model: it is retired: nobody asks" in lines
    assert len(lines) == 2 * len(targets) - 1
    assert cli(["model", "measure", str(TARGET)]) == 2
    assert capsys.readouterr().err == f"remodel: {TARGET} holds no model: it is retired: nobody asks\n"
