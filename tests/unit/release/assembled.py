"""A release of two models, assembled, signed and bundled by the program itself; only the container is played."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Image, Job
from remodel.environments.environment import Environment, find_environment
from remodel.files import sha256_file, write_json
from remodel.release.command import sign_all
from remodel.release.contents.assemble import Assembly
from remodel.release.contents.identity import Identity
from remodel.release.contents.signing import KeySigner
from remodel.release.oci.bundle import bundle
from remodel.release.oci.layout import Layout
from remodel.release.oci.publish import publish
from remodel.results.comparison import as_comparison

EXAMPLES = Path(__file__).parents[1] / "contract" / "examples"

ENVIRONMENT = "sklearn-1.9"

MODELS = ("iris_bayes", "iris_tree")

VERSION = "1.4.0"

COMMIT = "c0ffee" + "0" * 34

TRUSTED = "sklearn.tree._tree.Tree"

FILES = {
    "__main__.py": b"print('a program')\n",
    "model.onnx": b"what ONNX Runtime would read, of some length",
    "model.skops": b"what skops would read, of some length",
    "scores.json": b'{"scores": "of every fold"}\n',
    "serving/model.py": b"'''A module.'''\n",
    "signature.json": b'{"columns": "and their kinds"}\n',
}
"""Of each model: what nobody reads who checks a release."""


class Answering(Engine):
    """An engine in whose containers every model is equally sure of each class, whatever it is asked."""

    name = "answering"
    isolated = True

    def check(self) -> None:
        """It works everywhere."""

    def image_of(self, environment: Environment) -> Image:
        return Image("answering", "0" * 64, 1, "0" * 64)

    def prepare(self, environment: Environment, report: Callable[[str], None]) -> Image:
        return self.image_of(environment)

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        folders = {mount.target: mount.source for mount in job.mounts}
        answers = {path.name: _answers(path) for path in folders["/models"].iterdir()}
        write_json(folders["/out"] / "answers.json", answers)
        return 0


def _answers(folder: Path) -> dict[str, Any]:
    rows = json.loads((folder / "example.json").read_text())["request"]["data"]
    answer = {"labels": ["no"] * len(rows), "probabilities": [[0.5, 0.5]] * len(rows)}
    return {"onnx": answer, "skops": answer}


def built(checkout: Checkout, root: Path) -> Checkout:
    """A checkout as it is after the stage `package`: what assembling a release reads of it."""
    for name in ("environment.yml", "conda-lock.yml"):
        target = root / "docker" / ENVIRONMENT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(checkout.docker / ENVIRONMENT / name, target)
    for name in ("docker/Containerfile", "docker/base.yaml", "conf/trust.yaml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(checkout.root / name, root / name)
    write_json(root / "data" / "iris" / "schema.json", example("snapshot", "valid-mixed") | {"dataset": "iris"})
    index = example("release", "valid-with-and-without-onnx") | {"environment": ENVIRONMENT}
    entry = index["models"]["iris_svc"]
    index["models"] = {model: entry | {"files": _build(root, model)} for model in MODELS}
    write_json(root / "release" / "index.json", index)
    return Checkout(root)


def _build(root: Path, model: str) -> Mapping[str, Any]:
    """Write release/<model>/ and the model's result; returns what the index lists of its files."""
    folder = root / "release" / model
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content + model.encode())
    write_json(folder / "manifest.json", _manifest(root, model))
    result = example("result", "valid-exported") | {"model": model, "environment": ENVIRONMENT}
    result["untrusted_types"] = [TRUSTED] if model == "iris_tree" else []
    write_json(root / "models" / model / ENVIRONMENT / "result.json", result)
    paths = {name: folder / name for name in (*FILES, "manifest.json")}
    return {name: {"sha256": sha256_file(path), "size": path.stat().st_size} for name, path in paths.items()}


def _manifest(root: Path, model: str) -> dict[str, Any]:
    manifest = example("manifest", "valid-with-onnx") | {"model": model}
    manifest["data"]["dataset"] = "iris"
    manifest["data"]["files"]["schema.json"] = sha256_file(root / "data" / "iris" / "schema.json")
    manifest["environment"]["name"] = ENVIRONMENT
    manifest["environment"]["lock_sha256"] = sha256_file(root / "docker" / ENVIRONMENT / "conda-lock.yml")
    for name in manifest["artifacts"].keys() & FILES.keys():
        path = root / "release" / model / name
        manifest["artifacts"][name] = {"sha256": sha256_file(path), "size": path.stat().st_size}
    return manifest


def example(kind: str, name: str) -> Any:
    """A golden example of the contract."""
    return json.loads((EXAMPLES / kind / f"{name}.json").read_text())


def assembly(checkout: Checkout, version: str = VERSION) -> Assembly:
    """A release of MODELS, of what `built` made."""
    comparison = example("comparison", "valid-baseline-alone")
    comparison["entries"] = [
        entry | {"model": model} for model in MODELS for entry in comparison["entries"] if entry["evidence"]
    ]
    comparison["models"] = list(MODELS)
    identity = Identity(version, COMMIT, ENVIRONMENT, MODELS)
    return Assembly(identity, checkout, find_environment(checkout, ENVIRONMENT), as_comparison(comparison), ())


def released(made: Assembly, key: Path, scratch: Path, target: Path) -> Path:
    """The layout of a release, signed with a private key."""
    made.assemble(Answering(), scratch / "models")
    sign_all(KeySigner(key), made.identity, scratch / "models", scratch / "signatures")
    bundled = bundle(made.identity, scratch / "models", scratch / "signatures", scratch)
    publish(bundled, Layout(target), lambda line: None)
    return target
