"""What a rebuild costs beside its models, each figure against the floor measured in the same run.

    python benchmarks/speed.py fleet [--models 100] [--environments sklearn-1.9] [--pairs 1]
    python benchmarks/speed.py stages [--counts 50 400]

`fleet`: wall time of `remodel rebuild train` against the floor: the same recipes by the same builder in warm processes,
one a core, without DVC and containers. `stages`: the control plane's own processor time and memory for many stages
of retired models, for which nothing is built, and the time of a rebuild that has nothing to do.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from first_run import seconds
from fleet import DATASETS, draw, make, small_fleet

from remodel.builds.provenance import describe
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines.venv import Venv, venv_of
from remodel.environments.environment import find_environment
from remodel.environments.variables import fixed_environment
from remodel.files import read_json, write_json

CORES = len(os.sched_getaffinity(0))
SEED = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("fleet", "stages"))
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--environments", nargs="+", default=["sklearn-1.9"])
    parser.add_argument("--pairs", type=int, default=1)
    parser.add_argument("--counts", type=int, nargs="+", default=[50, 400])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speed.") as name:
        if options.what == "fleet":
            fleet(Path(name), options)
        else:
            stages(Path(name), options.counts)


def fleet(home: Path, options: argparse.Namespace) -> None:
    """Floor and rebuild in turn, and the ratio of each pair."""
    checkout = make(home / "checkout", draw(options.models, SEED), options.environments)
    rebuild(checkout, "recipes")
    ratios = []
    for number in range(options.pairs):
        before = sum(floor(checkout, home / f"floor-{number}-{name}", name) for name in options.environments)
        forget(checkout)
        product = rebuild(checkout, "train")[0]
        after = sum(floor(checkout, home / f"again-{number}-{name}", name) for name in options.environments)
        around = (before + after) / 2
        ratios.append(product / around)
        print(f"floor {before:.1f} and {after:.1f} s, rebuild {product:.1f} s: {ratios[-1]:.2f} x", flush=True)
    print(
        f"{options.models} models x {len(options.environments)}: {statistics.median(ratios):.2f} x floor, {CORES} cores"
    )


def floor(checkout: Path, folder: Path, name: str) -> float:
    """Seconds in which warm processes, one a core, build every recipe of a checkout in one environment."""
    checkout = Checkout(checkout)
    environment = find_environment(checkout, name)
    Venv().prepare(environment, print)
    (folder / "recipes").mkdir(parents=True)
    (folder / "out").mkdir()
    for dataset in DATASETS:
        if (checkout.data / dataset).is_dir():
            shutil.copytree(checkout.data / dataset, folder / "data" / dataset)
    write_json(folder / "environment.json", describe(checkout, environment))
    write_json(folder / "trust.json", trust_document(checkout))
    for path in checkout.recipes.glob("*.json"):
        recipe = read_json(path)
        write_json(folder / "recipes" / f"{path.stem}-{recipe['choices']['dataset']}.json", recipe)
    program = [venv_of(environment) / "bin" / "python", Path(__file__).parent / "warm_floor.py", folder, folder / "out"]
    variables = {**fixed_environment(1), "PYTHONPATH": str(checkout.source)}
    with (folder / "warnings").open("w") as warnings:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": warnings}
        cores = [subprocess.Popen(program, env=variables, text=True, **pipes) for _ in range(CORES)]
    for core in cores:
        assert core.stdout is not None and core.stdout.readline() == "warm\n"
    started = time.monotonic()
    for core in cores:
        core.communicate("go\n")
    spent = time.monotonic() - started
    assert all(core.returncode == 0 for core in cores)
    return spent


def stages(home: Path, counts: list[int]) -> None:
    """The control plane's processor seconds a stage, its memory, and a rebuild without anything to do."""
    costs = []
    for count in counts:
        checkout = make(home / f"stages-{count}", small_fleet(count), ["sklearn-1.9"], retired=True)
        rebuild(checkout, "recipes")
        wall, cpu, memory = rebuild(checkout, "train")
        costs.append(cpu / count)
        rebuild(checkout)
        nothing = statistics.median(rebuild(checkout)[0] for _ in range(3))
        slow = min(seconds(["dvc", "status"], checkout, None) for _ in range(2))
        print(
            f"{count} stages: {wall:.1f} s, of the control plane {1000 * cpu / count:.1f} ms of processor a stage and "
            f"{memory:.0f} MB; nothing to do: {nothing:.2f} s (dvc status: {slow:.2f} s)",
            flush=True,
        )
    print(f"cost a stage, {counts[-1]} : {counts[0]} stages: {costs[-1] / costs[0]:.2f}")


def rebuild(checkout: Path, *targets: str) -> tuple[float, float, float]:
    """A rebuild that must succeed: wall seconds, processor seconds of its own process, its peak memory in MB."""
    argv = [sys.executable, __file__, "--measured", *targets]
    started = time.monotonic()
    done = subprocess.run(argv, cwd=checkout, capture_output=True, text=True)
    wall = time.monotonic() - started
    if done.returncode != 0:
        sys.exit(f"remodel rebuild {' '.join(targets)} failed:\n{done.stdout[-3000:]}{done.stderr}")
    cpu, memory = done.stderr.splitlines()[-1].split()
    return wall, float(cpu), float(memory)


def measured() -> None:
    """`remodel rebuild`, and what it used itself, without the programs that it started."""
    from remodel.cli.main import main as remodel

    sys.argv = ["remodel", "rebuild", *sys.argv[2:]]
    code = remodel()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}", file=sys.stderr)
    sys.exit(code)


def forget(checkout: Path) -> None:
    """Forget every model: not in the cache, and not in dvc.lock."""
    shutil.rmtree(checkout / "models", ignore_errors=True)
    shutil.rmtree(checkout / ".dvc" / "cache" / "runs", ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        lock = checkout / "dvc.lock"
        text = lock.read_text()
        kept = text[: text.index("  train@")] if "  train@" in text else text
        (Path(name) / "dvc.lock").write_text(kept)
        shutil.copy(Path(name) / "dvc.lock", lock)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measured"]:
        measured()
    else:
        main()
