"""A file that a merge has left half done is told as that, whichever command comes upon it."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.cli.main import main
from remodel.errors import UsageError
from remodel.pipeline.conflicts import MERGED, check_merged

CONFLICT = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n"


@pytest.mark.parametrize("name", MERGED)
def test_a_half_merged_file_is_told_with_its_line_and_the_way_out(
    copied: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Not as a slip in its YAML, nor with advice to mend another file."""
    (copied.root / name).write_text(f"# a comment\n\n{CONFLICT}")
    monkeypatch.chdir(copied.root)
    for words in (
        ["rebuild", "--dry-run"],
        ["gate"],
        ["environment", "estimate", "--from", "sklearn-1.5", "--to", "sklearn-1.9"],
    ):
        assert main(words) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"remodel: {name} holds two versions since a merge, from line 3. ")
        assert ("git checkout --ours dvc.lock" in error) == (name == "dvc.lock")


def test_a_marker_is_one_only_where_a_line_begins(tmp_path: Path) -> None:
    """A text that speaks of markers is no conflict."""
    (tmp_path / "params.yaml").write_text("# lines such as <<<<<<< HEAD\n")
    check_merged(tmp_path)
    (tmp_path / "params.yaml").write_text(CONFLICT)
    with pytest.raises(UsageError, match="from line 1"):
        check_merged(tmp_path)
