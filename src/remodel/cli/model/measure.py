"""`remodel model measure`: how fast and how large built models are."""

from __future__ import annotations

import argparse
import json
import sys

from remodel.checkout import Checkout
from remodel.cli.parsing import TARGET, About, Parser, completes, engine_option, json_option

ABOUT = About(
    "time and weigh built models with skops and ONNX Runtime",
    "Measures load time, latency, memory and size of built models with skops and with ONNX Runtime, in containers of\n"
    "their own environment; without a name, of the whole matrix.",
    "remodel model measure credit_mlp@sklearn-1.9",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(
        command.add_argument("name", metavar="MODEL@ENVIRONMENT", nargs="*", help="none: the whole matrix"), TARGET
    )
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
