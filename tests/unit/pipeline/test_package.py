"""release/ holds the release environment's artifacts, and nothing that its manifest does not vouch for."""

import hashlib
import json
import subprocess

import pytest

import contract
from remodel.errors import BuildError, StorageError
from remodel.pipeline.package import package
from remodel.recipes.params import Params
from remodel.results.documents import MissingResult
from remodel.takeover.expected import Release
from remodel.takeover.left import opened
from tests.unit.audit.folders import TOLERANCES, Folder, edit_json

RELEASE = "sklearn-1.9"


@pytest.fixture
def params():
    return Params(
        environments=("sklearn-1.5", RELEASE),
        snapshot_environment=RELEASE,
        baseline="sklearn-1.5",
        release_environment=RELEASE,
        datasets={"credit": "conf/dataset/credit.yaml"},
        cv=("stratified_5",),
        models=("wine_svc", "credit_mlp"),
        tolerances=TOLERANCES,
    )


@pytest.fixture
def models(tmp_path):
    """Two models, of which wine_svc has no ONNX file, and an older environment that is not released."""
    for environment in ("sklearn-1.5", RELEASE):
        Folder("credit_mlp", environment).write(tmp_path / "models")
        Folder("wine_svc", environment, no_onnx_reason="SVC: no converter").write(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "release"


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_is_packaged_is_taken_over(params, models, out, tmp_path):
    """Every file below every folder, and nothing that the index does not list."""
    package(params, models, out)
    with opened("package", out) as left:
        Release(params.models).take(left, tmp_path / "taken")
    assert names(tmp_path / "taken") == names(out)
    (out / "credit_mlp" / "serving" / "onnx_file" / "more.py").write_text("")
    with opened("package", out) as left, pytest.raises(BuildError, match=r"more\.py"):
        Release(params.models).take(left, tmp_path / "again")


def test_the_release_holds_what_the_release_environment_built(params, models, out):
    """And the program that answers requests with it."""
    package(params, models, out)
    built = ("manifest.json", "model.onnx", "model.skops", "scores.json")
    reading = ("__init__", "check", "messages", "operators", "trees", "wire")
    program = ("__init__", "answers", "cells", "command", "limits", "model", *(f"onnx_file/{name}" for name in reading))
    program += ("rows", "session", "signature")
    released = ("__main__.py", *built, *(f"serving/{name}.py" for name in program), "signature.json")
    assert names(out) == [
        *(f"credit_mlp/{name}" for name in ("SHA256SUMS", *released)),
        "index.json",
        *(f"wine_svc/{name}" for name in ("SHA256SUMS", *released) if name != "model.onnx"),
    ]
    for name in built:
        assert (out / "credit_mlp" / name).read_bytes() == (models / "credit_mlp" / RELEASE / name).read_bytes()


def test_the_index_keeps_its_contract_and_names_the_bytes(params, models, out):
    package(params, models, out)
    index = contract.check("release", json.loads((out / "index.json").read_bytes()), "index.json")
    assert index["environment"] == RELEASE
    content = (out / "credit_mlp" / "manifest.json").read_bytes()
    expected = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    assert index["models"]["credit_mlp"]["files"]["manifest.json"] == expected
    assert index["models"]["wine_svc"]["no_onnx_reason"] == "SVC: no converter"


@pytest.mark.parametrize("model", ["credit_mlp", "wine_svc"])
def test_sha256sum_accepts_the_release(params, models, out, model):
    package(params, models, out)
    finished = check_sums(out / model)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    released = [name for name in names(out / model) if name != "SHA256SUMS"]
    assert finished.stdout.splitlines() == [f"{name}: OK" for name in released]


def test_sha256sum_sees_one_changed_byte(params, models, out):
    package(params, models, out)
    flip(out / "credit_mlp" / "manifest.json")
    finished = check_sums(out / "credit_mlp")
    assert finished.returncode == 1
    assert "manifest.json: FAILED" in finished.stdout


def check_sums(folder):
    words = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def test_the_release_has_the_same_bytes_again(params, models, out, tmp_path):
    package(params, models, out)
    turned = params.model_copy(update={"models": params.models[::-1]})
    package(turned, models, tmp_path / "again")
    assert names(out) == names(tmp_path / "again")
    for name in names(out):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.mark.parametrize("name", ["model.skops", "model.onnx", "scores.json", "predictions.parquet", "signature.json"])
def test_a_tampered_artifact_is_refused_and_nothing_is_written(params, models, out, name):
    path = models / "credit_mlp" / RELEASE / name
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    flip(path)
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StorageError, match=f"{name} is not the file that was built: its sha256 is {after}") as caught:
        package(params, models, out)
    assert before in caught.value.message
    assert not out.exists()


def flip(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_missing_artifact_is_refused(params, models, out):
    (models / "credit_mlp" / RELEASE / "model.skops").unlink()
    with pytest.raises(StorageError, match=r"model.skops is missing, the manifest beside it lists it"):
        package(params, models, out)


def test_a_file_that_no_manifest_lists_is_refused(params, models, out):
    """An ONNX file laid beside a model that has none would otherwise be released unchecked."""
    (models / "wine_svc" / RELEASE / "model.onnx").write_bytes(b"planted")
    with pytest.raises(StorageError, match=r"model.onnx is not in the manifest beside it"):
        package(params, models, out)


def test_a_manifest_and_a_result_that_disagree_are_refused(params, models, out):
    folder = models / "credit_mlp" / RELEASE
    edit_json(folder / "manifest.json", lambda document: document["artifacts"].pop("model.onnx"))
    with pytest.raises(StorageError, match=r"manifest.json does not list model.onnx"):
        package(params, models, out)


def test_another_models_folder_is_refused(params, models, out):
    folder = models / "credit_mlp"
    (folder / RELEASE).rename(folder / "away")
    (folder / "sklearn-1.5").rename(folder / RELEASE)
    with pytest.raises(StorageError, match=r"is of credit_mlp in sklearn-1.5, not of credit_mlp in sklearn-1.9"):
        package(params, models, out)


def test_a_missing_model_is_named(params, models, out):
    (models / "wine_svc" / RELEASE).rename(models / "wine_svc" / "away")
    with pytest.raises(MissingResult, match=r"'wine_svc' has no result in environment 'sklearn-1.9'. Run `dvc repro`"):
        package(params, models, out)
