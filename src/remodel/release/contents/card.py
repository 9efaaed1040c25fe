"""The model card: README.md of one model, for people, from the same facts as the files beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.audit.rulings import ACCEPTED
from remodel.release.contents.identity import Identity
from remodel.results.answers.scorers import Scorer, scorers_of
from remodel.results.manifest import Manifest

TEMPLATE = "card.md"

MOST = 12
"""Categories of a column that are listed; there may be thousands."""


PIPELINE = "sklearn.pipeline.Pipeline"
"""Names no step of its own."""


@dataclass(frozen=True)
class Card:
    """What the template of the card is filled with; `result` is the build's own account (kind "result")."""

    facts: Manifest
    identity: Identity
    schema: Mapping[str, Any]
    audit: Mapping[str, Any]
    result: Mapping[str, Any]

    def render(self) -> bytes:
        """README.md."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        # Markdown, not HTML: `cell` and `oneline` keep what comes from data inside its place.
        world = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        world.filters.update(cell=cell, oneline=oneline, values=values, verdict=verdict, score=score)
        text = world.get_template(TEMPLATE).render(
            facts=self.facts,
            identity=self.identity,
            schema=self.schema,
            audit=self.audit,
            scorers=shown(self.facts.scores),
            steps=list(steps(self.facts.recipe.pipeline)),
            warnings=self.result["warnings"],
            no_onnx_reason=self.result["onnx"]["reason"],
        )
        return text.encode()


def shown(scores: Collection[str]) -> list[Scorer]:
    """The two scores that a comparison of environments has room for: the first and the last but of errors."""
    scorers = scorers_of(scores)
    return [scorers[0], scorers[1] if scorers[1].in_unit else scorers[-1]]


def oneline(text: str) -> str:
    """Text on one line, with nothing that Markdown takes for code, a link or HTML."""
    return " ".join(text.split()).replace("`", "'").replace("<", "&lt;").replace("[", "\\[")


def cell(text: str) -> str:
    """Text inside a table."""
    return oneline(text).replace("|", "\\|")


def values(column: Mapping[str, Any]) -> str:
    """The range of a numeric column, the categories of another, how dates and truth values are written."""
    about = column.get("about", {})
    if column["kind"] == "text":
        return "texts"
    if column["kind"] == "boolean":
        return " or ".join(about.get("values", ("false", "true")))
    if column["kind"] == "date":
        return f"dates written as {about['format']}"
    if column["kind"] == "numeric":
        low, high = column["minimum"], column["maximum"]
        return "none" if low is None else f"{low:g} to {high:g}"
    categories = column["categories"]
    more = f" and {len(categories) - MOST} more" if len(categories) > MOST else ""
    return ", ".join(categories[:MOST]) + more


def verdict(entry: Mapping[str, Any], ruling: Mapping[str, Any] | None) -> str:
    """The verdict on one environment, with its reasons, and with what was decided of it where that is released."""
    text = f"{entry['verdict']}: {'; '.join(entry['reasons'])}" if entry["reasons"] else str(entry["verdict"])
    if ruling is not None and ruling["verdict"] == ACCEPTED and ruling["environment"] == entry["environment"]:
        text = f"{text}; {ACCEPTED}: {ruling['reason']}"
    return text


def score(entry: Mapping[str, Any], metric: str) -> str:
    """Mean and spread of one metric in one environment; nothing where there is no model."""
    if not entry["evidence"]:
        return ""
    summary = entry["evidence"]["metrics"][metric]
    return f"{summary['mean']:.4f} ± {summary['std']:.4f}"


def steps(node: Any) -> Iterator[str]:
    """The classes that a recipe's pipeline names, the outermost of each part last."""
    if isinstance(node, Mapping):
        for key in sorted(node, key=lambda name: (name in ("classifier", "regressor"), name)):
            if key != "_target_":
                yield from steps(node[key])
        if node.get("_target_", PIPELINE) != PIPELINE:
            yield str(node["_target_"])
    elif isinstance(node, list | tuple):
        for part in node:
            yield from steps(part)
