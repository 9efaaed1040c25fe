"""Twenty planted changes and twenty planted sames of each kind of answers without probabilities: all verdicts right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from remodel.audit.differences import KINDS, Differences
from remodel.audit.verdict import decide
from remodel.recipes.params import Tolerances
from remodel.results.answers.decisions import LabelsWithDecisions
from remodel.results.answers.labels import Labels
from remodel.results.answers.numbers import Numbers
from tests.unit.audit.folders import TOLERANCES

ALLOWED = Tolerances.model_validate(TOLERANCES)
ROWS, CLASSES = 400, ("a", "b", "c")
SEEDS = range(20)


def verdict(own: Any, base: Any) -> str:
    """On answers that are alike out of fold and in sample, with scores that say nothing."""
    return decide(Differences({kind: own.difference(base, ALLOWED) for kind in KINDS}, {}), ALLOWED).name


def labels(random: np.random.Generator) -> np.ndarray:
    return random.integers(0, len(CLASSES), ROWS).astype(np.int32)


def flipped(given: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Another label in so many rows."""
    found = given.copy()
    rows = random.choice(ROWS, count, replace=False)
    found[rows] = (found[rows] + 1) % len(CLASSES)
    return found


def decided(given: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Scores of which the label's is the largest."""
    scores = random.normal(size=(ROWS, len(CLASSES)))
    scores[np.arange(ROWS), given] = scores.max(axis=1) + random.uniform(0.1, 1, ROWS)
    return scores


@pytest.mark.parametrize("seed", SEEDS)
def test_labels(seed: int) -> None:
    """More rows than the tolerance allows are a change; fewer are none; the same labels are identical."""
    random = np.random.default_rng(seed)
    given = labels(random)
    base, limit = Labels(CLASSES, given), int(ROWS * ALLOWED.labels)
    changed = flipped(given, int(random.integers(limit + 1, ROWS // 2)), random)
    assert verdict(Labels(CLASSES, changed), base) == "changed"
    same = flipped(given, int(random.integers(1, limit + 1)), random)
    assert verdict(Labels(CLASSES, same), base) == "equivalent"
    assert verdict(Labels(CLASSES, given.copy()), base) == "identical"


@pytest.mark.parametrize("seed", SEEDS)
def test_decision_scores(seed: int) -> None:
    """Another order of the rows is a change, also with the same labels; another scale or a little noise is none."""
    random = np.random.default_rng(seed)
    given = labels(random)
    scores = decided(given, random)
    base = LabelsWithDecisions(CLASSES, given, scores)
    place = int(random.integers(len(CLASSES)))
    shuffled = scores.copy()
    shuffled[:, place] = random.permutation(shuffled[:, place])
    assert verdict(LabelsWithDecisions(CLASSES, given, shuffled), base) == "changed"
    scaled = scores * random.uniform(0.5, 20) + random.normal()
    assert verdict(LabelsWithDecisions(CLASSES, given, scaled), base) == "equivalent"
    noisy = scores + random.normal(0, 1e-4, scores.shape)
    assert verdict(LabelsWithDecisions(CLASSES, given, noisy), base) == "equivalent"
    assert verdict(LabelsWithDecisions(CLASSES, given, scores.copy()), base) == "identical"


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers(seed: int) -> None:
    """A move of more than the tolerance in units of the error is a change; a smaller one is none, on every scale."""
    random = np.random.default_rng(seed)
    scale = 10.0 ** random.uniform(-6, 6)
    given, unit = random.normal(10, 3, ROWS) * scale, scale
    base = Numbers(given, unit)
    moved = given + unit * ALLOWED.numbers.at_most * random.uniform(1.5, 10) * random.choice([-1, 1])
    assert verdict(Numbers(moved, unit), base) == "changed"
    near = given + unit * ALLOWED.numbers.at_most * random.uniform(-0.9, 0.9, ROWS)
    assert verdict(Numbers(near, unit), base) == "equivalent"
    few = given.copy()
    few[: int(ROWS * (1 - ALLOWED.numbers.quantile)) - 1] *= 2
    assert verdict(Numbers(few, unit), base) == "equivalent", "a few rows may jump"
