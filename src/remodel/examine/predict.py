"""The command `remodel predict`: a finished model answers the rows of a file, in the container that it was built in."""

from __future__ import annotations

import sys
from pathlib import Path

from remodel.builds import BUILDER
from remodel.engines import choose_engine
from remodel.engines.engine import Mount
from remodel.environments import find_environment
from remodel.errors import StorageError, UsageError
from remodel.files import write_json
from remodel.jobs import Task, run_task, scratch_folder, source_mounts
from remodel.results import read_manifest
from remodel.trust import trust_document
from remodel.workspace import Workspace

FORMATS = (".csv", ".json")


def predict(
    workspace: Workspace, folder: Path, rows: Path, runtime: str | None = None, engine_name: str | None = None
) -> str:
    """The answers, as text in the format of the file `rows`.

    Without a `runtime` the ONNX file answers where there is one, else the skops file. Raises DataError for rows that
    the model must not answer, StorageError and BuildError where its files are damaged or not to be trusted.
    """
    _check_paths(folder, rows)
    environment = find_environment(workspace, read_manifest(folder / "manifest.json").environment)
    engine = choose_engine(engine_name)
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    chosen = runtime or ("onnx" if (folder / "model.onnx").exists() else "skops")
    with scratch_folder(workspace) as scratch:
        write_json(scratch / "in" / "trust.json", trust_document(workspace))
        request = f"/rows{rows.suffix}"
        options = {"model": "/model", "rows": request, "trust": "/in/trust.json", "out": "/out", "runtime": chosen}
        task = Task(
            name="predict",
            environment=environment,
            argv=("-m", "builder", "predict", *(word for name in options for word in (f"--{name}", options[name]))),
            inputs=(
                Mount(folder.resolve(), "/model"),
                Mount(rows.resolve(), request),
                Mount(scratch / "in", "/in"),
                *source_mounts(workspace, (*BUILDER, "serving")),
            ),
        )
        out = run_task(workspace, engine, task, scratch)
        return (out / f"answers{rows.suffix}").read_text(encoding="utf-8")


def _check_paths(folder: Path, rows: Path) -> None:
    if rows.suffix not in FORMATS:
        raise UsageError(f"{rows} is neither a .csv nor a .json file", "Give it the ending that fits its format")
    if not rows.is_file():
        raise StorageError(f"there is no file {rows}", "Give the path of a CSV or JSON file with rows")
    if not folder.is_dir():
        raise StorageError(f"there is no folder {folder}", "Give a folder under release/ or models/<model>/")
