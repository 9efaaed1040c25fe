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
    text = _stable(error) + (f" ({_stable(error.__cause__)})" if error.__cause__ else "")
    return Impossible(f"{doing}: {subject}: {text}" if subject else f"{doing}: {text}")


def _stable(error: BaseException) -> str:
    """A library's first line without addresses and folders."""
    text = re.sub(r"0x[0-9a-fA-F]{4,}", "0x...", first_line(error))
    text = re.sub(r"(?<![\w:/])/(?:[\w.+-]+/)+", "", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _estimator(error: BaseException) -> Optional[str]:
    """Class name of the estimator that skl2onnx was converting: its functions hold it in `operator` or `op`."""
    estimator, trace = None, error.__traceback__
    while trace is not None:
        held = trace.tb_frame.f_locals
        for name in ("operator", "op"):
            raw = getattr(held.get(name), "raw_operator", None)
            estimator = type(raw).__name__ if raw is not None else estimator
        trace = trace.tb_next
    return estimator
