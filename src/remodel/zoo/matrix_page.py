"""docs/matrix.md: every estimator of the zoo in every environment, and why not where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from remodel.environments.environment import Environment
from remodel.zoo.builds import Outcome
from remodel.zoo.matrix import GROUPS, Cell, Explanation, Table, explanation, table

TITLES = {"classifier": "Classifiers", "preprocessing": "Preprocessing"}
SHOWN = ("numpy", "scipy", "pandas", "skops", "skl2onnx", "onnx", "onnxruntime", "protobuf")

HEAD = """<!-- DO NOT EDIT. Made by: make matrix -->
# The matrix

Every recipe of the zoo (`tests/zoo/zoo.yaml`), built in every environment under `docker/`. Each recipe is written once,
in the newest scikit-learn's vocabulary, with pinned defaults: two and three classes, with and without missing values
and categories.

A cell says how many of its recipes were built, and for how many of these `model.onnx` could be made. What is built was
stored with skops, loaded again, and predicted the same bits. What is exported was loaded with ONNX Runtime, and gave
every row of the data the same label; after ≤ stands a bound of the largest difference of two probabilities. Letters
are the reasons for what is missing, explained below.
"""


def page(
    environments: Sequence[Environment], outcomes: Mapping[str, Sequence[Outcome]], known: list[Explanation]
) -> str:
    """The whole page."""
    tables = {group: table(group, outcomes) for group in GROUPS}
    letters = _letters([cell for group in tables.values() for cell in group.values()])
    names = [environment.name for environment in environments]
    parts = [HEAD, _environments(environments)]
    parts += [_group(group, cells, names, letters) for group, cells in tables.items()]
    parts.append(_reasons(letters, known))
    return "\n".join(parts)


def _environments(environments: Sequence[Environment]) -> str:
    rows = [["environment", "Python", "scikit-learn", *SHOWN]]
    for one in environments:
        versions = [one.versions.get(name, "none") for name in ("scikit-learn", *SHOWN)]
        rows.append([one.name, one.python, *versions])
    return "## Environments\n\n" + markdown(rows)


def _group(group: str, cells: Table, environments: Sequence[str], letters: Mapping[str, str]) -> str:
    estimators = list(dict.fromkeys(name for name, _ in cells))
    rows = [[group, *(name.removeprefix("sklearn-") for name in environments)]]
    for name in estimators:
        rows.append([f"`{name}`", *(shown(cells[name, environment], letters) for environment in environments)])
    return f"## {TITLES[group]}\n\n" + markdown(rows)


def shown(cell: Cell, letters: Mapping[str, str]) -> str:
    """ "10 built, 8 ONNX ≤ 1e-04 (a, c)"."""
    built = f"{cell.built} built" if cell.built == cell.recipes else f"{cell.built} of {cell.recipes} built"
    onnx = f"{cell.exported} ONNX ≤ {cell.difference_below}" if cell.exported else "no ONNX"
    found = sorted((letters[reason] for reason in cell.reasons), key=lambda mark: (len(mark), mark))
    return f"{built}, {onnx}" + (f" ({', '.join(found)})" if found else "")


def _letters(cells: Sequence[Cell]) -> dict[str, str]:
    reasons = sorted({reason for cell in cells for reason in cell.reasons})
    return {reason: letter(position) for position, reason in enumerate(reasons)}


def letter(position: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    head, tail = divmod(position, 26)
    return (letter(head - 1) if head else "") + chr(ord("a") + tail)


def _reasons(letters: Mapping[str, str], known: list[Explanation]) -> str:
    rows = [["", "reason", "because", "see"]]
    for reason, mark in letters.items():
        found = explanation(reason, known)
        rows.append([mark, reason, found.because if found else "UNEXPLAINED", found.see if found else ""])
    return "## Reasons\n\n" + (markdown(rows) if letters else "None: everything was built and exported.\n")


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head."""
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]) + "\n"
