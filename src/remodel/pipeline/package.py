"""Collects release/: every model's artifacts from the release environment, each checked against its manifest.

Each model's folder is a program: `src/serving` goes with it, which checks requests and runs the ONNX file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import contract
import serving
from remodel.builds.trust import check_released
from remodel.checkout import Checkout
from remodel.errors import StorageError
from remodel.files import sha256_file, storage_errors, write_bytes, write_json
from remodel.recipes.params import Params, read_params
from remodel.results.documents import MissingResult
from remodel.results.endings import Retired, read_status
from remodel.results.manifest import Artifact, read_manifest
from remodel.results.result import check_onnx, check_owner, read_report

RELEASED = ("manifest.json", "model.onnx", "model.skops", "scores.json", "signature.json")
"""The built files of a released model (model.onnx where there is one), sorted by name."""

PROGRAM = Path(serving.__file__).parent

RESTORE = "Get its bytes back with `dvc checkout`, or build it again with `dvc repro`"


def write(checkout: Checkout, out: Path) -> None:
    """Write release/ of what the release environment built, where it holds no type that conf/trust.yaml does not list.

    Raises BuildError where it does, and what `package` raises.
    """
    params = read_params(checkout)
    check_released(checkout, params)
    package(params, checkout.models, out)


def package(params: Params, models: Path, out: Path) -> dict[str, Any]:
    """Write `out`/<model>/ for every model of `params`, and `out`/index.json (kind "release"), which it returns.

    A model that failed or is retired there is left out, and named. Raises
    MissingResult, and StorageError where a file is not the one that its manifest names; nothing is written then.
    """
    environment = params.release_environment
    unbuilt = dict(_unbuilt(params, models))
    built = [model for model in sorted(params.models) if model not in unbuilt]
    checked = {model: _check(models / model / environment, model, environment) for model in built}
    for model, entry in checked.items():
        _collect(models / model / environment, out / model, entry["files"])
    index = {"schema_version": contract.version("release"), "environment": environment, "models": checked}
    if unbuilt:
        index["left_out"] = unbuilt
    write_json(out / "index.json", index)
    return index


def sha256sums(files: Mapping[str, Mapping[str, Any]]) -> str:
    """SHA256SUMS as `sha256sum -c` reads it."""
    return "".join(f"{files[name]['sha256']}  {name}\n" for name in sorted(files))


def _unbuilt(params: Params, models: Path) -> Iterator[tuple[str, str]]:
    """The models that are not there to be released, each with the reason."""
    for model in params.models:
        path = models / model / params.release_environment
        if (path / "result.json").is_file() and (ending := read_status(path)) is not None:
            word = "retired" if isinstance(ending, Retired) else "failed"
            yield model, f"{word}: {ending.reason if isinstance(ending, Retired) else ending.message}"


def _check(folder: Path, model: str, environment: str) -> dict[str, Any]:
    """The entry of one model in the index, after a look at every artifact's bytes."""
    if not folder.is_dir():
        raise MissingResult(model, environment)
    manifest = read_manifest(folder / "manifest.json")
    outcome = read_report(folder / "result.json")
    check_owner(folder / "manifest.json", (manifest.model, manifest.environment), (model, environment))
    check_onnx(folder, manifest, outcome)
    for name, artifact in manifest.artifacts.items():
        _check_artifact(folder / name, artifact)
    unlisted = [name for name in RELEASED[1:] if name not in manifest.artifacts and (folder / name).exists()]
    if unlisted:
        raise StorageError(f"{folder / unlisted[0]} is not in the manifest beside it", RESTORE)
    sources = {name: folder / name for name in RELEASED if (folder / name).exists()} | _program()
    files = {name: asdict(_artifact(path)) for name, path in sources.items()}
    return {"files": files, "no_onnx_reason": outcome.no_onnx_reason, "recipe_sha256": manifest.recipe_sha256}


def _check_artifact(path: Path, expected: Artifact) -> None:
    if not path.is_file():
        raise StorageError(f"{path} is missing, the manifest beside it lists it", RESTORE)
    artifact = _artifact(path)
    if artifact != expected:
        raise StorageError(
            f"{path} is not the file that was built: its sha256 is {artifact.sha256} ({artifact.size} bytes), "
            f"the manifest says {expected.sha256} ({expected.size} bytes)",
            RESTORE,
        )


def _artifact(path: Path) -> Artifact:
    return Artifact(sha256_file(path), path.stat().st_size)


def _program() -> dict[str, Path]:
    """What makes a model's folder a program, by name in that folder."""
    modules = [path for path in sorted(PROGRAM.rglob("*.py")) if path.name != "__main__.py"]
    names = {f"{PROGRAM.name}/{path.relative_to(PROGRAM).as_posix()}": path for path in modules}
    return {"__main__.py": PROGRAM / "__main__.py", **names}


def _collect(source: Path, target: Path, files: Mapping[str, Any]) -> None:
    program = _program()
    with storage_errors(target, "write"):
        for name in files:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(program.get(name, source / name), target / name)
    write_bytes(target / "SHA256SUMS", sha256sums(files).encode())
