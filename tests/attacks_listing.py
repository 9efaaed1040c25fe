"""A pytest plugin that prints the family and the promise of every test that attacks, one line a case."""

from __future__ import annotations

import pytest

from tests.attacks import family_of, promise_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if family := family_of(item):
            print(f"attack\t{family}\t{promise_of(item).replace('|', '/')}")
