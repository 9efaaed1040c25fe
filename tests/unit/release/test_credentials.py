"""A registry's password is taken from variables, or from where docker and podman keep it, and is in no message."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from remodel.release.oci.credentials import Credentials, find_credentials

HOST = "registry.example.com"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No password of whoever runs the tests."""
    names = ("REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "REMODEL_REGISTRY_USER", "REMODEL_REGISTRY_PASSWORD")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))


def keep(path: Path, user: str) -> Path:
    """As `docker login` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    auth = base64.b64encode(f"{user}:secret:with colons".encode()).decode()
    path.write_text(json.dumps({"auths": {HOST: {"auth": auth}}}))
    return path


def test_where_passwords_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nowhere; docker's file, podman's, the one that is named, two variables: each goes before the ones before it."""
    assert find_credentials(HOST) is None
    keep(tmp_path / "docker" / "config.json", "docker")
    assert find_credentials(HOST) == Credentials("docker", "secret:with colons")
    assert find_credentials("other.example.com") is None
    keep(tmp_path / "run" / "containers" / "auth.json", "podman")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    assert find_credentials(HOST) == Credentials("podman", "secret:with colons")
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(keep(tmp_path / "auth.json", "named")))
    assert find_credentials(HOST) == Credentials("named", "secret:with colons")
    monkeypatch.setenv("REMODEL_REGISTRY_USER", "variable")
    assert find_credentials(HOST) == Credentials("named", "secret:with colons")
    monkeypatch.setenv("REMODEL_REGISTRY_PASSWORD", "word")
    assert find_credentials(HOST) == Credentials("variable", "word")


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"auths": []},
        {"auths": {HOST: {}}},
        {"auths": {HOST: {"auth": "!"}}},
        {"auths": {HOST: {"auth": "YQ=="}}},
    ],
)
def test_a_file_that_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Any) -> None:
    """Or cannot be read, is passed over for the next."""
    (tmp_path / "auth.json").write_text(json.dumps(content))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    assert find_credentials(HOST) is None
    keep(tmp_path / "docker" / "config.json", "docker")
    assert find_credentials(HOST) == Credentials("docker", "secret:with colons")


def test_a_password_is_in_no_message() -> None:
    """Only in the header that is sent."""
    credentials = Credentials("me", "open sesame")
    assert "sesame" not in f"{credentials} {credentials!r}"
    assert credentials.basic == "Basic " + base64.b64encode(b"me:open sesame").decode()
