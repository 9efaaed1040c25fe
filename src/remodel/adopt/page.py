"""The page of a fleet of pickles: how many of which version, what can be adopted, what must not be touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from remodel.adopt.inspect import Inspected, by_version, counted

TEMPLATE = "page.html"


def render(inspected: Sequence[Inspected]) -> str:
    """The page, as one file without script."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    world = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    world.lstrip_blocks = True
    return world.get_template(TEMPLATE).render(
        files=inspected, counts=counted(inspected), versions=by_version(inspected), total=len(inspected)
    )
