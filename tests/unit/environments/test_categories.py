"""A pin that keeps a wheel's version does not change who asks for it."""

from __future__ import annotations

import pytest

from remodel.environments.locking import with_categories
from remodel.errors import LockError


def entry(name: str, version: str, category: str) -> str:
    """One wheel as conda-lock writes it."""
    optional = str(category != "main").lower()
    return f"- name: {name}\n  version: {version}\n  manager: pip\n  category: {category}\n  optional: {optional}\n"


HEAD = "version: 1\npackage:\n"


def test_a_kept_wheel_stays_in_the_categories_that_ask_for_it() -> None:
    """The pin stood in every source, and conda-lock took it for one of the last two."""
    like = (
        HEAD
        + entry("idna", "3.9", "main")
        + entry("mypy", "2", "dev")
        + entry("uv", "1", "dev")
        + entry("uv", "1", "host")
    )
    body = HEAD + entry("idna", "3.7", "dev") + entry("idna", "3.7", "host") + entry("mypy", "2", "dev")
    body += entry("uv", "0.9", "host") + entry("old", "1", "host")
    expected = HEAD + entry("idna", "3.7", "main") + entry("mypy", "2", "dev") + entry("uv", "0.9", "dev")
    assert with_categories(body, like) == expected + entry("uv", "0.9", "host") + entry("old", "1", "host")


def test_an_entry_without_a_category_is_none_of_a_lock() -> None:
    """Nothing is written of it."""
    with pytest.raises(LockError, match="has no category"):
        with_categories(HEAD, HEAD + "- name: idna\n  version: 1\n  manager: pip\n")
