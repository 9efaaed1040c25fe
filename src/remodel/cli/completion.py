"""`remodel completion`: the shell completes commands, options, models, environments, datasets and files."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

from remodel.checkout import Checkout, find_checkout
from remodel.cli import parsing
from remodel.cli.parsing import About, Parser
from remodel.errors import RemodelError, UsageError

SHELLS = ("bash", "zsh", "fish")

ABOUT = About(
    "print the completion of this command line for a shell",
    "Prints a script that completes commands, options, models, environments, datasets and files.\n"
    'bash: eval "$(remodel completion bash)" in ~/.bashrc; zsh: as _remodel in a folder of fpath;\n'
    "fish: as remodel.fish in ~/.config/fish/completions.",
    "remodel completion bash",
)


def add(command: Parser) -> None:
    """The arguments."""
    command.add_argument("shell", choices=SHELLS, nargs="?")
    # What the script asks while somebody types.
    command.add_argument("--words", help=argparse.SUPPRESS)


def run_anywhere(arguments: argparse.Namespace) -> None:
    """Print the script, or the words that one of its arguments may be."""
    if arguments.words is not None:
        print(*_words(arguments.words), sep="\n")
        return
    if arguments.shell is None:
        raise UsageError("completion needs the name of a shell", f"One of: {', '.join(SHELLS)}")
    print(script(arguments.grammar, arguments.shell), end="")


def script(parser: Parser, shell: str) -> str:
    """What a shell has to read to complete a parser's command line."""
    import shtab

    _mark(parser)
    text: str = shtab.complete(parser, shell)
    return text


def _mark(parser: argparse.ArgumentParser) -> None:
    """Tell shtab what every argument is completed with."""
    import shtab

    ways = {parsing.FILE: shtab.FILE, parsing.FOLDER: shtab.DIRECTORY}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                _mark(verb)
        what = getattr(action, "completes", None)
        if what is not None:
            way = ways.get(what) or shtab.cmd(f"remodel completion --words {what}")
            action.complete = way  # type: ignore[attr-defined]


def _words(what: str) -> Iterable[str]:
    """What an argument may be; nothing, and no message amid what somebody types, where that cannot be told."""
    try:
        checkout = find_checkout()
    except RemodelError:
        return ()
    words: dict[str, Callable[[], Iterable[str]]] = {
        parsing.MODEL: lambda: _choices(checkout, "model"),
        parsing.DATASET: lambda: _choices(checkout, "dataset"),
        parsing.ENVIRONMENT: lambda: _choices(checkout, "environment"),
        parsing.TARGET: lambda: _built(checkout),
        parsing.STAGE: lambda: [*_choices(checkout, "model"), *_choices(checkout, "environment"), *_built(checkout)],
        parsing.EXPERIMENT: lambda: [*_tried(checkout), *_built(checkout)],
        parsing.ENGINE: lambda: ("podman", "docker", "venv"),
    }
    return words[what]() if what in words else ()


def _choices(checkout: Checkout, group: str) -> list[str]:
    return sorted(path.stem for path in (checkout.conf / group).glob("*.yaml"))


def _tried(checkout: Checkout) -> list[str]:
    """By the digits of their recipes, as `remodel experiment list` has them."""
    found = checkout.experiments.glob("*/*/*")
    return sorted({f"{path.parent.name[:8]}@{path.name}" for path in found if path.is_dir()})


def _built(checkout: Checkout) -> list[str]:
    return sorted(f"{path.parent.name}@{path.name}" for path in checkout.models.glob("*/*") if path.is_dir())
