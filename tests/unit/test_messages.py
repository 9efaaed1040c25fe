"""`make messages`: what is listed is what the source says, and what asks for something else says what."""

from __future__ import annotations

from pathlib import Path

from tests.messages import messages

ELSEWHERE = {
    "{place}: {_class(owner)} has no parameter {name}{hint} valid: {', '.join(valid)}",
    "{explain(kind, error, where)}",
    "{_told(last.removeprefix(LAST_WORDS), mounted)}",
}
"""These name what is valid, or hand on what another message says with its next step."""

BESIDE_A_RELEASE = "bench/receiver.py"
"""What is found there is told by `release verify`, with what to do."""


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


def test_every_message_says_what_to_do_next() -> None:
    """Of the host and of jobs."""
    found = list(messages())
    assert len(found) > 400
    without = [one for one in found if not one.advice and not one.place.startswith(BESIDE_A_RELEASE)]
    assert {one.text for one in without} == ELSEWHERE
