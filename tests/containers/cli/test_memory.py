"""`resources: {memory: ...}` reaches the build whoever asks for it, and its error is one line with what to change."""

from __future__ import annotations

import pytest

from tests.containers.cli.fleet import containers
from tests.containers.cli.project import Project, wait_until

ENVIRONMENT = "sklearn-1.9"

COMMANDS = {
    "stage": ("remodel", "stage", "train", "{model}", ENVIRONMENT),
    "train": ("train", "model={model}"),
    "rebuild": ("remodel", "rebuild"),
}


@pytest.fixture
def starved(project: Project) -> Project:
    """The project, whose model asks for less memory than its libraries take, and is not built."""
    path = project.root / "conf" / "model" / f"{project.model}.yaml"
    path.write_text(f"{path.read_text()}\nresources: {{memory: 60MiB}}\n")
    project.forget_model()
    return project


def refused(project: Project, *words: str) -> None:
    """The command ends with the line, and builds nothing."""
    ended = project.run(*words)
    line = (
        f"{project.model} needs more than the 60MiB of memory that conf/model/{project.model}.yaml allows it. "
        "Raise resources.memory there"
    )
    told = [line for line in ended.err.splitlines() if line.startswith("remodel: ")]
    assert [text.endswith(line) for text in told] == [True], ended.err
    assert "Traceback" not in ended.err + ended.out
    assert ended.code == 4
    assert project.built() == {}
    assert not list((project.root / "experiments").rglob("result.json"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_build_that_needs_more_than_it_asked_for(starved: Project, name: str) -> None:
    """In a container of its own and in a warm one; with more memory the same command builds."""
    words = [word.format(model=starved.model) for word in COMMANDS[name]]
    refused(starved, *words)
    starved.edit(f"conf/model/{starved.model}.yaml", "60MiB", "1GiB")
    ended = starved.run(*words)
    assert ended.code == 0, ended.err + ended.out


def test_a_build_in_what_is_kept_warm(starved: Project) -> None:
    """The daemon is told the limit with the build, and goes on building."""
    assert starved.run("remodel", "environment", "warm", ENVIRONMENT).code == 0
    held = containers(starved)
    refused(starved, "train", f"model={starved.model}")
    starved.edit(f"conf/model/{starved.model}.yaml", "60MiB", "1GiB")
    starved.train(f"model={starved.model}").done()
    assert containers(starved) == held
    assert starved.run("remodel", "environment", "warm", ENVIRONMENT, "--end").code == 0
    wait_until(lambda: containers(starved) == [])
