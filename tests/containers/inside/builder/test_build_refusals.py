"""A build that cannot succeed says which fold, which step and which value, and what to do next."""

from __future__ import annotations

import copy
import json

import numpy
import production
import pytest

import contract
from builder import data, instantiate, manifest, onnx
from builder.answers import LabelsWithProbabilities
from builder.onnx.gate import Measured
from builder.onnx.impossible import Impossible
from builder.onnx.parity import Parity
from builder.training import crossval
from container import cpu, documents
from container.errors import BuilderError


def failure(folder, recipe):
    with pytest.raises(BuilderError) as caught:
        production.build(folder, recipe)
    return caught.value


def test_missing_values_that_reach_a_classifier_are_explained(credit):
    """Fold, step, estimator, the library's own words, and the preprocessing that mends it."""
    numbers = {
        "_target_": "sklearn.compose.ColumnTransformer",
        "transformers": [["numbers", {"transformer": "passthrough", "columns": "numeric"}]],
    }
    error = failure(credit, production.recipe(credit, numbers, "logistic"))
    assert error.kind == "build"
    assert error.message.startswith("fold 1 of 3, fit: classifier (LogisticRegression): Input ")
    assert error.advice == "Use preprocessing=tabular, which fills in missing values"


def test_words_that_reach_a_scaler_are_explained(credit):
    """A table with words and no encoder."""
    error = failure(credit, production.recipe(credit, "scale", "logistic"))
    assert error.message.startswith("fold 1 of 3, fit: preprocessing (StandardScaler): could not convert string")
    assert error.advice == "Use preprocessing=tabular, which encodes categorical columns"


def test_a_category_that_an_encoder_does_not_know_is_explained(credit):
    """An encoder that refuses unseen categories fails on the last fold, which has one."""
    spec = json.loads(json.dumps(production.PREPROCESSING["tabular"]))
    spec["transformers"][1][1]["transformer"]["steps"][1][1]["handle_unknown"] = "error"
    error = failure(credit, production.recipe(credit, spec, "logistic", cv="ordered"))
    assert error.message.startswith("fold 5 of 5, predict: preprocessing (OneHotEncoder): Found unknown categories")
    assert "handle_unknown" in error.advice


@pytest.mark.parametrize("name", ["data.parquet", "schema.json", "folds/shuffled.json"])
def test_a_changed_snapshot_is_refused(iris, name):
    """The file, the sha256 that was found and the one that the recipe expects."""
    recipe = production.recipe(iris, "scale", "tree")
    key = name.split("/")[0]
    found, recipe["snapshot"][key] = recipe["snapshot"][key], "0" * 64
    error = failure(iris, recipe)
    assert error.kind == "data"
    assert error.message == f"snapshot file {name} has sha256 {found}, the recipe expects {'0' * 64}"


def test_a_missing_snapshot_is_named(tmp_path, iris):
    """An empty folder instead of a snapshot."""
    assert (
        failure(tmp_path, production.recipe(iris, "scale", "tree")).message == "snapshot file data.parquet is missing"
    )


def test_a_model_that_cannot_be_onnx_is_built_all_the_same(iris, monkeypatch):
    """The reason stands in result.json, the rest of the model is there."""
    for exporter in (onnx.exact_export, onnx.skl2onnx_export):
        monkeypatch.setattr(exporter, "export", lambda *words: Impossible("no such operator"))
    naive = production.build(iris, production.recipe(iris, "scale", "naive_bayes"))
    result = json.loads(naive.artifacts["result.json"])
    assert result["onnx"]["reason"] == "no such operator; no such operator"
    assert set(json.loads(naive.artifacts["manifest.json"])["artifacts"]) == {
        "model.skops",
        "predictions.parquet",
        "scores.json",
        "signature.json",
    }


