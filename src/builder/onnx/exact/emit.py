"""From a fitted pipeline to the bytes of an ONNX model."""

from __future__ import annotations

import json
from typing import Any, Iterable, List, Mapping, Sequence, Tuple

import numpy as np
from sklearn.base import is_regressor

from builder.answers import LabelsWithDecisions, LabelsWithProbabilities, Numbers
from serving.session import input_name

from .arithmetic import flat
from .cells import MISSING
from .frame import Column, Frame, Piece
from .graph import Graph
from .registry import Classified, classify, regress, transform
from .unsupported import Unsupported

LABEL, PROBABILITIES = LabelsWithProbabilities.OUTPUTS
DECISION = LabelsWithDecisions.OUTPUTS[-1]
[PREDICTION] = Numbers.OUTPUTS


def columns_of(described: Iterable[Any]) -> tuple[Column, ...]:
    """Columns from (name, "numeric" | "categorical", categories or None)."""
    columns = []
    for name, kind, categories in described:
        if kind not in ("numeric", "categorical"):
            raise ValueError(f"column {name!r} is {kind!r}: numeric or categorical was expected")
        columns.append(Column(name, kind, tuple(categories) if categories is not None else None))
    return tuple(columns)


def export(
    model: Any,
    columns: Iterable[Any],
    emitters: Mapping[type, Any] | None = None,
    outputs: Sequence[str] = (LABEL, PROBABILITIES),
) -> bytes:
    """The model as ONNX that answers as scikit-learn does in double precision.

    Inputs: one tensor [N, 1] a column, double (missing: NaN) or string (missing: the empty string).
    Outputs of a classifier: `label`, string [N], and of `probabilities`, double [N, classes], and `decision`, double
    [N, classes or 1], what `outputs` names. Of a regressor: `prediction`, double [N].
    The metadata `refused` lists (column, "missing" | "unseen") of text that scikit-learn refuses and ONNX does not.
    `emitters` are functions (graph, estimator, frame) for classes that are not registered here, or in their place.
    The same model gives the same bytes in every process. Raises Unsupported for what has no exact form here.
    """
    g = Graph(emitters=emitters)
    frame = _inputs(g, columns_of(columns))
    made = _numbers(g, model, frame) if is_regressor(model) else _labels(g, model, frame, outputs)
    return g.finish(made, {"missing_category": MISSING, "missing_number": "NaN", "refused": json.dumps(g.refused)})


Outputs = List[Tuple[str, str, List[Any]]]


def _numbers(g: Graph, model: Any, frame: Frame) -> Outputs:
    return [(g.alias(flat(g, regress(g, model, frame)), PREDICTION), "double", ["N"])]


def _labels(g: Graph, model: Any, frame: Frame, outputs: Sequence[str]) -> Outputs:
    scores = classify(g, model, frame)
    names = g.constant(np.array([str(c) for c in scores.classes], dtype=object), object)
    label = g.alias(g.op("Gather", names, scores.index), LABEL)
    made: Outputs = [(label, "string", ["N"])]
    if PROBABILITIES in outputs:
        made.append((g.alias(_known(scores.probabilities, PROBABILITIES, model), PROBABILITIES), *_double(scores)))
    if DECISION in outputs:
        width = 1 if len(scores.classes) == 2 else None
        made.append((g.alias(_known(scores.decision, DECISION, model), DECISION), *_double(scores, width)))
    return made


def _double(scores: Classified, width: int | None = None) -> Tuple[str, List[Any]]:
    return "double", ["N", width or len(scores.classes)]


def _known(value: str | None, name: str, model: Any) -> str:
    """Raises Unsupported where the emitter of the last step does not write this output."""
    if value is None:
        raise Unsupported(getattr(model, "steps", [(None, model)])[-1][1], f"no exact form of its {name} is known")
    return value


def export_numbers(model: Any, columns: Iterable[Any], emitters: Mapping[type, Any] | None = None) -> bytes:
    """The steps before a classifier as ONNX with one output, `numbers`: double [N, features]."""
    g = Graph(emitters=emitters)
    frame = transform(g, model, _inputs(g, columns_of(columns)))
    return g.finish([(g.alias(frame.matrix(g), "numbers"), "double", ["N", frame.width])], {})


def _inputs(g: Graph, columns: Sequence[Column]) -> Frame:
    pieces = []
    for column in columns:
        text = column.kind == "categorical"
        value = g.input(input_name(column.name), "string" if text else "double", ["N", 1])
        pieces.append(Piece(value, 1, column if text else None))
    return Frame(tuple(pieces), tuple(column.name for column in columns))
