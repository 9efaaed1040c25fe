"""What a model says of every row of its snapshot: what all kinds of answers have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.columns import Columns
from remodel.results.answers.scorers import Scorer

OUT_OF_FOLD, IN_SAMPLE = WHICH = ("out_of_fold", "in_sample")
"""Answers of models that had not seen the row, and of the final model: in the order in which reports show them."""


class AllowedProbabilities(Protocol):
    """How far probabilities may move: by `at_most`, at this quantile of the rows."""

    @property
    def quantile(self) -> float: ...
    @property
    def at_most(self) -> float: ...


class AllowedNumbers(Protocol):
    """How far numbers may move: by `at_most` times the baseline's error, at this quantile of the rows."""

    @property
    def quantile(self) -> float: ...
    @property
    def at_most(self) -> float: ...


class AllowedDecisions(Protocol):
    """How alike decision scores have to order the rows: `rank` is the least rank correlation."""

    @property
    def rank(self) -> float: ...


class Allowed(Protocol):
    """How far answers may be apart: the tolerances of params.yaml, which stand on a floor above."""

    @property
    def labels(self) -> float: ...
    @property
    def probabilities(self) -> AllowedProbabilities: ...
    @property
    def decisions(self) -> AllowedDecisions: ...
    @property
    def numbers(self) -> AllowedNumbers: ...


class AnswerDifference(ABC):
    """How far the answers of two models to the same rows are apart.

    flipped: the rows where something differs that is equal or not, as labels are. largest: the largest difference of
    two numbers, 0 where answers hold none.
    """

    flipped: tuple[int, ...]

    @property
    @abstractmethod
    def largest(self) -> float: ...

    @property
    @abstractmethod
    def identical(self) -> bool:
        """Whether all answers are the same, to the last bit."""

    @abstractmethod
    def objections(self, which: str, allowed: Allowed) -> tuple[str | None, ...]:
        """One text for each rule of the verdict on this kind of answers, always in the same order: how it is broken by
        these answers, which are called `which` ("in sample"), or None where it holds."""


class Answers(ABC):
    """The answers of one model to all rows. A kind is a subclass.

    classes: the labels that may be answered; none where the answers are no labels.
    """

    NAME: ClassVar[str]
    """What a recipe calls the kind (`answers`)."""

    TITLE: ClassVar[str]
    """What a message calls it."""

    SCORERS: ClassVar[tuple[Scorer, ...]]
    """The scores of a fold, in the order in which reports show them."""

    COLUMNS: ClassVar[tuple[str, ...]]
    """Titles of what a report's table says of the difference from the baseline."""

    classes: tuple[str, ...]

    @classmethod
    @abstractmethod
    def read(cls, columns: Columns) -> Predictions:
        """The answers in the columns of a predictions.parquet; Damaged where one is not as it has to be."""

    @classmethod
    @abstractmethod
    def evidence(
        cls, own: Predictions, base: Predictions, differences: Mapping[str, AnswerDifference]
    ) -> dict[str, Any]:
        """The parts of a comparison's evidence that hang on the kind. `differences` are those of "out_of_fold" and
        "in_sample"."""

    @classmethod
    @abstractmethod
    def cells(cls, evidence: Mapping[str, Any]) -> list[str]:
        """What stands under COLUMNS for one entry's evidence."""

    @classmethod
    @abstractmethod
    def in_short(cls, evidence: Mapping[str, Any]) -> list[str]:
        """The difference from the baseline in a few words, nothing where there is none."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of rows."""

    @abstractmethod
    def difference(self, base: Self, allowed: Allowed) -> AnswerDifference:
        """How far these answers are from those of the baseline."""


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold (each row by a model that had not seen it) and in-sample answers, in the snapshot's row order.

    truth: what the snapshot says of each row, shape (rows,), in the terms of the answers. tested: the numbers of the
    rows that some fold tests, which are those of `out_of_fold`: where folds go forward, none tests the earliest.
    """

    truth: NDArray[Any]
    out_of_fold: Answers
    in_sample: Answers
    tested: NDArray[np.int64]

    def numbered(self, which: str) -> NDArray[np.int64]:
        """The numbers of the rows that the answers of OUT_OF_FOLD or IN_SAMPLE are to."""
        return self.tested if which == OUT_OF_FOLD else np.arange(self.rows)

    @property
    def kind(self) -> type[Answers]:
        """The class of both answers."""
        return type(self.out_of_fold)

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels that may be answered."""
        return self.out_of_fold.classes

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.in_sample)
