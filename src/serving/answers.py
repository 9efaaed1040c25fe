"""What a released model answers: one class a kind, chosen by the task that its signature.json names.

Part of every release, and without numpy: ONNX Runtime's outputs are read as they come.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

CLASSIFICATION = "classification"
"""The task of a signature.json that names none."""


@dataclass(frozen=True)
class Answer(ABC):
    """The answer to one row. A kind is a subclass; its fields are the keys in JSON."""

    OUTPUTS: ClassVar[tuple[str, ...]]
    """Names of the outputs of model.onnx, in the order in which it has them."""

    @classmethod
    @abstractmethod
    def all_of(cls, outputs: Sequence[Any], classes: Sequence[str]) -> list[Answer]:
        """One answer a row, from what ONNX Runtime or scikit-learn gave for OUTPUTS."""

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

    def is_finite(self) -> bool:
        return all(map(math.isfinite, self.probabilities.values()))

    def cells(self) -> dict[str, str]:
        """`label`, and `p_<class>` of each class in full precision."""
        return {"label": self.label, **{f"p_{name}": repr(value) for name, value in self.probabilities.items()}}


KINDS: Mapping[str, type[Answer]] = {CLASSIFICATION: LabelWithProbabilities}
"""The kind of answers by task: a new one is a class beside LabelWithProbabilities, and a line here."""
