"""Lock an environment: solve its environment.yml with conda-lock and write a lock that names no host."""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from remodel import process
from remodel.checkout import Checkout
from remodel.environments.index import read_index
from remodel.environments.lockfile import (
    BODY_MARK,
    LOCK_NAME,
    locked_name,
    read_lock,
    relock_command,
    sha256_text,
    split_header,
    wheels,
)
from remodel.errors import LockError, UnknownName
from remodel.files import write_bytes

CONTROL = "control"
ONE_THREAD = {"TOKIO_WORKER_THREADS": "1", "RAYON_NUM_THREADS": "1"}

ATTEMPTS = 6
"""The solver's program now and then dies by a signal (its own worker threads abort at exit): asked again then."""

SOURCES = ("environment.yml", "environment-host.yml", "environment-dev.yml")

OWN_WHEELS = {
    name: {"conda_name": name, "pypi_name": f"conda-{name}", "import_name": name, "mapping_source": "remodel"}
    for name in ("packaging", "pip", "setuptools", "wheel")
}
"""conda-lock leaves out wheels that the conda half has already. Engines install the wheels alone, so the pip half
must be complete: the Python packages of the conda half (pip and what it needs) are told to be something else."""

WHEELS = re.compile(r"^(\s*)- pip:[ \t]*$", re.MULTILINE)
"""The line of a source below which wheels are named."""

CONDA_URL = re.compile(r"^(  url: )\S+?/((?:linux-64|noarch)/\S+)$", re.MULTILINE)
WHEEL_URL = re.compile(r"^(  url: )\S+?/(packages/\S+?|[^/\s]+)(?:#\S*)?$", re.MULTILINE)
PROOF = re.compile(r"^.*?\b(Because )")
"""How the solver begins to say why there is no solution."""
LONGEST = 400
"""How many letters of a solver's words are shown."""
ADDRESS = re.compile(r"\b(?:https?|file|ssh|git)(?:\+\w+)?://[^\s$]+")


def lock(
    checkout: Checkout, name: str, report: Callable[[str], None] = lambda line: None, upgrade: bool = False
) -> Path:
    """Solve the environment `name` ("control": the top-level one) and write its conda-lock.yml.

    A lock of the same sources stays byte for byte as it is; of changed ones, what they do not pin follows the old lock
    where that has a solution. With `upgrade`, all that is not pinned is taken anew.
    Raises LockError with the solver's own words where there is no solution.
    """
    return lock_folder(checkout, environment_folder(checkout, name), report, upgrade)


def lock_folder(checkout: Checkout, folder: Path, report: Callable[[str], None], upgrade: bool = False) -> Path:
    """Solve the sources in a folder, which need not be in the checkout yet, and write conda-lock.yml beside them.

    Raises LockError like `lock`.
    """
    path, name = folder / LOCK_NAME, locked_name(folder / LOCK_NAME)
    sources = [source for source in SOURCES if (folder / source).is_file()]
    if not upgrade and is_current(path, sources):
        report(f"lock {name}: as it was, for its sources are (--upgrade takes what they do not pin anew)")
        return path
    report(f"lock {name}: solving {', '.join(sources)}")
    body = _body(checkout, folder, sources, {})
    if not upgrade and path.is_file():
        body = _following(checkout, folder, sources, body, report)
    write_bytes(path, with_header(body, folder, sources, path).encode())
    return path


def is_current(path: Path, sources: list[str]) -> bool:
    """Whether a lock is whole and was made from these sources as they are."""
    with suppress(LockError):
        header, _ = split_header(read_lock(path), path)
        return sorted(name for name, _ in header.sources) == sorted(sources)
    return False


def _body(checkout: Checkout, folder: Path, sources: list[str], pins: Mapping[str, str]) -> str:
    """What the solver makes of the sources and of more pins, without hosts."""
    with tempfile.TemporaryDirectory(prefix="remodel-lock-") as scratch:
        for source in sources:
            text = (folder / source).read_text(encoding="utf-8")
            (Path(scratch) / source).write_text(pinned(text, pins), encoding="utf-8")
        return without_hosts(_solve(checkout, Path(scratch), sources))


