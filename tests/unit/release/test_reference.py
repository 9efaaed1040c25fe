"""What a user types for a version or a place is read, or refused with what to write instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from remodel.errors import UsageError
from remodel.release.artifacts import manifests as oci
from remodel.release.contents.identity import read_version
from remodel.release.oci.layout import Layout
from remodel.release.oci.reference import destination, read_repository, resolve
from remodel.release.oci.registry import Registry
from tests.unit.release.tampering import VERSION, addressed, manifest


@pytest.mark.parametrize("text", ["0.0.0", "1.4.0", "10.20.30", "1.4.0-rc.1", "1.0.0-alpha-2.b3", f"1.0.0-{'a' * 58}"])
def test_a_version(text: str) -> None:
    """Semantic versioning, as it was typed."""
    assert read_version(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "v1", "1", "1.4", "01.4.0", "1.4.0.0", "1.0.0+7", "1.0.0-", "1.0.0-.", "1.0.0\n", f"1.0.0-{'a' * 59}"],
)
def test_what_is_no_version(text: str) -> None:
    """A `+` cannot stand in a tag, nor more characters than a tag has room for."""
    with pytest.raises(UsageError, match="is not a version") as caught:
        read_version(text)
    assert "1.4.0" in caught.value.advice


@pytest.mark.parametrize(
    ("text", "host", "path"),
    [
        ("oci://registry.example.com/team/models", "registry.example.com", "team/models"),
        ("oci://localhost:5000/m", "localhost:5000", "m"),
        ("oci://[::1]:5000/a/b-c/d.e__f", "[::1]:5000", "a/b-c/d.e__f"),
    ],
)
def test_a_repository(text: str, host: str, path: str) -> None:
    """Is written as it was read."""
    repository = read_repository(text)
    assert (repository.host, repository.path, str(repository)) == (host, path, text)


@pytest.mark.parametrize(
    "text",
    ["oci://nowhere", "oci:///models", "oci://host/", "oci://host/Models", "oci://host/a//b", "oci://user@host/a"],
)
def test_what_is_no_repository(text: str) -> None:
    """The specification's grammar, with an example."""
    with pytest.raises(UsageError, match="names no repository of a registry") as caught:
        read_repository(text)
    assert caught.value.advice.startswith("For example: oci://")


def test_a_destination(tmp_path: Path, released: Path) -> None:
    """A registry, a folder that is new, empty or has a layout; nothing else is added to."""
    store = destination("oci://localhost:5000/team/models")
    assert isinstance(store, Registry)
    assert store.name == "oci://localhost:5000/team/models"
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new", tmp_path / "empty", released):
        assert isinstance(destination(str(folder)), Layout)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    for path in (tmp_path / "taken", tmp_path / "taken" / "file"):
        with pytest.raises(UsageError, match="is no release: it has no file oci-layout"):
            destination(str(path))


def test_a_reference(tmp_path: Path, released: Path) -> None:
    """A folder with one release needs no version; a registry does."""
    assert [resolve(str(released))[1], resolve(f"{released}:2.0.0")[1]] == [VERSION, "2.0.0"]
    store, version = resolve("oci://localhost:5000/team/models:1.0.0-rc.1")
    assert (store.name, version) == ("oci://localhost:5000/team/models", "1.0.0-rc.1")
    for text, message in (
        (str(tmp_path / "nothing"), "there is no release folder"),
        (f"{tmp_path}:v1", "'v1' is not a version"),
        ("oci://host/repository", "names no version"),
        ("oci://host:5000/repository", "names no version"),
        ("oci://host/repository:v1", "'v1' is not a version"),
    ):
        with pytest.raises(UsageError, match=message):
            resolve(text)


def test_a_folder_with_two_releases(tmp_path: Path, released: Path) -> None:
    """Has to be told which."""
    shutil.copytree(released, tmp_path / "layout")
    layout = Layout(tmp_path / "layout")
    layout.put_tags([("1.5.0", addressed(manifest(released, VERSION), oci.INDEX, oci.RELEASE))])
    with pytest.raises(UsageError, match=r"2 releases: 1\.4\.0, 1\.5\.0") as caught:
        resolve(str(layout.root))
    assert caught.value.advice == f"Name one: {layout.root}:VERSION"
