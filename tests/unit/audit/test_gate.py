"""The gate opens only where every model may move, and a decision holds for the very artifacts it was taken for."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from remodel.audit.compare import compare
from remodel.audit.gate import accept, gate
from remodel.checkout import Checkout
from remodel.cli.main import main as cli
from remodel.errors import GateClosed, StorageError, UnknownName, UsageError
from remodel.files import read_json, write_json
from remodel.recipes.params import read_params
from remodel.results.endings import read_endings
from tests.unit.audit.folders import Folder, edit_json, labels, write_checkout, write_ending

BASELINE, NEW = "sklearn-1.5", "sklearn-1.9"
FLIPPED = labels()
FLIPPED[:5] = "no"


def checkout(root, *folders, models=("credit_mlp", "iris_svc")):
    """A checkout with results and their comparison; models without a folder are as in the baseline."""
    write_checkout(root, models, (BASELINE, NEW))
    edit_json(root / "params.yaml", lambda params: params.update(release_environment=NEW))
    for folder in folders:
        folder.write(root / "models")
    for model in models:
        for environment in (BASELINE, NEW):
            if not (root / "models" / model / environment).exists():
                Folder(model, environment).write(root / "models")
    compare_again(root)
    return Checkout(root)


def compare_again(root):
    copied = Checkout(root)
    params = read_params(copied)
    document = compare(params, read_endings(copied.models, params.models, params.environments)).document
    write_json(copied.reports / "comparison.json", document)


def changed():
    return Folder(environment=NEW, oof_labels=FLIPPED)


def test_the_gate_is_open_where_nothing_changed(tmp_path, capsys):
    assert all(ruling.passes for ruling in gate(checkout(tmp_path)))
    assert capsys.readouterr().out == "pass credit_mlp@sklearn-1.9 identical\npass iris_svc@sklearn-1.9 identical\n"


def test_one_changed_model_closes_it_with_the_reason(tmp_path, capsys):
    with pytest.raises(GateClosed, match=r"1 of 2 models may not move to sklearn-1\.9"):
        gate(checkout(tmp_path, changed()))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("stop credit_mlp@sklearn-1.9 changed: ")
    assert "labels out of fold flip" in lines[1]


def test_a_failed_model_closes_it_and_a_retired_one_does_not(tmp_path, capsys):
    error = {"kind": "build", "message": "no fit", "advice": ""}
    write_ending(tmp_path / "models", "credit_mlp", NEW, status="failed", error=error)
    write_ending(tmp_path / "models", "iris_svc", NEW, status="retired", reason="nobody asks")
    with pytest.raises(GateClosed, match="1 of 2 models"):
        gate(checkout(tmp_path))
    assert capsys.readouterr().out.splitlines() == [
        "failed: credit_mlp@sklearn-1.9",
        "pass iris_svc@sklearn-1.9 retired: nobody asks",
        "stop credit_mlp@sklearn-1.9 failed: no fit",
    ]


def test_nothing_moves_where_the_release_environment_is_the_baseline(tmp_path, capsys):
    copied = checkout(tmp_path, changed())
    edit_json(tmp_path / "params.yaml", lambda params: params.update(release_environment=BASELINE))
    compare_again(tmp_path)
    assert gate(copied) == []
    assert "nothing moves" in capsys.readouterr().out


def test_an_accepted_model_moves_with_these_artifacts_only(tmp_path, capsys):
    """A model that is built again with other bytes, here or in the baseline, has to be looked at again."""
    copied = checkout(tmp_path, changed())
    accept(copied, "credit_mlp@sklearn-1.9", "the five rows\nwere checked by hand")
    assert gate(copied)[0].verdict == "accepted"
    assert "pass credit_mlp@sklearn-1.9 accepted: the five rows were checked by hand" in capsys.readouterr().out
    for environment in (NEW, BASELINE):
        path = tmp_path / "decisions.yaml"
        before = path.read_text()
        decisions = yaml.safe_load(before)
        key = "artifacts" if environment == NEW else "baseline"
        decisions["decisions"][0][key]["model.skops"] = "0" * 64
        path.write_text(yaml.safe_dump(decisions))
        with pytest.raises(GateClosed):
            gate(copied)
        assert "its decision is for artifacts that no longer exist" in capsys.readouterr().out
        path.write_text(before)


def test_the_gate_answers_as_json_too(tmp_path, capsys):
    """Each model with its verdict, and the same end."""
    with pytest.raises(GateClosed):
        gate(checkout(tmp_path, changed()), as_json=True)
    answer = json.loads(capsys.readouterr().out)
    assert answer["failed"] == []
    by_name = {one["model"]: one for one in answer["models"]}
    assert (by_name["credit_mlp"]["passes"], by_name["credit_mlp"]["verdict"]) == (False, "changed")
    assert by_name["iris_svc"]["passes"]


def test_a_decision_says_who_took_it_and_when(tmp_path, monkeypatch, capsys):
    """As git knows them; the gate's line tells it, and an older decision without it is still one."""
    copied = checkout(tmp_path, changed())
    identity = {"NAME": "Ada L", "EMAIL": "ada@example.org", "DATE": "2026-03-04T05:06:07Z"}
    for name, value in identity.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
    accept(copied, "credit_mlp@sklearn-1.9", "looked at")
    assert gate(copied)[0].passes
    assert "accepted: looked at (Ada L, 2026-03-04)" in capsys.readouterr().out
    path = tmp_path / "decisions.yaml"
    content = yaml.safe_load(path.read_text())
    assert (content["decisions"][0].pop("by"), content["decisions"][0].pop("on")) == (
        "Ada L <ada@example.org>",
        "2026-03-04",
    )
    path.write_text(yaml.safe_dump(content))
    assert gate(copied)[0].reason == "looked at"