def test_what_has_no_exact_form_goes_to_skl2onnx(iris, monkeypatch):
    """Its file is in single precision, and held to the same limit: the step, the rows and the size are told."""
    monkeypatch.setattr(onnx.exact_export, "export", lambda *words: Impossible("exact export: Scaler: not known"))
    naive = production.build(iris, production.recipe(iris, "scale", "naive_bayes"))
    summary = json.loads(naive.artifacts["result.json"])["onnx"]
    assert summary["status"] == "impossible" and "model.onnx" not in naive.artifacts
    words = "parity: probabilities differ from scikit-learn's by more than 1e-09"
    assert summary["reason"] == (
        f"exact export: Scaler: not known; skl2onnx: {words} (`onnx: float32` in the recipe accepts 1e-04)"
    )
    assert (summary["exporter"], summary["limit"], summary["difference_below"]) == ("skl2onnx", "1e-09", "1e-04")
    assert summary["beyond"]["step"] == "Scaler"
    assert len(summary["beyond"]["first"]) == 5 and 5 <= summary["beyond"]["rows"] <= 150
    assert naive.onnx_facts["because"] == "exact export: Scaler: not known"


def test_single_precision_is_the_recipes_choice(iris):
    """Measured in the same way, with a limit of its own."""
    naive = production.build(iris, production.recipe(iris, "scale", "naive_bayes", onnx="float32"))
    summary = json.loads(naive.artifacts["result.json"])["onnx"]
    assert (summary["status"], summary["precision"], summary["limit"]) == ("exported", "float32", "1e-04")
    assert summary["adversarial_rows"] > 500
    exact = production.build(iris, production.recipe(iris, "scale", "naive_bayes"))
    assert naive.onnx_facts["largest_difference"] > 1e-9 > exact.onnx_facts["largest_difference"]


def test_single_precision_that_is_too_coarse_is_refused(iris):
    """Trees on adversarial rows: whoever asked for single precision is told, too."""
    steps = production.steps(("scale", production.SCALE), ("power", {"_target_": "sklearn.preprocessing.MinMaxScaler"}))
    tree = production.build(iris, production.recipe(iris, steps, "tree", onnx="float32"))
    summary = json.loads(tree.artifacts["result.json"])["onnx"]
    assert summary["status"] == "impossible" and summary["reason"].startswith("parity: ")
    assert summary["beyond"]["step"] == "single precision"


@pytest.mark.parametrize("step", ["preprocessing", "classifier"])
def test_a_file_that_answers_otherwise_names_the_step(iris, monkeypatch, step):
    """The numbers before the classifier are compared, too."""
    from builder.onnx.exact import registry

    table, name = {
        "preprocessing": (registry._TRANSFORMERS, "StandardScaler"),
        "classifier": (registry._CLASSIFIERS, "LogisticRegression"),
    }[step]
    right = table[name]

    def wrong(g, estimator, frame):
        changed = copy.deepcopy(estimator)
        attribute = "mean_" if step == "preprocessing" else "coef_"
        setattr(changed, attribute, getattr(changed, attribute) * 1.001)
        return right(g, changed, frame)

    monkeypatch.setitem(table, name, wrong)
    built = production.build(iris, production.recipe(iris, "scale", "logistic"))
    summary = json.loads(built.artifacts["result.json"])["onnx"]
    assert (summary["status"], summary["exporter"]) == ("impossible", "exact")
    assert summary["beyond"]["step"] == step and summary["beyond"]["rows"] > 100
    assert summary["difference_below"] in ("1e-04", "1e-02")


def test_exempt_rows_are_counted_and_named():
    """By reason: the number of the snapshot's rows, the first of them, and the number of adversarial rows."""
    own = tuple((row, "tie") for row in (3, 9, 11, 12, 40, 41, 77))
    measured = Measured(Parity(150, 0, 0.0), own, ((1, "tie"), (2, "margin")), 600)
    assert measured.exempted() == {
        "margin": {"rows": 0, "first": [], "adversarial_rows": 1},
        "tie": {"rows": 7, "first": [3, 9, 11, 12, 40], "adversarial_rows": 1},
    }
    assert measured.facts()["exempt"] == [list(row) for row in own]


def test_words_and_missing_values_are_exported_exactly(credit):
    """A table with words has an ONNX file in double precision."""
    naive = production.build(credit, production.recipe(credit, "tabular", "naive_bayes"))
    summary = json.loads(naive.artifacts["result.json"])["onnx"]
    assert (summary["status"], summary["difference_below"]) == ("exported", "1e-09")
    assert naive.onnx_facts["adversarial_rows"] > 1000


