"""Runs in an environment: pickles fitted models, and later builds the recipes that were read from them.

python models.py make|people FOLDER; python models.py compare FOLDER (recipes.json stands there; wrong.json is written).
"""

from __future__ import annotations

import json
import pickle
import sys
import warnings
from pathlib import Path

import numpy
import pandas
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingRegressor,
    GradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingRegressor,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest, f_regression, mutual_info_classif
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils import all_estimators

SLOW = ("GaussianProcessClassifier", "GaussianProcessRegressor")

QUIET = ("n_jobs", "verbose", "copy", "copy_X", "memory", "warm_start", "cache_size", "random_state")
"""What a recipe leaves out, or has its seed for."""

GONE = ("penalty", "multi_class", "l1_ratio", "criterion", "normalize", "min_impurity_split", "base_estimator")
"""What is said in other words now, or not any more; `stranger` tests have their values."""


def plain():
    """(name, estimator) of whatever predicts, has defaults and learns from flowers."""
    X, y = load_iris(return_X_y=True)
    X, y = X[::8] + 0.1, y[::8]
    for kind in ("classifier", "regressor"):
        for name, cls in all_estimators(type_filter=kind):
            if name not in SLOW:
                try:
                    yield name, cls().fit(X, y)
                except Exception:  # needs arguments, other rows, several targets: there are enough without it
                    continue


def written():
    """(name, estimator) of models as people write them."""
    X, y = load_iris(return_X_y=True)
    words = numpy.array(["a", "b", "c"], dtype=object)[y]
    frame = pandas.DataFrame(X, columns=["one", "two", "three", "four"])
    frame["colour"] = numpy.where(X[:, 0] > 5.8, "red", "blue")
    numbers, texts = ["one", "two", "three", "four"], frame.columns[4:]
    fill = Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler(with_mean=False))])
    table = ColumnTransformer(
        [("numbers", fill, numbers), ("texts", OneHotEncoder(handle_unknown="ignore"), texts), ("no", "drop", ["one"])],
        remainder="passthrough",
        sparse_threshold=0,
    )
    yield "table", make_pipeline(table, LogisticRegression(C=0.25, max_iter=300, random_state=7)).fit(frame, words)
    ordered = ColumnTransformer(
        [("kept", "passthrough", numbers), ("codes", OrdinalEncoder(dtype=numpy.float64), texts)]
    )
    yield "ordered", Pipeline([("columns", ordered), ("model", Ridge(alpha=1e-3, solver="svd"))]).fit(frame, X[:, 0])
    union = FeatureUnion([("scaled", MinMaxScaler(feature_range=(-1, 1))), ("squares", PolynomialFeatures(degree=3))])
    yield (
        "union",
        Pipeline([("union", union), ("best", SelectKBest(f_regression, k=3)), ("ols", LinearRegression())]).fit(X, y),
    )
    weights = {"a": 1.0, "b": 2.5, "c": 1.0}
    forest = RandomForestClassifier(n_estimators=5, max_features=None, class_weight=weights, random_state=3)
    yield "weights", forest.fit(X, words)
    yield (
        "selected",
        make_pipeline(SelectKBest(mutual_info_classif, k=2), SVC(gamma="auto", C=numpy.float64(3))).fit(X, y),
    )
    members = [
        ("trees", RandomForestClassifier(max_depth=2, n_estimators=3, max_features="sqrt")),
        ("line", SGDClassifier(loss="modified_huber", eta0=0.01)),
    ]
    yield "votes", VotingClassifier(members, voting="soft", weights=[2, 1]).fit(X, y)
    stack = StackingRegressor(
        [("svr", SVR(epsilon=0.2)), ("tree", DecisionTreeRegressor(max_depth=2))], Ridge(2.0), cv=3
    )
    yield "stack", stack.fit(X, X[:, 0])
    yield "bag", BaggingRegressor(DecisionTreeRegressor(max_leaf_nodes=4), n_estimators=3).fit(X, X[:, 0])
    yield "net", MLPRegressor(hidden_layer_sizes=(7, 3), max_iter=20, early_stopping=True, tol=1e-5).fit(X, X[:, 0])
    grid = GridSearchCV(Pipeline([("scale", StandardScaler()), ("svc", SVC())]), {"svc__C": [0.5, 8.0]}, cv=2)
    yield "grid", grid.fit(X, words)
    random = RandomizedSearchCV(RandomForestRegressor(n_estimators=3), {"max_depth": [2, 3]}, n_iter=2, cv=2)
    yield "random", random.fit(X, X[:, 0])
    yield "boost", GradientBoostingClassifier(n_estimators=3, subsample=0.5, max_features="sqrt").fit(X, y)
    yield "ada", AdaBoostClassifier(n_estimators=3, learning_rate=0.5).fit(X, y)
    yield "odd", IsolationForest(n_estimators=4, contamination=0.2, max_samples=64).fit(X)


def make(folder: Path) -> None:
    """A pickle of each."""
    people(folder)
    for name, estimator in plain():
        folder.joinpath(f"{name}.pkl").write_bytes(pickle.dumps(estimator))


def people(folder: Path) -> None:
    """A pickle of each that somebody would have written."""
    for name, estimator in written():
        folder.joinpath(f"{name}.pkl").write_bytes(pickle.dumps(estimator))


def compare(folder: Path) -> None:
    """Build every recipe as the builder does, and hold its parameters against those of the model that was pickled."""
    sys.path.insert(0, "/src")
    from builder.instantiate import Columns, pipeline

    wrong = {}
    columns = Columns([], [], [], [], [], ["one", "two", "three", "four", "colour"])
    for name, recipe in json.loads((folder / "recipes.json").read_text()).items():
        old = pickle.loads((folder / f"{name}.pkl").read_bytes())
        try:
            built = pipeline(recipe, columns)
        except Exception as error:
            wrong[name] = [repr(error)]
            continue
        was, now = steps_of(getattr(old, "best_estimator_", old)), steps_of(built)
        differ = [f"{key}: {was.get(key)} was, {now.get(key)} is" for key in was if was[key] != now.get(key)]
        if differ:
            wrong[name] = differ
    (folder / "wrong.json").write_text(json.dumps(wrong, indent=1))


def steps_of(model):
    """{place: its parameters' texts} of the last step and of whatever prepares for it."""
    steps = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    flat = []
    for step in steps:
        flat += [inner for _, inner in step.steps] if isinstance(step, Pipeline) else [step]
    return {f"{number}.{key}": value for number, step in enumerate(flat) for key, value in texts_of(step).items()}


def texts_of(estimator) -> dict:
    """Its class and parameters, those inside it too."""
    found = {"class": type(estimator).__name__}
    for key, value in estimator.get_params(deep=False).items():
        if key in (*QUIET, *GONE) or (isinstance(value, str) and value in ("deprecated", "warn")):
            continue
        found[key] = told(value)
    return found


def told(value) -> str:
    """A text that is the same of a list, a tuple and an index of names, and leaves out what is dropped."""
    if isinstance(value, BaseEstimator):
        return str(texts_of(value))
    if isinstance(value, (list, tuple, pandas.Index)):
        return str([told(item) for item in value if not (isinstance(item, tuple) and "drop" in map(str, item))])
    if isinstance(value, dict):
        return str({key: told(inner) for key, inner in value.items()})
    if isinstance(value, numpy.generic):
        return repr(value.item())
    return getattr(value, "__name__", None) or repr(value)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    {"make": make, "people": people, "compare": compare}[sys.argv[1]](Path(sys.argv[2]))
