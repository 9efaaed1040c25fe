"""Which rows each fold tests, cut once and stored, so that every environment tests on the same rows.

Folds of a table with groups split none of them; those of a table with times test what comes after all that was learnt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import contract
from container.errors import data_error, recipe_error
from snapshots.table import GROUP, TIME, Table


def document(name: str, rule: dict, table: Table) -> dict:
    """The folds document of one cross-validation rule.

    Raises a data error where a class has fewer rows than folds, or a fold nothing to learn of one; a recipe error where
    the rule contradicts itself.
    """
    _check_rule(name, rule)
    if _stratified(rule) and not table.has_classes:
        raise recipe_error(
            f"cv {name} keeps classes in equal shares, and {table.target_name!r} is a number", "Choose cv=kfold_5"
        )
    forward = table.role(TIME) is not None
    if not forward and _stratified(rule):
        _check_counts(name, rule, table)
    pairs = list(_forward(name, rule, table) if forward else _apart(name, rule, table))
    learn = None if table.learn is None else table.learn.to_numpy(zero_copy_only=False)
    _check_learnt(name, rule, table, pairs, learn)
    return {
        "schema_version": contract.version("folds"),
        "cv": {"name": name, **rule},
        "rows": table.rows,
        "folds": [test.tolist() for _, test in pairs],
        **({"train": [train.tolist() for train, _ in pairs]} if forward else {}),
        **({} if learn is None else {"learn": learn.nonzero()[0].tolist()}),
    }


def _apart(name: str, rule: dict, table: Table) -> Iterator[tuple[Any, Any]]:
    import numpy

    # Codes for the labels: scikit-learn goes by the order in which they come, whatever they are.
    labels = table.target.dictionary_encode().indices.to_numpy()
    if not _stratified(rule):
        yield from _plain(name, rule, table)
        return
    nothing = numpy.zeros(len(labels))
    if table.role(GROUP) is None:
        yield from _splitter(rule).split(nothing, labels)
        return
    try:
        from sklearn.model_selection import StratifiedGroupKFold
    except ImportError:
        raise recipe_error(
            f"cv {name}: this scikit-learn has no folds that keep groups apart and classes in equal shares",
            "Name a snapshot_environment of scikit-learn 1.0 or newer in params.yaml",
        ) from None

    groups = table.role(GROUP).dictionary_encode().indices.to_numpy()
    _check_groups(name, rule, groups)
    for repeat in range(rule["n_repeats"]):
        seed = rule["seed"] + repeat if rule["shuffle"] else None
        splitter = StratifiedGroupKFold(n_splits=rule["n_splits"], shuffle=rule["shuffle"], random_state=seed)
        for train, test in splitter.split(nothing, labels, groups):
            if len(test) == 0:
                raise data_error(f"cv {name} has a fold without a group to test", "Choose a cv with fewer folds")
            yield train, test


def _plain(name: str, rule: dict, table: Table) -> Iterator[tuple[Any, Any]]:
    """Folds without regard to the target; those of groups are as even as groups allow, and have no order to shuffle."""
    import numpy
    from sklearn.model_selection import GroupKFold, KFold, RepeatedKFold

    nothing, splits = numpy.zeros(table.rows), rule["n_splits"]
    if table.role(GROUP) is not None:
        groups = table.role(GROUP).dictionary_encode().indices.to_numpy()
        _check_groups(name, rule, groups)
        if rule["n_repeats"] > 1:
            raise recipe_error(f"cv {name}: folds of groups cannot be repeated without classes", "Choose n_repeats: 1")
        yield from GroupKFold(n_splits=splits).split(nothing, groups=groups)
        return
    if table.rows < splits:
        raise data_error(
            f"there are {table.rows} rows, fewer than the {splits} folds of cv {name}", "Choose fewer folds"
        )
    if rule["n_repeats"] > 1:
        yield from RepeatedKFold(n_splits=splits, n_repeats=rule["n_repeats"], random_state=rule["seed"]).split(nothing)
        return
    seed = rule["seed"] if rule["shuffle"] else None
    yield from KFold(n_splits=splits, shuffle=rule["shuffle"], random_state=seed).split(nothing)


def _check_groups(name: str, rule: dict, groups: Any) -> None:
    import numpy

    if len(numpy.unique(groups)) < rule["n_splits"]:
        raise data_error(
            f"there are {len(numpy.unique(groups))} groups, fewer than the {rule['n_splits']} folds of cv {name}",
            "Choose a cv with fewer folds",
        )


def _stratified(rule: dict) -> bool:
    return bool(rule.get("stratified", True))


def _forward(name: str, rule: dict, table: Table) -> Iterator[tuple[Any, Any]]:
    """Rows of one time stay together: what happened at once is not known before."""
    import numpy
    from sklearn.model_selection import TimeSeriesSplit

    if rule["n_repeats"] > 1:
        raise recipe_error(f"cv {name}: folds that go forward in time cannot be repeated", "Choose n_repeats: 1")
    times, moments = numpy.unique(table.role(TIME).to_numpy(), return_inverse=True)
    if len(times) <= rule["n_splits"]:
        raise data_error(
            f"there are {len(times)} different times, and cv {name} needs more than {rule['n_splits']}",
            "Choose a cv with fewer folds",
        )
    for train, test in TimeSeriesSplit(n_splits=rule["n_splits"]).split(times):
        yield numpy.flatnonzero(numpy.isin(moments, train)), numpy.flatnonzero(numpy.isin(moments, test))


def _splitter(rule: dict) -> Any:
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


def _check_learnt(name: str, rule: dict, table: Table, pairs: list, learn: Any) -> None:
    """Every class has to be there to learn from in every fold: else its probability would have no column."""
    import numpy

    if not table.has_classes:
        return
    codes = table.target.dictionary_encode()
    labels, known = codes.indices.to_numpy(), codes.dictionary.to_pylist()
    if table.role(TIME) is None and table.role(GROUP) is None and learn is None and _stratified(rule):
        return
    for number, (train, _) in enumerate(pairs, start=1):
        part = labels[train] if learn is None else labels[train[learn[train]]]
        gone = sorted(set(range(len(known))) - set(numpy.unique(part).tolist()))
        if gone:
            raise data_error(
                f"fold {number} of cv {name} would learn from no row of class {known[gone[0]]!r}",
                "Choose a cv with fewer folds, or have more rows of that class to learn from",
            )
