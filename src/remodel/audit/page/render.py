"""Fills the page's template with a comparison and the decisions on it: a pure function, with what a template cannot
compute well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from remodel.audit.decisions import Decision
from remodel.audit.differences import KINDS
from remodel.audit.page.figures import colours_of, figures
from remodel.audit.report import announced, difference, spread
from remodel.audit.rulings import ACCEPTED, decided, failures, rulings, unneeded
from remodel.audit.verdict import KIND_TITLES, VERDICTS
from remodel.results.answers.labels import ROWS_LISTED
from remodel.results.answers.scorers import REGRESSION, scorers_of
from remodel.results.comparison import Comparison, Entry
from remodel.results.scores import METRIC_TITLES

FOLDER = Path(__file__).parent

NOISE = 1e-12
"""A difference of two scores that no reader wants to see."""


def render(comparison: Comparison, decisions: Iterable[Decision]) -> str:
    """reports/index.html of a comparison and of what was decided about its changes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    world = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    world.filters.update(spread=spread, difference=difference, bytes=in_bytes, number=number, score=score)
    world.filters.update(headline=headline)
    world.lstrip_blocks = True
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    taken = tuple(decisions)
    return world.get_template("page.html").render(
        comparison=comparison,
        digest=comparison.sha256[:12],
        style=style,
        script=script,
        counts=_counts(comparison),
        rulings=rulings(comparison, taken),
        failed=failures(comparison),
        accepted=ACCEPTED,
        decided=decided(comparison, taken),
        unneeded=list(unneeded(comparison, taken)),
        models=[_model(name, comparison) for name in comparison.models],
        metric_titles=METRIC_TITLES,
        kinds=KIND_TITLES,
        rows_listed=ROWS_LISTED,
        announced=list(announced(comparison)),
    )


def headline(entry: Entry) -> Mapping[str, Any]:
    """The score that stands for all of a model's, where there is room for one."""
    assert entry.evidence is not None
    metrics: Mapping[str, Any] = entry.evidence["metrics"]
    first: Mapping[str, Any] = metrics[scorers_of(metrics)[0].name]
    return first


def in_bytes(size: int | None) -> str:
    """A size with its unit; "none" where there is no file."""
    return "none" if size is None else f"{size / 1000:,.1f} kB"


def number(value: float) -> str:
    """A number of a test or a difference: three significant digits."""
    return "0" if value == 0 else f"{value:.3g}"


def score(value: float) -> str:
    """A difference of two scores, in which what is below NOISE is none: they are sums, whose last bits say nothing."""
    return number(0.0 if abs(value) < NOISE else value)


def _counts(comparison: Comparison) -> dict[str, int]:
    """How often each verdict was given."""
    given = [entry.verdict for entry in comparison.entries]
    return {verdict: given.count(verdict) for verdict in VERDICTS}


def _model(model: str, comparison: Comparison) -> dict[str, Any]:
    entries = comparison.of(model)
    built = {name: entry for name, entry in entries.items() if entry.evidence}
    evidence: Any = next((entry.evidence for entry in built.values()), None)
    scorers = scorers_of(evidence["metrics"]) if evidence else ()
    is_labels = scorers != REGRESSION
    return {
        "name": model,
        "scorers": scorers,
        "is_labels": is_labels,
        "entries": entries,
        "built": built,
        "base": built.get(comparison.baseline),
        "colours": colours_of(built),
        "figures": list(figures(model, built)) if built else [],
        "confusions": _confusions(built, comparison.baseline) if is_labels else {},
    }


def _confusions(built: Mapping[str, Entry], baseline: str) -> dict[str, list[list[tuple[int, int]]]]:
    """The confusion of each environment whose labels differ: (count, count minus the baseline's) in each cell."""
    confusions = {}
    evidence: dict[str, Any] = {name: entry.evidence for name, entry in built.items()}
    for name, own in evidence.items():
        if own["labels"][KINDS[0]]["different"]:
            tables = own["quality"]["confusion"], evidence[baseline]["quality"]["confusion"]
            confusions[name] = [
                [(new, new - old) for new, old in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)
            ]
    return confusions
