"""How fast and how large a finished model is at work: load, one row, all rows, peak memory. Volatile, never tracked."""

from __future__ import annotations

import json
import resource
import statistics
import time
from collections.abc import Collection
from pathlib import Path
from pickle import dumps
from typing import Callable

from container import cpu, documents
from contract import files

REPEATS = 20
"""How often one row is predicted; the median counts."""

BATCH_REPEATS = 3
"""How often the model is loaded again, and all rows are predicted. The first load imports libraries: told apart."""


def run(runtime: str, model: Path, snapshot: Path, trust: Path, out: Path) -> None:
    """Measure the model in the folder `model` on its snapshot; one runtime a process, as memory only grows."""
    recipe = json.loads((model / "manifest.json").read_text(encoding="utf-8"))["source"]["recipe"]
    cpu.pin(recipe["threads"])
    from builder import data

    rows = data.load(snapshot, recipe).X
    trusted = documents.read("trust", trust, "build")["types"]
    before = _peak_memory()
    load = {"skops": lambda: _load_skops(model, trusted, recipe), "onnx": lambda: _load_onnx(model)}[runtime]
    started = time.perf_counter()
    predict, extra = load()
    measured = {
        "first_load_seconds": time.perf_counter() - started,
        "load_seconds": _median(load, BATCH_REPEATS),
        "one_row_seconds": _median(lambda: predict(rows.iloc[:1]), REPEATS),
        "all_rows_seconds": _median(lambda: predict(rows), BATCH_REPEATS),
        "rows": len(rows),
        "peak_memory_added": _peak_memory() - before,
        "peak_memory": _peak_memory(),
    }
    files.write_json(out / "measurement.json", {**measured, **extra()})


def _median(action: Callable[[], object], repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _peak_memory() -> int:
    """The peak resident set so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _load_skops(folder: Path, trusted: Collection[str], recipe: dict):
    """As the product loads: with the check of types and trees. It is asked what a server would ask."""
    from builder import trust
    from builder.answers import kind_of

    model = trust.loads((folder / "model.skops").read_bytes(), trusted)
    # Pickled only now and here: a pickle is written to nowhere, and nothing is ever unpickled.
    asked = kind_of(recipe, model.steps[-1][1]).METHODS[-1]
    return getattr(model, asked), lambda: {"pickle_size": len(dumps(model, protocol=4))}


def _load_onnx(folder: Path):
    from serving.session import feed, open_session

    session = open_session((folder / "model.onnx").read_bytes())
    return lambda frame: session.run(None, feed(session, lambda name: frame[name].to_numpy())), dict
