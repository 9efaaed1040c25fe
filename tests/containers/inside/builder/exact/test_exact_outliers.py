"""Detectors of outliers answer from their files as from scikit-learn."""

from __future__ import annotations

import pytest
from builds import pipeline, tabular
from proof import prove
from sklearn.covariance import EllipticEnvelope
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor
from sklearn.svm import OneClassSVM

from builder.compat.exporting import sklearn_version

DETECTORS = {
    "isolation_forest": IsolationForest(n_estimators=25, random_state=0),
    "isolation_forest_contaminated": IsolationForest(
        n_estimators=20, contamination=0.1, max_samples=64, random_state=0
    ),
    "isolation_forest_few_columns": IsolationForest(n_estimators=20, max_features=3, random_state=0),
    "isolation_forest_one_row": IsolationForest(n_estimators=5, max_samples=1, random_state=0),
    "one_class_svm": OneClassSVM(nu=0.1),
    "one_class_svm_linear": OneClassSVM(kernel="linear", nu=0.2),
    "one_class_svm_poly": OneClassSVM(kernel="poly", degree=2, nu=0.2, coef0=1.0),
    "local_outlier_factor": LocalOutlierFactor(novelty=True),
    "local_outlier_factor_manhattan": LocalOutlierFactor(
        n_neighbors=7, metric="manhattan", contamination=0.1, novelty=True
    ),
    "local_outlier_factor_brute": LocalOutlierFactor(n_neighbors=12, algorithm="brute", novelty=True),
    "elliptic_envelope": EllipticEnvelope(support_fraction=0.9, random_state=0),
}


@pytest.mark.parametrize("name", DETECTORS)
def test_detectors(name):
    """-1 and 1 as scikit-learn has them, and their decision scores, on adversarial rows too."""
    if name.endswith("one_row") and sklearn_version() < (1, 3):
        pytest.skip("older versions divide by zero there, and such a model is not built")
    prove(name, pipeline(DETECTORS[name], tabular(sparse_threshold=0)), tolerance=1e-9, exempt=4)


@pytest.mark.parametrize("name", ["one_class_svm", "local_outlier_factor"])
def test_detectors_of_sparse_columns(name):
    """What they store is sparse then."""
    prove(f"sparse_{name}", pipeline(DETECTORS[name], tabular(sparse_threshold=1.0)), tolerance=1e-9, exempt=4)


@pytest.mark.skipif(sklearn_version() < (1, 0), reason="came in scikit-learn 1.0")
def test_a_linear_detector():
    """By stochastic gradient descent."""
    from sklearn.linear_model import SGDOneClassSVM

    prove("sgd_one_class_svm", pipeline(SGDOneClassSVM(nu=0.2, random_state=0), tabular(sparse_threshold=0)))
