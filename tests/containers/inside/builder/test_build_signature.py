"""signature.json says what the model may be asked, and a model is asked nothing else."""

from __future__ import annotations

import io
import json
import shutil

import numpy
import pandas
import production
import pytest
import skops.io
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from bench import predict
from builder import data, instantiate, signature
from builder.answers import LabelsWithProbabilities
from builder.compat.arguments import Notes
from builder.export.canonical_skops import canonical
from container.errors import BuilderError
from contract import files
from serving import command
from serving.model import Model


@pytest.fixture(scope="module")
def credit(tmp_path_factory):
    return production.take(production.request("credit"), tmp_path_factory.mktemp("data") / "credit")


@pytest.fixture(scope="module")
def folder(credit, tmp_path_factory):
    """A model with numbers, words and missing values, as it is released."""
    built = production.build(credit, production.recipe(credit, "tabular", "random_forest", "ordered"))
    folder = tmp_path_factory.mktemp("model")
    for name, content in built.artifacts.items():
        files.write_bytes(folder / name, content)
    return folder


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "model")


def columns(folder):
    return {column["name"]: column for column in json.loads((folder / "signature.json").read_bytes())["columns"]}


def rows_of(folder, credit, count=40):
    """Rows of the snapshot, and what scikit-learn and the columns make of them."""
    recipe = json.loads((folder / "manifest.json").read_bytes())["source"]["recipe"]
    X = data.load(credit, recipe).X.iloc[:count]
    return X, X.astype(object).where(X.notna(), None).to_dict("records")


def test_missing_values_are_allowed_where_the_pipeline_fills_them_in(folder, credit):
    """Columns with holes in training, and columns without that an imputer sees to; each with its reason."""
    schema = {column["name"]: column for column in json.loads((credit / "schema.json").read_bytes())["columns"]}
    for name, column in columns(folder).items():
        lacking = schema[name]["missing"]
        assert column["missing"]["allowed"]
        words = f"{lacking} of 500 training rows have none" if lacking else "the preprocessing fills it in"
        assert words in column["missing"]["because"]


def signed(dataset, preprocessing, classifier):
    """The signature of a model fitted without an ONNX file."""
    recipe = production.recipe(dataset, preprocessing, classifier)
    snapshot = data.load(dataset, recipe)
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema), Notes("pinned"))
    model.fit(snapshot.X, snapshot.y)
    return signature.document(LabelsWithProbabilities, model, snapshot, None, 1e-9, {"model": "m", "environment": "e"})


def test_missing_values_are_refused_where_nothing_fills_them_in(iris):
    """A logistic regression refuses them itself; histogram boosting has an answer, but never learned one."""
    refusing = signed(iris, "scale", "logistic")["columns"][0]["missing"]
    assert refusing == {"allowed": False, "because": "the pipeline refuses rows without it"}
    guessing = signed(iris, None, "hist_gradient_boosting")["columns"][0]["missing"]
    assert not guessing["allowed"] and "no step of the preprocessing fills it in" in guessing["because"]


def test_ranges_hold_the_training_data_and_no_1e60(folder, credit):
    """A thousand times the width of the training data is as far as a number may be."""
    X = rows_of(folder, credit, 500)[0]
    for name, column in columns(folder).items():
        if column["kind"] == "numeric":
            low, high = X[name].min(), X[name].max()
            assert column["minimum"] <= low and high <= column["maximum"]
            assert column["maximum"] <= high + 1001 * (high - low)


@pytest.mark.parametrize("runtime", ["onnx", "skops"])
def test_answers_are_scikit_learns(folder, credit, tmp_path, runtime):
    """Rows with missing values, in JSON, out of both files of the model."""
    X, rows = rows_of(folder, credit)
    assert any(value is None for row in rows for value in row.values())
    answers = ask(folder, tmp_path, rows, runtime)
    model = skops.io.load(folder / "model.skops", trusted=production.TRUSTED)
    assert [answer["label"] for answer in answers] == list(model.predict(X))
    found = numpy.array([list(answer["probabilities"].values()) for answer in answers])
    assert numpy.abs(found - model.predict_proba(X)).max() <= 1e-12


def ask(folder, tmp_path, rows, runtime="onnx"):
    files.write_json(tmp_path / "rows.json", rows)
    return answers_to(folder, tmp_path, tmp_path / "rows.json", runtime)


def answers_to(folder, tmp_path, path, runtime="onnx"):
    files.write_json(tmp_path / "trust.json", {"schema_version": 1, "types": production.TRUSTED})
    predict.run(runtime, folder, path, tmp_path / "trust.json", tmp_path / "out")
    return json.loads((tmp_path / "out" / "answers.json").read_bytes())


@pytest.mark.parametrize("runtime", ["onnx", "skops"])
@pytest.mark.parametrize("value", [1e60, "12", True], ids=str)
def test_a_bad_row_is_refused_before_the_model_sees_it(folder, credit, tmp_path, runtime, value):
    """Whatever answers: the row and the column are named."""
    rows = rows_of(folder, credit, 3)[1]
    name = next(name for name, column in columns(folder).items() if column["kind"] == "numeric")
    rows[2][name] = value
    error = refusal(folder, tmp_path, rows, runtime)
    assert error.kind == "data" and error.message.startswith(f"row 3, column '{name}': {value!r} is not ")
    assert not list(tmp_path.glob("out/answers.*"))


