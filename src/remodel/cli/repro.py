"""`remodel repro`: set up what is missing, rebuild what changed, show the results."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    engine_option(commands.add_parser("repro", help="set up what is missing, rebuild what changed, show the results"))


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
