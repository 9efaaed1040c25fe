"""`remodel environment add 1.10.0`: a folder under docker/ and a choice in conf/, after the nearest environment."""

from __future__ import annotations

import difflib
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from remodel import process
from remodel.checkout import Checkout
from remodel.environments.environment import Environment, all_environments, find_environment
from remodel.environments.index import read_index
from remodel.environments.interpreters import find_uv
from remodel.environments.lockfile import WHEEL_PLATFORM
from remodel.environments.locking import lock_folder
from remodel.errors import LockError, UsageError
from remodel.files import replace_folder, write_bytes
from remodel.versions import Key, minor, version_key

LIBRARY = "scikit-learn"

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""The name of a folder under docker/, of a choice in conf/environment and in stages."""

SHOWN = 8
"""How many versions of the index an error lists."""


def add_environment(checkout: Checkout, version: str, report: Callable[[str], None], wanted: str = "") -> Environment:
    """Write and lock the environment of one version of scikit-learn, whole or not at all.

    It is called `wanted`; else sklearn-1.4, or, where another version has that name, sklearn-1.4.1.post1.
    Raises UsageError for a version that is unknown or there already, and for a name that is taken or none; LockError
    where it has no wheel or no solution.
    """
    existing = all_environments(checkout)
    name = check_name(wanted) if wanted else free_name(version, existing)
    _check_new(checkout, name, version, existing)
    check_known(version, index_versions())
    like = nearest(version, existing)
    check_wheel(version, like.python)
    report(f"{name}: the versions of {like.name}, with scikit-learn {version}")
    # Aside, because a solver takes minutes: a folder without its lock would stop every command that reads them all.
    with tempfile.TemporaryDirectory(prefix="remodel-environment-") as scratch:
        folder = Path(scratch) / "docker" / name
        write_bytes(folder / "environment.yml", source_of(like, version, name).encode())
        lock_folder(checkout, folder, report)
        _place(checkout, folder)
    return find_environment(checkout, name)


def _check_new(checkout: Checkout, name: str, version: str, existing: Iterable[Environment]) -> None:
    if not (checkout.docker / name).exists():
        return
    locked = next(
        (environment.versions[LIBRARY] for environment in existing if environment.name == name), "nothing yet"
    )
    raise UsageError(
        f"the environment {name} exists already, with scikit-learn {locked}",
        f"See what it builds: remodel environment check {name}"
        if locked == version
        else f"Edit docker/{name}/environment.yml and run: remodel environment lock {name}",
    )


def _place(checkout: Checkout, folder: Path) -> None:
    """Write the choice, and then the folder, which is the environment: killed in between, the next run does both."""
    choice = checkout.conf / "environment" / f"{folder.name}.yaml"
    try:
        write_bytes(choice, f"# scikit-learn of docker/{folder.name}.\nname: {folder.name}\n".encode())
        replace_folder(folder, checkout.docker / folder.name)
    except BaseException:
        choice.unlink(missing_ok=True)
        raise


def check_name(name: str) -> str:
    """A name that a person gives; UsageError where it cannot be that of a folder and of a stage."""
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be the name of an environment", "Use letters, digits, dots, - and _")
    return name


def free_name(version: str, existing: Iterable[Environment]) -> str:
    """The short name, unless the environment of another version has it: then the long one."""
    short = name_of(version)
    taken = any(one.name == short and one.versions[LIBRARY] != version for one in existing)
    return f"sklearn-{version}" if taken else short


def name_of(version: str) -> str:
    """ "sklearn-1.10" of "1.10.0"; UsageError where it is no released version's number."""
    if not re.fullmatch(r"\d+\.\d+\.\d+(\.post\d+)?", version):
        raise UsageError(f"{version!r} is not a version of scikit-learn", "Write all its numbers, as in 1.5.2")
    return f"sklearn-{minor(version)}"


def nearest(version: str, existing: Iterable[Environment]) -> Environment:
    """The newest environment that is not newer than this version, or the oldest of all."""

    def age(environment: Environment) -> Key:
        return version_key(environment.versions[LIBRARY])

    ordered = sorted(existing, key=age)
    older = [environment for environment in ordered if age(environment) <= version_key(version)]
    return older[-1] if older else ordered[0]


def source_of(like: Environment, version: str, name: str) -> str:
    """The environment.yml of another environment with this version of scikit-learn, for an environment `name`."""
    text = (like.folder / "environment.yml").read_text(encoding="utf-8")
    shown = minor(version) if name == name_of(version) else version
    text = text.replace(f"remodel environment lock {like.name}", f"remodel environment lock {name}")
    text = re.sub(r"\A# scikit-learn \S+\. ", f"# scikit-learn {shown}. ", text)
    return text.replace(f"{LIBRARY}=={like.versions[LIBRARY]}", f"{LIBRARY}=={version}")


def index_versions() -> list[str]:
    """The released versions of scikit-learn that the index has, newest first. LockError without an answer."""
    asked = process.run([sys.executable, "-m", "pip", "index", "versions", LIBRARY, "--disable-pip-version-check"])
    listed = re.search(r"^Available versions: (.+)$", asked.output, re.MULTILINE)
    if not asked.ok or listed is None:
        raise LockError("the package index does not say which versions of scikit-learn there are", "pip config list")
    return [version.strip() for version in listed[1].split(",")]


def check_known(version: str, known: list[str]) -> None:
    """UsageError unless the index has the version, with the nearest ones."""
    if version not in known:
        near = difflib.get_close_matches(version, known, n=3) or known[:SHOWN]
        raise UsageError(
            f"the package index has no scikit-learn {version}: the newest is {known[0]}, near it are {', '.join(near)}",
            f"Add one of these: remodel environment add {near[0]}",
        )


def check_wheel(version: str, python: str) -> None:
    """LockError unless the version has a wheel for this CPython on the platform of the images."""
    uv = find_uv()
    if uv is None:
        raise LockError("uv is not installed", "Make the project's environment: make .venv")
    index = read_index()
    with tempfile.TemporaryDirectory(prefix="remodel-wheel-") as scratch:
        arguments = [uv, "pip", "install", "--dry-run", "--no-deps", "--only-binary", LIBRARY, "--target", scratch]
        arguments += ["--python-version", python, "--python-platform", WHEEL_PLATFORM, "--python", sys.executable]
        asked = process.run(
            [*arguments, *index.options(), f"{LIBRARY}=={version}"], env={**os.environ, **index.environment()}
        )
    if not asked.ok:
        raise LockError(
            f"scikit-learn {version} has no wheel for CPython {python} on linux-64",
            "Add a version that was released for this CPython, or a base with another one to docker/base.yaml",
        )
