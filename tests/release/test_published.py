"""All models of a fresh project are released to a registry on loopback, and checked there with a key and a reference."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.bad_input.project import Project, wait_until
from tests.release.conftest import MODELS, Keys, release, verify
from tests.release.faults import line
from tests.release.registry import USER, WORD, registry, tags
from tests.release.tampering import VERSION, flip

from remodel.release.layout import Layout


def test_a_release_in_a_registry(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TLS and a password: the same digests as in a folder, and a receiver who may only read finds it in order."""
    with registry(tmp_path / "registry", password=True, tls=True) as running:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
        release(fresh, keys, running.reference()).refused(10, "asks for a password", "REMODEL_REGISTRY_PASSWORD")
        monkeypatch.setenv("REMODEL_REGISTRY_USER", USER)
        monkeypatch.setenv("REMODEL_REGISTRY_PASSWORD", "wrong")
        release(fresh, keys, running.reference()).refused(10, f"refuses the password of {USER}")
        monkeypatch.setenv("REMODEL_REGISTRY_PASSWORD", WORD)
        ended = release(fresh, keys, running.reference())
        ended.done()
        assert str((Layout(released).pointer(VERSION) or {})["digest"]) in ended.out
        code, out, err = verify(tmp_path / "elsewhere", fresh, f"{running.reference()}:{VERSION}", "--key", keys.public)
        assert (code, err) == (0, "")
        assert f"{VERSION} is what it says: {', '.join(MODELS)}" in out
        again = release(fresh, keys, running.reference())
        again.done()
        assert "was there already, with the same content" in again.out


def test_a_release_that_is_killed_in_the_middle_of_an_upload(fresh: Project, keys: Keys, tmp_path: Path) -> None:
    """No tag is there then; the same command again publishes all; a byte changed on the registry's disk is found."""
    with registry(tmp_path / "registry") as running, line(running.port, passing=20_000) as relay:
        words = ("--version", VERSION, "--to", f"oci://localhost:{relay.port}/team/models", "--plain-http")
        with fresh.running("remodel", "release", *words, "--key", str(keys.private)) as command:
            wait_until(lambda: relay.broken.is_set() or command.poll() is not None)
            assert relay.broken.is_set(), fresh.ended(command)
            os.killpg(command.pid, signal.SIGKILL)
            command.wait()
        assert tags(running) == []
        release(fresh, keys, running.reference(), "--plain-http").done()
        assert {VERSION, *(f"{model}-{VERSION}" for model in MODELS)} <= set(tags(running))
        [model] = (tmp_path / "registry").rglob(f"{_digest(fresh, 'iris_tree', 'model.skops')}/data")
        flip(model, 1000)
        reference = f"{running.reference()}:{VERSION}"
        code, _, err = verify(tmp_path / "elsewhere", fresh, reference, "--plain-http", "--key", keys.public)
        assert code == 8
        assert "iris_tree: model.skops (blobs/sha256:" in err
        assert "was changed" in err


def _digest(project: Project, model: str, name: str) -> str:
    from remodel.files import sha256_file

    return sha256_file(project.root / "release" / model / name)
