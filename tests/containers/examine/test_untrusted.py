"""A list without a type that a model needs: neither a build nor a rebuild passes, and nothing is replaced."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.cli.main import main as cli
from remodel.examine.verify.rebuild import digests_of
from remodel.pipeline import stages
from remodel.results.endings import Failed, read_ending
from tests.containers.examine.conftest import ENVIRONMENT, MODEL, edit

TREE = "sklearn.tree._tree.Tree"


def test_a_build_stops_at_a_type_outside_the_list(
    built: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The type, and the line to add after a review, are the model's result; `verify` ends with exit code 4."""
    shutil.copytree(built.root, tmp_path / "copy")
    copied = Checkout(tmp_path / "copy")
    edit(copied.conf / "trust.yaml", f"  {TREE}:", "  some.other.Tree:")
    folder = copied.models / MODEL / ENVIRONMENT
    before = digests_of(folder)
    line = (
        f"model.skops holds what nobody has reviewed: {TREE}. "
        f"Review it, and add to conf/trust.yaml: `{TREE}: <why it may be loaded>`"
    )
    monkeypatch.chdir(copied.root)
    assert cli(["model", "verify", f"{MODEL}@{ENVIRONMENT}"]) == 4
    assert capsys.readouterr().err == f"remodel: {line}\n"
    assert digests_of(folder) == before
    stages.train(copied, MODEL, ENVIRONMENT)
    ending = read_ending(folder, MODEL, ENVIRONMENT)
    assert isinstance(ending, Failed) and f"{ending.message}. {ending.advice}" == line
