"""Tables with hundreds of columns: many columns are asked about in one row, and still each counts."""

from __future__ import annotations

import numpy
import pandas
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from builder import onnx, signature
from builder.answers import LabelsWithProbabilities as Labels
from builder.data import Snapshot
from builder.onnx import exact_export, gate
from builder.onnx.parity import EXACT
from builder.onnx.proof import wide
from builder.onnx.proof.adversary import adversarial
from builder.onnx.proof.together import QUESTIONS, holding

ROWS, COLUMNS = 60, 300
RAW = "c299"
"""The column that no step fills in."""


@pytest.fixture(scope="module")
def X():
    random = numpy.random.default_rng(0)
    frame = pandas.DataFrame({f"c{i}": random.normal(size=ROWS) * 1000 for i in range(COLUMNS)})
    frame.loc[::7, "c5"] = numpy.nan
    frame["word"] = random.choice(numpy.array(["a", "b", "c"], dtype=object), ROWS)
    return frame


@pytest.fixture(scope="module")
def y(X):
    return numpy.where(X["c0"] + X["c1"] > 0, "yes", "no").astype(str)


def fitted(classifier, X, y):
    filled = [name for name in X.columns if name not in (RAW, "word")]
    numbers = Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())])
    columns = [
        ("numbers", numbers, filled),
        ("raw", StandardScaler(), [RAW]),
        ("word", OneHotEncoder(handle_unknown="ignore"), ["word"]),
    ]
    return Pipeline([("preprocessing", ColumnTransformer(columns)), ("classifier", classifier)]).fit(X, y)


def schema_of(X):
    columns = []
    for name in X.columns:
        column = {"name": name, "missing": int(X[name].isna().sum())}
        if name == "word":
            columns.append({**column, "kind": "categorical", "dtype": "string", "categories": ["a", "b", "c"]})
        else:
            ends = {"minimum": float(X[name].min()), "maximum": float(X[name].max())}
            columns.append({**column, "kind": "numeric", "dtype": "float64", **ends})
    return {"columns": columns, "target": {"name": "t", "classes": ["no", "yes"]}}


@pytest.fixture(scope="module")
def forest(X, y):
    return fitted(RandomForestClassifier(n_estimators=30, random_state=0), X, y)


def test_every_column_of_a_wide_table_is_in_the_signature(X, y, forest):
    """The one that is not filled in is found among 300, and only it."""
    content = exact_export.export(forest, schema_of(X), {}, Labels.OUTPUTS)
    document = signature.document(Labels, forest, Snapshot(schema_of(X), X, y, ()), content, EXACT, {})
    allowed = {column["name"]: column["missing"]["allowed"] for column in document["columns"]}
    assert [name for name in X.columns if not allowed[name]] in ([RAW], [RAW, "word"])
    [c5] = [column for column in document["columns"] if column["name"] == "c5"]
    assert "training rows have none" in c5["missing"]["because"]
    assert all(c["minimum"] < X[c["name"]].min() for c in document["columns"] if c["kind"] == "numeric")
    [word] = [column for column in document["columns"] if column["name"] == "word"]
    assert word["other_values"]


def test_what_is_asked_of_halves_is_true_of_each():
    """Questions have an end: what was not asked alone by then is left out, never taken in."""
    names = [f"c{i}" for i in range(1000)]
    asked = []

    def holds(bad):
        def ask(group):
            asked.append(group)
            return not bad.intersection(group)

        return ask

    assert holding(names, holds(set())) == set(names)
    assert len(asked) == 1
    assert holding(names, holds({"c7"})) == set(names) - {"c7"}
    asked.clear()
    assert holding(names, holds(set(names[::2]))) == set()
    assert len(asked) <= QUESTIONS
    assert holding(names[:3], holds({"c1"})) == {"c0", "c2"}


def test_a_forest_is_moved_over_thresholds_of_a_wide_table(X, forest):
    """The raw column of a feature is found without asking for each, also behind a step that orders columns anew."""
    features = dict.fromkeys(range(COLUMNS))
    head = forest[:-1]

    def inner(rows):
        values = head.transform(rows)
        return numpy.asarray(values.toarray() if hasattr(values, "toarray") else values)

    owners = wide.owners(inner, X, features, numpy.random.default_rng(0))
    assert len(owners) == wide.MOVED
    assert owners == {feature: f"c{feature}" for feature in owners}
    assert wide.owners(inner, X, {}, numpy.random.default_rng(0)) == {}


def test_adversarial_rows_of_a_wide_table_are_few_and_change_every_column(X, forest):
    """A row a column and value would be a million cells a column."""
    rows = adversarial(Labels, forest, X, per_column=4)
    assert len(rows) < 3000
    for name in X.columns:
        assert set(rows[name].dropna()) - set(X[name].dropna()) or name == "word"
    assert rows["c5"].isna().any()


@pytest.mark.parametrize("column", ["c0", "c150", "c298"])
def test_a_wrong_file_of_a_wide_table_is_found(X, y, column):
    """It fills a missing value in by another one, which no row of the snapshot shows."""
    model = fitted(LogisticRegression(C=1e-6), X, y)
    content = exact_export.export(model, schema_of(X), {}, Labels.OUTPUTS)
    expected = Labels.ask(model, X)
    assert gate.measure(model, content, X, expected, EXACT).objection(Labels, len(X)) is None
    imputer = model[0].named_transformers_["numbers"][0]
    imputer.statistics_[int(column[1:])] += 1000.0
    assert gate.measure(model, content, X, expected, EXACT).objection(Labels, len(X))


def test_a_file_that_differs_on_many_rows_is_not_published(X, y):
    """Ties excuse a row each, but not a file: among answers from 1 to 5 nearly every row has one."""
    from sklearn.neighbors import KNeighborsClassifier

    random = numpy.random.default_rng(0)
    answers = pandas.DataFrame({f"q{i}": random.integers(1, 6, 240).astype(float) for i in range(4)})
    labels = random.choice(["x", "f", "m"], 240).astype(str)
    model = Pipeline([("classifier", KNeighborsClassifier())]).fit(answers, labels)
    schema = {**schema_of(answers), "target": {"name": "t", "classes": ["f", "m", "x"]}}
    exported = onnx.export_checked(
        model, Snapshot(schema, answers, labels, ()), Labels.ask(model, answers), {"pipeline": {}}
    )
    assert exported.content is None
    assert exported.summary["status"] == "impossible"
    assert "tie at the k-th neighbour" in exported.summary["reason"]
    assert exported.summary["beyond"]["rows"] > 12


def test_the_limit_is_a_share_of_the_rows():
    """One row in a thousand may be answered otherwise where the model itself has no stable answer."""
    parity = gate.Parity(5000, 0, 0.0)
    excused = tuple((row, "tie at the k-th neighbour") for row in range(6))
    assert gate.Measured(parity, excused[:5]).objection(Labels, 5000) is None
    assert "6 of 5000 rows are answered otherwise, more than 0.1%" in gate.Measured(parity, excused).objection(
        Labels, 5000
    )
