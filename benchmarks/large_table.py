"""What a large table costs: proposing for it and pinning it, against reading and writing it with pyarrow alone.

    python benchmarks/large_table.py [--rows 1000000] [--runs 3]

Needs what the containers have for it: pyarrow, numpy, scikit-learn, clevercsv, charset-normalizer, jsonschema, psutil.
Every step is a process of its own; the ratios are those of the medians of seconds, and of the most memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

MAKE = """
import numpy, pyarrow, pyarrow.csv
chance, rows = numpy.random.default_rng(0), {rows}
table = {{f"n{{i}}": numpy.round(chance.normal(size=rows), 4) for i in range(14)}}
table |= {{f"k{{i}}": chance.integers(0, 10000, rows) for i in range(3)}}
table |= {{f"c{{i}}": numpy.array(["red", "green", "blue", "black"])[chance.integers(0, 4, rows)] for i in range(2)}}
table["y"] = numpy.array(["no", "yes"])[chance.integers(0, 2, rows)]
pyarrow.csv.write_csv(pyarrow.table(table), {file!r})
"""

STEPS = {
    "floor": """
import pyarrow.csv, pyarrow.parquet
table = pyarrow.csv.read_csv(file)
pyarrow.parquet.write_table(table, file + ".parquet", compression="zstd", compression_level=3)
""",
    "propose": """
from profiles import propose
propose.propose(Path(file), {"target": "y"})
""",
    "snapshot": """
import io
from container.progress import Progress
from snapshots import snapshot
rule = {"n_splits": 5, "n_repeats": 1, "shuffle": True, "seed": 0}
request, out = Path(file + ".request"), Path(file + ".out")
dataset = json.loads(Path(file + ".json").read_text())
request.write_text(json.dumps({"schema_version": 1, "dataset": dataset, "cv": {"five": rule}}))
out.mkdir(exist_ok=True)
snapshot.take(request, Path(file), out, Progress(io.StringIO()))
""",
}

AROUND = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, {source!r})
file, started = {file!r}, time.monotonic()
{step}
print(time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="table.") as folder:
        file = Path(folder) / "table.csv"
        run(MAKE.format(rows=options.rows, file=str(file)))
        columns = {f"n{i}": "numeric" for i in range(14)} | {f"k{i}": "numeric" for i in range(3)}
        dataset = {"name": "table", "file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        dataset |= {"target": "y", "columns": columns | {"c0": "categorical", "c1": "categorical"}}
        Path(f"{file}.json").write_text(json.dumps(dataset))
        measured: dict[str, list[tuple[float, float]]] = {name: [] for name in STEPS}
        for _ in range(options.runs):
            for name, step in STEPS.items():
                text = AROUND.format(source=str(ROOT / "src"), file=str(file), step=step)
                seconds, memory = map(float, run(text).split())
                measured[name].append((seconds, memory))
    floor = [statistics.median(values) for values in zip(*measured["floor"], strict=True)]
    for name, values in measured.items():
        seconds, memory = (statistics.median(value) for value in zip(*values, strict=True))
        ratios = f"{seconds / floor[0]:.2f} x, {memory / floor[1]:.2f} x"
        print(f"{name}: {seconds:.2f} s, {memory:.0f} MB: {ratios}")


def run(text: str) -> str:
    """What a program prints."""
    return subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
