"""Asks the exact file of every recipe of the zoo about rows of its own, and compares in a way of its own.

    python benchmarks/fuzz.py [ENVIRONMENT ...] [--rows 2000] [--seed 0] [--only PART]

No code is shared with the gate that a file passes before it is published: neither its rows nor its comparison nor its
excuses. Numbers beyond what the model's signature takes are not asked, as a server refuses them. A row is "other" where
the file gives another label, or a number that is off by more than 1e-9 (relative above one; of regressors relative to
the median). It is "unstable" where scikit-learn itself gives another answer to the row alone, or to the row moved by
some ulps; all others are wrong, and end the program with 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from remodel.builds.call import BENCH, source_mounts
from remodel.builds.job import scratch_folder
from remodel.checkout import Checkout, find_checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import find_environment
from remodel.files import read_json, write_json
from remodel.zoo.builds import zoo_work

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Ask in each environment, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", nargs="*", default=["sklearn-1.9"])
    parser.add_argument("--rows", type=int, default=2000, help="rows a recipe")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="recipes whose names hold this")
    options = parser.parse_args()
    checkout, wrong = find_checkout(HERE), 0
    for name in options.environments:
        found = asked(checkout, name, options)
        wrong += show(name, found)
    sys.exit(1 if wrong else 0)


def asked(checkout: Checkout, name: str, options: argparse.Namespace) -> dict[str, Any]:
    """What became of every recipe in one environment."""
    engine, environment = choose_engine(), find_environment(checkout, name)
    engine.prepare(environment, print)
    work = zoo_work(checkout, engine)
    with scratch_folder(checkout) as scratch:
        out = scratch / "out"
        out.mkdir()
        chosen = {model: recipe.document for model, recipe in work.recipes.items() if options.only in model}
        write_json(scratch / "recipes.json", chosen)
        job = Job(
            environment=environment,
            argv=("/bench/fuzz_inside.py", "/recipes.json", "/snapshots", "/out", str(options.rows), str(options.seed)),
            mounts=(
                *source_mounts(checkout, BENCH.packages),
                Mount(HERE / "fuzz_inside.py", "/bench/fuzz_inside.py"),
                Mount(scratch / "recipes.json", "/recipes.json"),
                Mount(work.snapshots, "/snapshots"),
                Mount(out, "/out", writable=True),
            ),
            name=f"fuzz-{name}",
        )
        if (code := engine.run(job, lambda line: print(f"{name}: {line}", flush=True))) != 0:
            raise SystemExit(f"{name}: exit code {code}")
        document: dict[str, Any] = read_json(out / "found.json")
        return document


def show(name: str, found: dict[str, Any]) -> int:
    """Print the figures of one environment; the number of wrong rows."""
    files = [about for about in found.values() if "rows" in about]
    rows, other, unstable = (sum(about[key] for about in files) for key in ("rows", "other", "unstable"))
    for model, about in sorted(found.items()):
        if about.get("other"):
            print(f"  {model}: {about['other']} of {about['rows']} rows, {about['unstable']} of them unstable")
    print(f"{name}: {len(files)} of {len(found)} recipes have a file; {rows} rows, {other} other, {unstable} unstable")
    return int(other - unstable)


if __name__ == "__main__":
    main()
