"""The files that the host reads, and the requests of a served model: their readers, and valid ones to begin with."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

import contract
from contract import bounded
from fuzzing import mutations
from fuzzing.workers import Format
from remodel.environments.lockfile import read_pins
from remodel.errors import RemodelError
from remodel.results.answers.columns import read_columns
from remodel.results.comparison import read_comparison_file
from remodel.results.manifest import read_manifest
from remodel.results.recipe import read_recipe_file
from remodel.results.scores import read_scores
from serving.rows import read_rows
from serving.signature import BadRequest, Signature

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "unit" / "contract" / "examples"

READERS: dict[str, Callable[[Path], Any]] = {
    "recipe": read_recipe_file,
    "manifest": read_manifest,
    "scores": read_scores,
    "comparison": read_comparison_file,
}
"""What makes an object of a document; others are held against their schema."""

IN_MEMORY = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())

LOCK = """version: 1
metadata:
  platforms:
  - linux-64
package:
- name: python
  version: 3.11.9
  manager: conda
  platform: linux-64
  dependencies: {}
  url: ${CONDA_CHANNEL}/linux-64/python-3.11.9-hb806964_0_cpython.conda
  hash:
    md5: 293e5c1eb3a7e7dc8c6a9e9e1d0a7c7d
    sha256: 177f33a1fb8d3476b38f73c37b42f01c0b014fa0e039a701fd9f83d83aae6d40
  category: main
  optional: false
- name: numpy
  version: 1.26.4
  manager: pip
  platform: linux-64
  dependencies: {}
  url: ${PYPI_FILES}/packages/4b/d7/numpy-1.26.4-cp311-cp311-manylinux2014_x86_64.whl
  hash:
    sha256: 666dbfb6ec68962c033a450943ded891bed2d54e6755e35e5835d63f4f6931d5
  category: main
  optional: false
"""


def formats() -> dict[str, Format]:
    """Every format by its name."""
    kinds = {path.name: _document(path.name) for path in sorted(EXAMPLES.iterdir())}
    return {
        **kinds,
        "lock": Format([LOCK.encode()], [mutations.of_yaml, mutations.of_bytes], _lock, (RemodelError,)),
        "predictions": _predictions(),
        **_requests(),
    }


def _document(kind: str) -> Format:
    seeds = [path.read_bytes() for path in sorted((EXAMPLES / kind).glob("valid-*.json"))]

    def checked(content: bytes) -> Any:
        return contract.check(kind, bounded.parse(content), f"{kind}.json")

    read = _by_path(READERS[kind]) if kind in READERS else checked
    refusals = (RemodelError, bounded.Malformed, contract.ContractError)
    return Format(seeds, [mutations.of_json, mutations.of_json, mutations.of_bytes], read, refusals)


def _by_path(read: Callable[[Path], Any]) -> Callable[[bytes], Any]:
    """A reader of files as one of bytes: each process has a file of its own."""

    def reader(content: bytes) -> Any:
        path = IN_MEMORY / f"fuzz-{os.getpid()}"
        path.write_bytes(content)
        try:
            return read(path)
        finally:
            path.unlink()

    return reader


def _lock(content: bytes) -> Any:
    """The pins of a lock whose digest is put right: what somebody who can write the file would do."""
    header = f"# lock sha256: {hashlib.sha256(content).hexdigest()}\n".encode()
    return _by_path(read_pins)(header + content)


def _predictions() -> Format:
    rows = {
        "row": pyarrow.array(range(40), pyarrow.int64()),
        "fold": pyarrow.array([number % 3 for number in range(40)], pyarrow.int64()),
        "label": ["a", "b"] * 20,
        "oof_label": ["a", "b"] * 20,
        "oof_p_a": [0.25, 0.75] * 20,
        "oof_p_b": [0.75, 0.25] * 20,
    }
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(rows), buffer, compression="zstd", store_schema=False)
    read = _by_path(lambda path: read_columns(path).table.to_pydict())
    return Format([buffer.getvalue()], [mutations.of_parquet, mutations.of_bytes], read, (RemodelError,))


def _requests() -> dict[str, Format]:
    document = json.loads((EXAMPLES / "signature" / "valid-mixed.json").read_bytes())
    signature = Signature(tuple(document["columns"]), tuple(document["classes"]))
    row = {column["name"]: _value(column) for column in signature.columns}
    header = ",".join(row)
    cells = ",".join("" if value is None else str(value) for value in row.values())

    def read(kind: str) -> Callable[[bytes], Any]:
        def reader(content: bytes) -> Any:
            rows = read_rows(signature, content, kind)
            if problems := signature.check(rows):
                raise BadRequest(problems)
            return rows

        return reader

    table = f"{header}\n{cells}\n{cells}\n{cells}\n".encode()
    return {
        "request-csv": Format([table], [mutations.of_csv, mutations.of_bytes], read("csv"), (BadRequest,)),
        "request-json": Format(
            [json.dumps([row, row]).encode()], [mutations.of_json, mutations.of_bytes], read("json"), (BadRequest,)
        ),
    }


def _value(column: dict[str, Any]) -> Any:
    if column["kind"] == "categorical":
        return column["categories"][0]
    return column["minimum"] if column["minimum"] is not None else 0.5
