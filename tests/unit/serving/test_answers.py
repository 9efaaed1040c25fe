"""What a released model answers is one class: read from ONNX Runtime's outputs, checked, and written as text."""

from __future__ import annotations

import csv
import io
import json
import math

import numpy as np
import pytest

from serving.answers import KINDS, LabelWithProbabilities, Number
from serving.rows import read_request, to_text
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


def test_numbers_are_read_from_a_row_or_a_column_and_written_in_full() -> None:
    """Our exporter answers with a row of numbers, skl2onnx with a column."""
    for output in (np.array([0.1 + 0.2, 2.0]), np.array([[0.1 + 0.2], [2.0]])):
        answered = Number.all_of([output], ())
        assert [answer.prediction for answer in answered] == [0.1 + 0.2, 2.0]
    assert to_text(answered, "csv") == "prediction\n0.30000000000000004\n2.0\n"
    assert json.loads(to_text(answered, "json")) == [{"prediction": 0.1 + 0.2}, {"prediction": 2.0}]
    assert not Number(math.nan).is_finite()


def test_numbers_beside_the_truth_are_told_by_their_errors() -> None:
    """As the file of the training data writes its numbers; what is none is left out."""
    columns = ({"name": "a", "kind": "numeric", "minimum": None, "maximum": None, "missing": {"allowed": False}},)
    signature = Signature(columns, (), "regression", "price", {"decimal": ",", "separator": ";", "missing": []})
    request = read_request(signature, b"a;price\n1;2,5\n1;n/a\n1;4\n", "csv")
    assert list(request.truth or ()) == [2.5, None, 4.0]
    assert request.notes(signature, [Number(3.5), Number(1.0), Number(4.0)]) == [
        "RMSE 0.707107, mean absolute error 0.5: 2 rows beside 'price'"
    ]
