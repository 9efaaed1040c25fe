"""Generates `credit`, a table of loan applications with what real tables have: two kinds of columns, missing
values in both, few positives (15 %), and a loan purpose that only the newest rows have.

Only uniform numbers are drawn, and only added, multiplied and compared, which IEEE 754 rounds in the same way
everywhere: the table does not depend on a CPU, a numpy version or a mathematical library.
"""

from __future__ import annotations

import numpy
import pyarrow

from snapshots.table import ARROW, CATEGORICAL, NUMERIC, Column, Table

TARGET = "default"
DEFAULTS = 0.15
"""Share of applications that end in default."""

NEW_PURPOSE = "solar_panels"
NEW_ROWS = 0.01
"""Share of rows at the very end that may have the new purpose: unshuffled folds train the last fold without it."""

PURPOSES = {"car": 0.30, "furniture": 0.22, "education": 0.13, "business": 0.11, "renovation": 0.14, "travel": 0.10}
HOUSING = {"own": 0.55, "rent": 0.33, "free": 0.12}
REGIONS = {"north": 0.24, "south": 0.27, "east": 0.18, "west": 0.21, "centre": 0.10}
RISK = {"business": 0.7, "travel": 0.5, "car": -0.2, "own": -0.5, "rent": 0.3, "east": 0.25}
"""How much a category adds to the risk of default; others add nothing."""

MISSING = {"income": 0.06, "employment_years": 0.09, "debt_ratio": 0.03, "housing": 0.05, "purpose": 0.02}


def generate(rows: int, seed: int) -> Table:
    """`rows` loan applications from PCG64(seed); the first n of a longer table are not those of a shorter one."""
    draw = numpy.random.Generator(numpy.random.PCG64(seed))
    numbers = _numbers(draw, rows)
    categories = _categories(draw, rows)
    target = _target(_risk(draw, numbers, categories), rows)
    gaps = {name: draw.random(rows) < share for name, share in MISSING.items()}
    gaps["purpose"] &= categories["purpose"] != NEW_PURPOSE
    columns = [column(name, NUMERIC, values, gaps) for name, values in numbers.items()]
    columns += [column(name, CATEGORICAL, values, gaps) for name, values in categories.items()]
    return Table(tuple(columns), TARGET, pyarrow.array(target.tolist(), pyarrow.string()))


def bell(draw, rows: int):
    """Roughly standard normal: the sum of twelve uniform numbers less six."""
    total = numpy.zeros(rows)
    for _ in range(12):
        total = total + draw.random(rows)
    return total - 6.0


def _numbers(draw, rows: int) -> dict:
    age = numpy.floor(18.0 + 50.0 * draw.random(rows) * draw.random(rows) + 12.0 * draw.random(rows))
    worked = numpy.floor((age - 18.0) * draw.random(rows))
    stretch = 1.0 + 0.12 * bell(draw, rows) + 0.004 * worked
    income = numpy.round(2100.0 * stretch * stretch * stretch * stretch + 600.0)
    loan = 100.0 * numpy.round(5.0 + 150.0 * draw.random(rows) * draw.random(rows))
    debt = numpy.round(0.05 + 0.6 * draw.random(rows) * draw.random(rows) + loan / (income * 40.0), 3)
    months = 6.0 * numpy.floor(1.0 + 10.0 * draw.random(rows))
    return {
        "age": age,
        "income": income,
        "loan_amount": loan,
        "loan_months": months,
        "debt_ratio": debt,
        "employment_years": worked,
    }


def _categories(draw, rows: int) -> dict:
    purpose = choose(draw, rows, PURPOSES)
    newest = max(1, int(rows * NEW_ROWS))
    purpose[rows - newest :] = NEW_PURPOSE
    return {
        "purpose": purpose,
        "housing": choose(draw, rows, HOUSING),
        "region": choose(draw, rows, REGIONS),
    }


def choose(draw, rows: int, shares: dict):
    position = numpy.searchsorted(numpy.cumsum(list(shares.values()))[:-1], draw.random(rows), side="right")
    return numpy.array(list(shares), dtype=object)[position]


def _risk(draw, numbers: dict, categories: dict):
    risk = 1.4 * bell(draw, len(numbers["age"])) * 0.6
    risk = risk + 5.0 * numbers["debt_ratio"] + numbers["loan_amount"] / 6000.0 - numbers["income"] / 2500.0
    risk = risk - 0.05 * numbers["employment_years"] + 0.01 * numbers["loan_months"]
    for values in categories.values():
        for word, extra in RISK.items():
            risk = risk + extra * (values == word)
    return risk


def _target(risk, rows: int):
    """The riskiest 15 % default; ties go to the earlier row."""
    riskiest = numpy.argsort(-risk, kind="stable")[: int(rows * DEFAULTS)]
    labels = numpy.full(rows, "no", dtype=object)
    labels[riskiest] = "yes"
    return labels


def column(name: str, kind: str, values, gaps: dict) -> Column:
    listed = values.tolist()
    missing = gaps.get(name)
    if missing is not None:
        listed = [None if gap else value for value, gap in zip(listed, missing.tolist())]
    return Column(name, kind, pyarrow.array(listed, ARROW[kind]))
