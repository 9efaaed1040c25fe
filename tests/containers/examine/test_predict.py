"""`remodel model predict` on real containers: answers, and one line with an exit code for what cannot be answered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.cli.main import main as cli
from tests.containers.examine.conftest import ENVIRONMENT, MODEL

ROWS = """sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm
5.1,3.5,1.4,0.2
7.9,3.8,6.4,2.0
"""


@pytest.fixture
def folder(built: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a built model, to damage; the current folder is in the checkout that built it."""
    monkeypatch.chdir(built.root)
    return Path(shutil.copytree(built.models / MODEL / ENVIRONMENT, tmp_path / "model"))


def rows(folder: Path, text: str = ROWS, name: str = "rows.csv") -> str:
    """A file of rows beside the model."""
    (folder.parent / name).write_text(text)
    return str(folder.parent / name)


@pytest.mark.parametrize("runtime", ["onnx", "skops"])
@pytest.mark.parametrize("engine", ["podman", "venv"])
def test_both_files_of_a_model_answer(
    folder: Path, capsys: pytest.CaptureFixture[str], runtime: str, engine: str
) -> None:
    """A CSV file gets a CSV file back: labels and probabilities."""
    assert cli(["model", "predict", str(folder), rows(folder), "--with", runtime, "--engine", engine]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "label,p_setosa,p_versicolor,p_virginica",
        "setosa,1.0,0.0,0.0",
        "virginica,0.0,0.0,1.0",
    ]


def test_json_gets_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows are objects, answers too."""
    names = ROWS.splitlines()[0].split(",")
    text = json.dumps([dict(zip(names, (5.1, 3.5, 1.4, 0.2), strict=True))])
    assert cli(["model", "predict", str(folder), rows(folder, text, "rows.json")]) == 0
    assert json.loads(capsys.readouterr().out)[0]["label"] == "setosa"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ROWS.replace("7.9", "1e60"), "row 2, column 'sepal_length_cm': 1e+60 is not between "),
        (ROWS.replace("7.9", "nan"), "row 2, column 'sepal_length_cm': NaN is not a number"),
        (ROWS.replace("7.9", ""), "row 2, column 'sepal_length_cm': no value, and there has to be one"),
        (ROWS.splitlines()[0], "there are no rows"),
        (ROWS.replace("sepal_width_cm,", "", 1), "column 'sepal_width_cm': the column is missing"),
    ],
)
def test_bad_rows_are_named(folder: Path, capsys: pytest.CaptureFixture[str], text: str, words: str) -> None:
    """One line on standard error, nothing on standard output, exit code 3."""
    assert cli(["model", "predict", str(folder), rows(folder, text)]) == 3
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith(f"remodel: {words}")
    assert said.err.rstrip().endswith("What the model takes, and why, stands in its signature.json")


def test_damaged_files_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A truncated ONNX file, and one that is not there: exit code 7."""
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(content[:-100])
    assert cli(["model", "predict", str(folder), rows(folder)]) == 7
    assert "model.onnx is not the file that was built: its sha256 is" in capsys.readouterr().err
    (folder / "manifest.json").unlink()
    assert cli(["model", "predict", str(folder), rows(folder)]) == 7


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("rows.txt", 2, "is neither a .csv nor a .json file"), ("nowhere.csv", 7, "there is no file")],
)
def test_wrong_paths_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, code: int, words: str
) -> None:
    """Before any container is started."""
    path = rows(folder, name="rows.txt").replace("rows.txt", name)
    assert cli(["model", "predict", str(folder), path]) == code
    assert words in capsys.readouterr().err
    assert cli(["model", "predict", str(folder.parent / "nothing"), rows(folder)]) == 7
    assert "there is no folder" in capsys.readouterr().err
