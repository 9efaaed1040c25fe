"""The command line: `remodel <command>`. The only place that prints an error, in one line, with its exit code."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from remodel.errors import INTERRUPTED, RemodelError, UnknownName, UsageError
from remodel.workspace import Workspace, find_workspace

EPILOG = """exit codes: 0 done; 1 other error; 2 wrong usage or configuration; 3 data is not what it should be;
4 a build failed; 5 container engine; 6 lock or wheel; 7 disk or permissions; 130 interrupted"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return report_errors(lambda: _run(parser().parse_args(words)))


def report_errors(command: Callable[[], int]) -> int:
    """Run `command`; print a RemodelError in one line, and end quietly when interrupted."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return command()
    except RemodelError as error:
        print(f"remodel: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("remodel: interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 1


class Parser(argparse.ArgumentParser):
    """argparse, with its errors in one line of ours."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{self.prog}: {message}", f"See: {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = Parser(
        prog="remodel",
        description="Rebuild scikit-learn models on every scikit-learn version, in locked containers.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    repro = commands.add_parser("repro", help="set up what is missing, rebuild what changed, show the results")
    _engine_option(repro)
    listing = commands.add_parser("environments", help="list the locked environments and their images")
    _engine_option(listing)
    matrix = commands.add_parser("matrix", help="build the zoo in every environment and write docs/matrix.md")
    _engine_option(matrix)
    _environment_commands(commands)
    lock = commands.add_parser("lock", help="solve environments again and write their conda-lock.yml")
    lock.add_argument("environment", nargs="*", help="names such as sklearn-1.5, or control; none: all")
    stage = commands.add_parser("stage", help="run one stage of dvc.yaml (dvc repro calls this)")
    stages = stage.add_subparsers(dest="stage", required=True, metavar="STAGE", parser_class=Parser)
    stages.add_parser("snapshot", help="pin one dataset").add_argument("dataset")
    train = stages.add_parser("train", help="build one model in one environment")
    train.add_argument("model")
    train.add_argument("environment")
    for name in ("recipes", "compare", "package"):
        stages.add_parser(name)
    return top


def _environment_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    environment = commands.add_parser("environment", help="list, add or check environments")
    actions = environment.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    actions.add_parser("list", help="the same as `remodel environments`")
    add = actions.add_parser("add", help="write, lock and build an environment, and build the zoo in it")
    add.add_argument("version", help="of scikit-learn, such as 1.10.0")
    check = actions.add_parser("check", help="build the zoo in one environment, and say what works and why not")
    check.add_argument("name", help="such as sklearn-1.5")
    actions.add_parser("record", help="ask every environment for its parameters and defaults again")
    for action in actions.choices.values():
        _engine_option(action)


def _engine_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--engine", help="podman, docker or venv (also: REMODEL_ENGINE); none: the first that works")


def _run(arguments: argparse.Namespace) -> int:
    commands = {
        "repro": _repro,
        "environments": _environments,
        "environment": _environment,
        "matrix": _matrix,
        "lock": _lock,
        "stage": _stage,
    }
    commands[arguments.command](find_workspace(), arguments)
    return 0


def _repro(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from remodel.display import Display
    from remodel.repro import repro
    from remodel.results import read_document
    from remodel.tables import results_table

    with Display() as display:
        repro(workspace, display, arguments.engine)
    comparison = read_document(workspace.reports / "comparison.json", "comparison")
    Console().print(results_table(comparison))
    print("report: reports/comparison.md (for machines: reports/comparison.json), release: release/")


def _environments(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.listing import list_environments

    list_environments(workspace, arguments.engine)


def _environment(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel import environment_commands as actions

    if arguments.action == "list":
        _environments(workspace, arguments)
    elif arguments.action == "add":
        actions.add(workspace, arguments.version, arguments.engine)
    elif arguments.action == "check":
        actions.check(workspace, arguments.name, arguments.engine)
    else:
        actions.record(workspace, arguments.engine)


def _matrix(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.engines import choose_engine
    from remodel.matrix_command import make_matrix

    make_matrix(workspace, choose_engine(arguments.engine))


def _lock(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.environments import environment_names
    from remodel.locking import CONTROL, lock

    known = [*environment_names(workspace), CONTROL]
    for name in arguments.environment:
        if name not in known:
            raise UnknownName("environment", name, known)
    for name in arguments.environment or known:
        print(f"locking {name}", flush=True)
        lock(workspace, name)


def _stage(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel import stages

    if arguments.stage == "snapshot":
        stages.snapshot(workspace, arguments.dataset)
    elif arguments.stage == "train":
        stages.train(workspace, arguments.model, arguments.environment)
    else:
        getattr(stages, arguments.stage)(workspace)


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does: containers are removed, scratch folders too."""
    raise KeyboardInterrupt
