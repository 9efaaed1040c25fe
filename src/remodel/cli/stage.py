"""`remodel stage`: one stage of dvc.yaml, as DVC starts it."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, Parser


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("stage", help="run one stage of dvc.yaml (dvc repro calls this)")
    stages = command.add_subparsers(dest="stage", required=True, metavar="STAGE", parser_class=Parser)
    stages.add_parser("snapshot", help="pin one dataset").add_argument("dataset")
    train = stages.add_parser("train", help="build one model in one environment")
    train.add_argument("model")
    train.add_argument("environment")
    for name in ("recipes", "compare", "package"):
        stages.add_parser(name)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.pipeline import stages
    from remodel.tether import tether

    # A stage is DVC's child: where DVC is killed, the stage has a container to remove.
    tether()
    if arguments.stage == "snapshot":
        stages.snapshot(checkout, arguments.dataset)
    elif arguments.stage == "train":
        stages.train(checkout, arguments.model, arguments.environment)
    else:
        getattr(stages, arguments.stage)(checkout)
