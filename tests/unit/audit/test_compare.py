"""The comparison is a pure function of params and results, and shows every planted difference."""

import numpy as np
import pytest

import contract
from remodel.audit.compare import compare
from remodel.errors import DataError
from remodel.files import canonical_json
from remodel.recipes.params import Params
from remodel.results.answers.rounding import power_of_ten
from remodel.results.documents import MissingResult
from remodel.results.endings import read_endings
from tests.unit.audit.folders import TOLERANCES, Folder, labels, probabilities

BASELINE = "sklearn-1.5"


def make_params(models=("credit_mlp",), environments=(BASELINE, "sklearn-1.9")):
    return Params(
        environments=environments,
        snapshot_environment=BASELINE,
        baseline=BASELINE,
        release_environment=BASELINE,
        datasets={"credit": "conf/dataset/credit.yaml"},
        cv=("stratified_5",),
        models=models,
        tolerances=TOLERANCES,
    )


def comparison_of(models, *folders, params=None):
    for folder in folders:
        folder.write(models)
    params = params or make_params()
    document = compare(params, read_endings(models, params.models, params.environments)).document
    return contract.check("comparison", document, "comparison")


def other_of(models, **differences):
    """The entry of sklearn-1.9, which has these differences from the baseline."""
    document = comparison_of(models, Folder(), Folder(environment="sklearn-1.9", **differences))
    assert [entry["environment"] for entry in document["entries"]] == [BASELINE, "sklearn-1.9"]
    return document["entries"][1]["evidence"]


def test_equal_results_are_equal_to_the_last_bit(tmp_path):
    entry = other_of(tmp_path)
    for kind in ("out_of_fold", "in_sample"):
        assert entry["labels"][kind] == {"different": 0, "equal": 1.0, "rows": []}
        assert entry["probabilities"][kind]["difference_at_most"] == "0"
        assert {one["difference"] for one in entry["probabilities"][kind]["quantiles"]} == {0.0}
    assert {metric["difference"] for metric in entry["metrics"].values()} == {0.0}


def test_scores_are_compared_with_the_baselines_mean(tmp_path):
    metric = other_of(tmp_path, accuracy=(1.0, 0.5, 1.0, 0.5, 1.0))["metrics"]["accuracy"]
    assert metric["mean"] == pytest.approx(0.8)
    assert metric["std"] == pytest.approx(np.std([1.0, 0.5, 1.0, 0.5, 1.0]))
    assert metric["difference"] == pytest.approx(0.8 - 0.86)
    assert metric["folds"] == [1.0, 0.5, 1.0, 0.5, 1.0]


@pytest.mark.parametrize(("key", "kind"), [("oof_labels", "out_of_fold"), ("fit_labels", "in_sample")])
def test_other_labels_are_counted(tmp_path, key, kind):
    planted = labels()
    planted[:3] = np.where(planted[:3] == "yes", "no", "yes")
    entry = other_of(tmp_path, **{key: planted})
    found = entry["labels"].pop(kind)
    assert (found["different"], found["equal"]) == (3, 37 / 40)
    assert [(one["row"], one["label"], one["baseline"], one["here"]) for one in found["rows"]] == [
        (0, "yes", "yes", "no"),
        (1, "no", "no", "yes"),
        (2, "no", "no", "yes"),
    ]
    assert [other["different"] for other in entry["labels"].values()] == [0]


@pytest.mark.parametrize(("key", "kind"), [("oof", "out_of_fold"), ("fit", "in_sample")])
@pytest.mark.parametrize(("step", "bound"), [(3e-10, "1e-09"), (0.002, "1e-02"), (-0.05, "1e-01")])
def test_the_largest_difference_of_a_probability_is_rounded_up(tmp_path, key, kind, step, bound):
    planted = probabilities()
    planted[7, 1] += step
    planted[8, 0] += step / 10
    entry = other_of(tmp_path, **{key: planted})
    assert entry["probabilities"].pop(kind)["difference_at_most"] == bound
    assert [other["difference_at_most"] for other in entry["probabilities"].values()] == ["0"]


