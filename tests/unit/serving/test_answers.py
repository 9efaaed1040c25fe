"""What a released model answers is one class: read from ONNX Runtime's outputs, checked, and written as text."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from serving.answers import KINDS, LabelWithProbabilities
from serving.rows import to_text
from serving.signature import Signature

OUTPUTS = (["no", "yes"], [[0.1 + 0.2, 1 / 3], [0.25, 0.75]])


def answers() -> list[LabelWithProbabilities]:
    """Two rows, as a file's outputs have them."""
    return LabelWithProbabilities.all_of(OUTPUTS, ("no", "yes"))


def test_a_signature_without_a_task_is_a_classification() -> None:
    """Labels with probabilities, in the order in which a file has them."""
    assert KINDS[Signature((), ("no", "yes")).task] is LabelWithProbabilities
    assert LabelWithProbabilities.OUTPUTS == ("label", "probabilities")


def test_outputs_become_one_answer_a_row() -> None:
    """Probabilities by their class."""
    assert answers()[1] == LabelWithProbabilities("yes", {"no": 0.25, "yes": 0.75})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_not_finite(value: float) -> None:
    """One is enough."""
    assert answers()[0].is_finite()
    assert not LabelWithProbabilities("no", {"no": 0.5, "yes": value}).is_finite()


def test_json_has_every_bit() -> None:
    """Label and probabilities of each row, written and read again."""
    assert json.loads(to_text(answers(), "json")) == [
        {"label": "no", "probabilities": {"no": 0.1 + 0.2, "yes": 1 / 3}},
        {"label": "yes", "probabilities": {"no": 0.25, "yes": 0.75}},
    ]


def test_csv_has_every_bit() -> None:
    """A header, and a line a row."""
    header, first, _ = csv.reader(io.StringIO(to_text(answers(), "csv")))
    assert header == ["label", "p_no", "p_yes"]
    assert (first[0], *map(float, first[1:])) == ("no", 0.1 + 0.2, 1 / 3)
