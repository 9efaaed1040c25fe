"""docs/matrix.md: every estimator of the zoo in every environment, and why not where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from remodel.environments.environment import Environment
from remodel.markdown import render
from remodel.zoo.builds import Outcome
from remodel.zoo.matrix import GROUPS, Cell, KnownReason, Table, known_reason, table

TEMPLATE = Path(__file__).with_suffix(".md")
TITLES = {
    "classifier": "Classifiers",
    "regressor": "Regressors",
    "outlier": "Detectors of outliers",
    "preprocessing": "Preprocessing",
}
SHOWN = ("scikit-learn", "numpy", "scipy", "pandas", "skops", "skl2onnx", "onnx", "onnxruntime", "protobuf")


def page(
    environments: Sequence[Environment],
    outcomes: Mapping[str, Sequence[Outcome]],
    known: list[KnownReason],
    absent: Mapping[str, str],
) -> str:
    """The whole page; `absent` says which classes no recipe has, and why."""
    return page_of_cells(environments, {group: table(group, outcomes) for group in GROUPS}, known, absent)


def page_of_cells(
    environments: Sequence[Environment],
    tables: Mapping[str, Table],
    known: list[KnownReason],
    absent: Mapping[str, str],
) -> str:
    """The whole page, of the cells of every group."""
    letters = _letters([cell for cells in tables.values() for cell in cells.values()])
    names = [environment.name for environment in environments]
    content = {
        "libraries": list(SHOWN),
        "environments": [_versions(environment) for environment in environments],
        "groups": [_group(group, cells, names, letters) for group, cells in tables.items()],
        "newest": names[-1],
        "counts": [_count(group, cells, names[-1]) for group, cells in tables.items()],
        "absent": sorted(absent.items()),
        "reasons": [[mark, reason, *_explained(reason, known)] for reason, mark in letters.items()],
    }
    return render(TEMPLATE, content)


def _versions(environment: Environment) -> list[str]:
    versions = (environment.versions.get(name, "none") for name in SHOWN)
    return [environment.name, environment.python, *versions]


def _count(group: str, cells: Table, environment: str) -> list[str]:
    """Of how many estimators in an environment every recipe is built, and has an exact file."""
    own = [cell for (_, place), cell in cells.items() if place == environment]
    built, exact = (sum(getattr(cell, part) == cell.recipes for cell in own) for part in ("built", "exact"))
    return [TITLES[group], str(len(own)), str(built), str(exact), f"{exact / max(len(own), 1):.0%}"]


def _group(group: str, cells: Table, environments: Sequence[str], letters: Mapping[str, str]) -> dict[str, Any]:
    estimators = {name: cells[name, environments[-1]].recipes for name in dict.fromkeys(name for name, _ in cells)}
    return {
        "title": TITLES[group],
        "head": [group, "recipes", *(name.removeprefix("sklearn-") for name in environments)],
        "rows": [
            [f"`{name}`", str(recipes), *(shown(cells[name, environment], letters) for environment in environments)]
            for name, recipes in estimators.items()
        ],
    }


def shown(cell: Cell, letters: Mapping[str, str]) -> str:
    """ "✓", or what is missing: "6/4 a, c" (6 built, 4 of them with an exact file, and the reasons)."""
    marks = sorted((letters[reason] for reason in cell.reasons), key=lambda mark: (len(mark), mark))
    if cell.exact == cell.recipes:
        return "✓"
    counts = f"{cell.built}/{cell.exact}" + (f"+{cell.single}" if cell.single else "")
    return f"{counts} {', '.join(marks)}".strip()


def _letters(cells: Sequence[Cell]) -> dict[str, str]:
    reasons = sorted({reason for cell in cells for reason in cell.reasons})
    return {reason: letter(position) for position, reason in enumerate(reasons)}


def letter(position: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    head, tail = divmod(position, 26)
    return (letter(head - 1) if head else "") + chr(ord("a") + tail)


def _explained(reason: str, known: list[KnownReason]) -> tuple[str, str]:
    explanation = known_reason(reason, known)
    return (explanation.because, explanation.see) if explanation else ("UNEXPLAINED", "")
