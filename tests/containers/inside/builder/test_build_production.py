"""Every production model, in every environment: same bytes, loadable, as good as it says, fully described."""

from __future__ import annotations

import hashlib
import json

import numpy
import production
import pyarrow.parquet
import pytest
import skops.io

import contract
from builder import data
from container import versions

ALWAYS = {"manifest.json", "model.skops", "predictions.parquet", "result.json", "scores.json", "signature.json"}


def document(folder, name):
    return json.loads((folder / name).read_bytes())


def loaded(folder):
    """The model as stock skops loads it, its snapshot, and the table of its predictions."""
    content = (folder / "model.skops").read_bytes()
    model = skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))
    recipe = document(folder, "manifest.json")["source"]["recipe"]
    snapshot = data.load(folder.parents[1] / "data" / recipe["choices"]["dataset"], recipe)
    return model, snapshot, pyarrow.parquet.read_table(folder / "predictions.parquet")


def columns(table, prefix, classes):
    return numpy.column_stack([table.column(f"{prefix}_p_{label}").to_numpy() for label in classes])


def test_same_bytes_whatever_the_hash_seed_folder_time_zone_and_memory(twice):
    """Every tracked file has the same bytes in two processes that share only the recipes."""
    first, second = (
        {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.*")}
        for folder in twice
    )
    tracked = {path for path in first if path.name != "record.json"}
    assert tracked == {path for path in second if path.name != "record.json"}
    assert [str(path) for path in sorted(tracked) if first[path] != second[path]] == []


@pytest.mark.parametrize("name", production.NAMES)
def test_stock_skops_loads_the_same_model(built, name):
    """skops.io.load gives a model whose labels and probabilities are those of the built one, bit by bit."""
    model, snapshot, table = loaded(built / "models" / name)
    assert model.predict(snapshot.X).tolist() == table.column("fit_label").to_pylist()
    expected = columns(table, "fit", snapshot.classes)
    assert model.predict_proba(snapshot.X).astype(float).tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", production.NAMES)
def test_every_document_keeps_its_contract(built, name):
    """A model's folder holds what the contract names, model.onnx where result.json says so, and nothing else."""
    folder = built / "models" / name
    result = contract.check("result", document(folder, "result.json"), "result.json")
    contract.check("scores", document(folder, "scores.json"), "scores.json")
    expected = ALWAYS | ({"model.onnx"} if result["onnx"]["status"] == "exported" else set())
    assert {path.name for path in folder.iterdir()} == expected


@pytest.mark.parametrize("name", production.NAMES)
def test_the_manifest_tells_what_the_model_was_made_from(built, name):
    """Data, recipe, versions, scores and artifacts of the manifest are those of the files themselves."""
    folder = built / "models" / name
    manifest = contract.check("manifest", document(folder, "manifest.json"), "manifest.json")
    for file, artifact in manifest["artifacts"].items():
        content = (folder / file).read_bytes()
        assert artifact == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    scores = document(folder, "scores.json")["metrics"]
    assert manifest["cross_validation"]["metrics"]["accuracy"]["mean"] == scores["accuracy"]["mean"]
    assert manifest["versions"]["scikit-learn"] == versions.installed("scikit-learn")
    assert manifest["versions"]["python"].count(".") == 1


@pytest.mark.parametrize("name", production.NAMES)
def test_models_learn(built, name):
    """Every production model is better than chance on rows that it was not trained on."""
    scores = document(built / "models" / name, "scores.json")["metrics"]
    assert scores["roc_auc"]["mean"] > 0.65
    assert scores["log_loss"]["mean"] > 0


@pytest.mark.parametrize("name", ["iris-scale-logistic", "breast_cancer-select-logistic"])
def test_scores_are_those_of_the_stored_predictions(built, name):
    """Each fold's accuracy can be computed again from predictions.parquet and the stored folds."""
    folder = built / "models" / name
    _, snapshot, table = loaded(folder)
    scores = document(folder, "scores.json")
    right = numpy.array(table.column("oof_label").to_pylist()) == numpy.array(table.column("label").to_pylist())
    fold = table.column("fold").to_numpy()
    repeats = document(folder, "manifest.json")["source"]["recipe"]["cv"]["n_repeats"]
    first = len(snapshot.folds) // repeats
    again = [float(right[fold == number].mean()) for number in range(first)]
    assert scores["metrics"]["accuracy"]["folds"][:first] == pytest.approx(again, abs=1e-15)
    assert sorted(set(fold.tolist())) == list(range(first))


def test_a_category_that_no_training_row_has_is_predicted_all_the_same(built):
    """The last fold of credit tests a loan purpose that its training rows lack, and every row gets a prediction."""
    _, snapshot, table = loaded(built / "models" / "credit-tabular-logistic")
    new = (snapshot.X["purpose"] == "solar_panels").to_numpy()
    train = numpy.setdiff1d(numpy.arange(len(new)), snapshot.folds[-1])
    assert new.any() and not new[train].any()
    probabilities = columns(table, "oof", snapshot.classes)
    assert numpy.allclose(probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("name", production.NAMES)
def test_onnx_inputs_are_the_columns_and_answers_are_the_models(built, name):
    """A model.onnx takes one tensor a column by its name and agrees with the model on every row."""
    onnxruntime = pytest.importorskip("onnxruntime")
    folder = built / "models" / name
    result = document(folder, "result.json")["onnx"]
    if result["status"] == "impossible":
        assert result["reason"] and "\n" not in result["reason"]
        return
    _, snapshot, table = loaded(folder)
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    assert [entry.name for entry in session.get_inputs()] == list(snapshot.X)
    assert all(entry.shape[1] == 1 for entry in session.get_inputs())
    dtypes = {"tensor(float)": numpy.float32, "tensor(double)": numpy.float64, "tensor(string)": object}
    feed = {
        entry.name: snapshot.X[[entry.name]]
        .fillna("" if "string" in entry.type else numpy.nan)
        .to_numpy(dtypes[entry.type])
        for entry in session.get_inputs()
    }
    labels, probabilities = session.run(["label", "probabilities"], feed)
    assert labels.tolist() == table.column("fit_label").to_pylist()
    assert numpy.abs(probabilities - columns(table, "fit", snapshot.classes)).max() <= float(result["difference_below"])


def test_onnx_is_possible_for_most_linear_models(built):
    """The parity check is not passed by exporting nothing."""
    for name in ("iris-scale-logistic", "iris-scale-mlp", "iris-scale-naive_bayes", "wine-pca-logistic"):
        assert document(built / "models" / name, "result.json")["onnx"]["status"] == "exported"
