"""The one way to call a program inside a container: its argument list and its mounts are made from the same names.

Every program there takes `COMMAND --NAME PATH ... --out PATH` (`container.program`). What a caller gives is mounted
where the option of its name says, so that no option can be forgotten beside its mount, nor a mount beside its option.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.checkout import Checkout
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import Environment
from remodel.files import write_json

DOCUMENTS = "/in"
"""Where a container sees the documents that were written for it."""

OUT = "/out"
"""The output folder of every job."""


@dataclass(frozen=True)
class Program:
    """What runs in a container as `python -m NAME`, and the packages of src/ that it needs there."""

    name: str
    packages: tuple[str, ...]


BUILDER = Program("builder", ("builder", "container", "contract", "serving"))
SNAPSHOTS = Program("snapshots", ("snapshots", "container", "contract", "serving"))
PROFILES = Program("profiles", ("profiles", *SNAPSHOTS.packages))
PICKLES = Program("pickles", ("pickles", "builder", "container", "contract"))
BENCH = Program("bench", ("bench", *BUILDER.packages))
CONTROL = Program("remodel.pipeline.in_container", ("remodel", "contract", "serving"))


@dataclass(frozen=True)
class Call:
    """One command of a program, with what it reads: documents (written as JSON), and paths of the host."""

    program: Program
    command: str
    documents: Mapping[str, Any]
    paths: Mapping[str, Path]
    options: Mapping[str, str]

    def arguments(self) -> tuple[str, ...]:
        """What follows `python`, without `--out`."""
        named = {name: f"{DOCUMENTS}/{name}.json" for name in self.documents}
        named |= {name: _target(name, path) for name, path in self.paths.items()} | dict(self.options)
        return ("-m", self.program.name, self.command, *(word for name in named for word in (f"--{name}", named[name])))

    def mounts(self, documents: Path) -> tuple[Mount, ...]:
        """The mounts of the same names, the documents' folder first."""
        own = (Mount(documents, DOCUMENTS),) if self.documents else ()
        return (*own, *(Mount(path, _target(name, path)) for name, path in self.paths.items()))


def call(
    program: Program,
    command: str,
    documents: Mapping[str, Any] | None = None,
    paths: Mapping[str, Path] | None = None,
    options: Mapping[str, str] | None = None,
) -> Call:
    """A call of `program`; what it does not need is left out."""
    return Call(program, command, documents or {}, paths or {}, options or {})


def make_job(
    checkout: Checkout,
    environment: Environment,
    called: Call,
    scratch: Path,
    name: str,
    *,
    threads: int = 1,
    memory: int | None = None,
) -> Job:
    """The job of a call in an environment. Its documents are written below `scratch`, which has to outlive the job."""
    folder = scratch / "in"
    for word, document in called.documents.items():
        write_json(folder / f"{word}.json", document)
    return Job(
        environment=environment,
        argv=(*called.arguments(), "--out", OUT),
        mounts=(*called.mounts(folder), *source_mounts(checkout, called.program.packages)),
        threads=threads,
        name=name,
        memory=memory,
    )


def source_mounts(checkout: Checkout, packages: Sequence[str]) -> tuple[Mount, ...]:
    """Packages of src/, read-only under /src."""
    return tuple(Mount(checkout.source / name, f"/src/{name}") for name in packages)


def _target(name: str, path: Path) -> str:
    """Where a container sees a file or folder of the host: under the option's name, a file by its own name there."""
    return f"/{name}/{path.name}" if path.is_file() else f"/{name}"
