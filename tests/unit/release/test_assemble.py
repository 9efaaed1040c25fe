"""A release is assembled from files that are what the build wrote, of types that were reviewed, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.engines.engine import Job
from remodel.errors import BuildError, StorageError, VerificationError
from remodel.files import read_json, write_json
from remodel.release.contents import sums
from remodel.release.contents.example import check_answers
from tests.unit.release.assembled import COMMIT, ENVIRONMENT, MODELS, TRUSTED, Answering, assembly, built


@pytest.fixture
def own(checkout: Checkout, tmp_path: Path) -> Checkout:
    """A checkout with two packaged models, to change."""
    return built(checkout, tmp_path / "own")


def test_the_files_of_a_model(own: Checkout, tmp_path: Path) -> None:
    """What was built, what it was built from, and what describes both; readable for the container's user."""
    assembly(own).assemble(Answering(), tmp_path / "models")
    for model in MODELS:
        folder = tmp_path / "models" / model
        names = set(sums.files(folder))
        assert {"model.skops", "model.onnx", "serving/model.py", "schema.json", "conda-lock.yml"} <= names
        assert {"README.md", "bom.cdx.json", "provenance.json", "example.json", "trust.json", "audit.json"} <= names
        assert sums.check(folder, model) == len(names) - 1
        assert (folder / "model.skops").read_bytes() == (own.release / model / "model.skops").read_bytes()
        assert read_json(folder / "audit.json")["entries"][0]["model"] == model
        card = (folder / "README.md").read_text()
        assert card.startswith(f"# {model} 1.4.0\n")
        assert COMMIT in card
        assert all((path.stat().st_mode & 0o777) == 0o644 for path in sums.files(folder).values() if path.is_file())
    types = read_json(tmp_path / "models" / "iris_tree" / "trust.json")["types"]
    assert list(types) == [TRUSTED]


@pytest.mark.parametrize(
    "name",
    ["release/iris_tree/model.skops", "release/iris_tree/manifest.json", "data/iris/schema.json",
     f"docker/{ENVIRONMENT}/conda-lock.yml"],
)  # fmt: skip
def test_a_file_that_is_not_what_was_built(own: Checkout, tmp_path: Path, name: str) -> None:
    """Is named, with how to get it back."""
    made = assembly(own)
    path = own.root / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(StorageError, match=f"{name} has sha256 .*, it was built with") as caught:
        made.assemble(Answering(), tmp_path / "models")
    assert "dvc checkout" in caught.value.advice
    path.unlink()
    with pytest.raises(StorageError, match="cannot read"):
        made.assemble(Answering(), tmp_path / "others")


def test_a_type_that_nobody_reviewed(own: Checkout, tmp_path: Path) -> None:
    """Does not leave, whatever the build was allowed."""
    result = own.models / "iris_tree" / ENVIRONMENT / "result.json"
    write_json(result, read_json(result) | {"untrusted_types": ["os.system"]})
    with pytest.raises(BuildError, match=r"iris_tree holds os\.system, which conf/trust\.yaml does not list"):
        assembly(own).assemble(Answering(), tmp_path / "models")


class Unsure(Answering):
    """Its ONNX Runtime answers otherwise than its scikit-learn."""

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        super().run(job, on_line)
        [out] = [mount.source for mount in job.mounts if mount.target == "/out"]
        answers = json.loads((out / "answers.json").read_text())
        answers["iris_tree"]["onnx"]["probabilities"][1] = [0.25, 0.75]
        write_json(out / "answers.json", answers)
        return 0


def test_a_model_whose_runtimes_disagree(own: Checkout, tmp_path: Path) -> None:
    """Its receiver would be told so; it is not released."""
    message = r"iris_tree: model\.onnx answers row 1 with probabilities that are off by 2\.5e-01"
    with pytest.raises(VerificationError, match=message):
        assembly(own).assemble(Unsure(), tmp_path / "models")


def test_answers_are_held_against_the_example() -> None:
    """Labels exactly, scikit-learn's numbers to the last bits, ONNX Runtime's within what its build measured."""
    answer = {"labels": ["a", "b"], "probabilities": [[0.75, 0.25], [0.25, 0.75]]}
    document = {"answer": answer, "onnx_tolerance": 1e-4}
    near = {"labels": ["a", "b"], "probabilities": [[0.75, 0.25], [0.25005, 0.74995]]}
    check_answers(document, {"skops": answer, "onnx": near}, "m")
    for answers, message in (
        ({"skops": near}, r"m: model\.skops answers row 1 with probabilities that are off by 5\.0e-05"),
        ({"onnx": answer | {"labels": ["a", "a"]}}, r"m: model\.onnx answers with the labels \['a', 'a'\], recorded"),
        ({"onnx": answer | {"probabilities": [[0.75, 0.25]]}}, "answers with 1 rows of probabilities, recorded are 2"),
        ({"onnx": answer | {"probabilities": [[float("nan"), 0.25], [0.25, 0.75]]}}, "off by nan"),
    ):
        with pytest.raises(VerificationError, match=message):
            check_answers(document, answers, "m")
