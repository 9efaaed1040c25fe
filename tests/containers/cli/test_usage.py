"""Wrong usage: one line, exit code 2, and where help is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.containers.cli.project import Project

WRONG = [
    (("remodel",), "the following arguments are required: COMMAND. See: remodel --help"),
    (("remodel", "rpro"), "unknown command 'rpro' in remodel: did you mean 'repro'? valid: "),
    (("remodel", "stage"), "the following arguments are required: STAGE. See: remodel stage --help"),
    (("remodel", "stage", "train", "x"), "the following arguments are required: environment"),
    (("remodel", "repro", "--egine"), "unrecognized arguments: --egine"),
    (("remodel", "repro", "--engine", "podmn"), "unknown engine 'podmn': did you mean 'podman'?"),
    (("remodel", "environment", "lock", "sklearn-2.6"), "unknown environment 'sklearn-2.6': did you mean"),
    (("remodel", "stage", "snapshot", "irs"), "unknown dataset 'irs': did you mean 'iris'?"),
    (("remodel", "stage", "train", "tree", "sklearn-1.9"), "unknown model 'tree' in params.yaml: "),
    (
        ("remodel", "stage", "train", "tree", "sklearn-2.8"),
        "unknown environment 'sklearn-2.8' in docker/: did you mean",
    ),
    (("train", "dataset"), "the command line is not understood: "),
    (("train", "dataset=irs"), "unknown dataset 'irs': did you mean 'iris'?"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_wrong_usage_is_one_line(project: Project, words: tuple[str, ...], message: str) -> None:
    """What was typed, what is valid, and nothing done."""
    before = project.results()
    project.run(*words).refused(2, message)
    assert project.results() == before


def test_an_engine_of_the_environment_variable_is_named_with_it(project: Project) -> None:
    """Where the wrong word stands."""
    project.repro(REMODEL_ENGINE="podmn").refused(2, "unknown engine 'podmn' in REMODEL_ENGINE: did you mean")


@pytest.mark.parametrize("words", [("remodel", "repro"), ("train", "dataset=iris")])
def test_outside_of_a_checkout(project: Project, tmp_path: Path, words: tuple[str, ...]) -> None:
    """The folder, and how to recognize the right one."""
    ended = project.run(*words, cwd=tmp_path)
    ended.refused(2, f"{tmp_path} is not inside a remodel checkout. Change to the folder that holds params.yaml")


def test_help_lists_the_exit_codes(project: Project) -> None:
    """Every number that a command can end with is in `remodel --help`."""
    ended = project.run("remodel", "--help")
    assert ended.code == 0
    for text in ("0 done", "2 wrong usage", "3 data", "4 a build", "5 container", "6 lock", "7 disk", "130 interr"):
        assert text in ended.out