def test_accepting_again_replaces_the_decision(tmp_path):
    copied = checkout(tmp_path, changed())
    for reason in ("first", "second"):
        accept(copied, "credit_mlp@sklearn-1.9", reason)
    (decision,) = yaml.safe_load((tmp_path / "decisions.yaml").read_text())["decisions"]
    assert decision["reason"] == "second"


@pytest.mark.parametrize(
    ("name", "reason", "error", "words"),
    [
        ("credit_mlp@sklearn-1.9", " ", UsageError, "an accepted change needs a reason"),
        ("iris_svc@sklearn-1.9", "why", UsageError, "iris_svc@sklearn-1.9 is identical, and only a changed model"),
        ("credit_mlp@sklearn-1.5", "why", UsageError, "credit_mlp@sklearn-1.5 is baseline"),
        ("credit_mpl@sklearn-1.9", "why", UnknownName, "did you mean 'credit_mlp@sklearn-1.9'?"),
    ],
)
def test_there_has_to_be_something_to_accept(tmp_path, name, reason, error, words):
    copied = checkout(tmp_path, changed())
    with pytest.raises(error) as caught:
        accept(copied, name, reason)
    assert words in str(caught.value)
    assert not (tmp_path / "decisions.yaml").exists()


def test_a_failed_model_cannot_be_accepted(tmp_path):
    error = {"kind": "build", "message": "no fit", "advice": ""}
    write_ending(tmp_path / "models", "credit_mlp", NEW, status="failed", error=error)
    with pytest.raises(UsageError, match=r"only a changed model can be accepted\. Mend it, or retire it"):
        accept(checkout(tmp_path), "credit_mlp@sklearn-1.9", "why")


@pytest.mark.parametrize("name", ["model.skops", "manifest.json"])
def test_a_comparison_of_other_artifacts_is_refused(tmp_path, name):
    """The gate must not answer for models that were built after the comparison was made."""
    copied = checkout(tmp_path)
    path = copied.models / "credit_mlp" / NEW / name
    path.write_bytes(b"other") if name == "model.skops" else path.unlink()
    with pytest.raises(StorageError, match=r"is not about what models/credit_mlp/sklearn-1\.9 holds now"):
        gate(copied)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("tolerances", {"labels": 0.5}, "tolerances labels was 0.03 and is 0.5"),
        ("models", ["credit_mlp", "iris_svc", "wine_svc"], "models has wine_svc"),
        ("models", ["iris_svc"], "models lacks credit_mlp"),
        ("release_environment", BASELINE, "release_environment was sklearn-1.9 and is sklearn-1.5"),
        ("baseline", NEW, "baseline was sklearn-1.5 and is sklearn-1.9"),
        ("environments", [BASELINE, NEW, "sklearn-1.8"], "environments has sklearn-1.8"),
    ],
)
def test_a_comparison_of_other_params_is_refused(tmp_path, key, value, words):
    """Whatever params.yaml asks now is not answered from what it asked before."""
    copied = checkout(tmp_path)
    (tmp_path / "conf" / "model" / "wine_svc.yaml").write_text("name: wine_svc\n")
    merged = (
        value if not isinstance(value, dict) else {**json.loads((tmp_path / "params.yaml").read_text())[key], **value}
    )
    edit_json(tmp_path / "params.yaml", lambda params: params.update({key: merged}))
    with pytest.raises(StorageError) as caught:
        gate(copied)
    assert f"was made before params.yaml changed: {words}. Bring it up to date: remodel rebuild" in str(caught.value)


