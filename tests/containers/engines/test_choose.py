"""Which engine is taken, and what is said where none works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from remodel.engines import VARIABLE, choose_engine, install
from remodel.engines.docker import Docker
from remodel.engines.podman import DEFAULT_LIMIT, Host, Podman, containers_conf
from remodel.errors import EngineError, UnknownName


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it, and no wish in the environment: the folder to put programs in."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_podman_is_preferred(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where podman works it is taken."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert choose_engine().name == "podman"


def test_the_wish_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """REMODEL_ENGINE names the engine; a name given by the caller goes before it."""
    monkeypatch.setenv(VARIABLE, "venv")
    assert choose_engine().name == "venv"
    monkeypatch.setenv(VARIABLE, "docker")
    assert choose_engine("venv").name == "venv"


def test_an_unknown_engine_is_named_with_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name gets the nearest one and all valid ones."""
    monkeypatch.setenv(VARIABLE, "podmann")
    with pytest.raises(UnknownName, match=r"podmann.*REMODEL_ENGINE.*'podman'.*auto, docker, podman, venv"):
        choose_engine()


@pytest.mark.parametrize("name", ["podman", "docker"])
def test_a_missing_engine_that_was_asked_for_is_an_error(bare: Path, name: str) -> None:
    """An engine asked for by name is never replaced by a weaker one: the error says how to install it."""
    with pytest.raises(EngineError, match=rf"{name} is not installed\. Install it.*apt-get install podman"):
        choose_engine(name)


def test_without_any_engine_venv_is_taken_and_the_command_is_told(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not install is told the one command to run, and gets venv."""
    put(bare, "apt-get", "exit 1")
    monkeypatch.setattr(install, "is_root", lambda: False)
    lines: list[str] = []
    assert choose_engine(report=lines.append).name == "venv"
    assert len(lines) == 1
    assert "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends podman" in lines[0]


def test_elsewhere_than_on_debian_the_engines_are_named(bare: Path) -> None:
    """Without apt-get there is no command to tell, only what to install."""
    lines: list[str] = []
    assert choose_engine(report=lines.append).name == "venv"
    assert lines == ["no container engine is installed: install podman or docker for isolated builds"]


def test_root_on_debian_gets_podman_installed(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root has podman, runc and mmdebstrap installed, is told so in one line, and then builds with podman."""
    monkeypatch.setattr(install, "is_root", lambda: True)
    (bare / "sh").symlink_to("/bin/sh")
    put(bare, "podman.installed", "exit 0")
    move = f"[ -e {bare}/podman ] || /bin/mv {bare}/podman.installed {bare}/podman"
    put(bare, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {bare}/log; {move}')
    lines: list[str] = []
    assert choose_engine(report=lines.append).name == "podman"
    assert lines == ["no container engine is installed: installing podman, runc, mmdebstrap"]
    assert (bare / "log").read_text().splitlines() == [
        "noninteractive update",
        "noninteractive install -y --no-install-recommends podman runc mmdebstrap",
    ]


def test_an_installation_that_fails_leaves_venv(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where apt-get fails its last line is told, and venv is taken."""
    monkeypatch.setattr(install, "is_root", lambda: True)
    (bare / "sh").symlink_to("/bin/sh")
    put(bare, "apt-get", "echo 'E: no network' >&2; exit 100")
    lines: list[str] = []
    assert choose_engine(report=lines.append).name == "venv"
    assert lines[-1] == "cannot install podman: E: no network"


def test_docker_without_its_daemon_says_so(docker: Docker, tmp_path: Path) -> None:
    """A client whose daemon does not run is an error that says how to start it."""
    engine = Docker()
    engine.variables = {**os.environ, "DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    with pytest.raises(EngineError, match=r"daemon does not answer: .*nobody\.sock.*Start it"):
        engine.check()


def test_podman_that_does_not_work_says_what_it_said(bare: Path) -> None:
    """A podman that fails is an error with its own last line."""
    put(bare, "podman", "echo 'Error: no user namespaces' >&2; exit 125")
    with pytest.raises(EngineError, match="podman does not work: Error: no user namespaces"):
        choose_engine("podman")


def test_a_host_of_today_needs_no_configuration() -> None:
    """With control groups of version 2 and high limits podman's own defaults stand."""
    assert containers_conf(Host(False, True, DEFAULT_LIMIT, DEFAULT_LIMIT, True)) == ""


def test_low_limits_are_told_to_podman() -> None:
    """Hard limits below podman's default are set, and never above the host's. Processes are counted over all containers
    of a user: nearly all are for all of them, where control groups count those of one."""
    text = containers_conf(Host(True, True, 20000, 50000, True))
    assert text == '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=45000:45000"]\n'
    text = containers_conf(Host(False, False, 20000, 50000, False))
    assert text == '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n'


@pytest.mark.parametrize(("runc", "expected"), [(True, '[engine]\nruntime = "runc"\n'), (False, "")])
def test_old_control_groups_need_runc(runc: bool, expected: str) -> None:
    """Without control groups of version 2 crun does not start a container: runc is named where it is installed."""
    assert containers_conf(Host(True, False, DEFAULT_LIMIT, DEFAULT_LIMIT, runc)) == expected


def test_the_users_own_configuration_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a containers.conf gets that one."""
    monkeypatch.setenv("CONTAINERS_CONF", "/somewhere/containers.conf")
    assert Podman().variables["CONTAINERS_CONF"] == "/somewhere/containers.conf"
