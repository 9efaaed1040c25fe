"""reports/: comparison.json, and for people comparison.md, index.html, print.html, scores.svg and cv_scores.csv."""

from __future__ import annotations

from pathlib import Path

from remodel.audit import compare, page, report
from remodel.audit.decisions import read_decisions
from remodel.checkout import Checkout
from remodel.files import write_bytes, write_json
from remodel.recipes.params import read_params
from remodel.results import endings


def write(checkout: Checkout, out: Path) -> None:
    """Compare every model's results with the baseline's, and write what came out."""
    params, decisions = read_params(checkout), read_decisions(checkout.root)
    comparison = compare.compare(params, endings.read_endings(checkout.models, params.models, params.environments))
    write_json(out / "comparison.json", comparison.document)
    write_bytes(out / "comparison.md", report.markdown(comparison, decisions).encode())
    for name, text in page.pages(comparison, decisions).items():
        write_bytes(out / name, text.encode())
    write_bytes(out / "scores.svg", page.scores_svg(comparison).encode())
    write_bytes(out / "cv_scores.csv", report.cv_scores(comparison).encode())
