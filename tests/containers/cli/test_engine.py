"""A container engine that is missing, broken, or killed in the middle: exit code 5, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.containers.cli.project import Project, Running, podman, wait_until

TRAIN = ("dataset=iris", "seed=1")

LONG = (*TRAIN, "classifier=mlp", "cv=repeated_5x3")
"""A build that takes long enough to be killed in the middle."""


def with_podman(folder: Path, script: str) -> dict[str, str]:
    """The variables under which `podman` is this program."""
    folder.mkdir()
    (folder / "podman").write_text(script)
    (folder / "podman").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.parametrize("engine", ["podman", "docker"])
def test_a_missing_engine(project: Project, tmp_path: Path, engine: str) -> None:
    """An engine that is asked for and not installed: how to get it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").symlink_to(str(shutil.which("git")))
    variables = {"PATH": str(programs), "REMODEL_ENGINE": engine}
    project.repro(**variables).refused(5, f"{engine} is not installed. Install it", "apt-get install podman")
    project.train(*TRAIN, **variables).refused(5, f"{engine} is not installed. Install it")


def test_an_engine_that_does_not_work(project: Project, tmp_path: Path) -> None:
    """The engine's own last line, before anything is done."""
    before = project.results()
    variables = with_podman(tmp_path / "bin", "#!/bin/sh\necho 'Error: cannot open storage' >&2\nexit 125\n")
    project.repro(**variables).refused(5, "podman does not work: Error: cannot open storage. Mend it: podman info")
    assert project.results() == before


def test_an_engine_that_cannot_be_started(project: Project, tmp_path: Path) -> None:
    """A program that the system cannot run."""
    variables = with_podman(tmp_path / "bin", "junk")
    project.repro(**{**variables, "PATH": str(tmp_path / "bin")}).refused(5, "podman cannot be started")


def test_a_container_killed_by_hand(project: Project) -> None:
    """The line says that it was killed; the same command builds what is missing."""
    before = project.results()
    with project.running("train", *LONG) as command:
        podman("kill", project_container(project, command))
        ended = project.ended(command)
    ended.refused(5, "ended with exit code 137, killed", "Run the same command again")
    assert project.results() == before
    assert project.scratch() == []
    project.train(*LONG).done()


def test_a_killed_client(project: Project) -> None:
    """Where the engine's own process is killed, its container goes too."""
    with project.running("train", *LONG) as command:
        name = project_container(project, command)
        client = subprocess.run(["ps", "-o", "pid=", "--ppid", str(command.pid)], capture_output=True, text=True)
        os.kill(int(client.stdout.split()[0]), signal.SIGKILL)
        ended = project.ended(command)
    ended.refused(5, "podman was killed by signal 9 in the middle of ", "Run the same command again")
    wait_until(lambda: name not in podman("ps", "--all", "--format", "{{.Names}}").split(), 15)
    project.train(*LONG).done()


def project_container(project: Project, command: Running) -> str:
    """The container in which the command builds by now: its name holds the command's process number.

    One that ends before it is asked for a build is replaced by another, and nobody has to know.
    """
    found: list[str] = []

    def look() -> bool:
        listed = podman("ps", "--filter", f"name=-{command.pid}-", "--format", "{{.Names}}").split()
        found[:] = [name for name in listed if name.startswith("remodel-")]
        return bool(found and building(project)) or command.poll() is not None

    wait_until(look)
    assert found, project.ended(command)
    return found[0]


def building(project: Project) -> list[Path]:
    """The logs of builds that have begun in a warm container."""
    return list((project.root / ".remodel" / "scratch").glob("*/out/*/log"))
