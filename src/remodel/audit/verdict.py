"""The verdict on a model in an environment: a pure function of two results and the tolerances (docs/audit.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from remodel.audit.differences import KINDS, Differences, measure
from remodel.recipes.params import Tolerances
from remodel.results.endings import Ending, Failed, Retired
from remodel.results.result import Result
from remodel.results.scores import METRIC_TITLES

IDENTICAL, EQUIVALENT, CHANGED, FAILED, RETIRED = "identical", "equivalent", "changed", "failed", "retired"
VERDICTS = (IDENTICAL, EQUIVALENT, CHANGED, FAILED, RETIRED)

BASELINE = "baseline"
"""What stands in a verdict's place for the baseline itself."""

KIND_TITLES = dict(zip(KINDS, ("out of fold", "in sample"), strict=True))


@dataclass(frozen=True)
class Verdict:
    """One of VERDICTS, and why: a line for each rule that was broken, or the reason for there being no model."""

    name: str
    reasons: tuple[str, ...] = ()


def judge(own: Ending, base: Result, tolerances: Tolerances) -> Verdict:
    """The verdict on `own` against the baseline's result, which are on the same rows and folds."""
    if isinstance(own, Result):
        return decide(measure(own, base, tolerances), tolerances)
    return judge_unbuilt(own)


def judge_unbuilt(ending: Failed | Retired) -> Verdict:
    """The verdict where there is no model."""
    if isinstance(ending, Retired):
        return Verdict(RETIRED, (ending.reason,))
    return Verdict(FAILED, (ending.message,))


def decide(found: Differences, tolerances: Tolerances) -> Verdict:
    """The verdict on two results that are so far apart."""
    if found.identical:
        return Verdict(IDENTICAL)
    reasons = (*_labels(found, tolerances), *_probabilities(found, tolerances), *_scores(found))
    return Verdict(CHANGED, reasons) if reasons else Verdict(EQUIVALENT)


def _labels(found: Differences, tolerances: Tolerances) -> Iterator[str]:
    for kind, part in found.answers.items():
        if part.share > tolerances.labels:
            yield (
                f"{len(part.flipped)} of {part.rows} labels {KIND_TITLES[kind]} flip ({part.share:.2%}, allowed "
                f"{tolerances.labels:.2%})"
            )


def _probabilities(found: Differences, tolerances: Tolerances) -> Iterator[str]:
    allowed = tolerances.probabilities
    for kind, part in found.answers.items():
        if part.tail > allowed.at_most:
            yield (
                f"probabilities {KIND_TITLES[kind]} move by {part.tail:.2g} at the {allowed.quantile:.1%} quantile "
                f"(allowed {allowed.at_most:g})"
            )


def _scores(found: Differences) -> Iterator[str]:
    for name, test in found.scores.items():
        if not test.not_worse:
            yield (
                f"{METRIC_TITLES[name]} may be worse by {-test.low:.4f}, mean {-test.difference:.4f} "
                f"(allowed {test.region:g})"
            )
