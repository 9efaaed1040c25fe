"""Fills the page's templates with a comparison and the decisions on it: pure functions, with what a template cannot
compute well."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remodel.audit.decisions import Decision
from remodel.audit.differences import KINDS
from remodel.audit.page.figures import colours_of, drawn
from remodel.audit.page.groups import by_announcement, by_rule
from remodel.audit.page.shifts import shift
from remodel.audit.report import announced, difference, spread
from remodel.audit.rulings import ACCEPTED, Ruling, decided, failures, rulings, unneeded
from remodel.audit.verdict import (
    BASELINE,
    CHANGED,
    EQUIVALENT,
    FAILED,
    FAILED_IN_BASELINE,
    IDENTICAL,
    KIND_TITLES,
    RETIRED,
    VERDICTS,
)
from remodel.results.answers.labels import ROWS_LISTED
from remodel.results.answers.scorers import REGRESSION, scorers_of
from remodel.results.comparison import Comparison, Entry
from remodel.results.scores import METRIC_TITLES

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent

NOISE = 1e-12
"""A difference of two scores that no reader wants to see."""

UNFOLDED = 3
"""A group of at most so many models is open from the start."""

SIGNS = {
    FAILED: "✕",
    FAILED_IN_BASELINE: "✕",
    CHANGED: "≠",
    ACCEPTED: "✓",
    RETIRED: "-",
    EQUIVALENT: "≈",
    IDENTICAL: "=",
    BASELINE: "·",
}
"""What stands in the grid for a verdict, the gravest first."""


def pages(comparison: Comparison, decisions: Iterable[Decision]) -> dict[str, str]:
    """reports/index.html and print.html, by name, of a comparison and of what was decided about its changes."""
    return Pages(comparison, tuple(decisions)).all()


@dataclass(frozen=True)
class Pages:
    """The page to look at, in which details are packed until a model is opened, and the one to print, which has the
    details of what needs a decision, or had one."""

    comparison: Comparison
    decisions: tuple[Decision, ...]

    def all(self) -> dict[str, str]:
        """Both, by the names of their files."""
        return {"index.html": self._index(), "print.html": self._print()}

    def _index(self) -> str:
        packed = json.dumps({name: pack(body) for name, body in self._bodies.items()})
        models = [self._model(name, has_details=True) for name in self.comparison.models]
        return self._page(models, on_paper=False, bodies=packed)

    def _print(self) -> str:
        wanted = {*self._decided_models, *(target.model for target in failures(self.comparison))}
        models = [
            {**self._model(name, name in wanted), "body": self._bodies[name] if name in wanted else ""}
            for name in self.comparison.models
        ]
        return self._page(models, on_paper=True, bodies="")

    def _page(self, models: list[dict[str, Any]], on_paper: bool, bodies: str) -> str:
        comparison = self.comparison
        style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
        ordered = sorted(models, key=lambda model: (-model["severity"], model["name"]))
        named = [*self._stopped, *self._taken]
        return self._world.get_template("page.html").render(
            **self._shared,
            on_paper=on_paper,
            bodies=bodies,
            digest=comparison.sha256[:12],
            style=style,
            script=script,
            counts=_counts(comparison),
            rulings=self._rulings,
            stopped=self._stopped,
            taken=self._taken,
            groups=by_rule((one, comparison.at(one.model, one.environment).reasons) for one in self._stopped),
            shifts={
                one.model: shift(comparison.at(one.model, one.environment), comparison.tolerances) for one in named
            },
            failed=failures(comparison),
            unneeded=list(unneeded(comparison, self.decisions)),
            unfolded=UNFOLDED,
            signs=self._signs(ordered),
            models=ordered,
            detailed={model["name"] for model in ordered if model["has_details"]},
            metric_titles=METRIC_TITLES,
            announcements=by_announcement(announced(comparison)),
        )

    @cached_property
    def _world(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        world = Environment(
            loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        world.filters.update(spread=spread, difference=difference, bytes=in_bytes, number=number, score=score)
        world.filters.update(headline=headline)
        world.lstrip_blocks = True
        return world

    @cached_property
    def _shared(self) -> dict[str, Any]:
        """What the page and the details of a model both name."""
        return {
            "comparison": self.comparison,
            "accepted": ACCEPTED,
            "decided": decided(self.comparison, self.decisions),
            "kinds": KIND_TITLES,
            "rows_listed": ROWS_LISTED,
        }

    @cached_property
    def _rulings(self) -> list[Ruling]:
        return rulings(self.comparison, self.decisions)

    @property
    def _stopped(self) -> list[Ruling]:
        return [ruling for ruling in self._rulings if not ruling.passes]

    @property
    def _taken(self) -> list[Ruling]:
        return [ruling for ruling in self._rulings if ruling.verdict == ACCEPTED]

    @property
    def _decided_models(self) -> set[str]:
        return {ruling.model for ruling in (*self._stopped, *self._taken)}

    @cached_property
    def _bodies(self) -> dict[str, str]:
        """The details of every model, as HTML."""
        comparison = self.comparison
        built = {
            model: {name: entry for name, entry in comparison.of(model).items() if entry.evidence}
            for model in comparison.models
        }
        template, pictures = self._world.get_template("model.html"), drawn(built)
        return {
            model: template.render(**self._shared, model=self._details(model, entries, pictures.get(model, [])))
            for model, entries in built.items()
        }

    def _details(self, model: str, built: Mapping[str, Entry], pictures: list[str]) -> dict[str, Any]:
        evidence: Any = next((entry.evidence for entry in built.values()), None)
        scorers = scorers_of(evidence["metrics"]) if evidence else ()
        is_labels, baseline = scorers != REGRESSION, self.comparison.baseline
        return {
            "name": model,
            "scorers": scorers,
            "is_labels": is_labels,
            "entries": self.comparison.of(model),
            "built": built,
            "base": built.get(baseline),
            "colours": colours_of(built),
            "figures": pictures,
            "confusions": _confusions(built, baseline) if is_labels else {},
        }

    def _model(self, model: str, has_details: bool) -> dict[str, Any]:
        """A row of the grid, and the line above a model's details."""
        standing, entries = self._shared["decided"], self.comparison.of(model)
        cells = []
        for environment, entry in entries.items():
            is_taken = entry.target in standing and standing[entry.target].holds
            shown = ACCEPTED if is_taken else entry.verdict
            cells.append({"environment": environment, "shown": shown, "sign": SIGNS[shown]})
        gravest = list(SIGNS)
        release = entries[self.comparison.release_environment]
        return {
            "name": model,
            "entries": entries,
            "cells": cells,
            "severity": max(len(SIGNS) - gravest.index(cell["shown"]) for cell in cells),
            "needs_decision": any(ruling.model == model for ruling in self._stopped),
            "headline": _in_a_line(release, self.comparison) if release.evidence else "",
            "has_details": has_details,
        }

    def _signs(self, models: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
        there = {cell["shown"] for model in models for cell in model["cells"]}
        return [(sign, shown) for shown, sign in SIGNS.items() if shown in there]


def pack(text: str) -> str:
    """A text for a browser to unpack (gzip in base64). Arrow's own zlib, which its lock pins, and not the machine's."""
    import pyarrow

    stream = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(stream, "gzip") as packed:
        packed.write(text.encode())
    return base64.b64encode(stream.getvalue().to_pybytes()).decode()


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


def _in_a_line(entry: Entry, comparison: Comparison) -> str:
    """ "accuracy 0.9543 ± 0.0123 (+0.0010)": the first score where models go, and how far it is from the baseline's."""
    assert entry.evidence is not None
    title = scorers_of(entry.evidence["metrics"])[0].title
    text = f"{title} {spread(headline(entry))}"
    moved = headline(entry)["difference"]
    return text if entry.environment == comparison.baseline else f"{text} ({difference(moved)})"


def _counts(comparison: Comparison) -> dict[str, int]:
    """How often each verdict was given."""
    given = [entry.verdict for entry in comparison.entries]
    return {verdict: given.count(verdict) for verdict in VERDICTS}


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
