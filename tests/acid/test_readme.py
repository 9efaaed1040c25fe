"""The acid test, and every command of the README: in one fresh clone, in the order in which they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from remodel.checkout import Checkout

BLOCK = re.compile(r"^```(sh|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"^# (conf/\S+\.yaml)\n", re.MULTILINE)

NEEDS_SOLVER = ("remodel environment lock", "make lock")
"""Commands that need a conda-like solver: tests/containers/environments runs them where there is one."""


@dataclass(frozen=True)
class Step:
    """A command to run, or a YAML file to write."""

    kind: str
    text: str


def steps(readme: str) -> list[Step]:
    """What a reader does who follows the README from top to bottom."""
    found = []
    for kind, body in BLOCK.findall(readme):
        if kind == "yaml":
            found.append(Step("yaml", body))
        else:
            found += [Step("sh", line) for line in body.splitlines()]
    return found


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command in a shell in which `. .venv/bin/activate` was done before."""
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    words = ["bash", "-c", command]
    return subprocess.run(words, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)


def write(yaml: str, folder: Path) -> None:
    """A YAML file of the README, and the model's name in params.yaml as the README asks for."""
    match = FILE_NAME.search(yaml)
    assert match is not None, yaml
    path = folder / match[1]
    assert not path.exists()
    path.write_text(FILE_NAME.sub("", yaml))
    if path.parent.name == "model":
        params = folder / "params.yaml"
        params.write_text(params.read_text().rstrip("\n") + f"\n  - {path.stem}\n")


@pytest.fixture(scope="module")
def clone(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh clone in an empty folder whose name has a space, with nothing installed in it."""
    folder = tmp_path_factory.mktemp("readme") / "fresh clone"
    subprocess.run(["git", "clone", "--quiet", str(checkout.root), str(folder)], check=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_a_fresh_clone_rebuilds_what_is_committed(clone: Path) -> None:
    """The acid test: `make repro` in another folder leaves dvc.lock, and everything else, as committed."""
    first = run("make repro", clone)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "report: reports/index.html" in first.stdout
    changed = run("git diff --exit-code dvc.lock", clone)
    assert changed.returncode == 0, changed.stdout
    assert run("git status --porcelain", clone).stdout == ""
    assert "up to date" in run("dvc status", clone).stdout


@pytest.mark.slow
def test_a_second_run_does_nothing(clone: Path) -> None:
    """And says so."""
    second = run("make repro", clone)
    assert second.returncode == 0
    assert re.search(r"^rebuild: \d+ unchanged \(", second.stdout, re.MULTILINE), second.stdout


@pytest.mark.slow
def test_every_other_command_of_the_readme_works(checkout: Checkout, clone: Path) -> None:
    """From top to bottom, as a reader types them; the files that the README writes are written."""
    todo = steps((checkout.root / "README.md").read_text(encoding="utf-8"))
    assert todo[0] == Step("sh", "make repro")
    for step in todo[1:]:
        if step.kind == "yaml":
            write(step.text, clone)
        elif not step.text.startswith(NEEDS_SOLVER):
            done = run(step.text, clone)
            assert done.returncode == 0, f"{step.text}\n{done.stdout}\n{done.stderr}"


def test_the_other_commands_of_the_table_are_run_by_ci(checkout: Checkout) -> None:
    """`make test`, `make lint` and `make acid` cannot run inside a test: CI calls them."""
    ci = (checkout.root / ".ci" / "run").read_text()
    for target in ("lint", "test", "acid"):
        assert f"\nmake {target}\n" in ci


def test_the_committed_checkout_names_what_the_readme_names(checkout: Checkout) -> None:
    """Links of the README lead somewhere."""
    readme = (checkout.root / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", readme):
        assert (checkout.root / target).exists(), target
