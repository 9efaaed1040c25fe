"""The command line: `remodel <command>`. The only place that prints an error, in one line, with its exit code."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from remodel.errors import INTERRUPTED, RemodelError, StorageError, UnknownName, UsageError
from remodel.files import as_storage_error
from remodel.release import words
from remodel.workspace import Workspace, find_workspace

EPILOG = """exit codes: 0 done; 1 other error; 2 wrong usage or configuration; 3 data is not what it should be;
4 a build failed; 5 container engine; 6 lock or wheel; 7 disk or permissions; 8 other bytes (verify, verify-release);
9 the gate is closed; 10 a release cannot be published there; 130 interrupted"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return report_errors(lambda: _run(parser().parse_args(words)))


def report_errors(command: Callable[[], int]) -> int:
    """Run `command`; print a RemodelError in one line, and end quietly when interrupted."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return command()
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except RemodelError as error:
        print(f"remodel: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"remodel: {as_storage_error(error)}", file=sys.stderr)
        return StorageError.exit_code
    except KeyboardInterrupt:
        print("remodel: interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


class Parser(argparse.ArgumentParser):
    """argparse, with its errors in one line of ours."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message, f"See: {self.prog} --help")


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
    _rebuild_options(commands.add_parser("rebuild", help="bring stages up to date, in parallel, as dvc repro would"))
    warm = commands.add_parser("warm", help="keep an environment warm in the background, for python -m train")
    warm.add_argument("environment", help="such as sklearn-1.9")
    warm.add_argument("--minutes", type=float, default=30.0, help="end when nothing was asked for so long (30)")
    warm.add_argument("--end", action="store_true", help="end it now")
    _engine_option(warm)
    listing = commands.add_parser("environments", help="list the locked environments and their images")
    _engine_option(listing)
    matrix = commands.add_parser("matrix", help="build the zoo in every environment and write docs/matrix.md")
    _engine_option(matrix)
    _environment_commands(commands)
    lock = commands.add_parser("lock", help="solve environments again and write their conda-lock.yml")
    lock.add_argument("environment", nargs="*", help="names such as sklearn-1.5, or control; none: all")
    _verify_options(commands.add_parser("verify", help="build models again and compare every byte with models/"))
    predict = commands.add_parser("predict", help="answer the rows of a CSV or JSON file with a finished model")
    predict.add_argument("folder", type=Path, help="such as release/credit_mlp or models/credit_mlp/sklearn-1.5")
    predict.add_argument("rows", type=Path, help="a .csv or .json file; the answers have the same format")
    predict.add_argument("--with", dest="runtime", choices=("onnx", "skops"), help="none: ONNX where there is one")
    _engine_option(predict)
    gate = commands.add_parser("gate", help="may every model move to the release environment? one line a model")
    gate.add_argument("--accept", metavar="MODEL@ENVIRONMENT", help="record that this changed model may move")
    gate.add_argument("--reason", default="", help="why it may: needed with --accept")
    explain = commands.add_parser("explain", help="find the factor that moves a model: rebuilds, one factor at a time")
    explain.add_argument("name", metavar="MODEL@ENVIRONMENT")
    _engine_option(explain)
    measure = commands.add_parser("measure", help="time and weigh built models with skops and ONNX Runtime")
    measure.add_argument("name", metavar="MODEL@ENVIRONMENT", nargs="*", help="none: the whole matrix")
    _engine_option(measure)
    estimate = commands.add_parser("estimate", help="models, minutes and disk of a move, before anything is started")
    estimate.add_argument("--from", dest="start", metavar="ENVIRONMENT", required=True)
    estimate.add_argument("--to", dest="end", metavar="ENVIRONMENT", required=True)
    _engine_option(estimate)
    _engine_option(words.release(commands))
    _engine_option(words.verify_release(commands))
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


