"""Generates `prices`, a table of flats with what real tables have: numbers and words, gaps in both, and some prices
that are far off.

Only uniform numbers are drawn, and only added, multiplied and compared, as in `credit`: the table does not depend on a
CPU, a numpy version or a mathematical library.
"""

from __future__ import annotations

import numpy
import pyarrow

from snapshots.sources.credit import bell, choose, column
from snapshots.table import ARROW, CATEGORICAL, NUMERIC, Table

TARGET = "price"

DISTRICTS = {"north": 0.24, "south": 0.27, "east": 0.18, "west": 0.21, "centre": 0.10}
HEATING = {"gas": 0.5, "district": 0.3, "heat_pump": 0.2}
WORTH = {"centre": 1.4, "south": 1.1, "east": 0.85, "heat_pump": 1.05}
"""By how much a category multiplies the price; others leave it."""

MISSING = {"built": 0.07, "area": 0.02, "heating": 0.08}

FAR_OFF = 0.02
"""Share of prices that somebody wrote with a digit too many."""


def generate(rows: int, seed: int) -> Table:
    """`rows` flats from PCG64(seed); the first n of a longer table are not those of a shorter one."""
    draw = numpy.random.Generator(numpy.random.PCG64(seed))
    area = numpy.round(28.0 + 90.0 * draw.random(rows) * draw.random(rows) + 25.0 * draw.random(rows), 1)
    numbers = {
        "area": area,
        "rooms": numpy.floor(1.0 + area / 32.0 + 1.2 * draw.random(rows)),
        "floor": numpy.floor(8.0 * draw.random(rows) * draw.random(rows)),
        "built": numpy.floor(1900.0 + 124.0 * draw.random(rows)),
    }
    words = {"district": choose(draw, rows, DISTRICTS), "heating": choose(draw, rows, HEATING)}
    gaps = {name: draw.random(rows) < share for name, share in MISSING.items()}
    columns = [column(name, NUMERIC, values, gaps) for name, values in numbers.items()]
    columns += [column(name, CATEGORICAL, values, gaps) for name, values in words.items()]
    return Table(tuple(columns), TARGET, pyarrow.array(_price(draw, numbers, words), ARROW[NUMERIC]))


def _price(draw, numbers: dict, words: dict) -> numpy.ndarray:
    age = (2024.0 - numbers["built"]) / 100.0
    price = numbers["area"] * (3200.0 - 1500.0 * age + 900.0 * age * age) + 2500.0 * numbers["floor"]
    for values in words.values():
        price = price * numpy.array([WORTH.get(word, 1.0) for word in values])
    price = price * (1.0 + 0.07 * bell(draw, len(price)))
    return numpy.round(numpy.where(draw.random(len(price)) < FAR_OFF, 10.0 * price, price))
