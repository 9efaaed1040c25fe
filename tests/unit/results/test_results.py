"""Reading models/<model>/<environment>/: what is right is held in value classes, what is not is one clear error."""

import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import contract
from remodel.errors import StorageError
from remodel.results.documents import MissingResult
from remodel.results.endings import read_endings
from remodel.results.result import read_result
from remodel.results.scores import read_scores
from tests.unit.audit.folders import Folder, edit_json


@pytest.fixture
def folder(tmp_path):
    return Folder().write(tmp_path)


def read(folder):
    return read_result(folder, "credit_mlp", "sklearn-1.5")


def test_a_result_is_read_whole(tmp_path):
    """Scores, predictions, digests, sizes, the ONNX reason and the number of warnings come out as written."""
    folder = Folder(no_onnx_reason="SVC: no", warnings=(("one", 2), ("two", 1))).write(tmp_path)
    result = read(folder)
    assert result.scores.metrics["accuracy"].folds == (0.9, 0.8, 0.9, 0.8, 0.9)
    assert result.predictions.classes == ("no", "yes")
    assert result.predictions.in_sample.labels[:4].tolist() == [1, 0, 0, 1]
    assert result.predictions.out_of_fold.probabilities.shape == (40, 2)
    assert result.manifest.snapshot["folds"] == "c" * 64
    assert result.manifest.artifacts["model.skops"].size == (folder / "model.skops").stat().st_size
    assert (result.outcome.no_onnx_reason, sum(result.outcome.warnings.values())) == ("SVC: no", 3)


def test_only_the_named_models_and_environments_are_read(tmp_path):
    """A damaged folder that params.yaml no longer lists does no harm."""
    Folder().write(tmp_path)
    (Folder(model="old").write(tmp_path) / "scores.json").write_text("{")
    assert set(read_endings(tmp_path, ["credit_mlp"], ["sklearn-1.5"])) == {("credit_mlp", "sklearn-1.5")}


def test_a_missing_result_is_named(tmp_path):
    with pytest.raises(MissingResult) as caught:
        read_endings(tmp_path, ["credit_mlp"], ["sklearn-1.9"])
    assert str(caught.value) == "model 'credit_mlp' has no result in environment 'sklearn-1.9'. Run `dvc repro`"


@pytest.mark.parametrize("name", ["scores.json", "manifest.json", "result.json", "predictions.parquet"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(StorageError, match=f"{name} is missing. Build it again with `dvc repro`"):
        read(folder)


@pytest.mark.parametrize("name", ["scores.json", "manifest.json", "result.json", "predictions.parquet"])
@pytest.mark.parametrize("share", [0, 0.5])
def test_a_truncated_file_is_named(folder, name, share):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * share)])
    with pytest.raises(StorageError, match=f"{name} is not (a )?valid") as caught:
        read(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["scores.json", "manifest.json", "result.json"])
@pytest.mark.parametrize(("version", "advice"), [(-1, "build it again"), (1, "update the checkout")])
def test_another_schema_version_gets_its_own_advice(folder, name, version, advice):
    known = contract.version(name.removesuffix(".json"))
    edit_json(folder / name, lambda document: document.update(schema_version=known + version))
    with pytest.raises(StorageError, match=f"schema {known + version}, this checkout reads {known}: {advice}"):
        read(folder)


def test_a_document_that_breaks_its_schema_is_named_with_the_place(folder):
    edit_json(folder / "scores.json", lambda document: document["metrics"].pop("roc_auc"))
    with pytest.raises(StorageError, match=r"scores.json is not a valid scores: \$.metrics: 'roc_auc' is a required"):
        read(folder)


def test_a_score_that_is_not_a_number_is_refused(folder):
    edit_json(folder / "scores.json", lambda document: document["metrics"]["log_loss"].update(mean=float("nan")))
    with pytest.raises(StorageError, match="NaN is no number"):
        read(folder)


def test_metrics_must_have_the_same_folds(folder):
    edit_json(folder / "scores.json", lambda document: document["metrics"]["log_loss"]["folds"].pop())
    with pytest.raises(StorageError, match="has 4 folds in one metric and 5 in another"):
        read_scores(folder / "scores.json")


@pytest.mark.parametrize(("model", "environment"), [("other", "sklearn-1.5"), ("credit_mlp", "sklearn-1.9")])
def test_a_folder_copied_from_another_model_is_refused(folder, model, environment):
    copy = folder.parent.parent / model / environment
    shutil.copytree(folder, copy)
    with pytest.raises(StorageError, match=f"is of credit_mlp in sklearn-1.5, not of {model} in {environment}"):
        read_result(copy, model, environment)


def test_manifest_and_result_must_agree_on_onnx(folder):
    edit_json(folder / "manifest.json", lambda document: document["artifacts"].pop("model.onnx"))
    with pytest.raises(StorageError, match=r"manifest.json does not list model.onnx, result.json says there is one"):
        read(folder)


def shorter(table):
    return table.slice(0, 10)


def without_rows(table):
    return table.slice(0, 0)


def reversed_rows(table):
    return table.take(list(range(table.num_rows))[::-1])


def without_labels(table):
    return table.drop_columns(["fit_label"])


def without_probabilities(table):
    return table.drop_columns(["oof_p_no", "oof_p_yes"])


def with_text(table):
    return replace(table, "oof_p_no", ["x"] * table.num_rows)


def with_null(table):
    return replace(table, "fit_p_yes", [None] + [0.5] * (table.num_rows - 1))


def with_infinity(table):
    return replace(table, "fit_p_yes", np.full(table.num_rows, np.inf))


def with_another_label(table):
    return replace(table, "oof_label", ["maybe"] * table.num_rows)


def without_a_label(table):
    return replace(table, "oof_label", [None] + ["no"] * (table.num_rows - 1))


def replace(table, name, values):
    return table.set_column(table.column_names.index(name), name, pa.array(values))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (shorter, "has 10 rows of predictions and scores of 40 rows"),
        (without_rows, "predictions.parquet is not a valid predictions file: it has no rows"),
        (reversed_rows, "the rows are not numbered 0, 1, 2"),
        (without_labels, "it has no column 'fit_label'"),
        (without_probabilities, "it has no column 'oof_p_<class>'"),
        (with_text, "oof_p_no does not hold numbers"),
        (with_null, "fit_p_yes has 1 missing values"),
        (with_infinity, r"fit_p_\* holds a value that is not a finite number"),
        (with_another_label, "oof_label holds a label that is none of no, yes"),
        (without_a_label, "oof_label holds a label that is none of no, yes"),
    ],
)
def test_predictions_that_are_not_complete_are_refused(folder, damage, message):
    path = folder / "predictions.parquet"
    pq.write_table(damage(pq.read_table(path)), path)
    with pytest.raises(StorageError, match=message):
        read(folder)


def test_labels_may_be_dictionary_encoded(folder):
    """Parquet writers differ in how they store repeated strings."""
    path = folder / "predictions.parquet"
    table = pq.read_table(path)
    encoded = replace(table, "oof_label", table["oof_label"].combine_chunks().dictionary_encode())
    pq.write_table(encoded, path)
    assert read(folder).predictions.out_of_fold.labels[:3].tolist() == [1, 0, 0]
