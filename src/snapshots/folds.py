"""Which rows each fold tests, cut once and stored, so that every environment tests on the same rows."""

from __future__ import annotations

import contract
from container.errors import data_error, recipe_error
from snapshots.table import Table


def document(name: str, rule: dict, table: Table) -> dict:
    """The folds document of one cross-validation rule.

    Raises a data error where a class has fewer rows than folds, a recipe error where the rule contradicts itself.
    """
    _check_rule(name, rule)
    _check_counts(name, rule, table)
    return {
        "schema_version": contract.version("folds"),
        "cv": {"name": name, **rule},
        "rows": table.rows,
        "folds": _test_rows(rule, table),
    }


def _test_rows(rule: dict, table: Table) -> list[list[int]]:
    import numpy

    labels = numpy.array(table.target.to_pylist())
    return [test.tolist() for _, test in _splitter(rule).split(numpy.zeros(len(labels)), labels)]


def _splitter(rule: dict):
    from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold

    splits, repeats, seed = rule["n_splits"], rule["n_repeats"], rule["seed"]
    if repeats > 1:
        return RepeatedStratifiedKFold(n_splits=splits, n_repeats=repeats, random_state=seed)
    # Without shuffling there is nothing to seed, and scikit-learn refuses a seed that would have no effect.
    return StratifiedKFold(n_splits=splits, shuffle=rule["shuffle"], random_state=seed if rule["shuffle"] else None)


def _check_rule(name: str, rule: dict) -> None:
    if rule["n_repeats"] > 1 and not rule["shuffle"]:
        raise recipe_error(
            f"cv {name}: n_repeats is {rule['n_repeats']} but shuffle is false: every repeat would be the same",
            "Set shuffle: true, or n_repeats: 1",
        )


def _check_counts(name: str, rule: dict, table: Table) -> None:
    for label, count in table.counts().items():
        if count < rule["n_splits"]:
            rows = "1 row" if count == 1 else f"{count} rows"
            raise data_error(
                f"class {label!r} of column {table.target_name!r} has {rows}, "
                f"fewer than the {rule['n_splits']} folds of cv {name}",
                f"Add rows of class {label!r}, leave the class out, or choose a cv with at most {max(count, 2)} folds",
            )
