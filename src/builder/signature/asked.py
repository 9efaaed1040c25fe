"""A fitted pipeline and its ONNX file, asked what they do with changed rows of the snapshot."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy

from builder.answers import Answers
from builder.onnx import parity
from builder.onnx.impossible import Impossible
from builder.onnx.proof.rows import replaced

ROWS = 8
"""So many rows of the snapshot are changed and asked."""


@dataclass(frozen=True)
class Asked:
    """The model and what it answers with, the rows to change, and the ONNX file where there is one, with the limit by
    which its numbers may differ."""

    kind: type[Answers]
    model: Any
    X: Any
    onnx: Optional[bytes]
    limit: float = parity.EXACT
    texts: frozenset = frozenset()

    def rows(self, values: Mapping[str, Any], count: int = ROWS) -> Any:
        """Rows of the snapshot, with these values (None: missing) in some columns."""
        frame = self.X.iloc[numpy.linspace(0, len(self.X) - 1, count).astype(int)].reset_index(drop=True).copy()
        dtypes = self.X.dtypes
        chosen = {name: self._missing(name) if value is None else value for name, value in values.items()}
        return replaced(frame, {name: numpy.full(count, value, dtypes[name]) for name, value in chosen.items()})

    def _missing(self, name: str) -> Any:
        """What the snapshot has where a value is missing: of a text that is no word at all."""
        return "" if name in self.texts else numpy.nan

    def accepts(self, values: Mapping[str, Any]) -> bool:
        """Whether the model answers such rows, and with numbers."""
        return self.answers(self.rows(values)) is not None

    def agrees(self, frame: Any) -> bool:
        """Whether the model answers these rows, and the ONNX file in the same way."""
        expected = self.answers(frame)
        if expected is None or self.onnx is None:
            return expected is not None
        compared = parity.compare(self.onnx, frame, expected, self.limit)
        return not isinstance(compared, Impossible) and compared.holds

    def answers(self, frame: Any) -> Optional[Answers]:
        """What the model answers, None where it refuses a row or has a number that is none."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                answers = self.kind.ask(self.model, frame)
            except (ValueError, TypeError, FloatingPointError):
                return None
        return answers if answers.is_finite() else None

    def fills_in(self, names: Sequence[str]) -> bool:
        """Whether the preprocessing turns rows without a value in these columns into finite numbers."""
        if len(self.model.steps) < 2:
            return False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                values = self.model[:-1].transform(self.rows(dict.fromkeys(names)))
            except (ValueError, TypeError):
                return False
        values = numpy.asarray(values.toarray() if hasattr(values, "toarray") else values)
        return values.dtype.kind in "fiub" and bool(numpy.isfinite(values).all())

    def other_word(self, column: dict) -> str:
        """A word that is none of a column's categories."""
        word = "another value"
        while word in column["categories"]:
            word += " "
        return word
