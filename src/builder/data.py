"""Loads a pinned snapshot as what scikit-learn takes, after comparing every byte with what the recipe pins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import numpy
import pandas
import pyarrow

from container import documents
from container.errors import data_error
from contract import bounded, files

OUTLIER, INLIER = "-1", "1"
"""What scikit-learn's detectors call a row."""


@dataclass(frozen=True)
class Snapshot:
    """X: float64 and object columns in the schema's order, missing = nan (of texts: ""). y: strings, or float64 where
    the target is a number.

    folds: test rows of each fold. train: the rows that each fold learns from. learn: the rows that the final model
    learns from. weights: float64, shape (rows,), None where all rows count alike. ids: texts by name, in no model.
    """

    schema: dict
    X: pandas.DataFrame
    y: numpy.ndarray
    folds: tuple[numpy.ndarray, ...]
    train: tuple[numpy.ndarray, ...] = ()
    learn: Optional[numpy.ndarray] = None
    weights: Optional[numpy.ndarray] = None
    ids: Mapping[str, Sequence[Optional[str]]] = field(default_factory=dict)

    @property
    def classes(self) -> list[str]:
        """The labels; none where the target is a number."""
        return self.schema["target"].get("classes", [])


def load(folder: Path, recipe: dict) -> Snapshot:
    """The snapshot in `folder`. Raises data errors where a file is missing or is not the one that the recipe pins."""
    paths = {
        "data.parquet": folder / "data.parquet",
        "schema.json": folder / "schema.json",
        "folds": folder / "folds" / f"{recipe['cv']['name']}.json",
    }
    for name, path in paths.items():
        _check_digest(path.relative_to(folder), path, recipe["snapshot"][name])
    schema = documents.read("snapshot", paths["schema.json"], "data")
    folds = documents.read("folds", paths["folds"], "data")
    if folds["cv"] != recipe["cv"]:
        rule = json.dumps(folds["cv"], sort_keys=True)
        raise data_error(f"{paths['folds'].name} was cut by another rule: {rule}", "Build the snapshot stage again")
    table = _table(paths["data.parquet"])
    features, target = _features(table, schema), _target(table, schema)
    if "outlier" in recipe:
        schema, target = _outliers(schema, target, recipe["outlier"])
    return Snapshot(
        schema,
        features,
        target,
        _rows(folds["folds"]),
        _train(folds),
        numpy.array(folds["learn"], dtype=numpy.int64) if "learn" in folds else None,
        _weights(table, schema),
        {name: table.column(name).to_pylist() for name, role in schema.get("roles", {}).items() if role == "id"},
    )


def _table(path: Path) -> pyarrow.Table:
    try:
        return bounded.parquet(path)
    except bounded.Malformed as error:
        raise data_error(f"snapshot file {path.name} is not read: {error}", "Build the snapshot stage again") from None


def _check_digest(name: Path, path: Path, expected: str) -> None:
    advice = "Build the snapshot and recipes stages again"
    if not path.is_file():
        raise data_error(f"snapshot file {name} is missing", advice)
    digest = files.sha256_file(path)
    if digest != expected:
        raise data_error(f"snapshot file {name} has sha256 {digest}, the recipe expects {expected}", advice)


def _features(table, schema: dict) -> pandas.DataFrame:
    return pandas.DataFrame({column["name"]: _feature(table, column) for column in schema["columns"]})


def _feature(table, column: dict) -> numpy.ndarray:
    """One column. Missing text is nan, not None: SimpleImputer of every version finds it without being told."""
    values = table.column(column["name"])
    if column["dtype"] == "float64":
        return values.to_numpy()
    texts = numpy.array(values.to_pylist(), dtype=object)
    # A text without words is one: what counts words takes nothing else.
    texts[values.is_null().to_numpy()] = "" if column["kind"] == "text" else numpy.nan
    return texts


def _target(table, schema: dict) -> numpy.ndarray:
    values = table.column(schema["target"]["name"])
    return values.to_numpy() if "classes" not in schema["target"] else numpy.array(values.to_pylist(), dtype=str)


def _outliers(schema: dict, target: numpy.ndarray, outlier: str) -> tuple[dict, numpy.ndarray]:
    """The schema and the truth of a snapshot of which one class is the outliers. A data error where there is none."""
    classes = schema["target"].get("classes", [])
    if outlier not in classes:
        known = ", ".join(map(repr, classes[:20]))
        message = f"the target {schema['target']['name']!r} has no class {outlier!r}: it has {known}"
        raise data_error(message, "Correct `outlier` in the dataset's YAML file")
    named = {**schema, "target": {**schema["target"], "classes": [OUTLIER, INLIER]}}
    return named, numpy.where(target == outlier, OUTLIER, INLIER)


def _rows(lists: list) -> tuple[numpy.ndarray, ...]:
    return tuple(numpy.array(rows, dtype=numpy.int64) for rows in lists)


def _train(folds: dict) -> tuple[numpy.ndarray, ...]:
    """The rows that each fold learns from: all that it does not test, unless it says which, and that may be learnt."""
    tests = _rows(folds["folds"])
    every = numpy.arange(folds["rows"])
    chosen = _rows(folds["train"]) if "train" in folds else [numpy.setdiff1d(every, test) for test in tests]
    return tuple(numpy.intersect1d(rows, folds["learn"]) for rows in chosen) if "learn" in folds else tuple(chosen)


def _weights(table: pyarrow.Table, schema: dict) -> Optional[numpy.ndarray]:
    names = [name for name, role in schema.get("roles", {}).items() if role == "weight"]
    return table.column(names[0]).to_numpy() if names else None
