"""The comparison for people (comparison.md) and for `dvc plots` (cv_scores.csv): pure functions of the document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from remodel.audit.differences import KINDS
from remodel.audit.verdict import BASELINE
from remodel.results.scores import METRIC_TITLES, METRICS

Entry = Mapping[str, Any]
"""One entry of a comparison document: one model in one environment."""

TITLE = """\
# Comparison of environments

Made from the models' results by the stage `compare`: do not edit it, run `dvc repro` to make it again.
"""

EXPLANATION = """\
Each cell is the verdict against {baseline}, the baseline, and the accuracy of the cross-validation, mean ± spread
(standard deviation over the folds), with the difference of its mean in brackets; "=" where they are equal to the last
bit. identical: the same predictions bit for bit; equivalent: within the tolerances and not worse; changed: outside
them; failed: not built; retired: not to be built. docs/audit.md tells the rules.
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


def markdown(comparison: Mapping[str, Any]) -> str:
    """comparison.md: an overview, two tables a model, and why some models have no ONNX file."""
    baseline = comparison["baseline"]
    sections = [TITLE, "## Overview\n", EXPLANATION.format(baseline=baseline), _overview(comparison)]
    sections += ["## Models\n", MODEL_EXPLANATION.format(baseline=baseline)]
    sections += [_model(name, comparison) for name in comparison["models"]]
    sections += ["## Models without ONNX\n", _without_onnx(comparison["entries"])]
    return "\n".join(sections)


def cv_scores(comparison: Mapping[str, Any]) -> str:
    """cv_scores.csv: one row per model, environment and fold (numbered from 0), one column a metric."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["model", "environment", "fold", *METRICS])
    for entry in comparison["entries"]:
        if not entry["evidence"]:
            continue
        folds = zip(*(entry["evidence"]["metrics"][name]["folds"] for name in METRICS), strict=True)
        for number, values in enumerate(folds):
            writer.writerow([entry["model"], entry["environment"], number, *map(repr, values)])
    return stream.getvalue()


def spread(metric: Mapping[str, Any], digits: int = 4) -> str:
    """Mean and spread of one metric, such as "0.9649 ± 0.0123"."""
    return f"{metric['mean']:.{digits}f} ± {metric['std']:.{digits}f}"


def difference(value: float) -> str:
    """A difference of means with its sign; "=" only where it is exactly zero."""
    return f"{value:+.4f}" if value else "="


def by_environment(comparison: Mapping[str, Any], model: str) -> dict[str, Entry]:
    """The entries of one model, in the order of the comparison's environments."""
    own = {entry["environment"]: entry for entry in comparison["entries"] if entry["model"] == model}
    return {environment: own[environment] for environment in comparison["environments"]}


def _overview(comparison: Mapping[str, Any]) -> str:
    rows = []
    for model in comparison["models"]:
        entries = by_environment(comparison, model)
        rows.append([model, *(_overview_cell(entry) for entry in entries.values())])
    return _table(["model", *(_title(name, comparison["baseline"]) for name in comparison["environments"])], rows)


def _overview_cell(entry: Entry) -> str:
    verdict = "" if entry["verdict"] == BASELINE else f"**{entry['verdict']}**"
    return f"{verdict} {_metric(entry, 'accuracy')}".strip() if entry["evidence"] else verdict


def _model(model: str, comparison: Mapping[str, Any]) -> str:
    baseline, entries = comparison["baseline"], by_environment(comparison, model)
    parts = [f"### {model}\n"]
    built = {name: entry for name, entry in entries.items() if entry["evidence"]}
    if built:
        parts += [_folds(entries[baseline]), *_tables(built, baseline)]
    parts += [_reasons(entry) for entry in entries.values() if entry["reasons"]]
    return "\n".join(parts)


def _folds(base: Entry) -> str:
    found = base["evidence"]
    return (
        f"Cross-validation {found['cv']}: {len(found['metrics']['accuracy']['folds'])} folds, {found['rows']} rows.\n"
    )


def _tables(built: Mapping[str, Entry], baseline: str) -> list[str]:
    others = [name for name in METRICS if name != "accuracy"]
    scores = [[_title(name, baseline), *(_metric(entry, metric) for metric in others)] for name, entry in built.items()]
    rest = [[_title(name, baseline), *_changes(entry), *_files(entry)] for name, entry in built.items()]
    return [
        _table(["environment", *(METRIC_TITLES[metric] for metric in others)], scores),
        _table(["environment", *SECOND_COLUMNS], rest),
    ]


def _reasons(entry: Entry) -> str:
    lines = [f"{entry['environment']} is **{entry['verdict']}**:\n", *(f"- {reason}" for reason in entry["reasons"])]
    if entry["evidence"]:
        lines += [f"- candidate for the cause: {cause}" for cause in entry["evidence"]["causes"]]
    return "\n".join(lines) + "\n"


def _title(environment: str, baseline: str) -> str:
    return f"{environment} (baseline)" if environment == baseline else environment


def _metric(entry: Entry, name: str) -> str:
    metric = entry["evidence"]["metrics"][name]
    if entry["verdict"] == BASELINE:
        return spread(metric)
    return f"{spread(metric)} ({difference(metric['difference'])})"


def _changes(entry: Entry) -> Iterator[str]:
    if entry["verdict"] == BASELINE:
        yield from ["-"] * 4
        return
    for kind in KINDS:
        labels = entry["evidence"]["labels"][kind]
        yield f"{labels['equal']:.2%} ({labels['different']} differ)" if labels["different"] else "all equal"
    for kind in KINDS:
        largest = entry["evidence"]["probabilities"][kind]["difference_at_most"]
        yield "all equal" if largest == "0" else f"≤ {largest}"


def _files(entry: Entry) -> list[str]:
    found = entry["evidence"]
    onnx = found["onnx"]["size"]
    warnings = found["warnings"]
    moved = "".join(f", {len(warnings[key])} {key}" for key in ("came", "went") if warnings[key])
    return [_size(found["skops"]["size"]), "none" if onnx is None else _size(onnx), f"{warnings['count']}{moved}"]


def _size(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


def _without_onnx(entries: Iterable[Entry]) -> str:
    rows = [
        [entry["model"], entry["environment"], entry["evidence"]["onnx"]["reason"]]
        for entry in entries
        if entry["evidence"] and entry["evidence"]["onnx"]["size"] is None
    ]
    return _table(["model", "environment", "reason"], rows) if rows else "Every model has one in every environment.\n"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [_line(header), _line(["---"] * len(header)), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    """One row; a vertical bar or a line break inside a cell would end it."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
