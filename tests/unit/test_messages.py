"""`make messages`: what is listed is what the source says, and what asks for something else says what."""

from __future__ import annotations

from pathlib import Path

from tests.messages import messages

NAMES_IT = ("valid", "newest", "expected", "needs", "lacks", "is not valid", "twice", "neither", "is not that of", "{")
"""What a message without a next step has instead: it names what is wanted, or hands on what another one says."""


def test_messages_are_listed_with_their_next_step(tmp_path: Path) -> None:
    """Texts as they are written, values by name; errors of the host and of jobs."""
    (tmp_path / "some.py").write_text(
        "class RemodelError(Exception): ...\nclass Odd(RemodelError): ...\n"
        'raise Odd(f"no {name!r} here", "Look there")\nraise data_error("torn")\nraise ValueError("none of ours")\n'
    )
    assert [str(message) for message in messages(tmp_path)] == [
        "some.py:3 Odd: no {name} here -> Look there",
        "some.py:4 data_error: torn",
    ]


def test_who_asks_for_something_wrong_is_told_what_to_write() -> None:
    """Every usage and data error of the host has a next step, or names what is wanted."""
    found = list(messages())
    assert len(found) > 400
    for message in found:
        if message.kind in ("UsageError", "DataError", "GateClosed") and not message.advice:
            assert any(word in message.text for word in NAMES_IT), message
