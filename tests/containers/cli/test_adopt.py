"""A pickle becomes a model of the pipeline, which is built; what cannot be one leaves everything as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from tests.containers.adopt.test_recipe import run
from tests.containers.cli.project import Project
from tests.unit.pickles.attacks import reduced


@pytest.fixture
def pickles(checkout: Checkout, tmp_path: Path) -> Path:
    """A folder of pickles that another version of scikit-learn wrote."""
    folder = tmp_path / "pickles"
    folder.mkdir()
    folder.chmod(0o777)
    run(checkout, "sklearn-1.5", folder, "people")
    return folder


def adopt(project: Project, pickle: Path, name: str, dataset: str = "iris") -> tuple[str, ...]:
    """The words of the command."""
    return "remodel", "adopt", "recipe", str(pickle), "--name", name, "--dataset", dataset


def test_a_pickle_becomes_a_model(project: Project, pickles: Path) -> None:
    """What a search found, with the steps before it, as choices of conf/; the pipeline builds it."""
    before = (project.root / "params.yaml").read_text()
    answer = project.run(*adopt(project, pickles / "grid.pkl", "old_grid"), "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert told["version"] == "1.5.2" and any("found by a GridSearchCV" in note for note in told["notes"])
    files = ["conf/classifier/old_grid.yaml", "conf/preprocessing/old_grid.yaml", "conf/model/old_grid.yaml"]
    assert told["files"] == files
    classifier, preprocessing, model = ((project.root / name).read_text() for name in files)
    assert "# Read from grid.pkl, written by scikit-learn 1.5.2." in classifier and "sklearn.svm.SVC\n" in classifier
    assert "_target_: sklearn.preprocessing.StandardScaler" in preprocessing
    assert "- override /classifier: old_grid" in model and "- override /cv: stratified_5\n" in model
    assert (project.root / "params.yaml").read_text() != before

    assert project.run(*adopt(project, pickles / "votes.pkl", "old_votes")).code == 0
    votes = (project.root / "conf" / "classifier" / "old_votes.yaml").read_text()
    assert votes.index("trees:") < votes.index("line:") < votes.index("weights:\n- 2\n- 1")

    assert project.run("remodel", "rebuild", "old_grid").code == 0
    result = json.loads((project.root / "models" / "old_grid" / "sklearn-1.9" / "result.json").read_text())
    assert result["model"] == "old_grid"


def test_what_cannot_be_one_leaves_everything_as_it_was(project: Project, pickles: Path) -> None:
    """A taken name, another task, no such dataset, an attack, a file that is none: one line, and no file."""
    (pickles / "hostile.pkl").write_bytes(reduced("os.system"))
    (pickles / "half.pkl").write_bytes((pickles / "table.pkl").read_bytes()[:400])

    def files() -> dict[str, bytes]:
        paths = [*(project.root / "conf").rglob("*"), project.root / "params.yaml"]
        return {str(path): path.read_bytes() for path in paths if path.is_file()}

    before = files()
    for pickle, name, dataset, code, said in (
        ("grid.pkl", project.model, "iris", 2, f"there is a model {project.model} already"),
        ("grid.pkl", "try_it", "iris", 2, "'try_it' cannot be the name of a model"),
        ("grid.pkl", "old", "irises", 2, "unknown dataset 'irises'"),
        ("random.pkl", "old", "iris", 2, "iris"),
        ("odd.pkl", "old", "iris", 2, "iris"),
        ("hostile.pkl", "old", "iris", 2, "os.system"),
        ("half.pkl", "old", "iris", 2, "half.pkl: it ends in the middle"),
        ("nothing.pkl", "old", "iris", 7, "there is no file"),
    ):
        project.run(*adopt(project, pickles / pickle, name, dataset)).refused(code, said)
        assert files() == before, pickle
