"""`remodel stage`: one stage of dvc.yaml, as DVC starts it."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import About, Parser
from remodel.pipeline.stage import STAGES

ABOUT = About(
    "run one stage of dvc.yaml (dvc repro calls this)",
    "Fills the folder of one stage, whether it is out of date or not, and leaves dvc.lock alone.\n"
    "`remodel rebuild` is what a person wants.",
    "remodel stage train iris_decision_tree sklearn-1.9",
)


def add(command: Parser) -> None:
    """A parser for each stage of the table."""
    stages = command.add_subparsers(dest="stage", required=True, metavar="STAGE", parser_class=Parser)
    for stage in STAGES.values():
        parser = stages.add_parser(stage.name, help=f"fill {stage.folder(*map(str.upper, stage.arguments))}/")
        for argument in stage.arguments:
            parser.add_argument(argument)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.pipeline.stages import run_stage
    from remodel.tether import tether

    # A stage is DVC's child: where DVC is killed, the stage has a container to remove.
    tether()
    stage = STAGES[arguments.stage]
    run_stage(checkout, stage, *(getattr(arguments, name) for name in stage.arguments))
