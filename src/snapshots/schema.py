"""Describes a pinned dataset: kinds, missing values, ranges, categories and classes (contract kind "snapshot")."""

from __future__ import annotations

from typing import Any

import pyarrow.compute

import contract
from contract import files
from serving.cells import MISSING
from snapshots.table import CATEGORICAL, NUMBERS, NUMERIC, Column, Table

DATA_FILE = "data.parquet"


def document(dataset: dict, table: Table, data: bytes) -> dict:
    """The schema.json of `table`, whose Parquet bytes are `data` and which `dataset` asked for."""
    return {
        "schema_version": contract.version("snapshot"),
        "dataset": dataset["name"],
        "request_sha256": files.sha256_bytes(files.canonical_json(dataset)),
        "rows": table.rows,
        "target": _target(table),
        "columns": [_describe(column) for column in table.columns],
        **({"roles": {column.name: column.kind for column in table.roles}} if table.roles else {}),
        **({"reading": _reading(dataset)} if "file" in dataset else {}),
        "data": {"file": DATA_FILE, "sha256": files.sha256_bytes(data)},
    }


def _target(table: Table) -> dict:
    if table.has_classes:
        counts = table.counts()
        return {"name": table.target_name, "classes": sorted(counts), "counts": counts}
    span, mean = pyarrow.compute.min_max(table.target).as_py(), pyarrow.compute.mean(table.target).as_py()
    # Six digits: the last ones of a sum hang on the order of its parts.
    about = {"minimum": span["min"], "maximum": span["max"], "mean": float(f"{mean:.6g}")}
    return {"name": table.target_name, "kind": NUMERIC, **about}


def _reading(dataset: dict) -> dict:
    """How the cells of the file are to be understood: who asks the model later has such a file."""
    declared = dataset.get("reading", {})
    missing = declared.get("missing")
    return {**declared, "missing": list(MISSING) if missing is None else missing, "any_case": missing is None}


def _describe(column: Column) -> dict:
    common: dict[str, Any] = {"name": column.name, "kind": column.kind, "missing": column.values.null_count}
    common.update(column.about and {"about": column.about})
    if column.values.type == NUMBERS:
        span = pyarrow.compute.min_max(column.values).as_py()
        return {**common, "dtype": "float64", "minimum": span["min"], "maximum": span["max"]}
    if column.kind != CATEGORICAL:
        return {**common, "dtype": "string"}
    categories = sorted(value for value in column.values.unique().to_pylist() if value is not None)
    return {**common, "dtype": "string", "categories": categories}