def test_a_comparison_of_another_recipe_is_refused(tmp_path):
    """A recipe that was made again, while its build failed, is not the one of the model that is there."""
    copied = checkout(tmp_path)
    example = Path(__file__).parent.parent / "contract" / "examples" / "recipe" / "valid-steps.json"
    write_json(copied.recipes / "credit_mlp.json", read_json(example))
    with pytest.raises(
        StorageError, match=r"credit_mlp@sklearn-1\.5 was built before recipes/credit_mlp\.json changed"
    ):
        gate(copied)


def test_what_failed_anywhere_is_the_first_line(tmp_path, capsys):
    """Also where it is not what the gate is asked about."""
    write_ending(
        tmp_path / "models",
        "iris_svc",
        BASELINE,
        status="failed",
        error={"kind": "build", "message": "no fit", "advice": ""},
    )
    with pytest.raises(GateClosed):
        gate(checkout(tmp_path))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "failed: iris_svc@sklearn-1.5"
    assert lines[2].startswith("stop iris_svc@sklearn-1.9 failed in the baseline: there is nothing to compare it with")


@pytest.mark.parametrize(("version", "advice"), [(1, "build it again"), (3, "update the checkout")])
def test_an_older_and_a_newer_comparison_get_their_own_advice(tmp_path, version, advice):
    copied = checkout(tmp_path)
    edit_json(copied.reports / "comparison.json", lambda found: found.update(schema_version=version))
    with pytest.raises(StorageError, match=f"comparison schema {version}, this checkout reads 2: {advice}"):
        gate(copied)


def test_a_decision_that_is_not_understood_is_refused(tmp_path):
    copied = checkout(tmp_path, changed())
    (tmp_path / "decisions.yaml").write_text("decisions:\n  - model: credit_mlp\n    reasn: why\n")
    with pytest.raises(UsageError, match=r"decisions\.yaml has an unknown key 'decisions\.0\.reasn'"):
        gate(copied)


@pytest.mark.parametrize(
    ("words", "code", "on_stderr"),
    [
        (["gate"], 9, "remodel: 1 of 2 models may not move to sklearn-1.9. Mend or retire them, or accept a change:"),
        (["gate", "--reason", "why"], 2, "remodel: --reason is for --accept"),
        (["gate", "--accept", "credit_mlp@sklearn-1.9", "--reason", "looked at"], 0, ""),
    ],
)
def test_the_command_line_ends_with_a_code_for_a_ci_job(tmp_path, monkeypatch, capsys, words, code, on_stderr):
    # This folder is no repository of DVC's: tests/containers asks the real one.
    monkeypatch.setattr("remodel.rebuild.rebuilding.require_built", lambda checkout: None)
    monkeypatch.chdir(checkout(tmp_path, changed()).root)
    assert cli(words) == code
    assert capsys.readouterr().err.startswith(on_stderr)
    assert json.loads(Path("params.yaml").read_text())["release_environment"] == NEW


def test_who_accepts_is_told_that_the_page_is_now_out_of_date(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(checkout(tmp_path, changed()).root)
    assert cli(["gate", "--accept", "credit_mlp@sklearn-1.9", "--reason", "looked at"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "accepted credit_mlp@sklearn-1.9 in decisions.yaml: looked at"
    assert "dvc repro compare" in lines[1]
    assert "reports/index.html" in lines[1]


def test_a_decision_on_a_model_that_now_fails_does_not_hold(tmp_path, capsys):
    """Only a change can be accepted: the failure is told, and that the decision is for something else."""
    copied = checkout(tmp_path, changed())
    accept(copied, "credit_mlp@sklearn-1.9", "looked at")
    shutil.rmtree(tmp_path / "models" / "credit_mlp" / NEW)
    error = {"kind": "build", "message": "no fit", "advice": ""}
    write_ending(tmp_path / "models", "credit_mlp", NEW, status="failed", error=error)
    compare_again(tmp_path)
    with pytest.raises(GateClosed):
        gate(copied)
    assert "failed: no fit; its decision is for artifacts that no longer exist" in capsys.readouterr().out
