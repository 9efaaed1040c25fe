"""A model that fails or is retired leaves a result that DVC takes; a crash stops the pipeline."""

from __future__ import annotations

import json

import pytest

from remodel.checkout import Checkout
from remodel.errors import BuildError, RemodelError, UnknownName, UsageError
from remodel.pipeline import stages
from remodel.recipes.retirement import retired_reason
from remodel.results.recipe import Recipe

MODEL, BASELINE, NEW = "credit_mlp", "sklearn-1.5", "sklearn-1.9"


@pytest.fixture
def failing(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> list[RemodelError]:
    """The build ends with the error in this list; the engine is not asked for anything."""
    errors: list[RemodelError] = []

    def build(*arguments: object, **options: object) -> None:
        raise errors[0]

    monkeypatch.setattr(stages, "build_model", build)
    monkeypatch.setattr(stages, "_ready", lambda environment: None)
    monkeypatch.setattr(stages, "read_recipe", lambda copied, model: Recipe({"choices": {"dataset": "credit"}}))
    return errors


def described(kind: str) -> BuildError:
    error = BuildError("fold 1 of 5: no", "Change it")
    error.kind = kind
    return error


def retire(copied: Checkout, text: str) -> None:
    path = copied.conf / "model" / f"{MODEL}.yaml"
    path.write_text(f"{path.read_text()}\nretired: {text}\n")


@pytest.mark.parametrize("environment", [BASELINE, NEW])
def test_a_failed_build_leaves_its_reason_and_empty_metrics(
    copied: Checkout, failing: list[RemodelError], environment: str
) -> None:
    """The old result is gone: nothing of another build may stand beside it. The baseline is no exception."""
    (copied.models / MODEL / environment).mkdir(parents=True)
    (copied.models / MODEL / environment / "model.skops").write_bytes(b"old")
    failing.append(described("build"))
    stages.train(copied, MODEL, environment)
    (written,) = (copied.models / MODEL / environment).iterdir()
    assert json.loads(written.read_text())["error"] == {
        "kind": "build",
        "message": "fold 1 of 5: no",
        "advice": "Change it",
    }
    assert json.loads((copied.metrics / MODEL / f"{environment}.json").read_text()) == {}


@pytest.mark.parametrize("kind", ["machine", "", "data"])
def test_everything_else_stops_the_pipeline(copied: Checkout, failing: list[RemodelError], kind: str) -> None:
    """This machine's trouble, a crash, other data."""
    failing.append(described(kind))
    with pytest.raises(BuildError, match="fold 1 of 5: no"):
        stages.train(copied, MODEL, NEW)
    assert not (copied.models / MODEL / NEW).exists()


def test_a_retired_model_is_not_built(copied: Checkout, failing: list[RemodelError]) -> None:
    """Not even its recipe is read."""
    retire(copied, "nobody asks for it")
    stages.train(copied, MODEL, NEW)
    result = json.loads((copied.models / MODEL / NEW / "result.json").read_text())
    assert (result["status"], result["reason"]) == ("retired", "nobody asks for it")


def test_a_model_may_be_retired_in_one_environment(copied: Checkout) -> None:
    """The others build it as before."""
    retire(copied, "{sklearn-1.9: needs an option that is gone}")
    assert retired_reason(copied, MODEL, NEW) == "needs an option that is gone"
    assert retired_reason(copied, MODEL, BASELINE) is None
    assert retired_reason(copied, "iris_decision_tree", NEW) is None


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (
            "{sklearn-2.0: gone}",
            UnknownName,
            "unknown environment 'sklearn-2.0' in conf/model/credit_mlp.yaml, retired",
        ),
        ("''", UsageError, "conf/model/credit_mlp.yaml: retired"),
        ("[1]", UsageError, "conf/model/credit_mlp.yaml: retired"),
    ],
)
def test_a_slip_is_named(copied: Checkout, text: str, error: type[Exception], words: str) -> None:
    """A model must not be built, or left out, because of a typing error."""
    retire(copied, text)
    with pytest.raises(error) as caught:
        retired_reason(copied, MODEL, NEW)
    assert words in str(caught.value)
