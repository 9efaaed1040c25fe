"""The answer of an exporter that cannot express a model: not an error, a fact that result.json states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from container.errors import first_line
from container.memory import ran_out

LONGEST = 160
"""Libraries print whole arrays into their messages; what comes after this many characters explains nothing."""


@dataclass(frozen=True)
class Impossible:
    """Why there is no ONNX model, in one line that is the same on every machine."""

    reason: str


def impossible(doing: str, error: BaseException) -> Impossible:
    """From a library's error: the estimator that it concerns, its first line, and the first line of its cause.

    Raises MemoryError where there was not enough memory: that is no fact about the model.
    """
    if ran_out(error):
        raise MemoryError from error
    subject = _estimator(error)
    words = _stable(error) + (f" ({_stable(error.__cause__)})" if error.__cause__ else "")
    return Impossible(f"{doing}: {subject}: {words}" if subject else f"{doing}: {words}")


def _stable(error: BaseException) -> str:
    """A library's first line without addresses and folders."""
    words = re.sub(r"0x[0-9a-fA-F]{4,}", "0x...", first_line(error))
    words = re.sub(r"(?<![\w:/])/(?:[\w.+-]+/)+", "", words)
    return words if len(words) <= LONGEST else words[:LONGEST] + "..."


def _estimator(error: BaseException) -> Optional[str]:
    """Class name of the estimator that skl2onnx was converting: its functions hold it in `operator` or `op`."""
    found, trace = None, error.__traceback__
    while trace is not None:
        held = trace.tb_frame.f_locals
        for name in ("operator", "op"):
            raw = getattr(held.get(name), "raw_operator", None)
            found = type(raw).__name__ if raw is not None else found
        trace = trace.tb_next
    return found