def _following(checkout: Checkout, folder: Path, sources: list[str], body: str, report: Callable[[str], None]) -> str:
    """The body with the old lock's version of every wheel that the sources do not pin; `body` where that has no
    solution."""
    old = {entry["name"]: entry["version"] for entry in wheels((folder / LOCK_NAME).read_text(encoding="utf-8"))}
    new = {entry["name"]: entry["version"] for entry in wheels(body)}
    asked = "".join((folder / source).read_text(encoding="utf-8") for source in sources)
    kept = {name: old[name] for name in new if name in old and old[name] != new[name] and not is_pinned(name, asked)}
    if not kept:
        return body
    report(f"keeping what the sources do not pin: {', '.join(sorted(kept))}")
    try:
        return with_categories(_body(checkout, folder, sources, kept), body)
    except LockError:
        report("the old versions do not fit the changed sources: what these do not pin is taken anew")
        return body


def with_categories(body: str, like: str) -> str:
    """The wheels of `body` in the categories that `like` has them in: a pin that is added to every source asks for its
    wheel in each of their categories, and in no other."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for block in _blocks(like)[1:]:
        wanted.setdefault(_what(block), []).append(_category(block))
    head, *blocks = _blocks(body)
    made, done = [head], set()
    for block in blocks:
        if (what := _what(block)) not in wanted:
            made.append(block)
        elif what not in done:
            done.add(what)
            made += [block.replace(_category(block), category) for category in wanted[what]]
    return "".join(made)


def _blocks(body: str) -> list[str]:
    return re.split(r"^(?=- name: )", body, flags=re.MULTILINE)


def _what(block: str) -> tuple[str, str]:
    """The name and the manager of an entry."""
    manager = re.search(r"^  manager: (\w+)$", block, re.MULTILINE)
    return block.partition("\n")[0], manager[1] if manager else ""


def _category(block: str) -> str:
    """The lines that say who asks for an entry."""
    lines = re.search(r"^  category: .*\n  optional: .*\n", block, re.MULTILINE)
    if lines is None:
        raise LockError(f"an entry of the lock has no category: {block[:60]!r}", "Report it: no lock was written")
    return lines[0]


def is_pinned(name: str, sources: str) -> bool:
    """Whether a line of the sources gives a wheel's exact version."""
    return re.search(rf"^\s*- {re.escape(name)}==", sources, re.MULTILINE | re.IGNORECASE) is not None


def pinned(text: str, pins: Mapping[str, str]) -> str:
    """A source with more wheels pinned: the lines of those that it names are replaced, the others follow `pip:`."""
    for name, version in sorted(pins.items()):
        line = re.compile(rf"^(\s*- ){re.escape(name)}([^\w\n-].*)?$", re.MULTILINE | re.IGNORECASE)
        text, found = line.subn(rf"\g<1>{name}=={version}", text)
        if not found:
            text = WHEELS.sub(rf"\g<0>\n\g<1>    - {name}=={version}", text, count=1)
    return text


def environment_folder(checkout: Checkout, name: str) -> Path:
    """The folder of one environment's sources; UnknownName with the choices."""
    folders = {path.parent.name: path.parent for path in checkout.docker.glob("*/environment.yml")}
    folders[CONTROL] = checkout.root
    if name not in folders:
        raise UnknownName("environment", name, folders, "docker/")
    return folders[name]


def without_hosts(solved: str) -> str:
    """The body of a solved lock with every address replaced by ${CONDA_CHANNEL} or ${PYPI_FILES}.

    conda's addresses end in <subdir>/<file>, an index's in packages/<path>/<file>, other wheels keep their file name.
    """
    body = solved[solved.index("version: 1\n") :]
    blocks = _blocks(body)
    _check_halves(blocks)
    text = "".join(_without_host(block) for block in blocks)
    if address := ADDRESS.search(text):
        raise LockError(f"the solved lock still names an address: {address[0]}", "Report it: no lock was written")
    return text


