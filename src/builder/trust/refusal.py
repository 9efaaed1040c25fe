"""The one error for a .skops file that is not to be loaded."""

from __future__ import annotations

from container.errors import BuilderError, build_error

LONGEST = 400
"""Characters of what is said of a file: some libraries quote it."""


def refused(what: str) -> BuilderError:
    """The build error that says what is wrong with the file."""
    return build_error(f"model.skops {what[:LONGEST]}", "It is not loaded: build the model again")
