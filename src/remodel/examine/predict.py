"""`remodel model predict`: a finished model answers the rows of a file, in the container that it was built in."""

from __future__ import annotations

import sys
from pathlib import Path

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.environments.environment import find_environment
from remodel.errors import BuildError, StorageError, UsageError
from remodel.lines import visible
from remodel.results.endings import NotBuilt, read_status
from remodel.results.manifest import read_manifest
from remodel.takeover.expected import Files

FORMATS = (".csv", ".json")


def predict(
    checkout: Checkout, folder: Path, rows: Path, runtime: str | None = None, engine_name: str | None = None
) -> str:
    """The answers, as text in the format of the file `rows`.

    Without a `runtime` the ONNX file answers where there is one, else the skops file. Raises DataError for rows that
    the model must not answer, StorageError and BuildError where its files are damaged or not to be trusted, and
    NotBuilt where the folder says why it holds no model.
    """
    _check_paths(folder, rows)
    manifest = read_manifest(folder / "manifest.json")
    environment = find_environment(checkout, manifest.environment)
    engine = choose_engine(engine_name)
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    # By the manifest: a file that was built and is gone is damage, and not a reason to answer with another one.
    chosen = runtime or ("onnx" if "model.onnx" in manifest.artifacts else "skops")
    with scratch_folder(checkout) as scratch:
        paths = {"model": folder.resolve(), "rows": rows.resolve()}
        called = call(BENCH, "predict", {"trust": trust_document(checkout)}, paths, {"runtime": chosen})
        job, answers = make_job(checkout, environment, called, scratch, "predict"), f"answers{rows.suffix}"
        out = run_job(checkout, engine, job, scratch, Files({answers: None, "notes.txt": None}))
        for note in _text(out / "notes.txt").splitlines():
            print(f"{rows.name}: {visible(note)}", file=sys.stderr)
        return _text(out / answers)


def find_folder(checkout: Checkout, name: str) -> Path:
    """The folder that a command line names: itself, or MODEL@ENVIRONMENT of models/."""
    model, at, environment = name.partition("@")
    if at and not Path(name).exists():
        return checkout.models / model / environment
    return Path(name)


def _text(answers: Path) -> str:
    try:
        return answers.read_bytes().decode()
    except UnicodeDecodeError as error:
        message = f"predict left {answers.name}, which is no text in UTF-8: {error.reason}"
        raise BuildError(message, "Build the model again: its labels are not what its recipe says") from error


def _check_paths(folder: Path, rows: Path) -> None:
    if rows.suffix not in FORMATS:
        raise UsageError(f"{rows} is neither a .csv nor a .json file", "Give it the ending that fits its format")
    if not rows.is_file():
        raise StorageError(f"there is no file {rows}", "Give the path of a CSV or JSON file with rows")
    if not folder.is_dir():
        raise StorageError(f"there is no folder {folder}", "Give a folder under release/ or models/<model>/")
    if inner := sorted(path.parent.name for path in folder.glob("*/result.json")):
        raise UsageError(f"{folder} holds a model for each of {', '.join(inner)}", f"Say which: {folder / inner[-1]}")
    if (folder / "result.json").is_file() and (ending := read_status(folder)) is not None:
        raise NotBuilt(folder, ending)
