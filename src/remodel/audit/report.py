"""The comparison for people (comparison.md) and for `dvc plots` (cv_scores.csv): pure functions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from remodel.audit.decisions import Decision
from remodel.audit.differences import KINDS
from remodel.audit.rulings import ACCEPTED, Decided, decided, rulings, unneeded
from remodel.audit.verdict import BASELINE
from remodel.results.comparison import Comparison, Entry, Place
from remodel.results.scores import METRIC_TITLES, METRICS

TITLE = """\
# Comparison of environments

Made from the models' results and decisions.yaml by the stage `compare`: do not edit it, run `dvc repro` to make it
again.
"""

EXPLANATION = """\
Each cell is the verdict against {baseline}, the baseline, and the accuracy of the cross-validation, mean ± spread
(standard deviation over the folds), with the difference of its mean in brackets; "=" where they are equal to the last
bit. identical: the same predictions bit for bit; equivalent: within the tolerances and not worse; changed: outside
them; failed: not built; retired: not to be built. docs/audit.md tells the rules. A change that decisions.yaml accepts
for these very artifacts is marked as accepted.
"""

MODEL_EXPLANATION = """\
In the tables of the models, each metric is mean ± spread (difference from {baseline}). "Labels" is the share of rows
that get the same label as in {baseline}, with the number of those that do not; "probabilities" is a power of ten that
no difference of a probability from {baseline} exceeds. Out of fold, a row is judged by a model that has not seen it; in
sample, by the final model.
"""

SECOND_COLUMNS = (
    "labels, out of fold",
    "labels, in sample",
    "probabilities, out of fold",
    "probabilities, in sample",
    "skops",
    "ONNX",
    "warnings",
)


def markdown(comparison: Comparison, decisions: Iterable[Decision]) -> str:
    """comparison.md: what may move, an overview, two tables a model, and why some models have no ONNX file."""
    baseline, decisions = comparison.baseline, tuple(decisions)
    standing = decided(comparison, decisions)
    sections = [TITLE, f"## May the models move to {comparison.release_environment}?\n", _answer(comparison, decisions)]
    sections += ["## Overview\n", EXPLANATION.format(baseline=baseline), _overview(comparison, standing)]
    sections += ["## Models\n", MODEL_EXPLANATION.format(baseline=baseline)]
    sections += [_model(name, comparison, standing) for name in comparison.models]
    sections += ["## Models without ONNX\n", _without_onnx(comparison.entries)]
    return "\n".join(sections)


def cv_scores(comparison: Comparison) -> str:
    """cv_scores.csv: one row per model, environment and fold (numbered from 0), one column a metric."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["model", "environment", "fold", *METRICS])
    for entry in comparison.entries:
        if not entry.evidence:
            continue
        folds = zip(*(entry.evidence["metrics"][name]["folds"] for name in METRICS), strict=True)
        for number, values in enumerate(folds):
            writer.writerow([entry.model, entry.environment, number, *map(repr, values)])
    return stream.getvalue()


def spread(metric: Mapping[str, Any], digits: int = 4) -> str:
    """Mean and spread of one metric, such as "0.9649 ± 0.0123"."""
    return f"{metric['mean']:.{digits}f} ± {metric['std']:.{digits}f}"


def difference(value: float) -> str:
    """A difference of means with its sign; "=" only where it is exactly zero."""
    return f"{value:+.4f}" if value else "="


