"""Runs an ONNX file on the rows of a data frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy

from builder.answers import Answers
from serving import session as runtime


@lru_cache(maxsize=1)
def session_of(content: bytes) -> Any:
    """An open session of a file. The last one is kept: a build asks its file many times, and opening reads it first."""
    return runtime.open_session(content)


def answers(kind: type[Answers], session: Any, frame: Any, batch: int) -> Answers:
    """What the file of an open session answers, `batch` rows a call: trees need memory for each row."""
    return kind.of(*outputs(session, kind.OUTPUTS, frame, batch))


def outputs(session: Any, names: Sequence[str], frame: Any, batch: int) -> list[numpy.ndarray]:
    """The named outputs, one entry or line a row."""
    parts = (frame.iloc[start : start + batch] for start in range(0, len(frame), batch))
    called = [session.run(list(names), feed(session, part)) for part in parts]
    return [numpy.concatenate(arrays) for arrays in zip(*called)]


def feed(session: Any, frame: Any) -> dict[str, numpy.ndarray]:
    """A data frame as the file's inputs: one tensor [rows, 1] a column, missing text as the empty string."""
    return runtime.feed(session, lambda name: frame[name].to_numpy())
