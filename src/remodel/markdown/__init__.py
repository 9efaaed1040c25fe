"""Pages in Markdown: a template beside the module that fills it, and one macro for tables (`table.md`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def render(template: Path, content: Mapping[str, Any], **filters: Callable[..., str]) -> str:
    """The text of one template; `{% from "table.md" import table %}` gives it tables.

    Raises jinja2.UndefinedError where the template names something that is not there.
    """
    # Here, because commands that make no page shall not wait for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Markdown, not HTML: `cell` and `oneline` keep what comes from data inside its place.
    world = Environment(
        loader=FileSystemLoader([template.parent, FOLDER]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    world.filters.update(filters, cell=cell, oneline=oneline)
    return world.get_template(template.name).render(content)


def cell(text: object) -> str:
    """What stands in one cell of a table; a vertical bar or a line break inside would end it."""
    return oneline(str(text)).replace("|", r"\|")


def oneline(text: str) -> str:
    """What stands in one item of a list: a line break would end it."""
    return " ".join(text.split())
