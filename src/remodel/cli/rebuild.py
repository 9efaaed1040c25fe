"""What `remodel rebuild` starts: the rebuild with a display, or with JSON lines."""

from __future__ import annotations

import argparse

from remodel.display import Display
from remodel.rebuild.idle import nothing_to_do
from remodel.rebuild.settled import untouched
from remodel.rebuild.view import JsonLines, Shown, View
from remodel.workspace import Workspace


def run(workspace: Workspace, arguments: argparse.Namespace) -> None:
    """`remodel rebuild` with the words of its command line."""
    if arguments.dry_run:
        _dry_run(workspace, arguments)
    elif arguments.json:
        _rebuild(workspace, arguments, JsonLines(), None)
    else:
        with Display() as display:
            _rebuild(workspace, arguments, Shown(display), display)


def _rebuild(workspace: Workspace, arguments: argparse.Namespace, view: View, display: Display | None) -> None:
    if known := untouched(workspace):
        nothing_to_do(known, arguments.target, view)
        return
    # Only now: a rebuild with nothing to do ends before these are loaded.
    from remodel.rebuild.command import Options, rebuild
    from remodel.rebuild.images import preparing

    options = Options(tuple(arguments.target), arguments.jobs, arguments.keep_going, arguments.engine)
    rebuild(workspace, options, view, preparing(view, display))


def _dry_run(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.rebuild.command import Options, dry_run

    dry_run(workspace, Options(tuple(arguments.target)), print)
