"""Pins one dataset: a request becomes data.parquet, schema.json and one file of folds for each cross-validation."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Optional

from container import cpu, documents, record
from container.progress import Progress
from contract import files


def take(request_path: Path, file: Optional[Path], out: Path, progress: Progress) -> None:
    """Take the snapshot that the request in `request_path` asks for; `file` is the user's own, where it names one.

    Raises BuilderError where the request breaks its contract or the data is not what the request says.
    """
    request = documents.read("snapshot_request", request_path, "recipe")
    cpu.check()
    cpu.pin(threads=1)
    import pyarrow

    from container.parquet import parquet_bytes
    from snapshots import folds, rows, schema, sources

    # Arrow takes one core where BLAS is held to one; but cells are read alike by any number, and nothing is added up.
    pyarrow.set_cpu_count(len(os.sched_getaffinity(0)))
    with progress.phase("load"):
        table = rows.choose(sources.load(request["dataset"], file), request["dataset"])
    with ThreadPoolExecutor(1) as beside:
        # Arrow packs the columns while Python cuts the folds: each takes about as long.
        packed = beside.submit(parquet_bytes, table.arrow())
        with progress.phase("fold", len(request["cv"])):
            cut = {name: folds.document(name, rule, table) for name, rule in sorted(request["cv"].items())}
    with progress.phase("write"):
        data = packed.result()
        files.write_bytes(out / schema.DATA_FILE, data)
        about = schema.document(request["dataset"], table, data)
        files.write_bytes(out / "schema.json", documents.to_bytes("snapshot", about))
        for name, document in cut.items():
            files.write_bytes(out / "folds" / f"{name}.json", documents.to_bytes("folds", document))
    record.write(out, progress)
