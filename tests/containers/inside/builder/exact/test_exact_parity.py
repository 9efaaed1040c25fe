"""The proof itself: what it counts, what it exempts, and that it can fail."""

from __future__ import annotations

import numpy as np
import pytest
from builds import pipeline, tabular
from proof import adversarial, compare, exported
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from tabular import make

from builder.onnx.exact.thresholds import thresholds
from builder.onnx.parity import Parity
from builder.onnx.run import feed
from serving.session import open_session


def fitted(classifier, classes=2):
    frame, labels = make(160, classes, seed=1)
    model = pipeline(classifier, tabular(sparse_threshold=0)).fit(frame, labels)
    return model, exported(model, frame), frame


@pytest.mark.parametrize(
    "right, wrong",
    [
        (LogisticRegression(max_iter=300), LogisticRegression(C=0.9, max_iter=300)),
        (RandomForestClassifier(5, random_state=0), RandomForestClassifier(5, random_state=1)),
        (SVC(probability=True, random_state=0), SVC(probability=True, C=1.1, random_state=0)),
        (KNeighborsClassifier(5), KNeighborsClassifier(6)),
        (
            VotingClassifier([("a", LogisticRegression()), ("b", LogisticRegression(C=9.0))], voting="hard"),
            VotingClassifier([("a", LogisticRegression(C=1e-3))], voting="hard"),
        ),
    ],
    ids=lambda one: type(one).__name__,
)
def test_another_models_file_is_found_wrong(right, wrong):
    """No exemption hides the file of another model."""
    model, file, frame = fitted(right)
    assert compare(model, file, frame).holds
    parity = compare(model, fitted(wrong)[1], frame.iloc[:40])
    assert not parity.holds and (parity.wrong or parity.largest > 1e-9)


def test_holds_needs_equal_labels_and_close_probabilities():
    """Both halves of the promise count, and a probability that is not a number is not close."""
    assert Parity(10, 0, 1e-13).holds
    assert not Parity(10, 1, 0.0).holds
    assert not Parity(10, 0, 1e-8).holds
    assert not Parity(10, 0, float("nan")).holds


def test_adversarial_rows_stand_on_both_sides_of_thresholds():
    """For thresholds of raw columns the last value below and the first above are among the rows."""
    model, _, frame = fitted(RandomForestClassifier(3, random_state=0))
    rows = adversarial(model, frame)
    scaled = model[:-1].transform(rows)[:, 0].astype(np.float32).astype(np.float64)
    hit = 0
    for limit in [one.value for one in thresholds(model.steps[-1][1])[0]]:
        below, above = scaled[scaled <= limit].max(), scaled[scaled > limit].min()
        hit += np.nextafter(np.float32(below), np.float32(np.inf)) == np.float32(above)
    assert hit >= 0.8 * len(thresholds(model.steps[-1][1])[0]), "float32 neighbours with nothing between them"
    assert rows["age"].isna().any() and rows["city"].isna().any() and (rows["city"] == "never seen").any()


def test_rows_that_the_model_refuses_are_left_out():
    """Without an imputer no missing value is among the rows."""
    frame, labels = make(160, 2, seed=1, holes=False)
    model = pipeline(LogisticRegression(max_iter=300), tabular(impute=False)).fit(frame, labels)
    assert not adversarial(model, frame)["ratio"].isna().any()


def test_feed_writes_missing_text_as_the_empty_string():
    """Tensors are [N, 1], doubles and strings."""
    _, file, _ = fitted(LogisticRegression(max_iter=300))
    frame = make(50, 2, seed=1)[0]
    tensors = feed(open_session(file), frame)
    assert tensors["age"].dtype == np.float64 and tensors["age"].shape == (50, 1)
    missing = frame["city"].isna().to_numpy()
    assert (tensors["city"][missing] == "").all() and (tensors["city"][~missing] != "").all()