def test_an_onnx_model_that_answers_otherwise_is_not_exported(iris):
    """Whatever the exporter says: its model's answers are compared with what the stored model predicts."""
    recipe = production.recipe(iris, "scale", "naive_bayes")
    snapshot = data.load(iris, recipe)
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema))
    expected = crossval.predict(LabelsWithProbabilities, model.fit(snapshot.X, snapshot.y), snapshot.X, "predict")
    assert onnx.export_checked(model, snapshot, expected, recipe).summary["status"] == "exported"
    model.fit(snapshot.X, numpy.roll(snapshot.y, 50))
    other = onnx.export_checked(model, snapshot, expected, recipe)
    assert other.content is None
    assert other.summary["reason"].endswith("labels differ from scikit-learn's")
    assert other.summary["labels_different"] > 100


ITEMS = [
    "data.dataset",
    "data.files.data.parquet",
    "data.files.folds",
    "source.builder_sha256",
    "source.recipe",
    "source.recipe_sha256",
    "versions.python",
    "versions.scikit-learn",
    "versions.numpy",
    "cross_validation.metrics.accuracy",
    "environment.lock_sha256",
    "environment.interpreter",
    "cpu_profile",
    "threads",
    "artifacts.model.skops",
]


@pytest.mark.parametrize("item", ITEMS)
def test_a_manifest_without_an_item_fails_the_build(built, item):
    """Every item of scikit-learn's persistence guide is required: without one there is no model."""
    content = (built / "models" / "iris-scale-logistic" / "manifest.json").read_bytes()
    whole = json.loads(content)
    assert manifest.complete(whole) == whole
    part, name = whole, item
    while name not in part:
        head, _, name = name.partition(".")
        part = part[head]
    del part[name]
    with pytest.raises(BuilderError) as caught:
        manifest.complete(whole)
    assert caught.value.message.startswith("the manifest is not complete: ")
    assert repr(name) in caught.value.message


def test_another_interpreter_is_refused():
    """The interpreter's minor version has to be the environment's."""
    with pytest.raises(BuilderError, match=r"environment sklearn-test needs Python 2\.7, this is Python 3"):
        manifest.check_interpreter({**production.environment(), "python": "2.7"})


def test_a_cpu_below_the_profile_is_refused(tmp_path):
    """The missing instruction sets are named, and what kind of machine would do."""
    cpuinfo = tmp_path / "cpuinfo"
    flags = " ".join(set(cpu.NEEDED) - {"avx2", "fma"})
    cpuinfo.write_text(f"processor : 0\nmodel name\t: Old CPU\nflags\t\t: fpu {flags}\n\nprocessor : 1\n")
    with pytest.raises(BuilderError, match=r"this CPU \(Old CPU\) lacks avx2, fma of the profile x86-64-v3"):
        cpu.check(cpuinfo)
    cpuinfo.write_text(f"flags : {' '.join(cpu.NEEDED)}\n")
    cpu.check(cpuinfo)


def test_no_kernel_above_the_profile_is_active():
    """numpy, which chose its kernels when it was imported, dispatches to nothing above x86-64-v3."""
    try:
        from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
    except ImportError:
        from numpy.core._multiarray_umath import __cpu_dispatch__, __cpu_features__
    active = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    assert [name for name in active if name.startswith("AVX512") or name == "X86_V4"] == []


def test_warnings_are_counted_and_not_lost(iris):
    """A classifier that stops too early says so in result.json, once for each of the four fits."""
    spec = {**production.CLASSIFIERS["mlp"], "max_iter": 2}
    built = production.build(iris, production.recipe(iris, "scale", spec))
    found = json.loads(built.artifacts["result.json"])["warnings"]
    counts = {entry["category"]: entry["count"] for entry in found}
    assert counts["ConvergenceWarning"] == 4


def test_an_output_that_breaks_its_contract_is_not_written():
    """That is a defect of ours and crashes: there is nothing that a user could mend."""
    with pytest.raises(contract.ContractError, match=r"result\.json is not a valid result"):
        documents.to_bytes("result", {"schema_version": 2})
