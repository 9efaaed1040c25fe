"""Ctrl-C, SIGTERM and SIGKILL in the middle of a command: run it again, and all is as if nothing had happened."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.containers.cli.project import Project, wait_until

COMMANDS = {"repro": ("remodel", "repro"), "dvc": ("dvc", "repro"), "train": ("train", "model={model}")}
ATTEMPTS = 5
"""A build that ended before the signal came shows nothing: it is tried again."""

QUIET = "remodel: interrupted; run the same command again to go on\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_interrupted_command_can_be_run_again(project: Project, name: str, sent: signal.Signals) -> None:
    """Its container ends, the second run gives the same bytes, and no scratch folder stays.

    Ctrl-C reaches the whole group, as a terminal sends it; the others reach the command alone.
    """
    words = [word.format(model=project.model) for word in COMMANDS[name]]
    before, whole, lock = project.results(), project.built(), project.lock
    for _ in range(ATTEMPTS):
        project.forget_model()
        with project.running(*words) as command:
            container = project.wait_for_container(command)
            (os.killpg if sent is signal.SIGINT else os.kill)(command.pid, sent)
            ended = project.ended(command)
        if ended.code:
            break
    if name != "dvc" and sent is not signal.SIGKILL:
        assert (ended.code, ended.err) == (130, QUIET)
        assert project.containers() == []
    if name != "train":
        # DVC's stage sees that DVC is gone, and removes its container by itself.
        wait_until(lambda: container not in project.containers(), 15)
    # As a rule nothing; but the build may have ended before the signal came.
    assert project.built() in ({}, whole)
    assert project.run(*words).code == 0
    rebuilt = project.results()
    assert {name: before[name] for name in rebuilt} == rebuilt
    assert project.lock == lock
    assert project.containers() == []
    assert project.scratch() == []


FAKE = """#!/bin/sh
case "$*" in
  "image inspect"*/base:*) echo "x|1|y|";;
  "image inspect"*) exit 1;;
  "build "*) touch "$BUILDING"; exec sleep 600;;
esac
"""
"""An engine that has the base and no environment, and builds for a long time."""


def test_an_interruption_while_images_are_made(project: Project, tmp_path: Path) -> None:
    """Ctrl-C ends the engine's builds, which run in threads of their own, at once."""
    programs, building = tmp_path / "bin", tmp_path / "building"
    programs.mkdir()
    (programs / "podman").write_text(FAKE)
    (programs / "podman").chmod(0o755)
    variables = {"PATH": f"{programs}:{os.environ['PATH']}", "BUILDING": str(building)}
    with project.running("remodel", "repro", **variables) as command:
        wait_until(lambda: building.exists() or command.poll() is not None)
        os.kill(command.pid, signal.SIGINT)
        assert command.wait(60) == 130
        assert project.ended(command).err == QUIET
