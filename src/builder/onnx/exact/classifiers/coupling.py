"""Pairwise coupling of libsvm as an ONNX Loop: `multiclass_probability` of `svm.cpp`, stopping rule included.

Wu, Lin and Weng 2004, second method: p minimises p'Qp with sum(p) = 1. libsvm stops each row as soon as the largest
error is below 0.005 / classes, so a row's answer depends on where the iteration stops; here a row that has stopped is
kept while the others go on. It iterates for two classes too.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ..arithmetic import column, row, sum_rows, with_row
from ..graph import Graph

MOST_ROUNDS = 100


def couple(g: Graph, pairs: str, count: int) -> str:
    """Probabilities [N, classes] of pair probabilities [N, pairs], those of i over j for i < j."""
    rows = _matrix_rows(g, pairs, count)
    even = g.op("Sub", column(g, pairs, 0), column(g, pairs, 0))
    start = g.op("Add", even, row(g, 1.0 / count, count))
    going = g.op("Equal", even, row(g, 0.0, 1))
    limit = g.constant(max(MOST_ROUNDS, count), np.int64)
    body = _body(g, rows, count)
    return g.ops("Loop", [limit, g.constant(True, np.bool_), start, going], 2, body=body)[0]


def _matrix_rows(g: Graph, pairs: str, count: int) -> list[str]:
    """Rows of Q: sum over j of r[j][t]**2 on the diagonal, -r[j][t] * r[t][j] beside it; each [N, classes]."""
    index = {pair: p for p, pair in enumerate(combinations(range(count), 2))}
    size = len(index)
    zero = g.op("Sub", column(g, pairs, 0), column(g, pairs, 0))
    every = g.op("Concat", pairs, g.op("Sub", row(g, 1.0, size), pairs), zero, axis=1)

    def place(i: int, j: int) -> int:
        return 2 * size if i == j else index[i, j] if i < j else size + index[j, i]

    rows = []
    for t in range(count):
        over = g.op("Gather", every, g.constant([place(j, t) for j in range(count)], np.int64), axis=1)
        under = g.op("Gather", every, g.constant([place(t, j) for j in range(count)], np.int64), axis=1)
        diagonal = g.constant(np.arange(count)[np.newaxis] == t, np.bool_)
        beside = g.op("Neg", g.op("Mul", over, under))
        rows.append(g.op("Where", diagonal, sum_rows(g, g.op("Mul", over, over)), beside))
    return rows


def _body(g: Graph, rows: list[str], count: int) -> object:
    b = Graph(outer=g)
    b.input(b.fresh(), "int64", [])
    b.input(b.fresh(), "bool", [])
    p = b.state("double")
    active = b.state("bool")
    products = b.op("Concat", *[sum_rows(b, b.op("Mul", r, p)) for r in rows], axis=1)
    value = sum_rows(b, b.op("Mul", p, products))
    error = b.op("ReduceMax", b.op("Abs", b.op("Sub", products, value)), axes=[1], keepdims=1)
    going = b.op("And", active, b.op("Not", b.op("Less", error, row(b, 0.005 / count, 1))))
    after = b.op("Where", going, _round(b, rows, p, products, value, count), p)
    still = b.op("ReduceSum", b.op("Cast", going, to=11), keepdims=0)
    more = b.op("Greater", still, b.constant(0.0))
    return b.body([(more, "bool", []), (after, "double", ["N", count]), (going, "bool", ["N", 1])])


def _round(b: Graph, rows: list[str], p: str, products: str, value: str, count: int) -> str:
    """One update of every class after the other."""
    for t in range(count):
        own, q = column(b, products, t), column(b, rows[t], t)
        step = b.op("Div", b.op("Add", b.op("Neg", own), value), q)
        scale = with_row(b, "Add", step, 1.0, 1)
        unit = b.constant(np.eye(count)[t : t + 1])
        p = b.op("Div", b.op("Add", p, b.op("Mul", step, unit)), scale)
        grown = b.op("Mul", step, b.op("Add", b.op("Mul", step, q), b.op("Mul", row(b, 2.0, 1), own)))
        value = b.op("Div", b.op("Div", b.op("Add", value, grown), scale), scale)
        products = b.op("Div", b.op("Add", products, b.op("Mul", step, rows[t])), scale)
    return p
