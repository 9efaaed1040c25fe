"""Pipelines that the tests share."""

from __future__ import annotations

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tabular import NUMBERS, WORDS


def one_hot(**options):
    return OneHotEncoder(handle_unknown="ignore", **options)


def tabular(*numeric_steps, words=None, impute=True, **options):
    """Imputed, scaled numbers beside imputed, one-hot encoded words."""
    steps = [("impute", SimpleImputer(strategy="median"))] if impute else []
    steps += [(f"step{i}", step) for i, step in enumerate(numeric_steps or (StandardScaler(),))]
    words = (
        words
        if words is not None
        else Pipeline([("impute", SimpleImputer(strategy="most_frequent")), ("encode", one_hot())])
    )
    return ColumnTransformer([("numbers", Pipeline(steps), list(NUMBERS)), ("words", words, list(WORDS))], **options)


def pipeline(classifier, preprocessing=None):
    return Pipeline([("preprocessing", preprocessing or tabular()), ("classifier", classifier)])
