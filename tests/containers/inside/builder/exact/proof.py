"""The check that every test of an estimator makes, and the builder's own proof, asked as the model can be asked."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

from sklearn.base import OutlierMixin
from tabular import described, make

from builder.answers import LabelsWithProbabilities, kind_of
from builder.onnx import run
from builder.onnx.exact import export
from builder.onnx.proof import adversary
from builder.onnx.proof import compare as proof

PER_COLUMN = int(os.environ.get("PER_COLUMN", "4"))
"""Adversarial values of a column; the builder's own check takes up to 60."""


def kind(model):
    """What a fitted classifier answers, not all of which have probabilities, or decision scores; or a detector."""
    last = getattr(model, "steps", [(None, model)])[-1][1]
    return kind_of({"task": "outliers"} if isinstance(last, OutlierMixin) else {}, last)


def exported(model, frame):
    """The file of all that a fitted classifier answers."""
    return export(model, described(frame), outputs=kind(model).OUTPUTS)


def compare(model, file, frame, **options):
    """The builder's comparison of a file with its model."""
    return proof.compare(kind(model), model, file, frame, **options)


def adversarial(model, frame, **options):
    """The builder's adversarial rows."""
    return adversary.adversarial(kind(model), model, frame, **options)


def answers(session, frame, batch=1000):
    """What a file with labels and probabilities answers."""
    return run.answers(LabelsWithProbabilities, session, frame, batch)


def prove(name, model, classes=2, rows=260, tolerance=1e-12, frame=None, labels=None, holes=True, exempt=0):
    """Fit, export, and demand equal labels and probabilities on unseen rows, adversarial rows and single rows."""
    if frame is None:
        frame, labels = make(rows, classes, seed=1, holes=holes)
        test = make(200, classes, seed=2, holes=holes, unseen=0.1)[0]
    else:
        test = frame
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(frame, labels)
        file = exported(model, frame)
        assert file == exported(model, frame), "the same model gave other bytes"
        found = [
            compare(model, file, test),
            compare(model, file, adversarial(model, test, per_column=PER_COLUMN, features=1)),
            compare(model, file, test.iloc[:20], batch=1),
        ]
    _record(name, classes, found, len(file))
    for parity in found:
        assert parity.wrong == 0, parity
        assert parity.largest <= tolerance, parity
        assert len(parity.exempt) <= exempt, parity
    return model, file, test


def _record(name, classes, found, size):
    path = os.environ.get("PARITY_RECORD")
    if path:
        import sklearn

        with Path(path).open("a") as out:
            out.write(
                json.dumps(
                    {
                        "name": name,
                        "classes": classes,
                        "sklearn": sklearn.__version__,
                        "size": size,
                        "rows": sum(p.rows for p in found),
                        "wrong": sum(p.wrong for p in found),
                        "largest": max(p.largest for p in found),
                        "exempt": sum(len(p.exempt) for p in found),
                    }
                )
                + "\n"
            )
