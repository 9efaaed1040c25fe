"""`remodel repro`: set up what is missing, rebuild what changed, show the results."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import About, Parser, engine_option

ABOUT = About(
    "set up what is missing, rebuild what changed, show the results",
    "Makes images, rebuilds every stage that is out of date, and prints the verdict on each model.\n"
    "The same as `make repro`; what is up to date is left alone.",
    "remodel repro",
)


def add(command: Parser) -> None:
    """The arguments."""
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.audit.decisions import read_decisions
    from remodel.display.choose import choose_reporter
    from remodel.display.tables import results_table
    from remodel.rebuild.repro import repro
    from remodel.results.comparison import read_comparison_file

    with choose_reporter() as reporter:
        repro(checkout, reporter, arguments.engine)
        comparison = read_comparison_file(checkout.reports / "comparison.json")
        reporter.table(results_table(comparison, read_decisions(checkout.root)))
    print("report: reports/index.html (as text: reports/comparison.md, for machines: reports/comparison.json)")
    print("release: release/; may the models move there? remodel gate")
