"""Loads a pinned snapshot as what scikit-learn takes, after comparing every byte with what the recipe pins."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy
import pandas
import pyarrow.parquet

from container import documents
from container.errors import data_error
from contract import files


@dataclass(frozen=True)
class Snapshot:
    """X: float64 and object columns in the schema's order, missing = nan. y: strings. folds: test rows of each fold."""

    schema: dict
    X: pandas.DataFrame
    y: numpy.ndarray
    folds: tuple[numpy.ndarray, ...]

    @property
    def classes(self) -> list[str]:
        return self.schema["target"]["classes"]


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
    table = pyarrow.parquet.ParquetFile(paths["data.parquet"]).read()
    return Snapshot(schema, _features(table, schema), _target(table, schema), _test_rows(folds))


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
    if column["kind"] == "numeric":
        return values.to_numpy()
    texts = numpy.array(values.to_pylist(), dtype=object)
    texts[values.is_null().to_numpy()] = numpy.nan
    return texts


def _target(table, schema: dict) -> numpy.ndarray:
    return numpy.array(table.column(schema["target"]["name"]).to_pylist(), dtype=str)


def _test_rows(folds: dict) -> tuple[numpy.ndarray, ...]:
    return tuple(numpy.array(rows, dtype=numpy.int64) for rows in folds["folds"])
