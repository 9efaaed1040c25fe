"""Which file answers is the manifest's to say, and a folder without a model says why."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.examine.predict import predict
from remodel.results.endings import NotBuilt
from tests.unit.audit.folders import Folder, write_ending
from tests.unit.examine.engine import Fake

NAMES = ("credit_mlp", "sklearn-1.9")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("age\n1\n")
    return path


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Answers with the name of what was asked."""

    def act(arguments: argparse.Namespace) -> None:
        assert arguments.rows.name == "rows.csv"
        (arguments.out / "answers.csv").write_text(arguments.runtime)
        (arguments.out / "notes.txt").write_text("accuracy 1.0000: 2 of 2 rows\n")

    fake = Fake(act)
    monkeypatch.setattr("remodel.examine.predict.choose_engine", lambda name: fake)
    return fake


@pytest.mark.parametrize(("reason", "runtime"), [(None, "onnx"), ("impossible", "skops")])
def test_onnx_answers_where_the_model_has_it(
    copied: Checkout, engine: Fake, rows: Path, reason: str | None, runtime: str
) -> None:
    assert predict(copied, Folder(*NAMES, no_onnx_reason=reason).write(copied.models), rows) == runtime


def test_a_lost_file_is_not_answered_for_by_another(copied: Checkout, engine: Fake, rows: Path) -> None:
    """The container is asked for ONNX, and says that the file is not there."""
    folder = Folder(*NAMES).write(copied.models)
    (folder / "model.onnx").unlink()
    assert predict(copied, folder, rows) == "onnx"


def test_a_folder_without_a_model_says_why(copied: Checkout, engine: Fake, rows: Path) -> None:
    """It has no manifest either, which would be told as damage."""
    write_ending(copied.models, *NAMES, status="retired", reason="nobody asks")
    with pytest.raises(NotBuilt, match="holds no model: it is retired: nobody asks"):
        predict(copied, copied.models / NAMES[0] / NAMES[1], rows)
