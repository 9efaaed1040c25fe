"""`python -m remodel.inside` as a container starts it: same bytes on every run, errors in error.json."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import contract
from remodel.checkout import Checkout
from remodel.files import canonical_json, write_json
from remodel.pipeline.stage import STAGES
from remodel.recipes.recipes import select_model
from tests.unit.audit.folders import Folder, write_checkout, write_params

SOURCE = Path(__file__).parents[3] / "src"
MODELS = ("credit_mlp", "iris_svc")
ENVIRONMENTS = ("sklearn-0.24", "sklearn-1.5")
REPORTS = ("comparison.json", "comparison.md", "cv_scores.csv", "index.html", "print.html", "scores.svg")


def inside(stage, root, out, seed="0"):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": seed}
    words = [sys.executable, "-m", "remodel.pipeline.in_container", stage, "--root", str(root), "--out", str(out)]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60)


def copied(root, pairs):
    write_checkout(root, MODELS, ENVIRONMENTS)
    for model, environment in pairs:
        Folder(model=model, environment=environment).write(root / "models")
    return root


def test_reports_have_the_same_bytes_under_any_hash_seed_and_folder_order(tmp_path):
    pairs = [(model, environment) for model in MODELS for environment in ENVIRONMENTS]
    written = []
    for seed, order in (("1", pairs), ("2", pairs[::-1])):
        out = tmp_path / f"out{seed}"
        out.mkdir()
        finished = inside("compare", copied(tmp_path / f"root{seed}", order), out, seed)
        assert finished.returncode == 0, finished.stderr
        assert sorted(path.name for path in out.iterdir()) == sorted(REPORTS)
        written.append([(out / name).read_bytes() for name in REPORTS])
    assert written[0] == written[1]
    contract.check("comparison", json.loads(written[0][0]), "comparison.json")


def test_reports_are_made_with_the_decisions(tmp_path):
    """decisions.yaml is an input of the stage: mounted, a dependency in dvc.yaml, and told in both reports."""
    root = copied(tmp_path / "root", [(model, environment) for model in MODELS for environment in ENVIRONMENTS])
    gone = {"model": "gone", "environment": "sklearn-1.5", "reason": "why", "baseline": {}, "artifacts": {}}
    (root / "decisions.yaml").write_text(json.dumps({"decisions": [gone]}))
    (tmp_path / "out").mkdir()
    finished = inside("compare", root, tmp_path / "out")
    assert finished.returncode == 0, finished.stderr
    for name in ("index.html", "comparison.md"):
        assert "gone@sklearn-1.5 is not compared" in (tmp_path / "out" / name).read_text()
    assert "decisions.yaml" in STAGES["compare"].reads
    pipeline = yaml.safe_load((SOURCE.parent / "dvc.yaml").read_text())
    assert "decisions.yaml" in pipeline["stages"]["compare"]["deps"]
    assert (SOURCE.parent / "decisions.yaml").is_file()


@pytest.mark.parametrize("stage", ["compare", "package"])
def test_a_users_error_goes_to_error_json(tmp_path, stage):
    """With paths as seen from the checkout, and the exit code that the command line will end with."""
    root = copied(tmp_path / "root", [])
    (root / "models/credit_mlp/sklearn-1.5").mkdir(parents=True)
    (root / "models/credit_mlp/sklearn-0.24").mkdir()
    out = tmp_path / "out"
    finished = inside(stage, root, out)
    assert finished.returncode == 3, finished.stderr
    document = contract.check("error", json.loads((out / "error.json").read_bytes()), "error.json")
    assert document["kind"] == "host"
    assert document["exit_code"] == 7
    environment = {"compare": "sklearn-0.24", "package": "sklearn-1.5"}[stage]
    name = {"compare": "result.json", "package": "manifest.json"}[stage]
    assert document["message"] == f"models/credit_mlp/{environment}/{name} is missing"
    assert document["advice"] == "Build it again with `dvc repro`"


def test_an_error_that_cannot_be_written_is_the_last_line(tmp_path):
    (tmp_path / "out").write_text("a file, not a folder")
    finished = inside("compare", copied(tmp_path / "root", []), tmp_path / "out")
    assert finished.returncode == 3
    line = finished.stderr.splitlines()[-1]
    assert line.startswith("remodel-container: model 'credit_mlp' has no result in environment 'sklearn-0.24'.")


def test_recipes_are_written_one_a_model(tmp_path, checkout):
    """From the conf/ of this checkout, on a snapshot that fits the model's dataset and folds."""
    root = tmp_path / "root"
    root.mkdir()
    shutil.copytree(checkout.conf, root / "conf")
    write_params(root, ["cancer_logreg"], ENVIRONMENTS, datasets=["breast_cancer"])
    composed = select_model(Checkout(root), "cancer_logreg").composed
    snapshot = root / "data" / "breast_cancer"
    request = hashlib.sha256(canonical_json(composed.dataset.request())).hexdigest()
    data = {"sha256": hashlib.sha256(b"rows").hexdigest()}
    write_json(snapshot / "schema.json", {"request_sha256": request, "data": data})
    write_json(snapshot / "folds" / f"{composed.cv.name}.json", {"cv": composed.cv.document()})
    (snapshot / "data.parquet").write_bytes(b"rows")
    finished = inside("recipes", root, tmp_path / "out")
    assert finished.returncode == 0, finished.stderr
    (written,) = (tmp_path / "out").iterdir()
    assert written.name == "cancer_logreg.json"
    recipe = contract.check("recipe", json.loads(written.read_bytes()), written.name)
    assert recipe["snapshot"]["data.parquet"] == hashlib.sha256(b"rows").hexdigest()


def test_the_release_is_written(tmp_path):
    pairs = [(model, environment) for model in MODELS for environment in ENVIRONMENTS]
    finished = inside("package", copied(tmp_path / "root", pairs), tmp_path / "out")
    assert finished.returncode == 0, finished.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["credit_mlp", "index.json", "iris_svc"]


def test_comparing_and_packaging_need_neither_hydra_nor_dvc_nor_scikit_learn():
    program = (
        "import sys; import remodel.pipeline.in_container, remodel.audit.compare, remodel.audit.report;"
        "import remodel.pipeline.package, remodel.results.answers.predictions;"
        "print(*(name for name in ('hydra', 'omegaconf', 'dvc', 'sklearn', 'pandas') if name in sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    finished = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert (finished.returncode, finished.stdout.strip()) == (0, "")
