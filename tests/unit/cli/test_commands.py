"""The grammar of the command line: nouns and verbs, what --help says, words that are nearly right."""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.cli.completion import SHELLS
from remodel.cli.main import COMMANDS, main, parser
from remodel.cli.parsing import About, Noun

ANSWERING = {
    "adopt inspect",
    "adopt recipe",
    "dataset add",
    "dataset show",
    "environment estimate",
    "environment list",
    "experiment diff",
    "experiment list",
    "forecast",
    "gate",
    "model explain",
    "model measure",
    "model verify",
    "rebuild",
}
"""Commands with --json. `model predict` answers in the format of its rows; the others do something."""


def abouts() -> Iterator[tuple[str, About]]:
    """Every command with its verb, and what it says of itself."""
    for name, command in COMMANDS.items():
        if isinstance(command, Noun):
            yield from ((f"{name} {verb}", one.ABOUT) for verb, one in command.verbs.items())
        else:
            yield name, command.ABOUT


def leaves(top: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every parser without others below it."""
    below = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for name, inner in action.choices.items():
            yield from leaves(inner, (*words, name))
    if not below:
        yield " ".join(words), top


@pytest.mark.parametrize(("name", "about"), [*abouts()])
def test_help_is_three_lines_and_an_example_that_is_one(name: str, about: About) -> None:
    """What it does in at most three lines that fit a terminal, and a command line that its own parser takes."""
    lines = about.does.splitlines()
    assert 1 <= len(lines) <= 3
    assert all(len(line) <= 120 and line == line.strip() for line in lines)
    assert about.summary and not about.summary.endswith(".")
    words = shlex.split(about.example)
    assert words[0] == "remodel" and " ".join(words[1:]).startswith(name)
    assert callable(parser().parse_args(words[1:]).run_command)


@pytest.mark.parametrize(("name", "about"), [*abouts()])
def test_help_shows_them(name: str, about: About, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of each command holds its lines and its example."""
    with pytest.raises(SystemExit) as ended:
        main([*name.split(), "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert about.does in shown and f"example: {about.example}" in shown


def test_json() -> None:
    """Every command that answers something has --json."""
    with_json = {name for name, leaf in leaves(parser()) if "--json" in leaf._option_string_actions}
    assert with_json == ANSWERING


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["modle"], "unknown command 'modle' in remodel: did you mean 'model'?"),
        (["model", "verfy"], "unknown verb 'verfy' in remodel model: did you mean 'verify'?"),
        (["environment", "lokc"], "unknown verb 'lokc' in remodel environment: did you mean 'lock'?"),
        (["completion", "fsh"], "unknown shell 'fsh' in remodel completion: did you mean 'fish'?"),
        (["completion"], "completion needs the name of a shell. One of: bash, zsh, fish"),
    ],
)
def test_did_you_mean(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is nearly right: one line, with the right one, and exit code 2."""
    assert main(words) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "old", ["explain", "measure", "estimate", "verify", "verify-release", "predict", "environments", "lock", "warm"]
)
def test_the_old_words_are_gone(old: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One way for each thing."""
    assert main([old]) == 2
    assert f"unknown command {old!r}" in capsys.readouterr().err


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_is_a_script_of_its_shell(shell: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Every command and verb stands in it, and the shell reads it, where it is installed."""
    assert main(["completion", shell]) == 0
    script = tmp_path / "script"
    script.write_text(capsys.readouterr().out)
    for name, _ in abouts():
        assert name.split()[-1] in script.read_text()
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n", script], check=True)


COMPLETED = [
    ("remodel mod", ["model"]),
    ("remodel model ver", ["verify"]),
    ("remodel model verify --al", ["--all"]),
    ("remodel model explain iris_decision_tree@sklearn-1.9", ["iris_decision_tree@sklearn-1.9"]),
    ("remodel environment lock sklearn-1.", [f"sklearn-1.{minor}" for minor in range(10)]),
    ("remodel gate --accept iris_decision_tree@sklearn-1.9", ["iris_decision_tree@sklearn-1.9"]),
    ("remodel dataset show win", ["wine"]),
    ("remodel rebuild --engine pod", ["podman"]),
    ("remodel release publish iris_d", ["iris_decision_tree"]),
]


def in_bash(line: str) -> str:
    """A script that prints what bash completes a line to, a word a line."""
    return f"""eval "$(remodel completion bash)"
COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_shtab_remodel 2>/dev/null; printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def in_fish(line: str) -> str:
    """The same of fish."""
    return f"remodel completion fish | source; complete -C '{line}' | cut -f1"


@pytest.mark.parametrize(("line", "words"), COMPLETED)
@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_completion(shell: str, line: str, words: list[str], built: Path) -> None:
    """A real shell completes a line to what stands in the checkout."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = {"bash": in_bash, "fish": in_fish}[shell](line)
    done = subprocess.run([shell, "-c", script], cwd=built, capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split()) == sorted(words)


@pytest.fixture
def built(copied: Checkout) -> Path:
    """A checkout in which one model was built."""
    (copied.models / "iris_decision_tree" / "sklearn-1.9").mkdir(parents=True)
    return copied.root
