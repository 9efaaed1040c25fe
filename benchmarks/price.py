"""What a hundred models cost here, against another checkout of remodel: the same models, in turn, in one run.

    python benchmarks/price.py OTHER_CHECKOUT [--models 100] [--pairs 2]

The other checkout has its own .venv and benchmarks/fleet.py. Each pair builds everything with both, nothing of
it from a cache; who is first alternates. The ratio is this checkout's wall time by the other's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, {benchmarks!r})
from fleet import draw, make
make(Path({folder!r}), draw({models}, 20), ["sklearn-1.9"])
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=2)
    options = parser.parse_args()
    roots = {"this": ROOT, "other": options.other.resolve()}
    ratios = []
    with tempfile.TemporaryDirectory(prefix="price.") as name:
        folders = {who: prepare(root, Path(name) / who, options.models) for who, root in roots.items()}
        for number in range(options.pairs):
            order = list(roots) if number % 2 else list(reversed(roots))
            seconds = {who: build(roots[who], folders[who]) for who in order}
            ratios.append(seconds["this"] / seconds["other"])
            print(f"this {seconds['this']:.1f} s, other {seconds['other']:.1f} s: {ratios[-1]:.3f} x", flush=True)
    print(f"{options.models} models: {statistics.median(ratios):.3f} x (median of {options.pairs})")


def prepare(root: Path, folder: Path, models: int) -> Path:
    """The fleet's checkout with the sources of `root`, its snapshots and recipes made."""
    run(root, root, "-c", MAKE.format(benchmarks=str(root / "benchmarks"), folder=str(folder), models=models))
    run(root, folder, "-m", "remodel", "rebuild", "recipes")
    return folder


def build(root: Path, folder: Path) -> float:
    """Seconds of wall time for all models, of which nothing is left from before."""
    for name in ("models", "metrics", ".dvc/cache", ".dvc/tmp"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "dvc.lock").unlink(missing_ok=True)
    started = time.monotonic()
    run(root, folder, "-m", "remodel", "rebuild", "train")
    return time.monotonic() - started


def run(root: Path, folder: Path, *words: str) -> None:
    """Run that checkout's own Python, on the sources in `folder`."""
    path = f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ours = {"PATH": path, "PYTHONPATH": str(folder / "src")}
    subprocess.run(
        [str(root / ".venv" / "bin" / "python"), *words],
        cwd=folder,
        env={**os.environ, **ours},
        check=True,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    main()
