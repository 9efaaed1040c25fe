"""Inside a locked environment: every estimator's exact ONNX file beside stock skl2onnx's, on the same rows.

python fidelity_inside.py OUT
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import numpy
from sklearn.calibration import CalibratedClassifierCV
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from tabular import NUMBERS, make

from builder.answers import LabelsWithProbabilities
from builder.compat import experimental
from builder.onnx import exact, parity, skl2onnx_export
from builder.onnx.impossible import Impossible
from builder.onnx.proof.adversary import adversarial
from builder.onnx.proof.compare import compare
from container.versions import distributions

experimental.enable("HistGradientBoostingClassifier")
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402

TRAIN, PER_COLUMN, CLASSES = 600, 110, 3

ESTIMATORS = {
    "LogisticRegression": lambda: LogisticRegression(max_iter=500),
    "LinearSVC, calibrated": lambda: CalibratedClassifierCV(LinearSVC(random_state=0, max_iter=4000), cv=3),
    "SVC": lambda: SVC(probability=True, random_state=0),
    "MLP": lambda: MLPClassifier((12,), max_iter=80, random_state=0),
    "GaussianNB": GaussianNB,
    "LDA": LinearDiscriminantAnalysis,
    "KNN, uniform": lambda: KNeighborsClassifier(5),
    "KNN, distance": lambda: KNeighborsClassifier(5, weights="distance"),
    "DecisionTree": lambda: DecisionTreeClassifier(random_state=0),
    "RandomForest": lambda: RandomForestClassifier(25, random_state=0),
    "ExtraTrees": lambda: ExtraTreesClassifier(25, random_state=0),
    "GradientBoosting": lambda: GradientBoostingClassifier(n_estimators=20, random_state=0),
    "HistGradientBoosting": lambda: HistGradientBoostingClassifier(max_iter=20, random_state=0),
    "AdaBoost": lambda: AdaBoostClassifier(n_estimators=15, random_state=0),
    "Bagging": lambda: BaggingClassifier(n_estimators=12, random_state=0),
    "Voting": lambda: VotingClassifier(
        [("linear", LogisticRegression(max_iter=500)), ("forest", RandomForestClassifier(10, random_state=0))],
        voting="soft",
        flatten_transform=False,
    ),
}


def main(out: Path) -> None:
    """Measure every estimator and write `out`/fidelity.json."""
    warnings.simplefilter("ignore")
    frame, labels = make(TRAIN, CLASSES, seed=1)
    frame = frame[list(NUMBERS)]
    cells = {name: measured(make_one(), frame, labels, name) for name, make_one in ESTIMATORS.items()}
    wanted = ("scikit-learn", "skl2onnx", "onnxruntime")
    versions = {name: distributions()[name] for name in wanted}
    (out / "fidelity.json").write_text(json.dumps({"versions": versions, "cells": cells}))


def measured(classifier, frame, labels, name: str) -> dict:
    """Both files of one fitted pipeline, on the training rows and adversarial rows made from them."""
    started = time.perf_counter()
    steps = [("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler()), ("classifier", classifier)]
    model = Pipeline(steps).fit(frame, labels)
    rows = adversarial(LabelsWithProbabilities, model, frame, per_column=PER_COLUMN)
    described = [(column, "numeric", None) for column in frame.columns]
    ours = compare(LabelsWithProbabilities, model, exact.export(model, described), rows)
    cell = {
        "rows": len(rows),
        "ours": {"labels": ours.wrong, "largest": ours.largest, "exempt": len(ours.exempt)},
        "stock": stock(model, described, rows),
    }
    print(name, cell, f"{time.perf_counter() - started:.1f} s", flush=True)
    return cell


def stock(model, described: list, rows) -> dict:
    """skl2onnx's file in single precision: what differs, or why there is none."""
    schema = {"columns": [{"name": name, "kind": kind} for name, kind, _ in described]}
    file = skl2onnx_export.export(model, schema, LabelsWithProbabilities.OUTPUTS)
    if isinstance(file, Impossible):
        return {"reason": file.reason}
    differences = parity.compare(file, rows, LabelsWithProbabilities.ask(model, rows))
    if isinstance(differences, Impossible):
        return {"reason": differences.reason}
    largest = differences.largest if numpy.isfinite(differences.largest) else None
    return {"labels": differences.wrong, "largest": largest}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
