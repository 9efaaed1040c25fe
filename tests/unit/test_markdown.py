"""Pages by templates: tables whose cells stay inside, and no silent gap where a name is misspelt."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from remodel.markdown import cell, render


def rendered(folder: Path, template: str, **content: object) -> str:
    """The text that a template of a test gives."""
    (folder / "page.md").write_text(template, encoding="utf-8")
    return render(folder / "page.md", content)


def test_a_table_has_a_head_a_rule_and_a_row_each(tmp_path: Path) -> None:
    """Text on all sides of it keeps its blank lines."""
    page = '{% from "table.md" import table %}\nAbove.\n\n{{ table(["a", "b"], rows) }}\nBelow.\n'
    text = rendered(tmp_path, page, rows=[["1", 2], ["", "ä"]])
    assert text == "Above.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n|  | ä |\n\nBelow.\n"


def test_the_rule_can_have_blanks(tmp_path: Path) -> None:
    """As comparison.md has them since it is kept."""
    page = '{% from "table.md" import table %}\n{{ table(["a", "b"], [], rule=" --- ") -}}\n'
    assert rendered(tmp_path, page) == "| a | b |\n| --- | --- |\n"


def test_what_comes_from_data_cannot_leave_its_cell(tmp_path: Path) -> None:
    """Bars, line breaks and blanks at the ends; nothing is taken for HTML or for a template."""
    page = '{% from "table.md" import table %}\n{{ table(["a"], rows) -}}\n'
    text = rendered(tmp_path, page, rows=[[" no |\n converter\t<b> & {{ a }}"]])
    assert text == "| a |\n|---|\n| no \\| converter <b> & {{ a }} |\n"
    assert cell("a|b") == r"a\|b"


def test_a_name_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """And no blank in the page."""
    with pytest.raises(jinja2.UndefinedError, match="'absent' is undefined"):
        rendered(tmp_path, "{{ absent }}")
