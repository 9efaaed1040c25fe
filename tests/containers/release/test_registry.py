"""A release in a real registry, with and without a password and TLS, and when line, disk or registry fail."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.errors import PublishError, VerificationError
from remodel.release.artifacts.manifests import Descriptor
from remodel.release.oci import attempts
from remodel.release.oci.registry import Registry
from remodel.release.oci.store import Bundle
from tests.containers.cli.conftest import mount
from tests.containers.release.registry import USER, WORD, registry, tags
from tests.unit.release.faults import line
from tests.unit.release.small import MEGABYTE, alone, bundle, put, store

__all__ = ["alone", "mount"]


def log_in(monkeypatch: pytest.MonkeyPatch, word: str = WORD) -> None:
    """As a workflow does."""
    monkeypatch.setenv("REMODEL_REGISTRY_USER", USER)
    monkeypatch.setenv("REMODEL_REGISTRY_PASSWORD", word)


def is_there(bundled: Bundle, there: Registry, scratch: Path) -> bool:
    """Whether a registry gives back every byte of a bundle."""
    for tag, manifest in bundled.tags:
        pointer = there.pointer(tag)
        assert pointer is not None
        assert there.read(pointer["digest"], tag) == manifest.content
    for digest, path in bundled.blobs.items():
        there.fetch(Descriptor("", digest, path.stat().st_size), scratch, path.name)
        assert scratch.read_bytes() == path.read_bytes()
    return True


def test_what_is_put_is_what_is_there(tmp_path: Path) -> None:
    """Every byte comes back; the same again sends nothing; other content under the same version is refused."""
    with registry(tmp_path / "registry") as running:
        bundled = bundle(tmp_path / "bundle", size=3 * MEGABYTE)
        assert put(bundled, running.host)
        assert is_there(bundled, store(running.host), tmp_path / "scratch")
        assert tags(running) == ["1.0.0", "m-1.0.0"]
        assert not put(bundled, running.host)
        with pytest.raises(PublishError, match=r"has 1\.0\.0 with other content: commit a model \(now another\)"):
            put(bundle(tmp_path / "other", "another"), running.host)
        assert is_there(bundled, store(running.host), tmp_path / "scratch")
        assert store(running.host).pointer("2.0.0") is None
        with pytest.raises(VerificationError, match="a file is missing"):
            store(running.host).fetch(Descriptor("", f"sha256:{'0' * 64}", 1), tmp_path / "scratch", "a file")


def test_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None and a wrong one are refused; the right one is taken from variables, or from where docker keeps it."""
    with registry(tmp_path / "registry", password=True) as running:
        bundled = bundle(tmp_path / "bundle")
        with pytest.raises(PublishError, match="asks for a password") as caught:
            put(bundled, running.host)
        assert "REMODEL_REGISTRY_PASSWORD" in caught.value.advice
        log_in(monkeypatch, "wrong")
        with pytest.raises(PublishError, match=f"refuses the password of {USER}: UNAUTHORIZED") as caught:
            put(bundled, running.host)
        assert "wrong" not in str(caught.value)
        log_in(monkeypatch)
        assert put(bundled, running.host)
        monkeypatch.delenv("REMODEL_REGISTRY_USER")
        kept = {"auths": {running.host: {"auth": base64.b64encode(f"{USER}:{WORD}".encode()).decode()}}}
        (tmp_path / "docker").mkdir()
        (tmp_path / "docker" / "config.json").write_text(json.dumps(kept))
        assert not put(bundled, running.host)
        assert is_there(bundled, store(running.host), tmp_path / "scratch")


def test_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with TLS and a password, whose authority is named; not named, or without TLS, it is not spoken to."""
    monkeypatch.setattr(attempts, "WAITS", (0.0,))
    with registry(tmp_path / "registry", password=True, tls=True) as running:
        bundled = bundle(tmp_path / "bundle")
        log_in(monkeypatch)
        with pytest.raises(PublishError, match=r"the certificate of localhost:\d+ cannot be trusted") as caught:
            put(bundled, running.host, plain=False)
        assert "REQUESTS_CA_BUNDLE" in caught.value.advice
        with pytest.raises(PublishError, match="answered 400"):
            put(bundled, running.host)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
        assert put(bundled, running.host, plain=False)
        assert is_there(bundled, store(running.host, plain=False), tmp_path / "scratch")


def test_a_line_that_breaks_in_the_middle_of_an_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has a tag then, and the same command sends the rest."""
    monkeypatch.setattr(attempts, "WAITS", (0.0, 0.0))
    with registry(tmp_path / "registry") as running:
        bundled = bundle(tmp_path / "bundle", size=8 * MEGABYTE)
        with line(running.port, passing=4 * MEGABYTE, hang_up=True) as relay:
            with pytest.raises(PublishError, match="cannot be reached, or closed the connection"):
                put(bundled, f"localhost:{relay.port}")
            assert relay.broken.is_set()
        assert all(store(running.host).pointer(tag) is None for tag, _ in bundled.tags)
        assert put(bundled, running.host)
        assert is_there(bundled, store(running.host), tmp_path / "scratch")


def test_a_registry_that_dies_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits in vain is told; what it had taken before is still there."""
    monkeypatch.setattr(attempts, "WAITS", (0.0,))
    bundled = bundle(tmp_path / "bundle")
    with registry(tmp_path / "registry") as running:
        running.kill()
        with pytest.raises(PublishError, match=f"{running.host} cannot be reached") as caught:
            put(bundled, running.host)
        assert "run the same command again" in caught.value.advice
    with registry(tmp_path / "registry") as running:
        assert put(bundled, running.host)


def test_a_registry_with_a_full_disk(
    tmp_path: Path, mount: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the registry says is passed on, and no tag is left; with space again, the same command ends well."""
    monkeypatch.setattr(attempts, "WAITS", (0.0,))
    bundled = bundle(tmp_path / "bundle", size=8 * MEGABYTE)
    mount(tmp_path / "small", "-t", "tmpfs", "-o", "size=4m", "tmpfs")
    with registry(tmp_path / "registry", storage=tmp_path / "small") as running:
        with pytest.raises(PublishError, match=r"answered 500 to (PUT|POST) of team/models: UNKNOWN"):
            put(bundled, running.host)
        assert all(store(running.host).pointer(tag) is None for tag, _ in bundled.tags)
        subprocess.run(["mount", "-o", "remount,size=40m", str(tmp_path / "small")], check=True)
        assert put(bundled, running.host)
        assert is_there(bundled, store(running.host), tmp_path / "scratch")