def refusal(folder, tmp_path, rows, runtime="onnx"):
    """The error that a request ends with: raised, or left by the process that had the .onnx file to itself."""
    with pytest.raises((BuilderError, SystemExit)) as caught:
        ask(folder, tmp_path, rows, runtime)
    if isinstance(caught.value, BuilderError):
        return caught.value
    error = json.loads((tmp_path / "out" / "error.json").read_bytes())
    return BuilderError(error["kind"], error["message"], error["advice"])


@pytest.mark.parametrize("name", ["model.onnx", "model.skops", "signature.json"])
@pytest.mark.parametrize("damage", ["truncated", "flipped", "missing"])
def test_a_damaged_file_is_named(copy, credit, tmp_path, name, damage):
    """By its sha256, before anything of it is used."""
    content = (copy / name).read_bytes()
    if damage == "missing":
        (copy / name).unlink()
    else:
        changed = content[: len(content) // 2] if damage == "truncated" else content[:-9] + b"x" + content[-8:]
        (copy / name).write_bytes(changed)
    error = refusal(copy, tmp_path, rows_of(copy, credit, 2)[1], "skops" if name == "model.skops" else "onnx")
    words = "cannot be read" if damage == "missing" else "is not the file that was built: its sha256 is"
    assert error.kind == "storage" and f"{name} {words}" in error.message


def forge(folder, name, content):
    """Put a file in, and into the manifest."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["artifacts"][name] = {"sha256": files.sha256_bytes(content), "size": len(content)}
    files.write_json(folder / "manifest.json", manifest)


def test_an_onnx_file_that_is_none_is_named_though_the_manifest_fits(copy, credit, tmp_path):
    """ONNX Runtime does not even see it."""
    forge(copy, "model.onnx", (copy / "model.onnx").read_bytes()[:-200])
    error = refusal(copy, tmp_path, rows_of(copy, credit, 2)[1])
    assert "model.onnx is not given to ONNX Runtime: it is damaged: " in error.message


def test_another_models_onnx_file_is_named_though_the_manifest_fits(copy, credit, iris, tmp_path):
    """Its inputs are not those of the signature."""
    other = production.build(iris, production.recipe(iris, "scale", "naive_bayes"))
    forge(copy, "model.onnx", other.artifacts["model.onnx"])
    error = refusal(copy, tmp_path, rows_of(copy, credit, 2)[1])
    assert "model.onnx has an input 'sepal" in error.message and "signature.json does not describe" in error.message


def test_a_skops_file_that_trusts_itself_is_refused(copy, credit, tmp_path):
    """What a file may hold stands in conf/trust.yaml, not in the manifest beside the file."""
    from sklearn.preprocessing import FunctionTransformer

    evil = Pipeline([("f", FunctionTransformer(print)), ("c", GaussianNB())])
    forge(copy, "model.skops", canonical(skops.io.dumps(evil)))
    result = json.loads((copy / "result.json").read_bytes())
    result["untrusted_types"] = ["builtins.print"]
    files.write_json(copy / "result.json", result)
    error = refusal(copy, tmp_path, rows_of(copy, credit, 2)[1], "skops")
    assert error.kind == "build" and "model.skops holds what nobody has reviewed: builtins.print" in error.message


def test_an_estimator_that_was_never_fitted_is_named(copy, credit, tmp_path):
    """It loads, and has no classes."""
    forge(copy, "model.skops", canonical(skops.io.dumps(Pipeline([("c", GaussianNB())]))))
    error = refusal(copy, tmp_path, rows_of(copy, credit, 2)[1], "skops")
    assert error.message == "model.skops holds a GaussianNB that was never fitted"


def test_a_model_without_onnx_says_so(copy):
    """And where to look."""
    manifest = json.loads((copy / "manifest.json").read_bytes())
    del manifest["artifacts"]["model.onnx"]
    files.write_json(copy / "manifest.json", manifest)
    row = dict.fromkeys(columns(copy))
    with pytest.raises(
        Exception, match=r"holds a model without model.onnx; result.json or release/index.json says why"
    ):
        Model(copy).predict([row])


def test_the_program_answers_csv(folder, credit, tmp_path, capfd):
    """A label and a probability of each class a row, in full precision; empty cells are missing values."""
    X = rows_of(folder, credit, 30)[0]
    X.to_csv(tmp_path / "rows.csv", index=False)
    assert command.main(folder, [str(tmp_path / "rows.csv")]) == 0
    found = pandas.read_csv(io.StringIO(capfd.readouterr().out), float_precision="round_trip")
    model = skops.io.load(folder / "model.skops", trusted=production.TRUSTED)
    assert list(found.columns) == ["label", *(f"p_{name}" for name in model.classes_)]
    assert found["label"].tolist() == list(model.predict(X))
    assert numpy.abs(found.to_numpy()[:, 1:].astype(float) - model.predict_proba(X)).max() <= 1e-12
