"""Lends one environment's distributions to another: their files, mounted where Python looks first."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from remodel.engines.engine import Job, Mount
from remodel.errors import LockError

TARGET = "/lent"
"""Where a container sees what is lent."""

START = """\
import runpy, sys
sys.path.insert(0, sys.argv[1])
del sys.argv[:2]
runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)
"""
"""Runs a module as `python -m` does, with what is lent before the environment's own wheels."""


def with_lent(job: Job, lent: Sequence[Mount]) -> Job:
    """The same job, `python -m MODULE ...`, with lent distributions where Python looks first."""
    _, *module = job.argv
    return replace(job, argv=("-c", START, TARGET, *module), mounts=(*job.mounts, *lent))


def lent_mounts(lender: Path, borrower: Path, names: Iterable[str]) -> tuple[Mount, ...]:
    """Mounts of the distributions `names` of the laid wheels `lender`, and of every one that `borrower` lacks.

    The latter because a newer version may need a distribution that the older environment has not.
    """
    own = distributions(borrower)
    wanted = {*names, *(distributions(lender).keys() - own.keys())}
    places = sorted({place for name in wanted for place in top_level(lender, name)})
    # A manifest lists what stands beside scikit-learn, wherever that is: the borrower's own have to be seen there too.
    beside = sorted(folder.name for name, folder in own.items() if name not in wanted)
    mounts = [(lender / place, place) for place in places] + [(borrower / place, place) for place in beside]
    return tuple(Mount(source, f"{TARGET}/{place}") for source, place in mounts)


def distributions(tree: Path) -> dict[str, Path]:
    """The folder of metadata of every distribution in laid wheels, by normalized name."""
    folders = tree.glob("*.dist-info")
    return {re.sub(r"[-_.]+", "-", folder.name.split("-", 1)[0]).lower(): folder for folder in folders}


def top_level(tree: Path, name: str) -> set[str]:
    """The files and folders right below `tree` that a distribution installed."""
    metadata = distributions(tree).get(name)
    if metadata is None or not (metadata / "RECORD").is_file():
        raise LockError(f"{tree.name} does not hold {name}", f"Lay it anew: rm -r {tree}, and the same command")
    with (metadata / "RECORD").open(encoding="utf-8", newline="") as stream:
        places = {row[0].split("/")[0] for row in csv.reader(stream) if row}
    return {place for place in places if place not in ("..", "bin") and (tree / place).exists()}
