"""Histogram boosting: missing values and categories reach the trees themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builds import pipeline
from proof import compare, prove
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder
from tabular import NUMBERS, WORDS, make

from builder.compat.exporting import sklearn_version


def model(**options):
    return HistGradientBoostingClassifier(max_iter=20, random_state=0, min_samples_leaf=5, **options)


@pytest.mark.parametrize("classes", [2, 3])
def test_missing_values_reach_the_trees(classes):
    """A split sends missing values to a side of its own choice, and may split on being missing alone."""
    frame, labels = make(300, classes, seed=3)
    prove(
        "histogram_missing",
        pipeline(model(), "passthrough"),
        classes,
        frame=frame[list(NUMBERS)],
        labels=labels,
        tolerance=1e-15,
    )
    prove("histogram_alone", model(), classes, frame=frame[list(NUMBERS)], labels=labels, tolerance=1e-15)


@pytest.mark.parametrize("classes", [2, 3])
def test_native_categories_behind_an_ordinal_encoder(classes):
    """Categories are numbers for the trees; unknown and missing ones go where the split says."""
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    words = Pipeline([("impute", SimpleImputer(strategy="most_frequent")), ("encode", encoder)])
    columns = ColumnTransformer([("numbers", "passthrough", list(NUMBERS)), ("words", words, list(WORDS))])
    prove("histogram_categories", pipeline(model(categorical_features=[6, 7, 8]), columns), classes, tolerance=1e-15)


def test_native_categories_of_numbers():
    """Raw numbers as categories, known, unknown, negative and missing."""
    random = np.random.default_rng(5)
    codes = pd.DataFrame(
        {
            "kind": random.integers(0, 40, 400).astype(float),
            "size": random.normal(size=400),
            "group": random.integers(0, 5, 400) * 3.0,
        }
    )
    labels = np.where((codes["kind"] % 3 == 0) ^ (codes["group"] > 6) ^ (codes["size"] > 1), "yes", "no")
    codes.loc[::17, "kind"] = np.nan
    fitted, file, _ = prove(
        "histogram_numbers", model(categorical_features=[0, 2]), frame=codes, labels=labels, tolerance=1e-15
    )
    odd = pd.concat([codes.assign(kind=value) for value in (-1.0, -3.0, -0.5, 41.0, 7.5, 255.0, 256.0, 300.0)])
    parity = compare(fitted, file, odd)
    assert parity.wrong == 0 and parity.largest <= 1e-15


@pytest.mark.skipif(sklearn_version() < (1, 4), reason="trees learnt missing values in 1.3, forests in 1.4")
def test_missing_values_reach_forests():
    """Trees and forests take missing values themselves since 1.3 and 1.4."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.tree import DecisionTreeClassifier

    frame, labels = make(300, 3, seed=3)
    for name, classifier in [
        ("tree_missing", DecisionTreeClassifier(random_state=0)),
        ("forest_missing", RandomForestClassifier(10, random_state=0)),
    ]:
        prove(name, classifier, 3, frame=frame[list(NUMBERS)], labels=labels, tolerance=1e-15)


@pytest.mark.skipif(sklearn_version() < (1, 4), reason="categories from the column's type are new in 1.4")
def test_text_categories_by_the_models_own_encoder():
    """From 1.4 on the model encodes text itself and puts categorical columns first."""
    columns = ColumnTransformer([("numbers", "passthrough", list(NUMBERS)), ("words", "passthrough", list(WORDS))])
    prove("histogram_text", pipeline(model(categorical_features=[6, 7, 8]), columns), 3, tolerance=1e-15)
