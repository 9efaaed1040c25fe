"""What changed between environments: a pure function from params and results to the comparison document."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from remodel.errors import DataError
from remodel.params import Params
from remodel.predictions import Answers
from remodel.results import METRICS, Manifest, MissingResult, Result

Results = Mapping[tuple[str, str], Result]
"""Results by (model, environment)."""

SCHEMA_VERSION = 1


def compare(params: Params, results: Results) -> dict[str, Any]:
    """The comparison (contract kind "comparison") of every model of `params` in every environment of `params`.

    Other results are ignored, and neither the order of names in `params` nor that of `results` counts.
    Raises MissingResult, and DataError where two results of a model do not come from the same data and recipe.
    """
    models, environments = sorted(params.models), sort_by_version(params.environments)
    return {
        "schema_version": SCHEMA_VERSION,
        "baseline": params.baseline,
        "environments": environments,
        "models": models,
        "entries": [entry for model in models for entry in _entries(model, environments, params.baseline, results)],
    }


def sort_by_version(names: Iterable[str]) -> list[str]:
    """Names of environments, each once, with sklearn-1.9 before sklearn-1.10."""
    return sorted(set(names), key=lambda name: [(word.isdigit(), word.zfill(9)) for word in re.split(r"(\d+)", name)])


def _entries(model: str, environments: list[str], baseline: str, results: Results) -> list[dict[str, Any]]:
    own = {environment: _result(results, model, environment) for environment in environments}
    for environment, result in own.items():
        _check_comparable(model, (environment, result), (baseline, own[baseline]))
    return [_entry(result, own[baseline]) for result in own.values()]


def _result(results: Results, model: str, environment: str) -> Result:
    if (model, environment) not in results:
        raise MissingResult(model, environment)
    return results[model, environment]


def _check_comparable(model: str, one: tuple[str, Result], other: tuple[str, Result]) -> None:
    """Only results of the same rows, built by the same recipe, say anything about an environment."""
    difference = _different_input(one[1].manifest, other[1].manifest)
    if not difference and one[1].predictions.classes != other[1].predictions.classes:
        difference = "predictions.parquet (other classes)"
    if not difference and one[1].predictions.rows != other[1].predictions.rows:
        difference = "predictions.parquet (another number of rows)"
    if difference:
        raise DataError(
            f"the results of model {model!r} in {one[0]} and {other[0]} cannot be compared: they differ in "
            f"{difference}",
            "Run `dvc repro` to build both from the same snapshot and recipe",
        )


def _different_input(one: Manifest, other: Manifest) -> str:
    """Which of two builds' inputs differs, with both digests; empty where none does."""
    for name in sorted({*one.snapshot, *other.snapshot}):
        pair = one.snapshot.get(name, "none"), other.snapshot.get(name, "none")
        if pair[0] != pair[1]:
            return f"the snapshot's {name} ({pair[0][:12]} and {pair[1][:12]})"
    if one.recipe_sha256 != other.recipe_sha256:
        return f"the recipe ({one.recipe_sha256[:12]} and {other.recipe_sha256[:12]})"
    return ""


def _entry(result: Result, baseline: Result) -> dict[str, Any]:
    own, base = result.predictions, baseline.predictions
    pairs = {"out_of_fold": (own.out_of_fold, base.out_of_fold), "in_sample": (own.in_sample, base.in_sample)}
    return {
        "model": result.scores.model,
        "environment": result.scores.environment,
        "cv": result.scores.cv,
        "rows": result.scores.rows,
        "metrics": {name: _metric(name, result, baseline) for name in METRICS},
        "labels": {kind: _labels(*pair) for kind, pair in pairs.items()},
        "probabilities": {kind: _probabilities(*pair) for kind, pair in pairs.items()},
        "skops": {"size": result.manifest.artifacts["model.skops"].size},
        "onnx": _onnx(result),
        "warnings": result.outcome.warnings,
    }


def _metric(name: str, result: Result, baseline: Result) -> dict[str, Any]:
    own, base = result.scores.metrics[name], baseline.scores.metrics[name]
    return {"folds": list(own.folds), "mean": own.mean, "std": own.std, "difference": own.mean - base.mean}


def _labels(own: Answers, base: Answers) -> dict[str, Any]:
    rows = len(own.labels)
    different = int(np.count_nonzero(own.labels != base.labels))
    return {"different": different, "equal": (rows - different) / rows}


def _probabilities(own: Answers, base: Answers) -> dict[str, Any]:
    largest = float(np.max(np.abs(own.probabilities - base.probabilities)))
    return {"difference_at_most": power_of_ten(largest)}


def _onnx(result: Result) -> dict[str, Any]:
    artifact = result.manifest.artifacts.get("model.onnx")
    return {"size": artifact.size if artifact else None, "reason": result.outcome.no_onnx_reason}


def power_of_ten(value: float) -> str:
    """`value` (>= 0) rounded up to a power of ten, as text: "0", "1e-09", "1e+00".

    Coarse on purpose: the last bits of a difference depend on the processor, its magnitude does not.
    """
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(value)) - 1
    while float(f"1e{exponent}") < value:
        exponent += 1
    return f"1e{exponent:+03d}"
