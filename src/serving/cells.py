"""What the cells of a table mean: missing marks, words for true and false, dates; for snapshots and requests alike."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import datetime, timedelta, timezone
from typing import Optional

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
"""A number in a file; float() would take 1_000, too."""

WHOLE = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)

MISSING = ("", "na", "n/a", "nan", "null", "none")
"""What says in a column of numbers that there is none, in any case and with blanks around, unless a file says else."""

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def is_missing(cell: str, marks: Optional[Collection[str]]) -> bool:
    """Whether a cell says that there is no value; `marks` are the file's own, None: the usual ones."""
    text = cell.strip()
    return text.lower() in MISSING if marks is None else not text or text in marks or cell in marks


def number(cell: str, decimal: str = ".") -> Optional[float]:
    """The number that a cell holds; None where it holds something else. Infinite where it is too large."""
    text = cell if decimal == "." else _with_point(cell, decimal)
    if NUMBER.fullmatch(text):
        return float(text)
    special = text.strip().lower().lstrip("+-")
    return math.inf if special in ("inf", "infinity") else None


def _with_point(cell: str, decimal: str) -> str:
    return cell.replace(decimal, ".") if "." not in cell else "."


def is_rounded(cell: str, value: float) -> bool:
    """Whether a whole number is another one in double precision, which has 53 bits."""
    return WHOLE.fullmatch(cell) is not None and math.isfinite(value) and int(cell) != int(value)


def days(cell: str, form: str) -> Optional[float]:
    """Days since 1970 (UTC) of a date or a time written as strptime's `form`; None where it is written otherwise.

    A time without a zone is taken as UTC. Exact to the microsecond within 100 years of 1970.
    """
    try:
        moment = datetime.strptime(cell.strip(), form)
    except ValueError:
        return None
    return since_1970(moment)


def since_1970(moment: datetime) -> float:
    """Days since 1970 (UTC); a time without a zone is taken as UTC."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)) - EPOCH) / DAY
