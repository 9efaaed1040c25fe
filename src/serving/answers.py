"""What a released model answers: one class a kind, chosen by the task that its signature.json names.

Part of every release, and without numpy: ONNX Runtime's outputs are read as they come.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

CLASSIFICATION, REGRESSION = "classification", "regression"
"""The first is the task of a signature.json that names none."""


@dataclass(frozen=True)
class Answer(ABC):
    """The answer to one row. A kind is a subclass; its fields are the keys in JSON."""

    OUTPUTS: ClassVar[tuple[str, ...]]
    """Names of the outputs of model.onnx, in the order in which it has them."""

    @classmethod
    @abstractmethod
    def all_of(cls, outputs: Sequence[Any], classes: Sequence[str]) -> list[Answer]:
        """One answer a row, from what ONNX Runtime or scikit-learn gave for OUTPUTS."""

    @classmethod
    @abstractmethod
    def note(cls, known: Sequence[Any], target: str) -> str:
        """How good some answers are, in one line: `known` has pairs of the truth, as the file has it, and the answer;
        nothing where that cannot be said."""

    @abstractmethod
    def is_finite(self) -> bool:
        """Whether every number in it is one."""

    @abstractmethod
    def cells(self) -> dict[str, str]:
        """A line of a CSV file, by the names of its columns."""

    def document(self) -> dict[str, Any]:
        """As it stands in a JSON file."""
        return asdict(self)


@dataclass(frozen=True)
class LabelWithProbabilities(Answer):
    """The label of one row, and the probability of each class."""

    label: str
    probabilities: dict[str, float]

    OUTPUTS: ClassVar[tuple[str, ...]] = ("label", "probabilities")

    @classmethod
    def all_of(cls, outputs: Sequence[Any], classes: Sequence[str]) -> list[Answer]:
        return [cls(str(label), dict(zip(classes, map(float, row)))) for label, row in zip(*outputs)]

    @classmethod
    def note(cls, known: Sequence[Any], target: str) -> str:
        right = sum(truth == answer.label for truth, answer in known)
        return f"accuracy {right / len(known):.4f}: {right} of {len(known)} rows as {target!r} has it"

    def is_finite(self) -> bool:
        return all(map(math.isfinite, self.probabilities.values()))

    def cells(self) -> dict[str, str]:
        """`label`, and `p_<class>` of each class in full precision."""
        return {"label": self.label, **{f"p_{name}": repr(value) for name, value in self.probabilities.items()}}


@dataclass(frozen=True)
class Number(Answer):
    """The number of one row."""

    prediction: float

    OUTPUTS: ClassVar[tuple[str, ...]] = ("prediction",)

    @classmethod
    def all_of(cls, outputs: Sequence[Any], classes: Sequence[str]) -> list[Answer]:
        # skl2onnx answers with a column.
        return [cls(float(number)) for number in outputs[0].ravel()]

    @classmethod
    def note(cls, known: Sequence[Any], target: str) -> str:
        errors = [answer.prediction - float(truth) for truth, answer in known]
        squared = math.sqrt(math.fsum(error * error for error in errors) / len(errors))
        absolute = math.fsum(map(abs, errors)) / len(errors)
        return f"RMSE {squared:.6g}, mean absolute error {absolute:.6g}: {len(errors)} rows beside {target!r}"

    def is_finite(self) -> bool:
        return math.isfinite(self.prediction)

    def cells(self) -> dict[str, str]:
        """`prediction` in full precision."""
        return {"prediction": repr(self.prediction)}


KINDS: Mapping[str, type[Answer]] = {CLASSIFICATION: LabelWithProbabilities, REGRESSION: Number}
"""The kind of answers by task: a new one is a class beside these, and an entry here."""
