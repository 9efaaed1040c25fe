"""The estimate adds up what was recorded and says how much of it is a guess."""

from pathlib import Path

import pytest

from remodel.engines.engine import Image
from remodel.errors import UnknownName, UsageError
from remodel.examine.estimate import IMAGE_SECONDS, START_SECONDS, estimate, guess
from remodel.files import read_json, write_json
from remodel.recipes.params import read_params
from remodel.results.target import Target
from tests.unit.audit.folders import Folder

OLD, NEW = "sklearn-1.5", "sklearn-1.9"
RECIPE = Path(__file__).parent.parent / "contract" / "examples" / "recipe" / "valid-steps.json"


class Images:
    """The one question that an estimate asks of an engine."""

    def __init__(self, *present):
        self.present = present

    def image_of(self, environment):
        return Image("x", "y", 500_000_000, "z") if environment.name in self.present else None


def record(copied, name, **seconds):
    write_json(copied.state / "builds" / f"{name}.json", {"seconds": seconds})


def test_recorded_seconds_are_added_up(copied):
    models = read_params(copied).models
    for model in models:
        for environment in (OLD, NEW):
            record(copied, f"{model}@{environment}", fit=2.0, fold=3.0)
    found = estimate(copied, Images(OLD, NEW), OLD, NEW)
    assert (found.models, found.builds, found.guessed) == (len(models), 2 * len(models), 0)
    assert found.seconds == pytest.approx(2 * len(models) * (5.0 + START_SECONDS))
    assert (found.disk, found.missing_images) == (0, ())
    assert "all recorded before" in str(found)


def test_what_was_never_built_is_guessed_and_missing_images_count(copied):
    record(copied, f"credit_mlp@{OLD}", fit=4.0)
    size = sum(path.stat().st_size for path in Folder("credit_mlp", OLD).write(copied.models).iterdir())
    found = estimate(copied, Images(OLD), OLD, NEW)
    assert found.guessed == found.builds - 1
    assert found.seconds == pytest.approx(found.builds * (4.0 + START_SECONDS) + IMAGE_SECONDS)
    assert found.disk == found.builds * size + 500_000_000
    assert found.missing_images == (NEW,)


def test_the_same_environment_twice_is_built_once(copied):
    record(copied, f"credit_mlp@{OLD}", fit=4.0)
    assert estimate(copied, Images(OLD), OLD, OLD).environments == (OLD,)


def test_a_guess_prefers_the_same_model():
    known = {Target("a", OLD): 1.0, Target("a", "sklearn-0.24"): 3.0, Target("b", OLD): 100.0}
    assert [guess(known, Target(*pair)) for pair in (("a", OLD), ("a", NEW), ("b", NEW), ("c", NEW))] == [
        1.0,
        2.0,
        100.0,
        104 / 3,
    ]


def test_a_record_without_seconds_is_a_guess_too(copied):
    """A build whose record was lost did not take no time."""
    record(copied, f"credit_mlp@{OLD}", fit=4.0)
    write_json(copied.state / "builds" / f"credit_mlp@{NEW}.json", {"engine": {"name": "podman"}})
    answer = estimate(copied, Images(OLD, NEW), OLD, NEW)
    assert answer.guessed == answer.builds - 1
    assert answer.seconds == pytest.approx(answer.builds * (4.0 + START_SECONDS))


def test_without_a_record_there_is_no_estimate(copied):
    with pytest.raises(UsageError, match=r"no build is recorded on this machine yet. Build one: python -m train"):
        estimate(copied, Images(), OLD, NEW)


def test_an_unknown_environment_is_named(copied):
    with pytest.raises(UnknownName, match=r"unknown environment 'sklearn-2\.0' in docker/"):
        estimate(copied, Images(), OLD, "sklearn-2.0")


def test_what_another_recipe_took_is_a_guess(copied):
    """A model of ten times the trees takes longer than its name remembers."""
    record(copied, f"credit_mlp@{OLD}", fit=4.0)
    record(copied, f"credit_mlp@{NEW}", fit=40.0)
    Folder("credit_mlp", NEW).write(copied.models)
    before = estimate(copied, Images(OLD, NEW), OLD, NEW)
    write_json(copied.recipes / "credit_mlp.json", read_json(RECIPE))
    after = estimate(copied, Images(OLD, NEW), OLD, NEW)
    assert (before.guessed, after.guessed) == (before.builds - 2, before.builds - 1)
    assert after.seconds < before.seconds
    assert "no build of this recipe is recorded" in str(after)
