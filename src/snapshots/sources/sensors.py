"""Generates `sensors`, a table of readings of a machine, some of which are odd: alone, or in what they are together.

Only uniform numbers are drawn, and only added, multiplied and compared, as in `credit`: the table does not depend on a
CPU, a numpy version or a mathematical library.
"""

from __future__ import annotations

import numpy
import pyarrow

from snapshots.sources.credit import bell, column
from snapshots.table import NUMERIC, Table

TARGET = "state"

NORMAL, FAULT = "normal", "fault"

FAULTS = 0.04
"""Share of the rows."""

NAMES = ("temperature", "pressure", "flow", "vibration", "current", "humidity")


def generate(rows: int, seed: int) -> Table:
    """`rows` readings from PCG64(seed); the first n of a longer table are not those of a shorter one."""
    draw = numpy.random.Generator(numpy.random.PCG64(seed))
    load = draw.random(rows)
    numbers = {
        "temperature": 40.0 + 25.0 * load + 1.5 * bell(draw, rows),
        "pressure": 2.0 + 1.2 * load + 0.1 * bell(draw, rows),
        "flow": 10.0 + 14.0 * load - 0.8 * bell(draw, rows),
        "vibration": 0.4 + 0.2 * load * load + 0.05 * bell(draw, rows),
        "current": 3.0 + 6.0 * load + 0.3 * bell(draw, rows),
        "humidity": 35.0 + 20.0 * draw.random(rows),
    }
    is_fault = draw.random(rows) < FAULTS
    kind = draw.random(rows)
    # A hot bearing, a leak (flow without the pressure that belongs to it), a sensor that is stuck.
    hot, leak = is_fault & (kind < 0.4), is_fault & (kind >= 0.4) & (kind < 0.75)
    stuck = is_fault & (kind >= 0.75)
    numbers["temperature"] = numpy.where(hot, numbers["temperature"] + 18.0, numbers["temperature"])
    numbers["vibration"] = numpy.where(hot, numbers["vibration"] + 0.5, numbers["vibration"])
    numbers["pressure"] = numpy.where(leak, 0.9 + 0.2 * load, numbers["pressure"])
    numbers["flow"] = numpy.where(leak, numbers["flow"] + 9.0, numbers["flow"])
    numbers["current"] = numpy.where(stuck, 14.0, numbers["current"])
    columns = [column(name, NUMERIC, numpy.round(numbers[name], 3), {}) for name in NAMES]
    state = numpy.where(is_fault, FAULT, NORMAL)
    return Table(tuple(columns), TARGET, pyarrow.array(state.tolist(), pyarrow.string()))
