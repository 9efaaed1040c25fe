"""Quantiles of the normal distribution and the error function by the rational functions of Cephes (`ndtri.c` and
`ndtr.c`, Moshier), which SciPy uses: ONNX Runtime's Erf is of single precision."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from ..arithmetic import row
from ..graph import Graph

ROOT_2_PI = 2.50662827463100050242
E_MINUS_2 = 0.13533528323661269189
P0 = (
    -59.9633501014107895267,
    98.0010754185999661536,
    -56.6762857469070293439,
    13.9312609387279679503,
    -1.23916583867381258016,
)
Q0 = (
    1.0,
    1.95448858338141759834,
    4.67627912898881538453,
    86.3602421390890590575,
    -225.462687854119370527,
    200.260212380060660359,
    -82.0372256168333339912,
    15.9056225126211695515,
    -1.18331621121330003142,
)
P1 = (
    4.05544892305962419923,
    31.5251094599893866154,
    57.1628192246421288162,
    44.0805073893200834700,
    14.6849561928858024014,
    2.18663306850790267539,
    -0.140256079171354495875,
    -0.0350424626827848203418,
    -0.000857456785154685413611,
)
Q1 = (
    1.0,
    15.7799883256466749731,
    45.3907635128879210584,
    41.3172038254672030440,
    15.0425385692907503408,
    2.50464946208309415979,
    -0.142182922854787788574,
    -0.0380806407691578277194,
    -0.000933259480895457427372,
)


ERF_T = (
    9.60497373987051638749,
    90.0260197203842689217,
    2232.00534594684319226,
    7003.32514112805075473,
    55592.3013010394962768,
)
ERF_U = (
    1.0,
    33.5617141647503099647,
    521.357949780152679795,
    4594.32382970980127987,
    22629.0000613890934246,
    49267.3942608635921086,
)
ERF_P = (
    2.46196981473530512524e-10,
    0.564189564831068821977,
    7.46321056442269912687,
    48.6371970985681366614,
    196.520832956077098242,
    526.445194995477358631,
    934.528527171957607540,
    1027.55188689515710272,
    557.535335369399327526,
)
ERF_Q = (
    1.0,
    13.2281951154744992508,
    86.7072140885989742329,
    354.937778887819891062,
    975.708501743205489753,
    1823.90916687909736289,
    2246.33760818710981792,
    1656.66309194161350182,
    557.535340817727675546,
)


def quantile_of_normal(g: Graph, p: str, width: int) -> str:
    """Quantiles of p [N, width] for p between about 1e-14 and 1 - 1e-14, which is beyond where scikit-learn clips."""
    upper = g.op("Greater", p, row(g, 1.0 - E_MINUS_2, width))
    low = g.op("Where", upper, g.op("Sub", row(g, 1.0, width), p), p)
    tail = _tail(g, g.op("Max", low, row(g, 1e-14, width)), width)
    signed = g.op("Where", upper, tail, g.op("Neg", tail))
    return g.op("Where", g.op("Greater", low, row(g, E_MINUS_2, width)), _middle(g, low, width), signed)


def erf(g: Graph, x: str, width: int) -> str:
    """The error function of x [N, width]."""
    one = row(g, 1.0, width)
    size = g.op("Abs", x)
    squared = g.op("Mul", x, x)
    near = g.op("Mul", x, g.op("Div", _polynomial(g, squared, ERF_T, width), _polynomial(g, squared, ERF_U, width)))
    # From six on it is one; between, one minus the complement.
    kept = g.op("Min", g.op("Max", size, one), row(g, 6.0, width))
    tail = g.op("Div", _polynomial(g, kept, ERF_P, width), _polynomial(g, kept, ERF_Q, width))
    rest = g.op("Sub", one, g.op("Mul", g.op("Exp", g.op("Neg", g.op("Mul", kept, kept))), tail))
    far = g.op("Mul", g.op("Sign", x), rest)
    return g.op("Where", g.op("LessOrEqual", size, one), near, far)


def _middle(g: Graph, p: str, width: int) -> str:
    y = g.op("Sub", p, row(g, 0.5, width))
    square = g.op("Mul", y, y)
    ratio = g.op("Div", _polynomial(g, square, P0, width), _polynomial(g, square, Q0, width))
    x = g.op("Add", y, g.op("Mul", y, g.op("Mul", square, ratio)))
    return g.op("Mul", x, row(g, ROOT_2_PI, width))


def _tail(g: Graph, p: str, width: int) -> str:
    x = g.op("Sqrt", g.op("Mul", g.op("Log", p), row(g, -2.0, width)))
    z = g.op("Div", row(g, 1.0, width), x)
    ratio = g.op("Div", _polynomial(g, z, P1, width), _polynomial(g, z, Q1, width))
    return g.op("Sub", g.op("Sub", x, g.op("Div", g.op("Log", x), x)), g.op("Mul", z, ratio))


def _polynomial(g: Graph, x: str, coefficients: Sequence[float], width: int) -> str:
    """Horner's rule, highest power first."""
    value = row(g, np.full(width, coefficients[0]), width)
    for coefficient in coefficients[1:]:
        value = g.op("Add", g.op("Mul", value, x), row(g, coefficient, width))
    return value
