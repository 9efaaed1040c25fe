"""The smallest release that a store takes: one model with two files and no signature."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.files import sha256_file
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts.manifests import Descriptor
from remodel.release.oci.http import Connection
from remodel.release.oci.publish import publish
from remodel.release.oci.registry import Registry
from remodel.release.oci.store import Bundle

MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No password or certificate of whoever runs the tests."""
    for name in ("REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))


def bundle(folder: Path, text: str = "a model", size: int = 0) -> Bundle:
    """One model with two files, one of which has so many bytes more, and no signature."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {"model.onnx": text.encode() + bytes(size), "README.md": b"", "empty.json": oci.EMPTY_CONFIG}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    layers = [_layer(folder / name) for name in ("README.md", "model.onnx")]
    model = oci.model_manifest(layers, {oci.TITLE: "m"})
    root = oci.release_index({"m": model}, {oci.REVISION: text})
    blobs = {f"sha256:{sha256_file(folder / name)}": folder / name for name in contents}
    return Bundle(blobs, (model, root), (("m-1.0.0", model), ("1.0.0", root)))


def _layer(path: Path) -> Descriptor:
    return oci.file_layer(path.name, sha256_file(path), path.stat().st_size)


def store(host: str, plain: bool = True) -> Registry:
    """The repository of the tests."""
    return Registry(Connection(host, "team/models", plain))


def put(bundled: Bundle, host: str, plain: bool = True) -> bool:
    """Publish, quietly."""
    return publish(bundled, store(host, plain), lambda text: None)
