"""A detector of outliers, built as a recipe says, in every environment."""

from __future__ import annotations

import io
import json

import numpy
import production
import pyarrow.parquet
import pytest
from sklearn.metrics import average_precision_score

from builder.answers import LabelsWithDecisions
from container.errors import BuilderError
from serving.model import Model

SCALE = {"_target_": "sklearn.preprocessing.StandardScaler"}

DETECTORS = {
    "forest": {"_target_": "sklearn.ensemble.IsolationForest", "n_estimators": 12, "contamination": 0.1},
    "support_vectors": {"_target_": "sklearn.svm.OneClassSVM", "nu": 0.1},
    "density": {"_target_": "sklearn.neighbors.LocalOutlierFactor", "novelty": True, "contamination": 0.1},
    "ellipse": {"_target_": "sklearn.covariance.EllipticEnvelope", "support_fraction": 0.9},
}


@pytest.fixture(scope="module")
def sensors(tmp_path_factory):
    request = {
        "schema_version": 1,
        "dataset": {"name": "sensors", "generator": "sensors", "rows": 400, "seed": 3},
        "cv": production.CV,
    }
    return production.take(request, tmp_path_factory.mktemp("data") / "sensors")


def recipe(folder, detector, preprocessing=SCALE, outlier="fault"):
    """A recipe of a detector on a snapshot whose class `fault` are the outliers."""
    pipeline = {"preprocessing": preprocessing, "outlier": detector}
    told = {"task": "outliers", "outlier": outlier, "pipeline": pipeline}
    return production.recipe(folder, "scale", "logistic", "shuffled", **told)


@pytest.mark.parametrize("name", list(DETECTORS))
def test_a_detector_is_built_with_scores_and_an_exact_file(sensors, name, tmp_path):
    """Labels are -1 and 1, scores are those of the outliers, the file answers a request; twice the same bytes."""
    built = production.build(sensors, recipe(sensors, DETECTORS[name]))
    result = json.loads(built.artifacts["result.json"])
    assert result["onnx"]["status"] == "exported" and result["onnx"]["exporter"] == "exact", result["onnx"]
    scores = json.loads(built.artifacts["scores.json"])["metrics"]
    assert set(scores) == set(LabelsWithDecisions.METRICS)
    table = pyarrow.parquet.read_table(io.BytesIO(built.artifacts["predictions.parquet"]))
    assert table.column_names == ["row", "fold", "label", "oof_label", "oof_d_1", "fit_label", "fit_d_1"]
    truth = numpy.array(table.column("label").to_pylist())
    assert set(truth) == {"-1", "1"} and 0.01 < (truth == "-1").mean() < 0.1
    decision, label = table.column("fit_d_1").to_numpy(), numpy.array(table.column("fit_label").to_pylist())
    assert ((decision < 0) == (label == "-1")).all()
    folds, out = table.column("fold").to_numpy(), table.column("oof_d_1").to_numpy()
    expected = [average_precision_score(truth[folds == fold] == "-1", -out[folds == fold]) for fold in range(3)]
    assert scores["average_precision"]["folds"] == pytest.approx(expected, rel=1e-12)
    signature = json.loads(built.artifacts["signature.json"])
    assert (signature["answers"], signature["classes"]) == ("decisions", ["-1", "1"])
    for file, content in built.artifacts.items():
        (tmp_path / file).write_bytes(content)
    [answer] = Model(tmp_path).predict([odd(signature)])
    assert answer.label == "-1"
    again = production.build(sensors, recipe(sensors, DETECTORS[name]))
    assert again.artifacts["model.skops"] == built.artifacts["model.skops"]
    assert again.artifacts["model.onnx"] == built.artifacts["model.onnx"]


def odd(signature):
    """A row far from all others."""
    return {column["name"]: column["maximum"] for column in signature["columns"]}


@pytest.mark.parametrize(
    ("changes", "message", "advice"),
    [
        (
            {"detector": {"_target_": "sklearn.linear_model.LogisticRegression"}},
            "pipeline.outlier: LogisticRegression tells no outliers",
            "Choose a detector, such as IsolationForest",
        ),
        (
            {"detector": {"_target_": "sklearn.neighbors.LocalOutlierFactor"}},
            "pipeline.outlier: LocalOutlierFactor gives no decision scores (no predict)",
            "Set novelty: true",
        ),
        (
            {"detector": DETECTORS["forest"], "outlier": "falt"},
            "the target 'state' has no class 'falt': it has 'fault', 'normal'",
            "Correct `outlier` in the dataset's YAML file",
        ),
    ],
    ids=["no detector", "no novelty", "no class"],
)
def test_what_tells_no_outliers_is_refused(sensors, changes, message, advice):
    """With what to do."""
    with pytest.raises(BuilderError) as caught:
        production.build(sensors, recipe(sensors, **changes))
    assert (caught.value.message, caught.value.advice) == (message, advice)
