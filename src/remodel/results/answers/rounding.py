"""Numbers as a comparison holds them: short, because the last digits may depend on the CPU, and say nothing."""

from __future__ import annotations

import math

DIGITS = 6
"""Significant digits of what is reported."""


def short(value: float) -> float:
    """`value` with DIGITS significant digits."""
    return float(f"{value:.{DIGITS}g}")


def power_of_ten(value: float) -> str:
    """`value` (>= 0) rounded up to a power of ten, as text: "0", "1e-09", "1e+00"."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(value)) - 1
    while float(f"1e{exponent}") < value:
        exponent += 1
    return f"1e{exponent:+03d}"
