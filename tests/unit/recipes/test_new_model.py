"""A name goes into params.yaml and nothing else there changes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from remodel.errors import UsageError
from remodel.recipes.new_model import list_model

BLOCK = "# which\nmodels:\n  # the first\n  - a   # why\n  - b  # last\n\n# below\nthreads: 1\n"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (BLOCK, BLOCK.replace("  - b  # last\n", "  - b  # last\n  - new\n")),
        ("models:\n- a\n- b", "models:\n- a\n- b\n- new"),
        ("models: [a, b]  # two\nx: 1\n", "models: [a, b, new]  # two\nx: 1\n"),
        ("models: [\n  a,\n  b,\n]\n", "models: [\n  a,\n  b, new,\n]\n"),
    ],
)
def test_a_name_is_added_to_alist_model(tmp_path: Path, text: str, changed: str) -> None:
    """Of either style; comments stay where they are."""
    path = tmp_path / "params.yaml"
    path.write_text(text)
    list_model(path, "new")
    assert path.read_text() == changed
    assert yaml.safe_load(changed)["models"] == ["a", "b", "new"]


@pytest.mark.parametrize("text", ["models: []\n", "models:\n", "x: 1\n"])
def test_where_there_is_no_list_that_is_said(tmp_path: Path, text: str) -> None:
    """With what to write."""
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"params\.yaml has no list `models`. Write it: models: \[new\]"):
        list_model(path, "new")
    assert path.read_text() == text