def _rebuild_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", nargs="*", help="a stage, model, environment or MODEL@ENVIRONMENT; none: everything")
    command.add_argument("-j", "--jobs", type=_count, help="builds at once; none: as many as there are cores")
    command.add_argument("-k", "--keep-going", action="store_true", help="build what does not need a stage that failed")
    command.add_argument("-n", "--dry-run", action="store_true", help="say what is out of date, and build nothing")
    command.add_argument("--json", action="store_true", help="one JSON line an event on standard output")
    _engine_option(command)


def _count(word: str) -> int:
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of 1 or more")
    return int(word)


def _verify_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", nargs="*", help="model@environment, such as credit_mlp@sklearn-1.9")
    command.add_argument("--all", action="store_true", help="every model in every environment of params.yaml")
    command.add_argument("--cpu", action="store_true", help="on an emulated CPU (QEMU): slow, for small models")
    _engine_option(command)


def _run(arguments: argparse.Namespace) -> int:
    commands = {
        "repro": _repro,
        "rebuild": _rebuild,
        "warm": _warm,
        "environments": _environments,
        "lock": _lock,
        "verify": _verify,
        "predict": _predict,
        "gate": _gate,
        "explain": _explain,
        "measure": _measure,
        "estimate": _estimate,
        "environment": _environment,
        "matrix": _matrix,
        "release": words.run_release,
        "stage": _stage,
    }
    if arguments.command == "verify-release":
        # A receiver has no checkout of the publisher's.
        words.run_verify_release(arguments)
    else:
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
    print("report: reports/index.html (as text: reports/comparison.md, for machines: reports/comparison.json)")
    print("release: release/; may the models move there? remodel gate")


def _rebuild(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.rebuild.front import run

    run(workspace, arguments)


def _warm(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel import keeper

    if arguments.end:
        print(keeper.end(workspace, arguments.environment))
    else:
        print(keeper.start(workspace, arguments.environment, arguments.minutes, arguments.engine))


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


def _verify(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.verify.command import verify

    verify(workspace, arguments.model, arguments.all, arguments.engine, arguments.cpu)


def _predict(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.predict import predict

    print(predict(workspace, arguments.folder, arguments.rows, arguments.runtime, arguments.engine), end="")


def _gate(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.gate import accept, gate

    if arguments.accept:
        decision = accept(workspace, arguments.accept, arguments.reason)
        print(f"accepted {arguments.accept} in decisions.yaml: {decision.reason}")
    elif arguments.reason:
        raise UsageError("--reason is for --accept", "Add: --accept MODEL@ENVIRONMENT")
    else:
        gate(workspace)


def _explain(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.engines import choose_engine
    from remodel.explain import explain

    engine = choose_engine(arguments.engine)
    told = explain(workspace, engine, arguments.name, lambda line: print(line, file=sys.stderr, flush=True))
    for finding in told.findings:
        print(finding)
    print(told.answer)


def _measure(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.engines import choose_engine
    from remodel.explain import split_name
    from remodel.measuring import described, measure
    from remodel.params import read_params

    params = read_params(workspace)
    matrix = [f"{model}@{environment}" for model in params.models for environment in params.environments]
    pairs = [split_name(name, params) for name in arguments.name or matrix]
    engine = choose_engine(arguments.engine)
    for model, environment in pairs:
        for runtime, found in measure(workspace, engine, model, environment).items():
            print(f"{model}@{environment} {described(runtime, found)}", flush=True)


def _estimate(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel.engines import choose_engine
    from remodel.estimate import estimate

    print(estimate(workspace, choose_engine(arguments.engine), arguments.start, arguments.end))


def _stage(workspace: Workspace, arguments: argparse.Namespace) -> None:
    from remodel import stages
    from remodel.tether import tether

    # A stage is DVC's child: where DVC is killed, the stage has a container to remove.
    tether()
    if arguments.stage == "snapshot":
        stages.snapshot(workspace, arguments.dataset)
    elif arguments.stage == "train":
        stages.train(workspace, arguments.model, arguments.environment)
    else:
        getattr(stages, arguments.stage)(workspace)


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does: containers are removed, scratch folders too."""
    raise KeyboardInterrupt
