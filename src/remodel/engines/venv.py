"""venv: the engine of last resort. The same wheels, recipe and variables on the host's own Python, no isolation."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from remodel import process
from remodel.checkout import cache_folder
from remodel.engines.engine import Engine, Image, Job
from remodel.engines.view import make_view, rewritten
from remodel.environments.environment import Environment
from remodel.environments.interpreters import find_interpreter
from remodel.environments.trees import lay_tree, locked, tree_of
from remodel.errors import EngineError
from remodel.files import write_bytes
from remodel.limits import LARGEST_FILE, memory_share, too_long
from remodel.lines import LONGEST

LOUD = "engine venv: no isolation (same wheels, same recipe; the host's files and network are open to the build)"
READY = "ready"

RESERVED = 200 << 20
"""Libraries reserve memory that they never touch, which only this limit counts: 53 to 196 MiB (measured with the
environments sklearn-0.24 to 1.9 and up to four threads)."""

LIMIT = 'files=$1; shift; ulimit -c 0 && ulimit -f "$files" && ulimit -d "$0" && unset PWD && exec "$@"'
LIMITED = ("/bin/sh", "-c", LIMIT)
"""Runs the words after two numbers with those limits: KiB that are allocated, and blocks of 512 bytes of a file that is
written. What goes beyond fails, in this process alone."""


class Venv(Engine):
    """Runs jobs in virtual environments of the host's interpreters."""

    name = "venv"
    isolated = False

    def check(self) -> None:
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise EngineError("engine venv needs linux/amd64", "Install podman or docker: they emulate it")

    def image_of(self, environment: Environment) -> Image | None:
        folder = venv_of(environment)
        if not (folder / READY).is_file() or not (folder / "bin" / "python").exists():
            return None
        return Image(f"venv:{folder.name}", environment.wheels_sha256, int((folder / READY).read_text()), "")

    def prepare(self, environment: Environment, report: Callable[[str], None]) -> Image:
        image = self.image_of(environment)
        if image is None:
            tree = lay_tree(environment, report)
            folder = venv_of(environment)
            with locked(f"venv-{folder.name}"):
                self._make(environment, folder, tree, report)
            image = self.image_of(environment)
        assert image is not None
        return image

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        print(f"remodel: {LOUD}", file=sys.stderr, flush=True)
        python = venv_of(job.environment) / "bin" / "python"
        with tempfile.TemporaryDirectory(prefix="remodel-venv-") as scratch:
            view = Path(scratch)
            make_view(view, job.mounts)
            (view / "tmp").mkdir(exist_ok=True)
            starter, argv = (
                [rewritten(word, view, job.mounts) for word in words] for words in (job.conditions.starter, job.argv)
            )
            try:
                finished = process.run(
                    [*_limit(job), *starter, python, *argv],
                    cwd=view,
                    env=_variables(job, view),
                    on_line=on_line,
                    stdin=job.stdin,
                    longest=LONGEST,
                    seconds=job.seconds,
                )
            except process.TimeOver as error:
                raise too_long(job.name, job.seconds) from error
        return _exit_code(finished, job)

    def _make(self, environment: Environment, folder: Path, tree: Path, report: Callable[[str], None]) -> None:
        if self.image_of(environment) is not None:
            return
        python = find_interpreter(environment.python)
        if python is None:
            raise EngineError(
                f"{environment.name} needs Python {environment.python}, which is not on this host",
                f"Install it (uv python install {environment.python}), or install podman or docker",
            )
        report(f"making a virtual environment of {python}")
        shutil.rmtree(folder, ignore_errors=True)
        _must([python, "-m", "venv", "--without-pip", str(folder)], environment)
        _packages(folder, environment).joinpath("remodel.pth").write_text(f"{tree}\n")
        compiled = ["-m", "compileall", "-q", "-j", "2", "--invalidation-mode", "unchecked-hash", "-x", "/tests?/"]
        _must([str(folder / "bin" / "python"), *compiled, str(tree)], environment)
        size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
        # Last: a folder without it is unfinished, and made again.
        write_bytes(folder / READY, str(size).encode())


def venv_of(environment: Environment) -> Path:
    """Where an environment's virtual environment is, or would be."""
    return cache_folder() / "venvs" / tree_of(environment).name


def _packages(folder: Path, environment: Environment) -> Path:
    return folder / "lib" / f"python{environment.python}" / "site-packages"


AGAIN = "Mend what it says and run the same command again: what was made stays"


def _must(argv: list[str], environment: Environment) -> None:
    finished = process.run(argv)
    if not finished.ok:
        raise EngineError(f"{environment.name}: {' '.join(argv[:3])} failed: {finished.last_line()}", AGAIN)


def _limit(job: Job) -> tuple[str, ...]:
    return (*LIMITED, str(((job.memory or memory_share()) + RESERVED) >> 10), str(LARGEST_FILE >> 9))


def _variables(job: Job, view: Path) -> dict[str, str]:
    """The variables of a container, its paths put where they are on this host."""
    variables = job.variables
    variables["PYTHONPATH"] = f"{tree_of(job.environment)}{os.pathsep}{view / 'src'}"
    variables["HOME"] = variables["TMPDIR"] = str(view / "tmp")
    return variables


def _exit_code(finished: process.Finished, job: Job) -> int:
    if finished.code in (-9, -15):
        raise EngineError(
            f"{job.name} was killed by signal {-finished.code}: out of memory, or by hand",
            "Free some memory if it was short. Run the same command again: what was finished is kept",
        )
    return 128 - finished.code if finished.code < 0 else finished.code