def _answer(comparison: Comparison, decisions: Iterable[Decision]) -> str:
    """What the gate says of each model that does not move by itself, and decisions that have had their day."""
    decisions = tuple(decisions)
    ruled = rulings(comparison, decisions)
    passing = sum(ruling.passes for ruling in ruled)
    lines = [f"{passing} of {len(ruled)} may.\n" if ruled else "Nothing moves: it is the baseline.\n"]
    listed = [ruling for ruling in ruled if not ruling.passes or ruling.verdict == ACCEPTED]
    lines += [f"- {ruling.model} **{ruling.verdict}**: {_oneline(ruling.reason)}" for ruling in listed]
    lines += [f"- no longer needed in decisions.yaml: {what}" for what in unneeded(comparison, decisions)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _overview(comparison: Comparison, standing: Mapping[Place, Decided]) -> str:
    rows = []
    for model in comparison.models:
        entries = comparison.of(model).values()
        rows.append([model, *(_overview_cell(entry, standing.get(entry.place)) for entry in entries)])
    return _table(["model", *(_title(name, comparison.baseline) for name in comparison.environments)], rows)


def _overview_cell(entry: Entry, standing: Decided | None) -> str:
    verdict = "" if entry.verdict == BASELINE else f"**{entry.verdict}**"
    if standing is not None and standing.holds:
        verdict += f" ({ACCEPTED})"
    return f"{verdict} {_metric(entry, 'accuracy')}".strip() if entry.evidence else verdict


def _model(model: str, comparison: Comparison, standing: Mapping[Place, Decided]) -> str:
    baseline, entries = comparison.baseline, comparison.of(model)
    parts = [f"### {model}\n"]
    built = {name: entry for name, entry in entries.items() if entry.evidence}
    if built:
        parts += [_folds(entries[baseline]), *_tables(built, baseline)]
    parts += [_reasons(entry, standing.get(entry.place)) for entry in entries.values() if entry.reasons]
    return "\n".join(parts)


def _folds(base: Entry) -> str:
    evidence = _evidence(base)
    count = len(evidence["metrics"]["accuracy"]["folds"])
    return f"Cross-validation {evidence['cv']}: {count} folds, {evidence['rows']} rows.\n"


def _evidence(entry: Entry) -> Mapping[str, Any]:
    """The evidence of an entry that has some."""
    assert entry.evidence is not None
    return entry.evidence


def _tables(built: Mapping[str, Entry], baseline: str) -> list[str]:
    others = [name for name in METRICS if name != "accuracy"]
    scores = [[_title(name, baseline), *(_metric(entry, metric) for metric in others)] for name, entry in built.items()]
    rest = [[_title(name, baseline), *_changes(entry), *_files(entry)] for name, entry in built.items()]
    return [
        _table(["environment", *(METRIC_TITLES[metric] for metric in others)], scores),
        _table(["environment", *SECOND_COLUMNS], rest),
    ]


def _reasons(entry: Entry, standing: Decided | None) -> str:
    lines = [f"{entry.environment} is **{entry.verdict}**:\n", *(f"- {reason}" for reason in entry.reasons)]
    if entry.evidence:
        lines += [f"- candidate for the cause: {cause}" for cause in entry.evidence["causes"]]
    if standing is not None:
        lines.append(f"- {_oneline(str(standing))} (decisions.yaml)")
    return "\n".join(lines) + "\n"


def _title(environment: str, baseline: str) -> str:
    return f"{environment} (baseline)" if environment == baseline else environment


def _metric(entry: Entry, name: str) -> str:
    metric = _evidence(entry)["metrics"][name]
    if entry.verdict == BASELINE:
        return spread(metric)
    return f"{spread(metric)} ({difference(metric['difference'])})"


def _changes(entry: Entry) -> Iterator[str]:
    if entry.verdict == BASELINE:
        yield from ["-"] * 4
        return
    evidence = _evidence(entry)
    for kind in KINDS:
        labels = evidence["labels"][kind]
        yield f"{labels['equal']:.2%} ({labels['different']} differ)" if labels["different"] else "all equal"
    for kind in KINDS:
        largest = evidence["probabilities"][kind]["difference_at_most"]
        yield "all equal" if largest == "0" else f"≤ {largest}"


def _files(entry: Entry) -> list[str]:
    evidence = _evidence(entry)
    onnx, warnings = evidence["onnx"]["size"], evidence["warnings"]
    moved = "".join(f", {len(warnings[key])} {key}" for key in ("came", "went") if warnings[key])
    return [_size(evidence["skops"]["size"]), "none" if onnx is None else _size(onnx), f"{warnings['count']}{moved}"]


def _size(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


def _without_onnx(entries: Iterable[Entry]) -> str:
    rows = [
        [entry.model, entry.environment, entry.evidence["onnx"]["reason"]]
        for entry in entries
        if entry.evidence and entry.evidence["onnx"]["size"] is None
    ]
    return _table(["model", "environment", "reason"], rows) if rows else "Every model has one in every environment.\n"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [_line(header), _line(["---"] * len(header)), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    """One row; a vertical bar or a line break inside a cell would end it."""
    return "| " + " | ".join(_oneline(cell).replace("|", "\\|") for cell in cells) + " |"


def _oneline(text: str) -> str:
    return " ".join(text.split())