def test_one_different_bit_is_seen(tmp_path):
    planted = probabilities()
    planted[0, 0] = np.nextafter(planted[0, 0], 1)
    assert other_of(tmp_path, fit=planted)["probabilities"]["in_sample"]["difference_at_most"] in ("1e-16", "1e-15")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-9, "1e-09"),
        (np.nextafter(1e-9, 0), "1e-09"),
        (np.nextafter(1e-9, 1), "1e-08"),
        (1e-3, "1e-03"),
        (0.11, "1e+00"),
        (1.0, "1e+00"),
        (5e-324, "1e-323"),
        (1e-100, "1e-100"),
    ],
)
def test_power_of_ten(value, text):
    assert power_of_ten(value) == text


def test_sizes_and_warnings(tmp_path):
    entry = other_of(tmp_path, warnings=(("a", 2), ("b", 3)))
    assert entry["skops"]["size"] == (tmp_path / "credit_mlp" / "sklearn-1.9" / "model.skops").stat().st_size
    assert entry["onnx"] == {"size": 4, "reason": None}
    assert entry["warnings"]["count"] == 5
    assert [(one["message"], one["count"]) for one in entry["warnings"]["came"]] == [("a", 2), ("b", 3)]


def test_a_missing_onnx_file_comes_with_its_reason(tmp_path):
    entry = other_of(tmp_path, no_onnx_reason="SVC: no converter")
    assert entry["onnx"] == {"size": None, "reason": "SVC: no converter"}


def test_only_what_params_lists_counts(tmp_path):
    """Neither stale folders on disk nor further results in memory change the document."""
    Folder().write(tmp_path)
    Folder(environment="sklearn-1.9").write(tmp_path)
    params = make_params()
    expected = compare(params, read_endings(tmp_path, params.models, params.environments))
    Folder(environment="sklearn-0.24").write(tmp_path)
    Folder(model="old").write(tmp_path)
    more = read_endings(tmp_path, ["credit_mlp"], ["sklearn-0.24", *params.environments])
    more |= read_endings(tmp_path, ["old"], [BASELINE])
    assert compare(params, more) == expected


def test_the_order_of_names_and_of_results_does_not_count(tmp_path):
    for model in ("b", "a"):
        for environment in ("sklearn-1.10", BASELINE, "sklearn-0.24"):
            Folder(model=model, environment=environment).write(tmp_path)
    params = make_params(("b", "a"), ("sklearn-1.10", BASELINE, "sklearn-0.24"))
    results = read_endings(tmp_path, params.models, params.environments)
    document = compare(params, results).document
    assert (document["models"], document["environments"]) == (["a", "b"], ["sklearn-0.24", BASELINE, "sklearn-1.10"])
    turned = make_params(params.models[::-1], params.environments[::-1])
    assert canonical_json(compare(turned, dict(reversed(results.items()))).document) == canonical_json(document)


def test_a_missing_result_is_named(tmp_path):
    Folder().write(tmp_path)
    results = read_endings(tmp_path, ["credit_mlp"], [BASELINE])
    with pytest.raises(
        MissingResult, match=r"'credit_mlp' has no result in environment 'sklearn-1.9'. Run `dvc repro`"
    ):
        compare(make_params(), results)


def test_results_on_different_snapshots_are_refused(tmp_path):
    other = Folder(environment="sklearn-1.9")
    other.snapshot["data.parquet"] = "9" * 64
    with pytest.raises(DataError) as caught:
        comparison_of(tmp_path, Folder(), other)
    assert str(caught.value) == (
        "the results of model 'credit_mlp' in sklearn-1.9 and sklearn-1.5 cannot be compared: they differ in the "
        "snapshot's data.parquet (999999999999 and aaaaaaaaaaaa). "
        "Run `dvc repro` to build both from the same snapshot and recipe"
    )


def test_results_of_different_recipes_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"differ in the recipe \(000000000000 and dddddddddddd\)"):
        comparison_of(tmp_path, Folder(), Folder(environment="sklearn-1.9", recipe_sha256="0" * 64))


def test_other_models_may_have_other_snapshots(tmp_path):
    other = {"snapshot": {"data.parquet": "1" * 64, "schema.json": "2" * 64, "folds": "3" * 64}}
    folders = [Folder(environment=name) for name in (BASELINE, "sklearn-1.9")]
    folders += [Folder("iris_svc", environment=name, **other) for name in (BASELINE, "sklearn-1.9")]
    document = comparison_of(tmp_path, *folders, params=make_params(("credit_mlp", "iris_svc")))
    assert [entry["model"] for entry in document["entries"]] == ["credit_mlp"] * 2 + ["iris_svc"] * 2
