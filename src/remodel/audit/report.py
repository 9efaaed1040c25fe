"""The comparison for people (comparison.md) and for `dvc plots` (cv_scores.csv): pure functions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from remodel.audit.decisions import Decision
from remodel.audit.forecast import Outlook
from remodel.audit.rulings import ACCEPTED, Decided, decided, rulings, unneeded
from remodel.audit.verdict import BASELINE
from remodel.markdown import render
from remodel.results.answers.kinds import kind_of
from remodel.results.answers.scorers import ALL, scorers_of
from remodel.results.comparison import Comparison, Entry
from remodel.results.target import Target

TEMPLATE = Path(__file__).with_suffix(".md")

FILES = ("skops", "ONNX", "warnings")


def markdown(comparison: Comparison, decisions: Iterable[Decision]) -> str:
    """comparison.md: what may move, an overview, two tables a model, and why some models have no ONNX file."""
    decisions = tuple(decisions)
    standing = decided(comparison, decisions)
    content = {
        "baseline": comparison.baseline,
        "release_environment": comparison.release_environment,
        "environments": [_title(name, comparison.baseline) for name in comparison.environments],
        "overview": _overview(comparison, standing),
        "models": [_model(name, comparison, standing) for name in comparison.models],
        "announced": list(announced(comparison)),
        "without_onnx": _without_onnx(comparison.entries),
    }
    return render(TEMPLATE, content | _answer(comparison, decisions))


def announced(comparison: Comparison) -> Iterator[tuple[str, Outlook]]:
    """(model, what a version to come will do to it) of the models of the release environment."""
    for entry in comparison.entries:
        if entry.environment == comparison.release_environment and entry.evidence:
            for part in entry.evidence.get("announced", ()):
                yield entry.model, Outlook(**part)


def cv_scores(comparison: Comparison) -> str:
    """cv_scores.csv: one row per model, environment and fold (numbered from 0), one column a metric."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    there = {name for entry in comparison.entries if entry.evidence for name in entry.evidence["metrics"]}
    names = [scorer.name for scorer in ALL if scorer.name in there]
    writer.writerow(["model", "environment", "fold", *names])
    for entry in comparison.entries:
        if not entry.evidence:
            continue
        metrics = entry.evidence["metrics"]
        count = len(next(iter(metrics.values()))["folds"])
        for number in range(count):
            values = [repr(metrics[name]["folds"][number]) if name in metrics else "" for name in names]
            writer.writerow([entry.model, entry.environment, number, *values])
    return stream.getvalue()


def spread(metric: Mapping[str, Any], digits: int = 4) -> str:
    """Mean and spread of one metric, such as "0.9649 ± 0.0123"; of large ones five digits."""
    if abs(metric["mean"]) >= 1000:
        return f"{metric['mean']:,.{max(0, digits - 3)}f} ± {metric['std']:,.{max(0, digits - 3)}f}"
    return f"{metric['mean']:.{digits}f} ± {metric['std']:.{digits}f}"


def difference(value: float) -> str:
    """A difference of means with its sign; "=" only where it is exactly zero."""
    return f"{value:+.4f}" if value else "="


def _answer(comparison: Comparison, decisions: tuple[Decision, ...]) -> dict[str, Any]:
    """What the gate says of each model that does not move by itself, and decisions that have had their day."""
    ruled = rulings(comparison, decisions)
    return {
        "passing": sum(ruling.passes for ruling in ruled),
        "ruled": len(ruled),
        "listed": [ruling for ruling in ruled if not ruling.passes or ruling.verdict == ACCEPTED],
        "unneeded": list(unneeded(comparison, decisions)),
    }


def _overview(comparison: Comparison, standing: Mapping[Target, Decided]) -> list[list[str]]:
    return [
        [model, *(_overview_cell(entry, standing.get(entry.target)) for entry in comparison.of(model).values())]
        for model in comparison.models
    ]


def _overview_cell(entry: Entry, standing: Decided | None) -> str:
    verdict = "" if entry.verdict == BASELINE else f"**{entry.verdict}**"
    if standing is not None and standing.holds:
        verdict += f" ({ACCEPTED})"
    if not entry.evidence:
        return verdict
    headline = scorers_of(entry.evidence["metrics"])[0]
    return f"{verdict} {'' if headline is ALL[0] else f'{headline.title} '}{_metric(entry, headline.name)}".strip()


def _model(model: str, comparison: Comparison, standing: Mapping[Target, Decided]) -> dict[str, Any]:
    baseline, entries = comparison.baseline, comparison.of(model)
    built = {name: entry for name, entry in entries.items() if entry.evidence}
    base = built[baseline].evidence if built else None
    scorers = scorers_of(base["metrics"]) if base else ()
    return {
        "name": model,
        "base": base,
        "folds": len(base["metrics"][scorers[0].name]["folds"]) if base else 0,
        "metrics": [scorer.title for scorer in scorers[1:]],
        "columns": [*kind_of(base["metrics"]).COLUMNS, *FILES] if base else [],
        "scores": [[_title(name, baseline), *_scores(entry)] for name, entry in built.items()],
        "changes": [[_title(name, baseline), *_changes(entry), *_files(entry)] for name, entry in built.items()],
        "warned": [f"{name} warns: {line}" for name, entry in built.items() for line in _warned(entry)],
        "with_reasons": [(entry, standing.get(entry.target)) for entry in entries.values() if entry.reasons],
    }


def _warned(entry: Entry) -> list[str]:
    return list(_evidence(entry)["warnings"].get("kinds", ()))


def _evidence(entry: Entry) -> Mapping[str, Any]:
    """The evidence of an entry that has some."""
    assert entry.evidence is not None
    return entry.evidence


def _scores(entry: Entry) -> list[str]:
    return [_metric(entry, scorer.name) for scorer in scorers_of(_evidence(entry)["metrics"])[1:]]


def _title(environment: str, baseline: str) -> str:
    return f"{environment} (baseline)" if environment == baseline else environment


def _metric(entry: Entry, name: str) -> str:
    metric = _evidence(entry)["metrics"][name]
    if entry.verdict == BASELINE:
        return spread(metric)
    return f"{spread(metric)} ({difference(metric['difference'])})"


def _changes(entry: Entry) -> Iterator[str]:
    kind = kind_of(_evidence(entry)["metrics"])
    yield from ["-"] * len(kind.COLUMNS) if entry.verdict == BASELINE else kind.cells(_evidence(entry))


def _files(entry: Entry) -> list[str]:
    evidence = _evidence(entry)
    onnx, warnings = evidence["onnx"]["size"], evidence["warnings"]
    moved = "".join(f", {len(warnings[key])} {key}" for key in ("came", "went") if warnings[key])
    return [_size(evidence["skops"]["size"]), "none" if onnx is None else _size(onnx), f"{warnings['count']}{moved}"]


def _size(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


def _without_onnx(entries: Iterable[Entry]) -> list[list[str]]:
    return [
        [entry.model, entry.environment, entry.evidence["onnx"]["reason"]]
        for entry in entries
        if entry.evidence and entry.evidence["onnx"]["size"] is None
    ]
