"""What `remodel rebuild` and `remodel repro` start: the rebuild with a display, or with JSON lines."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from remodel.display import Display
from remodel.engines.engine import Engine
from remodel.environments import Environment
from remodel.rebuild.command import Options, dry_run, rebuild
from remodel.rebuild.view import JsonLines, Shown
from remodel.repro import prepare_all
from remodel.workspace import Workspace


def run(workspace: Workspace, arguments: argparse.Namespace) -> None:
    """`remodel rebuild` with the words of its command line."""
    options = Options(tuple(arguments.target), arguments.jobs, arguments.keep_going, arguments.engine)
    if arguments.dry_run:
        dry_run(workspace, options, lambda text: print(text, flush=True))
    elif arguments.json:
        in_json(workspace, options)
    else:
        with Display() as display:
            shown(workspace, options, display)


def shown(workspace: Workspace, options: Options, display: Display) -> None:
    """A rebuild with bars, or plain lines where there is no terminal."""

    def prepare(engine: Engine, environments: Sequence[Environment]) -> None:
        prepare_all(engine, environments, display)

    rebuild(workspace, options, Shown(display, options.budget.cores), prepare)


def in_json(workspace: Workspace, options: Options) -> None:
    """A rebuild that only prints JSON lines; what else is to say is among them."""
    view = JsonLines()

    def prepare(engine: Engine, environments: Sequence[Environment]) -> None:
        for environment in environments:
            engine.prepare(environment, view.say)

    rebuild(workspace, options, view, prepare)
