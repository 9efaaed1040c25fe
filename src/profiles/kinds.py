"""What a column of words most likely is, and what is remarkable about it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow
import pyarrow.compute

from serving import cells
from snapshots.sources.read_file import EXACT

compute = pyarrow.compute

MARKS = (
    "NA",
    "N/A",
    "n/a",
    "na",
    "NaN",
    "nan",
    "NAN",
    "null",
    "NULL",
    "Null",
    "None",
    "none",
    "NONE",
    "?",
    "-",
    "--",
    ".",
    "#N/A",
)
MARKS += ("missing", "(null)", "nil", "N.A.", "n.a.", "*", "..", "...", "unknown", "Unknown")
"""What people write where there is no number."""

TRUTHS = (
    ("false", "true"),
    ("False", "True"),
    ("FALSE", "TRUE"),
    ("no", "yes"),
    ("No", "Yes"),
    ("NO", "YES"),
    ("n", "y"),
    ("N", "Y"),
    ("f", "t"),
    ("F", "T"),
    ("nein", "ja"),
    ("Nein", "Ja"),
    ("non", "oui"),
    ("Non", "Oui"),
    ("off", "on"),
    ("0", "1"),
)
"""Words for false and true."""

DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%b %d %Y",
)
DATES += ("%d-%b-%y", "%B %d, %Y", "%b %d, %Y", "%b-%d-%Y", "%d %B %Y", "%d.%m.%y", "%Y-%m", "%b %Y", "%Y/%m/%d %H:%M")
TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
DATES += tuple(f"{date}{gap}{time}" for date in DATES[:7] for gap in " T" for time in TIMES)
DATES += tuple(f"{form}{zone}" for form in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f") for zone in ("Z", "%z"))
"""How dates and times are written, the more likely first."""

ID = re.compile(
    r"(^|_|\b)(id|ids|identifier|uuid|guid|key|index|rownames?|serial|ssn|iban|account)($|_|\b)|^Unnamed: 0$",
    re.IGNORECASE,
)
CAMEL = re.compile(r"[a-z]I[dD]$")

LOOKED_AT = 5000
"""So many distinct values are looked at one by one."""

SAMPLE = 20_000
"""Rows that are looked at before all of them are."""

WORDY = 3.5
"""Words of a value, in the mean, from which on it is a text."""

FEW = 10
"""A class with fewer rows is remarked."""


@dataclass
class Guess:
    """What a column is: its kind, what else its YAML says, the marks and the decimal comma in it, and remarks."""

    kind: str
    about: dict[str, Any] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    comma: bool = False
    remarks: list[str] = field(default_factory=list)
    distinct: int = 0


def guess(name: str, texts: pyarrow.Array, comma: bool) -> Guess:
    """The kind of a column whose cells are `texts` (null: empty); `comma`: numbers may have a decimal comma."""
    distinct = texts.unique().drop_null()
    guessed = _guess(name, texts, distinct, comma)
    guessed.distinct = len(distinct)
    return guessed


def _guess(name: str, texts: pyarrow.Array, distinct: pyarrow.Array, comma: bool) -> Guess:
    present = len(texts) - texts.null_count
    if not len(distinct):
        return Guess("ignored", remarks=["no value in any row"])
    if len(distinct) == 1 and texts.null_count == 0:
        return Guess("ignored", remarks=["the same value in every row"])
    some = distinct[:LOOKED_AT].to_pylist()
    if len(distinct) == len(some) and (pair := truth(some)):
        return Guess("boolean", {"values": list(pair)})
    return (
        _compact_date(name, some)
        or _number(name, distinct, some, present, comma)
        or _date(some)
        or _words(name, some, len(distinct), present)
    )


def truth(values: Sequence[str]) -> tuple[str, str] | None:
    """The pair of words for false and true that the values are, marks for missing ones aside."""
    own = {value for value in values if value not in MARKS or value in ("NO", "no")}
    return next((pair for pair in TRUTHS if own == set(pair)), None)


def _number(name: str, distinct: pyarrow.Array, some: list[str], present: int, comma: bool) -> Guess | None:
    decimal = "," if comma and any("," in value for value in some) else "."
    others = {value for value in some if cells.number(value, decimal) is None}
    if any(value.strip() not in MARKS for value in others) or len(others) == len(some):
        return None
    own = distinct.filter(compute.invert(compute.is_in(distinct, pyarrow.array(sorted(others), pyarrow.string()))))
    trimmed = compute.utf8_trim_whitespace(own)
    if _as_numbers(trimmed, decimal) is None:
        return None
    marks = tuple(sorted({value.strip() for value in others}))
    # Of the sample first: to look at a million values takes its time.
    if all(cells.WHOLE.fullmatch(value) for value in some if value not in others):
        if compute.any(compute.match_substring_regex(trimmed, r"^-?0[0-9]+$")).as_py():
            guessed = _words(name, some, len(distinct), present)
            guessed.remarks.insert(0, "leading zeros: kept as words")
            return guessed
        if compute.all(compute.match_substring_regex(trimmed, r"^[+-]?[0-9]+$")).as_py():
            found = _id(name, trimmed, len(distinct) == present and present > 20)
            if found is not None:
                return found
    return Guess("numeric", marks=marks, comma=decimal == ",")


def _as_numbers(texts: pyarrow.Array, decimal: str) -> pyarrow.Array | None:
    """The texts as float64; None where one of them is no number."""
    if decimal == ",":
        if compute.any(compute.match_substring(texts, ".")).as_py():
            return None
        texts = compute.replace_substring(texts, ",", ".")
    try:
        return texts.cast(pyarrow.float64())
    except pyarrow.ArrowInvalid:
        values = [cells.number(text) for text in texts.to_pylist()]
        return None if None in values else pyarrow.array(values, pyarrow.float64())


def _id(name: str, whole: pyarrow.Array, other_in_every_row: bool) -> Guess | None:
    """What columns of whole numbers are that are no quantities."""
    try:
        numbers = whole.cast(pyarrow.int64())
    except pyarrow.ArrowInvalid:
        numbers = None
    span = None if numbers is None else compute.min_max(numbers).as_py()
    if span is None or max(abs(span["min"]), abs(span["max"])) > EXACT:
        return Guess("id", remarks=["whole numbers beyond 2^53, kept as words: looks like an id"])
    if not other_in_every_row:
        return None
    if span["max"] - span["min"] == len(whole) - 1 and span["min"] in (0, 1):
        return Guess("ignored" if _nameless(name) else "id", remarks=["counts the rows: looks like an id"])
    if ID.search(name) or CAMEL.search(name):
        return Guess("id", remarks=["another value in every row: looks like an id"])
    return None


def _nameless(name: str) -> bool:
    return not name.strip() or name.startswith("Unnamed:")


def _compact_date(name: str, values: list[str]) -> Guess | None:
    """A date in eight digits, where the column says that it is one."""
    if not re.search(r"date|day|datum", name, re.IGNORECASE) or not all(
        re.fullmatch(r"\d{8}", value) for value in values
    ):
        return None
    fits = all(cells.days(value, "%Y%m%d") is not None for value in values)
    return Guess("date", {"format": "%Y%m%d"}) if fits else None


def _date(values: list[str]) -> Guess | None:
    own = [value for value in values if value.strip() not in MARKS]
    marks = tuple(sorted({value.strip() for value in values} - {value.strip() for value in own}))
    if not own or not any(letter.isdigit() for letter in own[0]):
        return None
    fitting = [form for form in DATES if all(cells.days(value, form) is not None for value in own[:50])]
    fitting = [form for form in fitting if all(cells.days(value, form) is not None for value in own)]
    if not fitting:
        return None
    guessed = Guess("date", {"format": fitting[0]}, marks)
    if {"%m/%d/%Y", "%d/%m/%Y"} <= set(fitting):
        guessed.remarks.append("day and month fit either way: month first is taken")
    return guessed


def _words(name: str, some: list[str], distinct: int, present: int) -> Guess:
    words = sum(len(value.split()) for value in some) / len(some)
    if (words >= WORDY and distinct > 20) or (words >= 2.5 and distinct > max(50, present / 2)):
        return Guess("text")
    if distinct == present and present > 20:
        return Guess("id", remarks=["another value in every row: looks like an id"])
    if distinct > max(50, present * 0.9):
        return Guess("id", remarks=["another value in nearly every row: looks like an id"])
    guessed = Guess("categorical")
    if distinct > max(50, present / 10):
        guessed.remarks.append(f"{distinct:,} different words")
    outside = [value for value in some if value != value.strip()]
    if outside:
        guessed.remarks.append(f"blanks around words, such as {outside[0]!r}")
    return guessed


def leaks(values: pyarrow.Array, target: pyarrow.Array, distinct: int) -> bool:
    """Whether a column tells the target by itself: each of its values, which are not too many, stands by one label."""
    rows = len(values)
    if rows >= 20 and distinct > 1 and values.equals(target):
        return True
    if distinct < 2 or distinct > rows / 3 or rows < 20:
        return False
    return _tells(values[:SAMPLE], target[:SAMPLE]) and _tells(values, target)


def _tells(values: pyarrow.Array, target: pyarrow.Array) -> bool:
    table = pyarrow.table({"value": values, "label": target})
    pairs = table.group_by(["value", "label"]).aggregate([([], "count_all")])
    most = pairs.group_by("value").aggregate([("count_all", "max")])
    return bool(compute.sum(most.column("count_all_max")).as_py() >= 0.999 * len(values))


def alike(columns: Collection[tuple[str, pyarrow.Array]]) -> dict[str, str]:
    """Each column that holds what an earlier one holds, and which."""
    seen: dict[tuple, list[tuple[str, pyarrow.Array]]] = {}
    twins = {}
    for name, values in columns:
        earlier = seen.setdefault((values.null_count, *values[:100].to_pylist()), [])
        twin = next((other for other, theirs in earlier if theirs.equals(values)), None)
        if twin is not None:
            twins[name] = twin
        else:
            earlier.append((name, values))
    return twins
