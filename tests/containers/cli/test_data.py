"""A user's own file as a dataset: built when it is good, refused with the row and the value when it is not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import pytest

from tests.containers.cli.project import Project

ROWS = [f"{20 + row % 7 * 5}.5,{'abc'[row % 3]},{'yes' if row % 4 == 0 else 'no'}" for row in range(60)]
CSV = "\n".join(["age,plan,churned", *ROWS, ""])

CHOICE = """name: mine
file: {file}
sha256: "{sha256}"
target: {target}
columns: {{age: numeric, plan: categorical}}
"""
TRAIN = ("dataset=mine", "preprocessing=tabular", "classifier=gaussian_nb")


def add(project: Project, content: bytes, file: str = "mine.csv", target: str = "churned", sha256: str = "") -> None:
    """Put a file into the project and declare it: one YAML file."""
    (project.root / file).write_bytes(content)
    digest = sha256 or hashlib.sha256(content).hexdigest()
    choice = CHOICE.format(file=file, sha256=digest, target=target)
    (project.root / "conf" / "dataset" / "mine.yaml").write_text(choice)


def as_parquet(folder: Path) -> bytes:
    """The rows as a Parquet file."""
    (folder / "rows.csv").write_text(CSV)
    path = folder / "rows.parquet"
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(folder / "rows.csv"), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def with_data(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with a good CSV file, on which one model is built."""
    project = built.copy(tmp_path_factory.mktemp("data") / "project")
    add(project, CSV.encode())
    project.train(*TRAIN).done()
    return project


@pytest.fixture
def mine(with_data: Project, tmp_path: Path) -> Project:
    """A copy of it, to break."""
    return with_data.copy(tmp_path / "project")


def test_a_parquet_file_builds_as_a_csv_file_does(mine: Project, tmp_path: Path) -> None:
    """One YAML file makes a user's own file a dataset; both kinds of file give the same scores."""
    (first,) = mine.root.glob("experiments/mine-*/*/*/scores.json")
    add(mine, as_parquet(tmp_path), "mine.parquet")
    mine.train(*TRAIN).done()
    (second,) = set(mine.root.glob("experiments/mine-*/*/*/scores.json")) - {first}
    assert first.read_bytes() == second.read_bytes()


def test_a_file_is_a_dataset_of_the_pipeline(mine: Project) -> None:
    """Named in params.yaml with a model that uses it, it is pinned, built, compared and packaged."""
    choices = ("/dataset: mine", "/preprocessing: tabular", "/classifier: gaussian_nb", "/cv: stratified_5")
    lines = ["# @package _global_", "defaults:", *(f"  - override {choice}" for choice in choices), "name: churn", ""]
    (mine.root / "conf" / "model" / "churn.yaml").write_text("\n".join(lines))
    mine.edit("params.yaml", "datasets: {", "datasets: {mine: mine.csv, ")
    mine.edit("params.yaml", "models: [", "models: [churn, ")
    mine.repro().done()
    for name in ("data/mine/data.parquet", "models/churn/sklearn-1.9/result.json", "release/churn/model.skops"):
        assert (mine.root / name).is_file()


def without_rows(*words: str) -> bytes:
    """The file without the rows that hold one of these words."""
    return "\n".join(line for line in CSV.split("\n") if not any(word in line for word in words)).encode()


BAD = {
    "other bytes": ({"content": CSV.encode() + b"30,a,no\n", "sha256": "ab" * 32}, ("has sha256 ", "expected abab")),
    "cut CSV": ({"content": CSV.encode()[:300] + b"\n"}, ("has 2 cells, the header has 3",)),
    "no target": ({"content": CSV.encode(), "target": "churn"}, ("target column 'churn' is not in mine.csv; its",)),
    "one class": ({"content": without_rows("yes")}, ("target column 'churned' has only one class, 'no'",)),
    "few rows": ({"content": without_rows("yes") + b"1,a,yes\n"}, ("class 'yes'", "has 1 row, fewer than the 5 folds")),
    "text": ({"content": CSV.replace("\n20.5,", "\nold,", 1).encode()}, ("numeric column 'age' holds 'old' in row 1",)),
    "no label": (
        {"content": CSV.replace("b,no", "b,", 1).encode()},
        ("has no value in 1 of 60 rows (row 2",),
    ),
    "empty": ({"content": b""}, ("mine.csv is empty",)),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused(mine: Project, name: str) -> None:
    """Exit code 3; the line says which file, column, row and value; the earlier build is untouched and found again."""
    file, messages = BAD[name]
    before = mine.results()
    add(mine, **file)
    mine.train(*TRAIN).refused(3, *messages)
    assert mine.results() == before
    add(mine, CSV.encode())
    mine.train(*TRAIN).done()
    assert mine.results() == before


def test_a_cut_parquet_file_is_refused(mine: Project, tmp_path: Path) -> None:
    """A file whose end did not arrive, pinned as it is: damaged, in one line."""
    add(mine, as_parquet(tmp_path)[:400], "mine.parquet")
    mine.train(*TRAIN).refused(3, "mine.parquet cannot be read, it is damaged or cut off")


@pytest.mark.parametrize("command", [("train", *TRAIN), ("remodel", "stage", "snapshot", "mine")])
def test_a_missing_file_is_named(mine: Project, command: tuple[str, ...]) -> None:
    """Where a snapshot has to be made from it; the message says where to put it."""
    add(mine, CSV.encode() + b"30,a,no\n", "gone.csv")
    (mine.root / "gone.csv").unlink()
    mine.run(*command).refused(3, "the file gone.csv does not exist", "conf/dataset/mine.yaml")


def test_a_stage_of_the_pipeline_keeps_its_exit_code(mine: Project) -> None:
    """`remodel repro` ends with the code and the words of the stage that failed."""
    mine.edit("params.yaml", "datasets: {", "datasets: {mine: mine.csv, ")
    add(mine, without_rows("yes"))
    mine.repro().refused(3, "stage snapshot@mine: mine.csv: target column 'churned' has only one class, 'no'")
