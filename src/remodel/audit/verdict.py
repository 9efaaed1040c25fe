"""The verdict on a model in an environment: a pure function of two results and the tolerances (docs/audit.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from remodel.audit.differences import KINDS, Differences, measure
from remodel.recipes.params import Tolerances
from remodel.results.answers.kinds import KINDS as ANSWERS
from remodel.results.endings import Ending, Failed, Retired
from remodel.results.result import Result

IDENTICAL, EQUIVALENT, CHANGED, FAILED, RETIRED = "identical", "equivalent", "changed", "failed", "retired"
FAILED_IN_BASELINE = "failed in the baseline"
"""There is nothing to hold a model against: also the verdict on the baseline's own entry."""

VERDICTS = (IDENTICAL, EQUIVALENT, CHANGED, FAILED, FAILED_IN_BASELINE, RETIRED)

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
    if not isinstance(own, Result):
        return judge_unbuilt(own)
    return incomparable(own, base) or decide(measure(own, base, tolerances), tolerances)


def incomparable(own: Result, base: Result) -> Verdict | None:
    """The verdict where two results are answers of different kinds; None where they are of one."""
    kinds = own.predictions.kind, base.predictions.kind
    if kinds[0] is kinds[1]:
        return None
    least = max(kinds, key=ANSWERS.index)
    return Verdict(
        FAILED,
        (
            f"it answers with {kinds[0].TITLE}, and in {base.scores.environment} with {kinds[1].TITLE}: "
            f"`answers: {least.NAME}` in the model's YAML file makes both answer alike",
        ),
    )


def judge_unbuilt(ending: Failed | Retired) -> Verdict:
    """The verdict where there is no model."""
    if isinstance(ending, Retired):
        return Verdict(RETIRED, (ending.reason,))
    return Verdict(FAILED, (ending.message,))


def decide(differences: Differences, tolerances: Tolerances) -> Verdict:
    """The verdict on two results that are so far apart."""
    if differences.identical:
        return Verdict(IDENTICAL)
    reasons = (*_answers(differences, tolerances), *_scores(differences))
    return Verdict(CHANGED, reasons) if reasons else Verdict(EQUIVALENT)


def _answers(differences: Differences, tolerances: Tolerances) -> Iterator[str]:
    """What the rules of this kind of answers object to: one rule after the other, out of fold before in sample."""
    parts = (part.objections(KIND_TITLES[kind], tolerances) for kind, part in differences.answers.items())
    for rule in zip(*parts, strict=True):
        yield from (objection for objection in rule if objection)


def _scores(differences: Differences) -> Iterator[str]:
    for scorer, test in differences.scores.items():
        if not test.not_worse:
            yield (
                f"{scorer.title} may be worse by {-test.low:.4f}, mean {-test.difference:.4f} (allowed {test.region:g})"
            )