def with_header(body: str, folder: Path, sources: list[str], path: Path) -> str:
    """The whole text of a lock: what made it, from which sources, and the digest that shows an edit by hand."""
    lines = [f"# DO NOT EDIT. Made by: {relock_command(path)}"]
    lines += [f"# {name} sha256: {sha256_text((folder / name).read_text(encoding='utf-8'))}" for name in sources]
    return "\n".join([*lines, f"{BODY_MARK}{sha256_text(body)}", body])


def _check_halves(blocks: list[str]) -> None:
    """A Python package in the conda half that is not in OWN_WHEELS would be missing among the wheels."""
    for block in blocks:
        name = block.partition("\n")[0].removeprefix("- name: ")
        if "\n  manager: conda\n" in block and "\n    python: " in block and name not in OWN_WHEELS:
            raise LockError(f"{name} would be locked as a conda package only", "Name it under pip: in environment.yml")


def _without_host(block: str) -> str:
    if "\n  manager: conda\n" in block:
        return CONDA_URL.sub(r"\1${CONDA_CHANNEL}/\2", block)
    return WHEEL_URL.sub(r"\1${PYPI_FILES}/\2", block)


def _solve(checkout: Checkout, scratch: Path, sources: list[str]) -> str:
    (scratch / "lookup.json").write_text(json.dumps(OWN_WHEELS))
    argv = _conda_lock(checkout, scratch, sources)
    for _ in range(ATTEMPTS):
        finished = process.run(argv, cwd=scratch, env=_environment())
        if finished.ok:
            return (scratch / LOCK_NAME).read_text(encoding="utf-8")
        if not _died_by_signal(finished.output):
            break
    raise LockError(f"conda-lock found no solution: {_reason(finished)}", "Change the pins in environment.yml")


def _conda_lock(checkout: Checkout, scratch: Path, sources: list[str]) -> list[str]:
    program = Path(sys.executable).with_name("conda-lock")
    command = str(program) if program.is_file() else process.find_program("conda-lock")
    if command is None:
        raise LockError("conda-lock is not installed", "Make the project's environment: make .venv")
    argv = [command, "lock", "--platform", "linux-64", "--lockfile", LOCK_NAME]
    argv += ["--pypi_to_conda_lookup_file", f"file://{scratch}/lookup.json"]
    for source in sources:
        argv += ["--file", source]
    return argv + _solver(checkout)


def _solver(checkout: Checkout) -> list[str]:
    beside = checkout.root.parent / "shared" / "conda" / "conda"
    if beside.is_file():
        return ["--conda", str(beside)]
    for name in ("mamba", "micromamba", "conda"):
        if path := process.find_program(name):
            return ["--conda", path]
    raise LockError("no conda, mamba or micromamba is installed", "Install one of them to solve environments")


def _environment() -> dict[str, str]:
    """This process's own environment, with the index's base and this interpreter first on PATH.

    One worker thread for the solver: with two it died 9 of 12 times at the end, with one 1 of 12 times.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYPI_INDEX": read_index().base, **ONE_THREAD}


def _died_by_signal(output: str) -> bool:
    return "SIGABRT" in output or "SIGSEGV" in output or re.search(r"died with|exit status -\d", output) is not None


def _reason(finished: process.Finished) -> str:
    """The solver's own words, shortened, addresses left out: its proof where it gives one, else its telling line."""
    lines = [line.strip() for line in finished.output.splitlines() if line.strip()]
    proof = next((at for at, line in enumerate(lines) if PROOF.search(line)), None)
    if proof is not None:
        rest = lines[proof + 1 :]
        after = itertools.takewhile(lambda line: not line.startswith(("During handling", "Traceback")), rest)
        reason = " ".join([PROOF.sub(r"\1", lines[proof]), *after])
    else:
        telling = [line for line in lines if re.search(r"version solving failed|message|Error", line)]
        reason = (telling or lines or [f"exit code {finished.code}"])[-1]
    reason = ADDRESS.sub("<index>", reason).replace("-dummy-package-", "environment.yml").rstrip(".")
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}..."
