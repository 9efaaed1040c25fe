"""Describes a pinned dataset: kinds, missing values, ranges, categories and classes (contract kind "snapshot")."""

from __future__ import annotations

import pyarrow.compute

import contract
from contract import files
from snapshots.table import NUMERIC, Column, Table

DATA_FILE = "data.parquet"


def document(dataset: dict, table: Table, data: bytes) -> dict:
    """The schema.json of `table`, whose Parquet bytes are `data` and which `dataset` asked for."""
    counts = table.counts()
    return {
        "schema_version": contract.version("snapshot"),
        "dataset": dataset["name"],
        "request_sha256": files.sha256_bytes(files.canonical_json(dataset)),
        "rows": table.rows,
        "target": {"name": table.target_name, "classes": sorted(counts), "counts": counts},
        "columns": [_describe(column) for column in table.columns],
        "data": {"file": DATA_FILE, "sha256": files.sha256_bytes(data)},
    }


def _describe(column: Column) -> dict:
    common = {"name": column.name, "kind": column.kind, "missing": column.values.null_count}
    if column.kind == NUMERIC:
        span = pyarrow.compute.min_max(column.values).as_py()
        return {**common, "dtype": "float64", "minimum": span["min"], "maximum": span["max"]}
    categories = sorted(value for value in column.values.unique().to_pylist() if value is not None)
    return {**common, "dtype": "string", "categories": categories}
