"""A model that failed or is retired is a result too: read, compared, left out of the release, never the baseline."""

import json

import pytest

import contract
from remodel.audit.compare import MissingBaseline, compare
from remodel.errors import BuildError, StorageError, UsageError
from remodel.files import canonical_json
from remodel.pipeline.package import package
from remodel.recipes.params import Params
from remodel.results.endings import (
    Failed,
    Retired,
    failed_document,
    is_recorded,
    read_ending,
    read_endings,
    retired_document,
)
from tests.unit.audit.folders import TOLERANCES, Folder, write_ending
from tests.unit.audit.test_compare import make_params

BASELINE, NEW = "sklearn-1.5", "sklearn-1.9"
ERROR = {"kind": "build", "message": "fold 1 of 5: no", "advice": "Change it"}


def compared(models, names=("credit_mlp",)):
    params = make_params(names)
    document = compare(params, read_endings(models, names, params.environments)).document
    return contract.check("comparison", json.loads(canonical_json(document)), "comparison")["entries"]


def described(kind, cls=BuildError):
    error = cls("fold 1 of 5: no", "Change it")
    error.kind = kind
    return error


@pytest.mark.parametrize(
    ("error", "recorded"),
    [
        (described("build"), True),
        (described("recipe", UsageError), True),
        (described("machine"), False),
        (described("data"), False),
        (BuildError("the build ended with exit code 139"), False),
    ],
)
def test_only_what_says_something_about_the_model_is_recorded(error, recorded):
    """Not a crash, not this machine's trouble, not the data's."""
    assert is_recorded(error) is recorded


def test_what_is_written_is_what_is_read(tmp_path):
    for name, document in (
        ("credit_mlp", failed_document("credit_mlp", NEW, described("build"))),
        ("wine_svc", retired_document("wine_svc", NEW, "nobody asks")),
    ):
        contract.check("result", document, name)
        content = {key: value for key, value in document.items() if key not in ("model", "environment")}
        write_ending(tmp_path, name, NEW, **content)
    assert read_ending(tmp_path / "credit_mlp" / NEW, "credit_mlp", NEW) == Failed(**ERROR)
    assert read_ending(tmp_path / "wine_svc" / NEW, "wine_svc", NEW) == Retired("nobody asks")


def test_a_folder_of_another_model_is_refused(tmp_path):
    write_ending(tmp_path, "credit_mlp", NEW, status="retired", reason="no")
    with pytest.raises(StorageError, match=r"is of credit_mlp in sklearn-1\.9, not of other in sklearn-1\.9"):
        read_ending(tmp_path / "credit_mlp" / NEW, "other", NEW)


def test_a_failed_and_a_retired_model_have_entries_without_evidence(tmp_path):
    for name in ("credit_mlp", "wine_svc"):
        Folder(name).write(tmp_path)
    write_ending(tmp_path, "credit_mlp", NEW, status="failed", error=ERROR)
    write_ending(tmp_path, "wine_svc", NEW, status="retired", reason="nobody asks")
    entries = compared(tmp_path, ("credit_mlp", "wine_svc"))
    found = [(entry["verdict"], entry["reasons"], entry["evidence"] is None) for entry in entries]
    assert found == [
        ("baseline", [], False),
        ("failed", ["fold 1 of 5: no"], True),
        ("baseline", [], False),
        ("retired", ["nobody asks"], True),
    ]


def test_a_model_that_is_retired_everywhere_needs_no_baseline(tmp_path):
    for environment in (BASELINE, NEW):
        write_ending(tmp_path, "credit_mlp", environment, status="retired", reason="nobody asks")
    assert [entry["verdict"] for entry in compared(tmp_path)] == ["retired", "retired"]


def test_a_model_that_failed_in_the_baseline_leaves_all_others_their_report(tmp_path):
    """It is told as that, and cannot be compared; the other model is."""
    write_ending(tmp_path, "credit_mlp", BASELINE, status="failed", error=ERROR)
    Folder(environment=NEW).write(tmp_path)
    for environment in (BASELINE, NEW):
        Folder("wine_svc", environment).write(tmp_path)
    entries = compared(tmp_path, ("credit_mlp", "wine_svc"))
    assert [(entry["verdict"], entry["evidence"] is None) for entry in entries] == [
        ("failed", True),
        ("failed in the baseline", True),
        ("baseline", False),
        ("identical", False),
    ]
    assert entries[1]["reasons"] == [
        "there is nothing to compare it with: in sklearn-1.5 its build failed: fold 1 of 5: no"
    ]
    assert entries[1]["artifacts"]


def test_a_model_that_is_only_retired_in_the_baseline_is_refused(tmp_path):
    write_ending(tmp_path, "credit_mlp", BASELINE, status="retired", reason="nobody asks")
    Folder(environment=NEW).write(tmp_path)
    with pytest.raises(MissingBaseline) as caught:
        compared(tmp_path)
    assert "in the baseline sklearn-1.5 it is retired: nobody asks." in str(caught.value)
    assert "Choose another baseline, or retire the model everywhere" in str(caught.value)


def test_the_release_leaves_them_out_and_says_so(tmp_path):
    Folder("iris_svc", NEW).write(tmp_path / "models")
    write_ending(tmp_path / "models", "credit_mlp", NEW, status="failed", error=ERROR)
    write_ending(tmp_path / "models", "wine_svc", NEW, status="retired", reason="nobody asks")
    params = Params(
        environments=(NEW,),
        snapshot_environment=NEW,
        baseline=NEW,
        release_environment=NEW,
        datasets={"credit": "conf/dataset/credit.yaml"},
        cv=("stratified_5",),
        models=("credit_mlp", "iris_svc", "wine_svc"),
        tolerances=TOLERANCES,
    )
    index = contract.check("release", package(params, tmp_path / "models", tmp_path / "release"), "index")
    assert list(index["models"]) == ["iris_svc"]
    assert index["left_out"] == {"credit_mlp": "failed: fold 1 of 5: no", "wine_svc": "retired: nobody asks"}
