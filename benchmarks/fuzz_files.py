"""Changes valid files of every format in ways that keep their structure, and counts how each is read.

    python benchmarks/fuzz_files.py --count 10000                               what the host reads
    python benchmarks/fuzz_files.py --count 10000 --environment sklearn-1.9     what a locked environment reads

Ends with 1 where a file was neither read nor refused in one line. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import importlib.util
import json
import multiprocessing
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "src")]

BATCH = 500
"""Files that one worker process gets at a time."""

SHOWN = 5
"""So many findings of a format are printed; the others are counted."""


def main() -> int:
    """Fuzz; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("formats", nargs="*", help="these formats only")
    parser.add_argument("--count", type=int, default=1000, help="files of each format")
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--environment", help="in the container of this environment")
    options = parser.parse_args()
    if options.environment:
        return in_container(options.environment, [word for word in sys.argv[1:] if word != options.environment])
    return 1 if fuzz(options) else 0


def fuzz(options: argparse.Namespace) -> int:
    """Run what is asked for, print a line a format and each finding; how many findings there were."""
    found = 0
    for name in options.formats or list(formats()):
        started, shown = time.perf_counter(), 0
        batches = range(options.first, options.first + options.count, BATCH)
        work = [(name, options.seed, start, min(start + BATCH, batches.stop)) for start in batches]
        counts: collections.Counter = collections.Counter()
        with concurrent.futures.ProcessPoolExecutor(options.workers, multiprocessing.get_context("fork")) as pool:
            for part, findings in pool.map(_batch, work):
                counts += part
                for finding in findings[: max(0, SHOWN - shown)]:
                    print(f"{name} {finding.number}: {finding.ending}: {finding.why}", flush=True)
                shown += len(findings)
        found += shown
        seconds = round(time.perf_counter() - started)
        print(json.dumps({"format": name, "seconds": seconds, **counts}), flush=True)
    return found


def formats() -> dict:
    """The formats that this interpreter can read."""
    if importlib.util.find_spec("sklearn") is None:
        from fuzzing import host_formats

        return host_formats.formats()
    from container import cpu

    cpu.pin(threads=1)
    from fuzzing import environment_formats

    return environment_formats.formats()


def _batch(work: tuple[str, int, int, int]) -> tuple:
    from fuzzing import workers

    name, seed, start, stop = work
    return workers.run(name, formats()[name], seed, iter(range(start, stop)))


def in_container(environment: str, words: list[str]) -> int:
    """Run this file in a locked environment."""
    from remodel.builds.call import BENCH, SNAPSHOTS, source_mounts
    from remodel.checkout import find_checkout
    from remodel.engines import choose_engine
    from remodel.engines.engine import Job, Mount
    from remodel.environments.environment import find_environment

    checkout, engine = find_checkout(ROOT), choose_engine()
    there = find_environment(checkout, environment)
    engine.prepare(there, print)
    packages = sorted({*BENCH.packages, *SNAPSHOTS.packages})
    mounts = (*source_mounts(checkout, packages), Mount(ROOT / "benchmarks", "/benchmarks"))
    words = [word for word in words if not word.startswith("--environment")]
    job = Job(there, ("/benchmarks/fuzz_files.py", *words), mounts, name=f"fuzz-{environment}")
    return engine.run(job, lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main())
