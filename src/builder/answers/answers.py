"""What a model says of some rows: what all kinds of answers have in common, and what each has to say of itself."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import numpy
import pyarrow

from builder.data import Snapshot
from container.errors import recipe_error


@dataclass(frozen=True)
class Apart:
    """How far two answers to the same rows are apart.

    wrong: bool, shape (rows,), whether something differs that has to be equal. distance: float64, shape (rows,), the
    largest difference of two numbers of the row, infinite where one is NaN, 0 where the answers hold no numbers.
    """

    wrong: numpy.ndarray
    distance: numpy.ndarray

    def beyond(self, limit: float) -> numpy.ndarray:
        """Which rows are wrong, or have numbers that differ by more than `limit`."""
        return self.wrong | ~(self.distance <= limit)


@dataclass(frozen=True)
class Answers(ABC):
    """The answers to some rows. A kind is a subclass whose fields are arrays with one entry (or line) a row.

    How a model is asked, scored, stored, exported and held against its file hangs on the kind, and on nothing else.
    """

    NAME: ClassVar[str]
    """What a recipe calls the kind (`answers`), and a signature that has to name it."""

    STEP: ClassVar[str]
    """The step of a recipe's pipeline that answers so."""

    METHODS: ClassVar[tuple[str, ...]]
    """What is asked of the model: one method a field; the last is the one that a server would ask."""

    OUTPUTS: ClassVar[tuple[str, ...]]
    """Names of the outputs of model.onnx: one a field."""

    METRICS: ClassVar[tuple[str, ...]]
    """The scores of a fold."""

    EXACT: ClassVar[str]
    """What a file's answers must have equal to the model's, in the plural of a message: "labels"."""

    NUMBERS: ClassVar[str]
    """What may differ by rounding: "probabilities"."""

    @classmethod
    @abstractmethod
    def of(cls, *parts: Any) -> Answers:
        """From what METHODS return, or the OUTPUTS of an ONNX file, which are the same."""

    @classmethod
    @abstractmethod
    def blank(cls, snapshot: Snapshot) -> Answers:
        """One answer to every row of the snapshot, to be put in."""

    @classmethod
    @abstractmethod
    def check_kind(cls, estimator: Any) -> None:
        """Raise a recipe error where the last step of a pipeline, not fitted yet, answers something else."""

    @classmethod
    def offers(cls, estimator: Any) -> bool:
        """Whether the fitted last step of a pipeline has all METHODS."""
        return all(hasattr(estimator, method) for method in cls.METHODS)

    @classmethod
    def check_offered(cls, estimator: Any) -> None:
        """Raise a recipe error unless the fitted last step of a pipeline answers so, with what to choose instead."""
        if not cls.offers(estimator):
            method = next(method for method in cls.METHODS if not hasattr(estimator, method))
            message = f"pipeline.{cls.STEP}: {type(estimator).__name__} gives no {cls.NUMBERS} (no {method})"
            raise recipe_error(message, cls.advice(estimator))

    @classmethod
    def advice(cls, estimator: Any) -> str:
        """What to choose instead of a last step that lacks one of METHODS."""
        return f"Choose another {cls.STEP}"

    @classmethod
    @abstractmethod
    def described(cls, model: Any) -> dict:
        """What signature.json says of a fitted model's answers."""

    @classmethod
    @abstractmethod
    def truth_columns(cls, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        """The columns of predictions.parquet that hold the truth."""

    @abstractmethod
    def columns(self, prefix: str, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        """The columns of predictions.parquet that hold these answers; their names begin with `prefix`."""

    @abstractmethod
    def apart(self, other: Answers) -> Apart:
        """How far another model's answers to the same rows are from these."""

    @abstractmethod
    def scores(
        self, truth: numpy.ndarray, snapshot: Snapshot, weights: Optional[numpy.ndarray] = None
    ) -> dict[str, float]:
        """METRICS of the answers to the rows whose target is `truth`, each row by its weight (None: all alike)."""

    @classmethod
    def ask(cls, model: Any, X: Any) -> Answers:
        """What the model answers; raises what the model raises."""
        return cls.of(*[getattr(model, method)(X) for method in cls.METHODS])

    def arrays(self) -> tuple[numpy.ndarray, ...]:
        """The fields, in their order."""
        return tuple(getattr(self, field.name) for field in dataclasses.fields(self))

    def take(self, rows: Any) -> Answers:
        """The answers to some of the rows: their numbers, or a mask."""
        return type(self)(*(array[rows] for array in self.arrays()))

    def put(self, rows: numpy.ndarray, others: Answers) -> None:
        """Put others' answers in the place of these rows' (in place: out-of-fold answers come fold by fold)."""
        for array, values in zip(self.arrays(), others.arrays()):
            array[rows] = values

    def equals(self, other: Answers) -> bool:
        """Whether both are the same, numbers bit by bit."""
        return all(map(_same, self.arrays(), other.arrays()))

    def is_finite(self) -> bool:
        """Whether every number is one."""
        return all(bool(numpy.isfinite(array).all()) for array in self.arrays() if array.dtype.kind == "f")

    def document(self) -> dict[str, list]:
        """As JSON has them, whose numbers are float64: written and read again, they are the same bits."""
        return {field.name: getattr(self, field.name).tolist() for field in dataclasses.fields(self)}


def _same(left: numpy.ndarray, right: numpy.ndarray) -> bool:
    # NaN is not equal to itself, and -0.0 is equal to 0.0: of numbers the bits count.
    return left.tobytes() == right.tobytes() if left.dtype.kind == "f" else numpy.array_equal(left, right)
