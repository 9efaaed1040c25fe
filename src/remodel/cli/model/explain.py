"""`remodel model explain`: the factor that moves a model."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from remodel.checkout import Checkout
from remodel.cli.parsing import TARGET, About, Parser, completes, engine_option, json_option, tell

ABOUT = About(
    "find the factor that moves a model: rebuilds, one factor at a time",
    "Builds the model again in the baseline's environment, each time with one factor from the other one (a default,\n"
    "numpy, BLAS, ...), and says which of them alone gives the new predictions.",
    "remodel model explain credit_gradient_boosting@sklearn-1.9",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("name", metavar="MODEL@ENVIRONMENT"), TARGET)
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.examine.explain import explain

    engine = choose_engine(arguments.engine)
    say = tell if arguments.json else print
    explanation = explain(checkout, engine, arguments.name, tell, say)
    print(json.dumps(asdict(explanation), indent=2) if arguments.json else explanation.answer)
