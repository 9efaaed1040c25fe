"""The comparison for people (comparison.md) and for `dvc plots` (cv_scores.csv): pure functions of the document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from remodel.results import METRICS

Entry = Mapping[str, Any]
"""One entry of a comparison document: one model in one environment."""

TITLE = """\
# Comparison of environments

Made from the models' results by the stage `compare`: do not edit it, run `dvc repro` to make it again.
"""

EXPLANATION = """\
Each cell is the accuracy of the cross-validation, mean ± spread (standard deviation over the folds), and in brackets
the difference of its mean from {baseline}, the baseline; "=" where they are equal to the last bit.
"""

MODEL_EXPLANATION = """\
In the tables of the models, each metric is mean ± spread (difference from {baseline}). "Labels" is the share of rows
that get the same label as in {baseline}, with the number of those that do not; "probabilities" is a power of ten that
no difference of a probability from {baseline} exceeds. Out of fold, a row is judged by a model that has not seen it; in
sample, by the final model.
"""

METRIC_TITLES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "log_loss": "log loss",
    "roc_auc": "ROC AUC",
}

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
        folds = zip(*(entry["metrics"][name]["folds"] for name in METRICS), strict=True)
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
        rows.append([model, *(_metric(entry, "accuracy", comparison["baseline"]) for entry in entries.values())])
    return _table(["model", *(_title(name, comparison["baseline"]) for name in comparison["environments"])], rows)


def _model(model: str, comparison: Mapping[str, Any]) -> str:
    baseline, entries = comparison["baseline"], by_environment(comparison, model)
    base = entries[baseline]
    folds = len(base["metrics"]["accuracy"]["folds"])
    others = [name for name in METRICS if name != "accuracy"]
    scores = [
        [_title(name, baseline), *(_metric(entry, metric, baseline) for metric in others)]
        for name, entry in entries.items()
    ]
    rest = [
        [_title(name, baseline), *_changes(entry, name == baseline), *_files(entry)] for name, entry in entries.items()
    ]
    return "\n".join(
        [
            f"### {model}\n",
            f"Cross-validation {base['cv']}: {folds} folds, {base['rows']} rows.\n",
            _table(["environment", *(METRIC_TITLES[metric] for metric in others)], scores),
            _table(["environment", *SECOND_COLUMNS], rest),
        ]
    )


def _title(environment: str, baseline: str) -> str:
    return f"{environment} (baseline)" if environment == baseline else environment


def _metric(entry: Entry, name: str, baseline: str) -> str:
    metric = entry["metrics"][name]
    if entry["environment"] == baseline:
        return spread(metric)
    return f"{spread(metric)} ({difference(metric['difference'])})"


def _changes(entry: Entry, is_baseline: bool) -> Iterator[str]:
    if is_baseline:
        yield from ["-"] * 4
        return
    for kind in ("out_of_fold", "in_sample"):
        labels = entry["labels"][kind]
        yield f"{labels['equal']:.2%} ({labels['different']} differ)" if labels["different"] else "all equal"
    for kind in ("out_of_fold", "in_sample"):
        largest = entry["probabilities"][kind]["difference_at_most"]
        yield "all equal" if largest == "0" else f"≤ {largest}"


def _files(entry: Entry) -> list[str]:
    onnx = entry["onnx"]["size"]
    return [_size(entry["skops"]["size"]), "none" if onnx is None else _size(onnx), str(entry["warnings"])]


def _size(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


def _without_onnx(entries: Iterable[Entry]) -> str:
    rows = [[e["model"], e["environment"], e["onnx"]["reason"]] for e in entries if e["onnx"]["size"] is None]
    return _table(["model", "environment", "reason"], rows) if rows else "Every model has one in every environment.\n"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [_line(header), _line(["---"] * len(header)), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    """One row; a vertical bar or a line break inside a cell would end it."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
