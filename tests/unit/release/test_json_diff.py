"""Where two documents differ first is named by its place and both values."""

from __future__ import annotations

from typing import Any

import pytest

from remodel.errors import VerificationError
from remodel.release.verify.json_diff import check_entries, first_difference


@pytest.mark.parametrize(
    ("actual", "expected", "difference"),
    [
        ({"a": 1}, {"a": 1}, None),
        ([1, {"b": None}], [1, {"b": None}], None),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, "$.a.b is 'x', not 'y'"),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, "$.a is 1, not 2"),
        ({}, {"a": 1}, "$.a is None, not 1"),
        ({"a": 1}, {}, "$.a is 1, not None"),
        ({"a": [1, 2]}, {"a": [1, 3]}, "$.a[1] is 2, not 3"),
        ({"a": [1]}, {"a": [1, 2]}, "$.a is [1], not [1, 2]"),
        ([{"name": "data", "digest": 1}], [{"name": "data", "digest": 2}], "$[data].digest is 1, not 2"),
        ({"a": {}}, {"a": []}, "$.a is {}, not []"),
    ],
)
def test_the_first_difference(actual: Any, expected: Any, difference: str | None) -> None:
    """Keys in order, items by their names; nothing where the documents are equal."""
    assert first_difference(actual, expected) == difference


def test_entries() -> None:
    """Those of a manifest are held against what they have to be, the first wrong one is named."""
    check_entries({"a": "1"}, {"a": "1"}, "the index")
    for actual, expected, message in (
        ({"b": "1", "a": "1"}, {"b": "2", "a": "2"}, "the index: a is 1, not 2"),
        ({}, {"a": "2"}, "the index: a is None, not 2"),
        ({"a": "1"}, {}, "the index: a is 1, not None"),
    ):
        with pytest.raises(VerificationError) as caught:
            check_entries(actual, expected, "the index")
        assert caught.value.message == message
