"""The one way to build: a recipe and a snapshot go into a locked container, a folder of artifacts comes out.

`dvc repro`, `remodel rebuild` and `python -m train` all end here, with the same recipe, and get the same bytes;
`warm.py` puts the same inputs into a container that is already there, and takes its results in the same way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import contract
from remodel.engines.engine import Engine, Mount
from remodel.environments import Environment
from remodel.errors import BuildError
from remodel.files import read_json, replace_folder, sha256_trees, write_json
from remodel.jobs import Task, Watch, ignore, run_task, scratch_folder, source_mounts
from remodel.trust import trust_document
from remodel.workspace import Workspace

BUILDER = ("builder", "contract")
"""The packages of src/ that a training container sees."""


def build_model(
    workspace: Workspace,
    engine: Engine,
    environment: Environment,
    recipe: dict[str, Any],
    snapshot: Path,
    destination: Path,
    watch: Watch = ignore,
) -> None:
    """Build one model from its recipe into the folder `destination`, which is replaced as a whole.

    The volatile facts of the build go to `.remodel/builds/<model>@<environment>.json`.
    Raises BuildError, DataError or UsageError, as the builder describes it.
    """
    with scratch_folder(workspace) as scratch:
        task = build_task(workspace, environment, recipe, snapshot, scratch / "in")
        out = run_task(workspace, engine, task, scratch, watch)
        keep(workspace, engine_facts(engine, environment), environment, task.name, out, destination)


def build_task(
    workspace: Workspace, environment: Environment, recipe: dict[str, Any], snapshot: Path, inputs: Path
) -> Task:
    """The job that builds one model; what it reads beside the snapshot is written to the folder `inputs`."""
    write_inputs(inputs, recipe, describe(workspace, environment), trust_document(workspace))
    options = {name: f"/in/{name}.json" for name in ("recipe", "environment", "trust")}
    options |= {"snapshot": "/snapshot", "out": "/out"}
    words = [word for name, path in options.items() for word in (f"--{name}", path)]
    return Task(
        name=f"{recipe['model']}@{environment.name}",
        environment=environment,
        argv=("-m", "builder", "train", *words),
        inputs=(Mount(inputs, "/in"), Mount(snapshot, "/snapshot"), *source_mounts(workspace, BUILDER)),
        threads=recipe["threads"],
    )


def write_inputs(inputs: Path, recipe: dict[str, Any], about: dict[str, Any], trust: dict[str, Any]) -> None:
    """What every build is told beside its snapshot: the recipe, the environment, the trusted types."""
    for name, document in (("recipe", recipe), ("environment", about), ("trust", trust)):
        write_json(inputs / f"{name}.json", document)


def make_snapshot(
    workspace: Workspace,
    engine: Engine,
    environment: Environment,
    request: dict[str, Any],
    file: Path | None,
    destination: Path,
    watch: Watch = ignore,
) -> None:
    """Make the snapshot of one dataset into the folder `destination`, which is replaced as a whole.

    `file` is the user's own file where the request names one. Raises DataError where the data is not what its YAML
    file says.
    """
    with scratch_folder(workspace) as scratch:
        write_json(scratch / "in" / "request.json", request)
        task = Task(
            name=f"snapshot@{request['dataset']['name']}",
            environment=environment,
            argv=("-m", "builder", "snapshot", "--request", "/in/request.json", "--files", "/files", "--out", "/out"),
            inputs=(
                Mount(scratch / "in", "/in"),
                *([Mount(file, f"/files/{file.name}")] if file else []),
                *source_mounts(workspace, BUILDER),
            ),
        )
        out = run_task(workspace, engine, task, scratch, watch)
        (out / "record.json").unlink(missing_ok=True)
        replace_folder(out, destination)


def describe(workspace: Workspace, environment: Environment) -> dict[str, Any]:
    """What a manifest says of where the build ran: nothing that differs between machines."""
    return {
        "schema_version": 1,
        "name": environment.name,
        "python": environment.python,
        "lock_sha256": environment.lock_sha256,
        "base": environment.base.name,
        "source_sha256": source_sha256(workspace),
    }


def source_sha256(workspace: Workspace) -> str:
    """The identity of the source that builds models: src/builder and src/contract."""
    return sha256_trees([workspace.source / package for package in BUILDER])


def keep(
    workspace: Workspace, engine: dict[str, Any], environment: Environment, name: str, out: Path, destination: Path
) -> None:
    """Take what a build left in `out`: check it, move its volatile facts aside, put it where it belongs."""
    record = read_json(out / "record.json") if (out / "record.json").is_file() else {}
    (out / "record.json").unlink(missing_ok=True)
    write_json(workspace.state / "builds" / f"{name}.json", {**record, "engine": engine})
    _check(out, name, environment)
    replace_folder(out, destination)


def engine_facts(engine: Engine, environment: Environment) -> dict[str, Any]:
    """What a build record says of the engine and the image."""
    image = engine.image_of(environment)
    return {
        "name": engine.name,
        "isolated": engine.isolated,
        "image": image.digest if image else None,
        "base": image.base_digest if image else None,
    }


def _check(out: Path, name: str, environment: Environment) -> None:
    """What leaves the container has to keep the contract and come from the lock, or it is not taken for a result."""
    for kind in ("scores", "result", "manifest", "signature"):
        try:
            contract.check(kind, read_json(out / f"{kind}.json"), f"{name}: {kind}.json")
        except contract.ContractError as error:
            raise BuildError(str(error)) from error
    installed = read_json(out / "manifest.json")["versions"]
    wrong = sorted(pin for pin, version in environment.versions.items() if installed.get(pin) != version)
    if wrong:
        found, locked = installed.get(wrong[0], "nothing"), environment.versions[wrong[0]]
        raise BuildError(
            f"{name} was built with {wrong[0]} {found}, but the lock has {locked}",
            "The image is not what the lock says: remove it, and run the same command again",
        )
