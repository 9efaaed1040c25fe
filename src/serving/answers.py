"""What a released model answers: one class a kind, chosen by what its signature.json says.

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
class Label(Answer):
    """The label of one row."""

    label: str

    OUTPUTS: ClassVar[tuple[str, ...]] = ("label",)

    @classmethod
    def all_of(cls, outputs: Sequence[Any], classes: Sequence[str]) -> list[Answer]:
        return [cls(str(label)) for label in outputs[0]]

    @classmethod
    def note(cls, known: Sequence[Any], target: str) -> str:
        right = sum(truth == answer.label for truth, answer in known)
        return f"accuracy {right / len(known):.4f}: {right} of {len(known)} rows as {target!r} has it"

    def is_finite(self) -> bool:
        return True

    def cells(self) -> dict[str, str]:
        """`label`."""
        return {"label": self.label}


@dataclass(frozen=True)
class LabelWithProbabilities(Label):
    """The label of one row, and the probability of each class."""

    probabilities: dict[str, float]

    OUTPUTS: ClassVar[tuple[str, ...]] = ("label", "probabilities")

    @classmethod
    def all_of(cls, outputs: Sequence[Any], classes: Sequence[str]) -> list[Answer]:
        return [cls(str(label), dict(zip(classes, map(float, row)))) for label, row in zip(*outputs)]

    def is_finite(self) -> bool:
        return all(map(math.isfinite, self.probabilities.values()))

    def cells(self) -> dict[str, str]:
        """`label`, and `p_<class>` of each class in full precision."""
        return {**super().cells(), **{f"p_{name}": repr(value) for name, value in self.probabilities.items()}}


@dataclass(frozen=True)
class LabelWithDecisions(Label):
    """The label of one row, and how far it is on the side of each class; of two classes on that of the second one."""

    decisions: dict[str, float]

    OUTPUTS: ClassVar[tuple[str, ...]] = ("label", "decision")

    @classmethod
    def all_of(cls, outputs: Sequence[Any], classes: Sequence[str]) -> list[Answer]:
        scored = classes[1:] if len(classes) == 2 else classes
        return [cls(str(label), dict(zip(scored, map(float, row)))) for label, row in zip(*outputs)]

    def is_finite(self) -> bool:
        return all(map(math.isfinite, self.decisions.values()))

    def cells(self) -> dict[str, str]:
        """`label`, and `d_<class>` of each class with a score in full precision."""
        return {**super().cells(), **{f"d_{name}": repr(value) for name, value in self.decisions.items()}}


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


KINDS: Mapping[str, type[Answer]] = {
    CLASSIFICATION: LabelWithProbabilities,
    REGRESSION: Number,
    "decisions": LabelWithDecisions,
    "labels": Label,
}
"""The kind of answers by what a signature.json says: its `answers`, else its task. A new one is a class beside these,
and an entry here."""
