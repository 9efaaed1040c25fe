"""The table of stages: a command of dvc.yaml is one of its stages to the letter, or none."""

from __future__ import annotations

import pytest

from remodel.cli.main import parser
from remodel.pipeline.stage import COMMAND, STAGES, Stage, parse


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.name)
def test_a_stage_is_called_as_the_table_says(stage: Stage) -> None:
    """The command line understands what `parse` does."""
    arguments = tuple(f"{name}-1.9" for name in stage.arguments)
    command = " ".join([*COMMAND, stage.name, *arguments])
    assert parse(command) == (stage, arguments)
    parsed = parser().parse_args(command.split()[3:])
    assert (parsed.command, parsed.stage) == ("stage", stage.name)
    assert tuple(getattr(parsed, name) for name in stage.arguments) == arguments


@pytest.mark.parametrize(
    "command",
    [
        "python -m remodel stage",
        "python -m remodel stage ",
        "python -m remodel stage compare ",
        "python -m  remodel stage compare",
        "python -m remodel stage compare --help",
        "python -m remodel stage snapshot --help",
        "python -m remodel stage snapshot a$b",
        "python -m remodel stage snapshot ''",
        "python -m remodel stage mystery",
        "python -m remodel rebuild compare",
        "cd x; python -m remodel stage compare",
        "python -m remodel stage compare\n",
    ],
)
def test_anything_else_is_no_stage_of_ours(command: str) -> None:
    """A shell would do something else with it."""
    assert parse(command) is None


def test_a_stage_has_its_name_in_dvc_and_its_folder() -> None:
    """As dvc.yaml spells both."""
    assert STAGES["train"].instance("a", "sklearn-1.9") == "train@a-sklearn-1.9"
    assert STAGES["train"].folder("a", "sklearn-1.9") == "models/a/sklearn-1.9"
    assert STAGES["compare"].instance() == "compare"
    assert STAGES["compare"].folder() == "reports"
