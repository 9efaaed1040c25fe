"""Lay the locked wheels of an environment as one folder, checked by hash, for the Python of the lock."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from remodel import process
from remodel.checkout import cache_folder
from remodel.environments.environment import Environment
from remodel.environments.index import read_index
from remodel.environments.interpreters import find_uv
from remodel.environments.lockfile import WHEEL_PLATFORM, relock_command
from remodel.errors import LockError
from remodel.files import storage_errors

MISMATCH = re.compile(
    r"Hash mismatch for `(?P<wheel>[^`]+)`\s+Expected:\s+sha256:(?P<expected>\w+).*?Computed:\s+sha256:(?P<actual>\w+)",
    re.DOTALL,
)


def tree_of(environment: Environment) -> Path:
    """Where an environment's laid wheels are, or would be."""
    return cache_folder() / "trees" / f"{environment.name}-{environment.wheels_sha256[:12]}"


def lay_tree(environment: Environment, report: Callable[[str], None]) -> Path:
    """The environment's laid wheels, fetched now where they are not there yet.

    Raises LockError where a wheel is not what the lock pins, or where the index does not have it.
    """
    tree = tree_of(environment)
    with locked(tree.name):
        if tree.is_dir():
            return tree
        report(f"fetching {len(environment.pins)} wheels")
        with tempfile.TemporaryDirectory(dir=tree.parent, prefix="laying.") as scratch:
            laid = Path(scratch) / "wheels"
            _install(environment, laid, Path(scratch))
            laid.chmod(0o755)
            laid.rename(tree)
    return tree


def locked(name: str) -> FileLock:
    """A lock that one process of this user holds at a time; the system lets go of it when its process ends."""
    folder = cache_folder()
    with storage_errors(folder, "write"):
        for kind in ("locks", "trees"):
            (folder / kind).mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "locks" / f"{name}.lock")


def _install(environment: Environment, target: Path, scratch: Path) -> None:
    listed = scratch / "requirements.txt"
    listed.write_text(environment.requirements)
    index = read_index()
    argv = [*install_arguments(environment, target, listed), *index.options()]
    done = process.run(argv, env={**os.environ, **index.environment()})
    if not done.ok:
        raise install_error(environment, done.output)


def install_arguments(environment: Environment, target: Path, listed: Path) -> list[str]:
    """uv's command: the wheels of another Python, by hash, with no solving."""
    uv = find_uv()
    if uv is None:
        raise LockError("uv is not installed", "Make the project's environment: make .venv")
    arguments = [uv, "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target", str(target)]
    arguments += ["--python-version", environment.python, "--python-platform", WHEEL_PLATFORM]
    # A pin that exists as source only (antlr4-python3-runtime) is built by the setuptools of this .venv.
    arguments += ["--python", sys.executable, "--no-build-isolation", "--requirements", str(listed)]
    return arguments


def install_error(environment: Environment, output: str) -> LockError:
    """uv's message, as an error that names the wheel."""
    if mismatch := MISMATCH.search(output):
        return LockError(
            f"{mismatch['wheel']}, fetched for {environment.lock}, has the wrong sha256: "
            f"expected {mismatch['expected']}, found {mismatch['actual']}",
            f"The index serves another file. Check pip config list, or lock again: {relock_command(environment.lock)}",
        )
    reason = " ".join(output.split())
    return LockError(f"{environment.name}: cannot fetch its wheels: {reason}", "Check the index: pip config list")
