"""Expressions over columns: `where: "age >= 18 and country in ['NO', 'SE']"`.

Python's grammar, and of it names of columns, numbers, texts, what stands in COMPARED and COMPUTED, and, or, not, in,
is None. Nothing is called and nothing is looked up, so that no expression runs code. A name that is no identifier
stands in backticks. A comparison with a missing value does not hold.
"""

from __future__ import annotations

import ast
import re
from typing import Any, Callable, NoReturn

import pyarrow
import pyarrow.compute

from container.errors import BuilderError, data_error, first_line
from serving import cells
from snapshots.table import DATE, TIME, Column

compute = pyarrow.compute

COMPARED: dict[type, Callable] = {
    ast.Eq: compute.equal,
    ast.NotEq: compute.not_equal,
    ast.Lt: compute.less,
    ast.LtE: compute.less_equal,
    ast.Gt: compute.greater,
    ast.GtE: compute.greater_equal,
}

COMPUTED: dict[type, Callable] = {
    ast.Add: compute.add,
    ast.Sub: compute.subtract,
    ast.Mult: compute.multiply,
    ast.Div: compute.divide,
}

QUOTED = re.compile(r"`([^`]+)`")

LONGEST, DEEPEST = 10_000, 50
"""Letters of an expression, and how deep it may be nested."""

EXAMPLE = "Write a comparison of columns, such as: \"age >= 18 and country in ['NO', 'SE']\""


def rows(key: str, text: str, columns: dict[str, Column]) -> pyarrow.Array:
    """For which rows of the columns the expression holds: a boolean array without nulls.

    Raises data errors, which name the `key` that holds the expression.
    """
    return _Expression(key, text, columns).mask()


