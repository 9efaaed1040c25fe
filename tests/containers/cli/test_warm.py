"""`remodel environment warm`: a container that waits for `python -m train`, and builds with nothing old."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.containers.cli.fleet import containers
from tests.containers.cli.project import Project, wait_until


def socket_of(project: Project) -> Path:
    """Where the daemon listens while it lives."""
    return project.root / ".remodel" / "warm" / "sklearn-1.9.socket"


def test_a_warm_environment_builds_the_same_bytes(project: Project) -> None:
    """In its container and no other; after the builder's source has changed it builds nothing any more, and ends."""
    warm = project.run("remodel", "environment", "warm", "sklearn-1.9")
    assert "sklearn-1.9 is warm;" in warm.out, warm.err
    (container,) = containers(project)
    assert "warm already" in project.run("remodel", "environment", "warm", "sklearn-1.9").out
    project.forget_experiments()
    project.train(f"model={project.model}").done()
    assert containers(project) == [container]
    (built,) = (project.root / "experiments" / project.model).glob("*/sklearn-1.9")
    for path in built.iterdir():
        assert path.read_bytes() == (project.root / "models" / project.model / "sklearn-1.9" / path.name).read_bytes()
    refused = project.train(f"model={project.model}", "classifier.max_depth=-1")
    refused.refused(4, "max_depth")
    with (project.root / "src" / "builder" / "transformers.py").open("a") as source:
        source.write("# another source is another builder\n")
    project.train(f"model={project.model}").done()
    wait_until(lambda: not socket_of(project).exists() and containers(project) == [])


def test_a_warm_environment_ends_when_nobody_asks(project: Project) -> None:
    """By itself after the time that was given, or at once when told; `--end` where there is none says so."""
    assert project.run("remodel", "environment", "warm", "sklearn-1.9", "--minutes", "0.05").code == 0
    wait_until(lambda: not socket_of(project).exists() and containers(project) == [])
    assert project.run("remodel", "environment", "warm", "sklearn-1.9", "--end").out == "sklearn-1.9 is not warm\n"


def test_help_loads_nothing(project: Project) -> None:
    """`python -m train --help` names every choice, without Hydra, DVC or an engine."""
    program = "import sys, runpy; sys.argv = ['train', '--help']; sys.modules.update(dict.fromkeys(('hydra', 'dvc')));"
    program += "runpy.run_module('train', run_name='__main__')"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=project.root, env=project.environment(), capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert "classifier=decision_tree|" in ended.stdout
    assert "environment=sklearn-0.24|" in ended.stdout
