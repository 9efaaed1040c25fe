"""Which stages a rebuild is about, in which order they start, and what runs beside what."""

from __future__ import annotations

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.rebuild.budget import Budget, Needs
from remodel.rebuild.plan import Agenda, Step, blocked, by_expected_time, find_targets, unlisted, with_ancestors
from remodel.rebuild.work import Foreign, OwnStage, Train, work_of

STEPS = [
    Step("recipes", OwnStage("recipes"), ()),
    Step("train@a-old", Train("a", "old"), ("recipes",)),
    Step("train@b-old", Train("b", "old"), ("recipes",)),
    Step("train@a-new", Train("a", "new"), ("recipes",)),
    Step("compare", OwnStage("compare"), ("train@a-old", "train@b-old", "train@a-new")),
    Step("alone", Foreign(), ()),
]


def names(steps: list[Step]) -> list[str]:
    """Their names."""
    return [step.name for step in steps]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("train@a-old", ["train@a-old"]),
        ("train", ["train@a-old", "train@b-old", "train@a-new"]),
        ("a", ["train@a-old", "train@a-new"]),
        ("old", ["train@a-old", "train@b-old"]),
        ("b@old", ["train@b-old"]),
    ],
)
def test_a_target_is_a_stage_a_group_a_model_or_an_environment(target: str, found: list[str]) -> None:
    """As `dvc repro` and `remodel model verify` name them."""
    assert find_targets(STEPS, [target]) == found


def test_a_target_that_does_not_exist_is_answered_with_the_nearest() -> None:
    """Not with all of hundreds."""
    with pytest.raises(UsageError, match="did you mean 'train@a-old' or"):
        find_targets(STEPS, ["train@a-odl"])
    with pytest.raises(UsageError, match="remodel rebuild --dry-run"):
        find_targets(STEPS, ["xyzzy"])


def test_what_a_target_needs_comes_with_it() -> None:
    """And nothing else."""
    assert names(with_ancestors(STEPS, ["train@a-new"])) == ["recipes", "train@a-new"]


def test_what_can_run_and_what_cannot_any_more() -> None:
    """A stage waits for all that it needs; a failure reaches everything behind it."""
    agenda = Agenda(STEPS, {})
    ready = agenda.ready()
    assert names(ready) == ["recipes", "alone"]
    for step in ready:
        agenda.settle(step)
    ready = agenda.ready()
    assert names(ready) == ["train@a-old", "train@b-old", "train@a-new"]
    agenda.settle(ready[1])
    assert agenda.ready() == []
    assert names(agenda.left(failed=["train@a-old"])) == ["train@a-new"]
    assert blocked(STEPS, ["train@b-old"]) == {"compare": "train@b-old"}
    assert set(blocked(STEPS, ["recipes"])) == {"train@a-old", "train@b-old", "train@a-new", "compare"}


def test_the_longest_starts_first_in_each_environment() -> None:
    """One environment after the other; what has never been built counts as the usual one."""
    listed = by_expected_time(STEPS[1:4], {"train@b-old": 9.0, "train@a-old": 1.0})
    assert names(listed) == ["train@b-old", "train@a-old", "train@a-new"]


@pytest.mark.parametrize(
    ("command", "plain", "work"),
    [
        ("python -m remodel stage train a sklearn-1.9", True, Train("a", "sklearn-1.9")),
        ("python -m remodel stage snapshot iris", True, OwnStage("snapshot", "iris")),
        ("python -m remodel stage compare", True, OwnStage("compare")),
        ("python -m remodel stage compare", False, Foreign()),
        ("python -m remodel stage train a", True, Foreign()),
        ("python -m remodel stage train a b; rm -r /", True, Foreign()),
        ("python train.py", True, Foreign()),
        ("", True, Foreign()),
    ],
)
def test_only_our_own_commands_are_ours(command: str, plain: bool, work: object) -> None:
    """Whatever was written by hand is DVC's to run."""
    assert work_of(command, plain) == work


def test_what_runs_never_needs_more_than_there_is() -> None:
    """Cores and memory; a build with more threads than there are cores runs alone."""
    budget = Budget(cores=2, memory=4 << 30)
    assert budget.fits(Needs(4, 0), [])
    assert budget.fits(Needs(1, 1 << 30), [Needs(1, 3 << 30)])
    assert not budget.fits(Needs(1, 2 << 30), [Needs(1, 3 << 30)])
    assert not budget.fits(Needs(1, 0), [Needs(2, 0)])
    assert not budget.fits(Needs(2, 0), [Needs(1, 0)])


def test_what_is_there_and_not_listed_is_told_as_that(checkout: Checkout) -> None:
    """An environment under docker/ that params.yaml lacks is no slip of the pen."""
    there = unlisted(checkout)
    assert "sklearn-1.4" in there["environments"] and "credit_mlp" in there["models"]
    with pytest.raises(
        UsageError, match=r"params\.yaml does not list sklearn-1\.4 under `environments`\. Add it there"
    ):
        find_targets([], ["sklearn-1.4"], there)
