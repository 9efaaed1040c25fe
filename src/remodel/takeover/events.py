"""What a job tells while it works: one JSON object a line, of which nothing is believed but these keys and kinds."""

from __future__ import annotations

from typing import Any

from contract.bounded import parse
from remodel.lines import one_line

START = '{"event"'
LONGEST = 4096
"""Characters of an event; a longer line is any other line of the log."""

KEYS: dict[str, dict[str, type]] = {
    "phase": {"name": str, "done": int, "total": int},
    "warm": {},
    "ended": {"code": int},
}
"""What each event says. A warm container's events may also name the request that they are of."""

MOST = 1 << 31


def read_event(line: str) -> dict[str, Any] | None:
    """The event in a line of a job's output; None where it is any other line, or not as an event has to be."""
    if not line.startswith(START) or len(line) > LONGEST:
        return None
    try:
        event = parse(line.encode())
    except ValueError:
        return None
    keys = KEYS.get(event["event"]) if isinstance(event["event"], str) else None
    if keys is None or event.keys() - {"request"} != {"event", *keys}:
        return None
    if not all(_fits(event[name], kind) for name, kind in keys.items()) or not _fits(event.get("request", ""), str):
        return None
    return {name: one_line(value, 200) if isinstance(value, str) else value for name, value in event.items()}


def _fits(value: Any, kind: type) -> bool:
    if kind is int:
        return type(value) is int and 0 <= value < MOST
    return isinstance(value, kind)
