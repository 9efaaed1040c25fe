"""All models of a fresh project are released to a registry on loopback, and checked there with nothing but a key."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from remodel.checkout import Checkout
from remodel.engines.podman import Podman
from remodel.environments.environment import find_environment
from remodel.release.oci.http import Connection
from remodel.release.oci.layout import Layout
from remodel.release.oci.registry import Registry
from remodel.release.oci.store import Store
from tests.containers.cli.project import Project, wait_until
from tests.containers.release.conftest import ENVIRONMENT, MODELS, Remodel, commit, release
from tests.containers.release.registry import USER, WORD, Running, registry, tags
from tests.unit.release.faults import line
from tests.unit.release.keys import Keys
from tests.unit.release.tampering import VERSION, flip


def test_a_release_in_a_registry(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, remodel: Remodel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TLS and a password, from another place: the same digests as in a folder, and a receiver finds it in order.

    The release's tag and each model's point at the same bytes; only the signatures are others.
    """
    copy = fresh.copy(tmp_path / "another place")
    with registry(tmp_path / "registry", password=True, tls=True) as running:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
        arguments = release(running.reference(), keys)
        remodel(copy.root, *arguments).refused(10, "asks for a password", "REMODEL_REGISTRY_PASSWORD")
        monkeypatch.setenv("REMODEL_REGISTRY_USER", USER)
        monkeypatch.setenv("REMODEL_REGISTRY_PASSWORD", "wrong")
        remodel(copy.root, *arguments).refused(10, f"refuses the password of {USER}")
        monkeypatch.setenv("REMODEL_REGISTRY_PASSWORD", WORD)
        ended = remodel(copy.root, *arguments)
        ended.done()
        assert str((Layout(released).pointer(VERSION) or {})["digest"]) in ended.out
        first, second = Layout(released), Registry(Connection(running.host, "team/models"))
        own = [tag for tag in first.tags() if not tag.startswith("sha256-")]
        assert len(own) == 1 + len(MODELS)
        assert {tag: digest(first, tag) for tag in own} == {tag: digest(second, tag) for tag in own}
        signatures = [tag for tag in first.tags() if tag.startswith("sha256-")]
        assert all(digest(first, tag) != digest(second, tag) for tag in signatures)
        ended = remodel(tmp_path / "elsewhere", "release", "verify", f"{second.name}:{VERSION}", "--key", keys.public)
        ended.done()
        assert f"{VERSION} is what it says: {', '.join(MODELS)}" in ended.out
        again = remodel(fresh.root, *release(running.reference(), keys))
        again.done()
        assert "was there already, with the same content" in again.out


def digest(store: Store, tag: str) -> str:
    """What a tag points at."""
    pointer = store.pointer(tag)
    assert pointer is not None
    return str(pointer["digest"])


def test_a_release_that_is_killed_in_the_middle_of_an_upload(
    fresh: Project, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """No tag is there then; the same command again publishes all; a byte changed on the registry's disk is found."""
    with registry(tmp_path / "registry") as running, line(running.port, passing=20_000) as relay:
        arguments = release(f"oci://localhost:{relay.port}/team/models", keys, "--plain-http")
        with fresh.running("remodel", *arguments) as command:
            wait_until(lambda: relay.broken.is_set() or command.poll() is not None)
            assert relay.broken.is_set(), fresh.ended(command)
            os.killpg(command.pid, signal.SIGKILL)
            command.wait()
        assert tags(running) == []
        remodel(fresh.root, *release(running.reference(), keys, "--plain-http", "--with-image")).done()
        assert _image_id(running) == _own_image_id(fresh)
        assert {VERSION, *(f"{model}-{VERSION}" for model in MODELS)} <= set(tags(running))
        [model] = (tmp_path / "registry").rglob(f"{_digest(fresh, 'iris_tree', 'model.skops')}/data")
        flip(model, 1000)
        reference = f"{running.reference()}:{VERSION}"
        remodel(tmp_path / "elsewhere", "release", "verify", reference, "--plain-http", "--key", keys.public).refused(
            8, "iris_tree: model.skops (blobs/sha256:", "was changed"
        )


def _own_image_id(project: Project) -> str:
    """What podman calls the image that the project's models were built in."""
    image = Podman().image_of(find_environment(Checkout(project.root), ENVIRONMENT))
    assert image is not None
    return f"sha256:{image.digest}"


def _image_id(running: Running) -> str:
    """What podman would call the image that a registry has beside the release: its configuration's digest."""
    store = Registry(Connection(running.host, "team/models", plain_http=True))
    pointer = store.pointer(f"{ENVIRONMENT}-{VERSION}")
    assert pointer is not None
    config = json.loads(store.read(pointer["digest"], "the image"))["config"]["digest"]
    assert json.loads(store.read(config, "its configuration", manifest=False))["os"] == "linux"
    return str(config)


def _digest(project: Project, model: str, name: str) -> str:
    from remodel.files import sha256_file

    return sha256_file(project.root / "release" / model / name)


def test_the_workflow_does_what_it_says(
    fresh: Project, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of .github/workflows/release.yml, from `make repro` on, as the runner would start it."""
    checkout = Path(__file__).resolve().parents[3]
    workflow = yaml.safe_load((checkout / ".github" / "workflows" / "release.yml").read_text())
    project = fresh.copy(tmp_path / "project")
    shutil.copy(checkout / "Makefile", project.root / "Makefile")
    commit(project, "A Makefile")
    (project.root / ".venv").symlink_to(Path(sys.executable).parents[1])
    (tmp_path / "runner").mkdir()
    with registry(tmp_path / "registry", password=True, tls=True) as running:
        given = {
            "DESTINATION": running.reference(),
            "REMODEL_REGISTRY_USER": USER,
            "REMODEL_REGISTRY_PASSWORD": WORD,
            "REMODEL_KEY_PASSWORD": "secret",
            "RELEASE_KEY": keys.encrypted.read_text(),
            "RELEASE_PUBLIC_KEY": keys.public.read_text(),
        }
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
        github = {"GITHUB_REF_NAME": f"v{VERSION}", "RUNNER_TEMP": str(tmp_path / "runner")}
        steps = [step for step in workflow["jobs"]["release"]["steps"] if "run" in step and "sudo" not in step["run"]]
        output = ""
        for step in steps:
            names = {*workflow["env"], *step.get("env", {})}
            variables = {name: given[name] for name in names} | github
            argv = ["bash", "-e", "-o", "pipefail", "-c", step["run"]]
            ended = subprocess.run(
                argv, cwd=project.root, env=project.environment(**variables), capture_output=True, text=True
            )
            assert ended.returncode == 0, (step["name"], ended.stdout, ended.stderr)
            output += ended.stdout
    assert f"{VERSION} is published" in output
    assert f"{VERSION} is what it says: {', '.join(MODELS)}" in output
    assert sorted(path.name for path in (tmp_path / "runner").iterdir()) == ["key.pub"]