class _Expression:
    def __init__(self, key: str, text: str, columns: dict[str, Column]) -> None:
        self._key, self._text, self._columns = key, text, columns
        self._quoted: list[str] = []

    def mask(self) -> pyarrow.Array:
        tree = self._parsed()
        try:
            found = self._truth(tree.body, 0)
        except (pyarrow.ArrowException, TypeError) as error:
            raise self._wrong(first_line(error)) from None
        if isinstance(found, pyarrow.Scalar):
            raise self._wrong("it names no column")
        return compute.fill_null(found, False)

    def _parsed(self) -> ast.Expression:
        if len(self._text) > LONGEST:
            raise self._wrong(f"it has {len(self._text)} letters, and {LONGEST} is the most")

        def named(match: re.Match) -> str:
            self._quoted.append(match[1])
            return f"_quoted_{len(self._quoted) - 1}_"

        try:
            return ast.parse(QUOTED.sub(named, self._text).strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise self._wrong(f"it cannot be read: {first_line(error)}") from None

    def _truth(self, node: ast.AST, depth: int) -> Any:
        """What is true or false of each row."""
        if depth > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} levels stand in each other")
        if isinstance(node, ast.BoolOp):
            together = compute.and_kleene if isinstance(node.op, ast.And) else compute.or_kleene
            first, *others = [self._truth(value, depth + 1) for value in node.values]
            for other in others:
                first = together(first, other)
            return first
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return compute.invert(self._truth(node.operand, depth + 1))
        if isinstance(node, ast.Compare):
            return self._comparison(node, depth)
        return self._refuse(node)

    def _comparison(self, node: ast.Compare, depth: int) -> Any:
        found, left = None, node.left
        for operator, right in zip(node.ops, node.comparators):
            one = self._compared(left, operator, right, depth)
            found = one if found is None else compute.and_kleene(found, one)
            left = right
        return found

    def _compared(self, left: ast.AST, operator: ast.cmpop, right: ast.AST, depth: int) -> Any:
        column = self._column_of(left) or self._column_of(right)
        if isinstance(operator, (ast.Is, ast.IsNot)):
            if not (isinstance(right, ast.Constant) and right.value is None):
                raise self._wrong("`is` asks for None only")
            missing = compute.is_null(self._value(left, depth + 1, column))
            return missing if isinstance(operator, ast.Is) else compute.invert(missing)
        if isinstance(operator, (ast.In, ast.NotIn)):
            if not isinstance(right, (ast.List, ast.Tuple, ast.Set)) or not right.elts:
                raise self._wrong("`in` asks for a list of values, such as ['NO', 'SE']")
            values = self._value(left, depth + 1, column)
            listed = [self._constant(item, column) for item in right.elts]
            inside = compute.is_in(values, pyarrow.array(listed, values.type))
            inside = compute.if_else(compute.is_null(values), pyarrow.scalar(None, pyarrow.bool_()), inside)
            return inside if isinstance(operator, ast.In) else compute.invert(inside)
        values = [self._value(side, depth + 1, column) for side in (left, right)]
        kinds = {pyarrow.types.is_string(value.type) for value in values}
        if len(kinds) > 1:
            raise self._wrong("a text and a number are compared: put texts in quotes, and leave numbers without")
        return COMPARED[type(operator)](*values)

    def _column_of(self, node: ast.AST) -> Any:
        return self._columns.get(self._name(node)) if isinstance(node, ast.Name) else None

    def _name(self, node: ast.Name) -> str:
        match = re.fullmatch(r"_quoted_(\d+)_", node.id)
        return self._quoted[int(match[1])] if match and int(match[1]) < len(self._quoted) else node.id

    def _value(self, node: ast.AST, depth: int, column: Any) -> Any:
        """What has a value in each row: a column, a constant, or what is computed of them."""
        if depth > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} levels stand in each other")
        if isinstance(node, ast.Name):
            return self._column(self._name(node))
        if isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
            sides = [self._value(side, depth + 1, None) for side in (node.left, node.right)]
            if any(pyarrow.types.is_string(side.type) for side in sides):
                raise self._wrong("a text is computed with")
            return COMPUTED[type(node.op)](*sides)
        return pyarrow.scalar(self._constant(node, column))

    def _constant(self, node: ast.AST, column: Any) -> Any:
        sign = -1 if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else 1
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            node = node.operand
        if not isinstance(node, ast.Constant) or node.value is None or isinstance(node.value, (bytes, complex)):
            return self._refuse(node)
        if isinstance(node.value, bool):
            return float(node.value)
        if isinstance(node.value, str):
            return self._word(node.value, column)
        try:
            return sign * float(node.value)
        except OverflowError:
            raise self._wrong(f"{str(node.value)[:40]} is too large") from None

    def _word(self, text: str, column: Any) -> Any:
        """A text, or the number that it stands for in a column of dates or truth values."""
        if column is not None and column.kind in (DATE, TIME) and "format" in column.about:
            days = cells.days(text, column.about["format"])
            if days is None:
                raise self._wrong(f"{text!r} is no date as in column {column.name!r} ({column.about['format']})")
            return days
        if column is not None and text in column.about.get("values", ()):
            return float(column.about["values"].index(text))
        return text

    def _column(self, name: str) -> Any:
        if name not in self._columns:
            near = ", ".join(list(self._columns)[:20])
            raise self._wrong(f"there is no column {name!r}; the columns are {near}")
        return self._columns[name].values

    def _refuse(self, node: ast.AST) -> NoReturn:
        what = {
            ast.Call: "a call",
            ast.Attribute: "an attribute",
            ast.Subscript: "a subscript",
            ast.Lambda: "a function",
        }
        if isinstance(node, ast.Name):
            self._column(self._name(node))
            raise self._wrong(f"{node.id} alone is not true or false")
        raise self._wrong(f"it holds {what.get(type(node), type(node).__name__)}, which no expression may")

    def _wrong(self, why: str) -> BuilderError:
        return data_error(f"{self._key}: {self._text!r:.200}: {why}", EXAMPLE)
