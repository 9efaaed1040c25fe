"""Which stages there are, what params.yaml no longer lists, and DVC as a program: for stages that are not ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from remodel import process
from remodel.checkout import Checkout
from remodel.errors import BuildError, RemodelError, StorageError, error_class
from remodel.files import ADVICE as STORAGE
from remodel.files import storage_errors
from remodel.pipeline.stage import STAGES
from remodel.recipes.params import Params

EXITED = re.compile(r"failed to run: .*, exited with (?P<code>\d+)$")
FAILED = re.compile(r"failed to reproduce '(?P<name>[^']+)'")

SNAPSHOT = {"data.parquet", "schema.json", "folds"}
"""What the folder of a snapshot holds."""

ADVICE = re.compile(
    r"^(> |Running stage |\t?git add |\t?dvc config |To (track|enable) |Use `dvc push`|(Updat|Generat)ing lock file)"
)
"""What DVC says besides its stages: advice for someone who types its commands."""


def stage_names(params: Params) -> list[str]:
    """Every stage of dvc.yaml, in an order in which they can run."""
    values = {"dataset": params.datasets, "model": params.models, "environment": params.environments}
    return [
        stage.instance(*arguments)
        for stage in STAGES.values()
        for arguments in product(*(values[name] for name in stage.arguments))
    ]


def reproduce_one(checkout: Checkout, name: str, on_line: Callable[[str], None]) -> None:
    """Have DVC run one stage, whatever its command is, and record it; `on_line` gets what it prints.

    Raises the error of the stage with its own words, else BuildError with DVC's own last words.
    """
    printed: list[str] = []

    def take(line: str) -> None:
        if line.strip() and not ADVICE.match(line):
            printed.append(line.strip())
            on_line(line)

    argv = [sys.executable, "-m", "remodel.tether", "dvc", "repro", "--single-item", name]
    # At SIGINT DVC waits for its stage, which removes its container, and lets go of its own locks.
    finished = process.run(argv, cwd=checkout.root, env=environment(), on_line=take, stop=signal.SIGINT)
    if not finished.ok:
        raise _failure(printed)


def force(root: Path, python: Path, engine: str, stages: list[str]) -> None:
    """Run stages of the checkout `root` and all before them, whatever DVC has cached, with the program `python`.

    Raises the error of the stage that fails, else BuildError with DVC's own last words.
    """
    programs = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    variables = {**os.environ, "PATH": programs, "PYTHONPATH": str(root / "src"), "REMODEL_ENGINE": engine}
    argv = [str(python), "-m", "dvc", "repro", "--force", "--no-run-cache", *stages]
    finished = process.run(argv, cwd=root, env=variables, stop=signal.SIGINT)
    if not finished.ok:
        raise _failure(finished.output.splitlines())


def out_of_date(checkout: Checkout) -> dict[str, str]:
    """Why each stage that is not up to date is not, as `dvc status` has it; outputs that are only not cached are.

    Raises BuildError with DVC's own last words where it cannot tell.
    """
    argv = [sys.executable, "-m", "dvc", "status", "--json"]
    finished = process.run(argv, cwd=checkout.root, env=environment())
    lines = [line for line in finished.output.splitlines() if line.startswith("{")]
    if not finished.ok or not lines:
        raise _failure(finished.output.splitlines())
    stages = {name: list(_reasons(changes)) for name, changes in json.loads(lines[-1]).items()}
    return {name: "; ".join(reasons) for name, reasons in stages.items() if reasons}


def _reasons(changes: list[Any]) -> Iterator[str]:
    """Each change of one stage: "changed outs: release (modified)"."""
    for change in changes:
        if isinstance(change, str):
            yield change
            continue
        for kind, paths in change.items():
            changed = {path: state for path, state in paths.items() if state != "not in cache"}
            if changed:
                yield f"{kind}: {', '.join(f'{path} ({state})' for path, state in changed.items())}"


def environment() -> Mapping[str, str]:
    """This process' environment with this interpreter's programs first: stages call `python` and find ours."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": programs}


def stale_outputs(checkout: Checkout, params: Params) -> Iterator[Path]:
    """Results of models, environments and datasets that params.yaml no longer lists.

    DVC keeps the outputs of stages that are gone; `recipes` and `compare` depend on the folders above them.
    """
    wanted = {
        checkout.data: set(params.datasets),
        checkout.models: set(params.models),
        checkout.metrics: set(params.models),
    }
    for model in params.models:
        wanted[checkout.models / model] = set(params.environments)
        wanted[checkout.metrics / model] = {f"{environment}.json" for environment in params.environments}
    for folder, names in wanted.items():
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            is_ours = folder != checkout.data or _is_snapshot(path)
            if is_ours and path.name not in names and path.name[0] != ".":
                yield path


def _is_snapshot(path: Path) -> bool:
    """Whether a folder holds nothing but what a snapshot does: users keep their own files under data/, too."""
    return path.is_dir() and {inside.name for inside in path.iterdir()} <= SNAPSHOT


def remove_stale(checkout: Checkout, params: Params) -> list[str]:
    """Remove stale outputs (DVC's cache keeps their content) and say which they were."""
    removed = []
    for path in stale_outputs(checkout, params):
        with storage_errors(path, "remove"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        removed.append(str(path.relative_to(checkout.root)))
    return removed


def _failure(printed: list[str]) -> RemodelError:
    """The message and the exit code of the stage that failed; else DVC's own last message."""
    advice = "Mend it and run the same command again: what is built stays"
    own = [line.removeprefix("remodel: ") for line in printed if line.startswith("remodel: ")]
    codes = [int(match["code"]) for line in printed if (match := EXITED.search(line))]
    failed = any(FAILED.search(line) for line in printed)
    if own and failed:
        kind = error_class(codes[0] if codes else 0) or BuildError
        return kind(own[0], advice)
    errors = [position for position, line in enumerate(printed) if line.startswith("ERROR: ")]
    last = " ".join(printed[errors[-1] :] if errors else printed[-1:]).removeprefix("ERROR: ")
    kind = StorageError if any(os.strerror(number) in last for number in STORAGE) else BuildError
    return kind(last or "dvc repro failed", advice)
