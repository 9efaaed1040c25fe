"""`remodel environment add 1.10.0`: a folder under docker/ and a choice in conf/, after the nearest environment."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable

from remodel import process
from remodel.checkout import Checkout
from remodel.environments.environment import Environment, all_environments, find_environment, version_key
from remodel.environments.index import read_index
from remodel.environments.interpreters import find_uv
from remodel.environments.lockfile import WHEEL_PLATFORM
from remodel.environments.locking import lock
from remodel.errors import LockError, UsageError
from remodel.files import write_bytes

LIBRARY = "scikit-learn"
SHOWN = 8
"""How many versions of the index an error lists."""


def add_environment(checkout: Checkout, version: str, report: Callable[[str], None]) -> Environment:
    """Write and lock the environment of one version of scikit-learn; nothing is left where that fails.

    Raises UsageError for a version that is unknown or there already, LockError where it has no wheel or no solution.
    """
    name = name_of(version)
    existing = all_environments(checkout)
    if (checkout.docker / name).exists():
        locked = next((one.versions[LIBRARY] for one in existing if one.name == name), "nothing yet")
        raise UsageError(
            f"the environment {name} exists already, with scikit-learn {locked}",
            f"Edit docker/{name}/environment.yml and run: remodel lock {name}",
        )
    check_known(version, index_versions())
    like = nearest(version, existing)
    check_wheel(version, like.python)
    report(f"{name}: the versions of {like.name}, with scikit-learn {version}")
    files = [checkout.docker / name / "environment.yml", checkout.conf / "environment" / f"{name}.yaml"]
    try:
        write_bytes(files[0], source_of(like, version).encode())
        write_bytes(files[1], f"# scikit-learn of docker/{name}.\nname: {name}\n".encode())
        lock(checkout, name, report)
    except BaseException:
        shutil.rmtree(files[0].parent, ignore_errors=True)
        files[1].unlink(missing_ok=True)
        raise
    return find_environment(checkout, name)


def name_of(version: str) -> str:
    """ "sklearn-1.10" of "1.10.0"; UsageError where it is no released version's number."""
    if not re.fullmatch(r"\d+\.\d+\.\d+(\.post\d+)?", version):
        raise UsageError(f"{version!r} is not a version of scikit-learn", "Write all its numbers, as in 1.5.2")
    return "sklearn-" + ".".join(version.split(".")[:2])


def nearest(version: str, existing: Iterable[Environment]) -> Environment:
    """The newest environment that is not newer than this version, or the oldest of all."""
    ordered = sorted(existing, key=lambda one: version_key(one.versions[LIBRARY]))
    older = [one for one in ordered if version_key(one.versions[LIBRARY]) <= version_key(version)]
    return older[-1] if older else ordered[0]


def source_of(like: Environment, version: str) -> str:
    """The environment.yml of another environment with this version of scikit-learn."""
    text = (like.folder / "environment.yml").read_text(encoding="utf-8")
    text = text.replace(like.name, name_of(version)).replace(
        f"# scikit-learn {like.name.removeprefix('sklearn-')}.", f"# scikit-learn {'.'.join(version.split('.')[:2])}."
    )
    return text.replace(f"{LIBRARY}=={like.versions[LIBRARY]}", f"{LIBRARY}=={version}")


def index_versions() -> list[str]:
    """The released versions of scikit-learn that the index has, newest first. LockError without an answer."""
    asked = process.run([sys.executable, "-m", "pip", "index", "versions", LIBRARY, "--disable-pip-version-check"])
    found = re.search(r"^Available versions: (.+)$", asked.output, re.MULTILINE)
    if not asked.ok or found is None:
        raise LockError("the package index does not say which versions of scikit-learn there are", "pip config list")
    return [word.strip() for word in found[1].split(",")]


def check_known(version: str, known: list[str]) -> None:
    """UsageError unless the index has the version, with the nearest ones."""
    if version not in known:
        near = difflib.get_close_matches(version, known, n=3) or known[:SHOWN]
        raise UsageError(
            f"the package index has no scikit-learn {version}: the newest is {known[0]}, near it are {', '.join(near)}"
        )


def check_wheel(version: str, python: str) -> None:
    """LockError unless the version has a wheel for this CPython on the platform of the images."""
    uv = find_uv()
    if uv is None:
        raise LockError("uv is not installed", "Make the project's environment: make .venv")
    index = read_index()
    with tempfile.TemporaryDirectory(prefix="remodel-wheel-") as scratch:
        words = [uv, "pip", "install", "--dry-run", "--no-deps", "--only-binary", LIBRARY, "--target", scratch]
        words += ["--python-version", python, "--python-platform", WHEEL_PLATFORM, "--python", sys.executable]
        asked = process.run(
            [*words, *index.options(), f"{LIBRARY}=={version}"], env={**os.environ, **index.environment()}
        )
    if not asked.ok:
        raise LockError(
            f"scikit-learn {version} has no wheel for CPython {python} on linux-64",
            "Add a version that was released for this CPython, or a base with another one to docker/base.yaml",
        )
