"""A model that answers with numbers, built as a recipe says, in every environment."""

from __future__ import annotations

import io
import json

import numpy
import production
import pyarrow.parquet
import pytest

from builder.answers import Numbers
from container.errors import BuilderError

SCALE = {"_target_": "sklearn.preprocessing.StandardScaler"}


@pytest.fixture(scope="module")
def diabetes(tmp_path_factory):
    request = {
        "schema_version": 1,
        "dataset": {"name": "diabetes", "bundled": "diabetes", "task": "regression"},
        "cv": production.PLAIN,
    }
    return production.take(request, tmp_path_factory.mktemp("data") / "diabetes")


def recipe(folder, regressor, preprocessing=SCALE):
    """A recipe of a regressor on a snapshot of numbers."""
    pipeline = {"preprocessing": preprocessing, "regressor": regressor}
    return production.recipe(folder, "scale", "logistic", "plain", task="regression", pipeline=pipeline)


REGRESSORS = {
    "ridge": {"_target_": "sklearn.linear_model.Ridge"},
    "forest": {"_target_": "sklearn.ensemble.RandomForestRegressor", "n_estimators": 8},
    "boosting": {"_target_": "sklearn.ensemble.GradientBoostingRegressor", "n_estimators": 8, "loss": "absolute_error"},
    "histogram": {"_target_": "sklearn.ensemble.HistGradientBoostingRegressor", "max_iter": 8, "loss": "squared_error"},
    "neighbours": {"_target_": "sklearn.neighbors.KNeighborsRegressor"},
    "svr": {"_target_": "sklearn.svm.SVR"},
    "scaled": {
        "_target_": "sklearn.compose.TransformedTargetRegressor",
        "regressor": {"_target_": "sklearn.linear_model.HuberRegressor"},
        "transformer": SCALE,
    },
}


@pytest.mark.parametrize("name", list(REGRESSORS))
def test_a_regressor_is_built_with_scores_and_an_exact_file(diabetes, name):
    """In the words of the newest version, whatever the installed one calls it; twice the same bytes."""
    built = production.build(diabetes, recipe(diabetes, REGRESSORS[name]))
    result = json.loads(built.artifacts["result.json"])
    assert result["onnx"]["status"] == "exported" and result["onnx"]["exporter"] == "exact", result["onnx"]
    scores = json.loads(built.artifacts["scores.json"])["metrics"]
    assert set(scores) == set(Numbers.METRICS)
    table = pyarrow.parquet.read_table(io.BytesIO(built.artifacts["predictions.parquet"]))
    assert set(table.column_names) == {"row", "fold", "target", "oof_prediction", "fit_prediction"}
    truth, answered = (table.column(name).to_numpy() for name in ("target", "oof_prediction"))
    folds = table.column("fold").to_numpy()
    errors = [numpy.sqrt(numpy.mean((truth - answered)[folds == fold] ** 2)) for fold in range(3)]
    assert scores["root_mean_squared_error"]["folds"] == pytest.approx(errors, rel=1e-12)
    signature = json.loads(built.artifacts["signature.json"])
    assert signature["task"] == "regression" and "classes" not in signature
    again = production.build(diabetes, recipe(diabetes, REGRESSORS[name]))
    assert again.artifacts["model.skops"] == built.artifacts["model.skops"]
    assert again.artifacts["model.onnx"] == built.artifacts["model.onnx"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("sklearn.linear_model.LogisticRegression", "LogisticRegression is a classifier, and the target is a number"),
        ("sklearn.preprocessing.StandardScaler", "StandardScaler is no regressor"),
    ],
)
def test_what_is_no_regressor_is_refused_before_anything_is_fitted(diabetes, target, message):
    """By its name, with what to choose instead."""
    with pytest.raises(BuilderError, match=message):
        production.build(diabetes, recipe(diabetes, {"_target_": target}))
