"""`remodel measure`: how fast and how large built models are."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("measure", help="time and weigh built models with skops and ONNX Runtime")
    command.add_argument("name", metavar="MODEL@ENVIRONMENT", nargs="*", help="none: the whole matrix")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.examine.explain import split_name
    from remodel.examine.measure import described, measure
    from remodel.recipes.params import read_params

    params = read_params(checkout)
    matrix = [f"{model}@{environment}" for model in params.models for environment in params.environments]
    pairs = [split_name(name, params) for name in arguments.name or matrix]
    engine = choose_engine(arguments.engine)
    for model, environment in pairs:
        for runtime, measured in measure(checkout, engine, model, environment).items():
            print(f"{model}@{environment} {described(runtime, measured)}", flush=True)
