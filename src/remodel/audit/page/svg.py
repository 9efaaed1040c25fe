"""Drawing with matplotlib into SVG that stands in a page: the same bytes for the same data, text as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 3.6, 2.7
"""Inches. Small, so that text stays readable where the page is as narrow as a phone."""

FRAME = (0.17, 0.19, 0.8, 0.68)
"""The axes: fixed, because a layout that depends on how wide text is would depend on the machine's fonts."""

SETTINGS = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "grid.color": "#e3e6ea",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "lines.linewidth": 1.4,
}

TAG = re.compile(r"<[^>]+>")
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def draw(name: str, title: str, paint: Callable[[Axes], None]) -> str:
    """The `<svg>` that `paint` makes on one pair of axes; `name` is unique in the page, `title` says what it shows."""
    import matplotlib
    from matplotlib.figure import Figure

    settings: Any = {**SETTINGS, "svg.hashsalt": name}
    with matplotlib.rc_context(settings), _bundled_fonts():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.add_axes(FRAME)
        # With a place of its own: finding one costs as much as drawing an axis.
        axes.set_title(title, y=1.0)
        paint(axes)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return _embedded(stream.getvalue(), title)


def file(name: str, width: float, height: float, paint: Callable[[Figure], None]) -> str:
    """An SVG file that `paint` makes on a figure of so many inches, the same bytes for the same data."""
    import matplotlib
    from matplotlib.figure import Figure

    settings: Any = {**SETTINGS, "svg.hashsalt": name}
    with matplotlib.rc_context(settings), _bundled_fonts():
        figure = Figure(figsize=(width, height))
        paint(figure)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


@contextmanager
def _bundled_fonts() -> Iterator[None]:
    """Only matplotlib's own fonts: the machine may have another version of one with the same name."""
    import matplotlib
    from matplotlib.font_manager import fontManager

    own = Path(matplotlib.get_data_path())
    before = fontManager.ttflist
    fontManager.ttflist = [font for font in before if own in Path(font.fname).parents]
    try:
        yield
    finally:
        fontManager.ttflist = before


def _embedded(text: str, title: str) -> str:
    """Without what a file needs and a page does not: prolog, namespaces, metadata, group names; two decimals."""
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    text = re.sub(r'\s*xmlns(:xlink)?="[^"]*"', "", text)
    opening = rf'<svg viewBox="\1" role="img" aria-label="{title}">'
    text = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', opening, text, count=1)
    # Inside tags only: what is written at an axis stays as it is.
    text = TAG.sub(lambda tag: LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}", tag[0]), text)
    return re.sub(r"\n\s*", "\n", text).strip()
