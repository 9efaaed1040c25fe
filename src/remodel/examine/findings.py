"""What the trials of `remodel model explain` say: from findings to the cause, or to why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remodel.errors import BuildError
from remodel.results.target import Target


@dataclass(frozen=True)
class Finding:
    """What moving one factor did: rows with another label, largest |dp|, and whether it gave the new predictions.

    `labels` is None where answers are numbers; the difference is then a share of them. `not_tried`
    says why the build with this factor moved did not run; it is evidence of nothing then.
    """

    factor: str
    detail: str
    labels: int | None = 0
    difference_at_most: str = "0"
    is_new: bool = False
    not_tried: str = ""

    @property
    def moves(self) -> bool:
        """Whether this factor alone moves a prediction."""
        return bool(self.labels) or self.difference_at_most != "0"

    @property
    def name(self) -> str:
        """The factor and what of it was moved."""
        return f"{self.factor} ({self.detail})"

    def __str__(self) -> str:
        if self.not_tried:
            return f"{self.name}: not tried: {self.not_tried}"
        if not self.moves:
            return f"{self.name}: moves nothing"
        all_of_it = ", which is all of it" if self.is_new else ""
        if self.labels is None:
            return f"{self.name}: numbers move by <= {self.difference_at_most} of themselves{all_of_it}"
        return f"{self.name}: {self.labels} labels, |dp| <= {self.difference_at_most}{all_of_it}"


@dataclass(frozen=True)
class Explanation:
    """Every factor that was tried, those that cannot be moved alone, and the answer."""

    model: str
    environment: str
    baseline: str
    findings: tuple[Finding, ...]
    immovable: tuple[str, ...]
    answer: str
    stands_on: Mapping[str, Mapping[str, str]]
    """sha256 of the artifacts of both models, by MODEL@ENVIRONMENT."""


def answer(findings: Sequence[Finding], fixed: Sequence[str], target: Target) -> str:
    """Which factor it is, in one line. BuildError where a factor that was not tried may be the cause."""
    if whole := [finding.name for finding in findings if finding.is_new]:
        return f"cause: {' or '.join(whole)}, each alone" if len(whole) > 1 else f"cause: {whole[0]}"
    if not_tried := [finding for finding in findings if finding.not_tried]:
        raise unknown(target, not_tried, len(findings))
    environment = target.environment
    if moving := [finding.name for finding in findings if finding.moves]:
        return f"cause: {' and '.join(moving)}, together with something else in {environment}"
    if fixed:
        return f"cause: the environment {environment} as a whole: {', '.join(fixed)} cannot be moved one by one"
    return f"cause: no factor alone; the environment {environment} as a whole"


def unknown(target: Target, not_tried: Sequence[Finding], count: int) -> BuildError:
    """The error where no factor that was tried is the cause, and some could not be tried."""
    names = ", ".join(finding.name for finding in not_tried)
    return BuildError(
        f"the cause of {target} is unknown: no factor that was tried is it, and {len(not_tried)} of {count} were not "
        f"tried: {names}",
        "Mend what their lines say and run the same command again; what cannot run beside the baseline's other "
        "versions may run beside those of a nearer baseline (params.yaml)",
    )
