"""`remodel measure`: how fast and how large built models are."""

from __future__ import annotations

import argparse
import json
import sys

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option, json_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("measure", help="time and weigh built models with skops and ONNX Runtime")
    command.add_argument("name", metavar="MODEL@ENVIRONMENT", nargs="*", help="none: the whole matrix")
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.examine.measure import described, measure
    from remodel.recipes.params import find_target, read_params
    from remodel.results.endings import NotBuilt

    params = read_params(checkout)
    targets = [find_target(params, name, "measure") for name in arguments.name] or params.targets
    engine, found = choose_engine(arguments.engine), {}
    for target in targets:
        try:
            measurements = measure(checkout, engine, target)
        except NotBuilt as error:
            # Of the whole matrix what is built is measured; who names a model wants its numbers.
            if arguments.name:
                raise
            print(f"not measured: {error.message}", file=sys.stderr if arguments.json else sys.stdout, flush=True)
            continue
        found[str(target)] = measurements
        for runtime, measured in () if arguments.json else measurements.items():
            print(f"{target} {described(runtime, measured)}", flush=True)
    if arguments.json:
        print(json.dumps(found, indent=2))
