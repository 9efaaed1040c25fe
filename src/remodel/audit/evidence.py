"""The evidence behind a verdict, as an entry of the comparison holds it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from remodel.audit.causes import causes, parameters
from remodel.audit.differences import Difference, Differences
from remodel.audit.paired_test import PairedTest
from remodel.audit.quality import quality, short
from remodel.results.predictions import Answers
from remodel.results.result import Result
from remodel.results.scores import METRICS

ROWS_LISTED = 100
"""At most so many rows with another label are listed; all are counted."""


def evidence(own: Result, base: Result, found: Differences) -> dict[str, Any]:
    """Everything that a reader needs to check the verdict on `own`, which is so far from `base`."""
    return {
        "cv": own.scores.cv,
        "rows": own.scores.rows,
        "classes": list(own.predictions.classes),
        "metrics": {name: _metric(name, own, base, found.scores[name]) for name in METRICS},
        "labels": {kind: _labels(part, own, base, kind) for kind, part in found.answers.items()},
        "probabilities": {kind: _probabilities(part) for kind, part in found.answers.items()},
        "quality": quality(own.predictions),
        "parameters": [vars(one) for one in parameters(own, base)],
        "causes": [str(cause) for cause in causes(own, base)],
        "versions": dict(sorted(own.manifest.versions.items())),
        "skops": {"size": own.manifest.artifacts["model.skops"].size},
        "onnx": _onnx(own),
        "warnings": _warnings(own.outcome.warnings, base.outcome.warnings),
    }


def _metric(name: str, own: Result, base: Result, test: PairedTest) -> dict[str, Any]:
    metric, old = own.scores.metrics[name], base.scores.metrics[name]
    return {
        "folds": list(metric.folds),
        "mean": metric.mean,
        "std": metric.std,
        "difference": metric.mean - old.mean,
        "test": {
            "better_by": short(test.difference),
            "low": short(test.low),
            "high": short(test.high),
            "p_equal": short(test.p_equal),
            "p_worse": short(test.p_worse),
            "region": test.region,
            "not_worse": test.not_worse,
        },
    }


def _labels(part: Difference, own: Result, base: Result, kind: str) -> dict[str, Any]:
    here: Answers = getattr(own.predictions, kind)
    there: Answers = getattr(base.predictions, kind)
    names = own.predictions.classes
    listed = part.flipped[:ROWS_LISTED]
    return {
        "different": len(part.flipped),
        "equal": (part.rows - len(part.flipped)) / part.rows,
        "rows": [
            {
                "row": row,
                "label": names[own.predictions.truth[row]],
                "baseline": names[there.labels[row]],
                "here": names[here.labels[row]],
            }
            for row in listed
        ],
    }


def _probabilities(part: Difference) -> dict[str, Any]:
    quantiles = [{"share": level, "difference": short(value)} for level, value in part.quantiles.items()]
    return {"difference_at_most": power_of_ten(part.largest), "quantiles": quantiles, "same_bits": part.same_bits}


def _onnx(result: Result) -> dict[str, Any]:
    artifact = result.manifest.artifacts.get("model.onnx")
    return {"size": artifact.size if artifact else None, "reason": result.outcome.no_onnx_reason}


def _warnings(own: Mapping[tuple[str, str], int], base: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    def described(found: Mapping[tuple[str, str], int], other: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
        return [
            {"category": key[0], "message": key[1], "count": count}
            for key, count in sorted(found.items())
            if key not in other
        ]

    return {"count": sum(own.values()), "came": described(own, base), "went": described(base, own)}


def power_of_ten(value: float) -> str:
    """`value` (>= 0) rounded up to a power of ten, as text: "0", "1e-09", "1e+00"."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(value)) - 1
    while float(f"1e{exponent}") < value:
        exponent += 1
    return f"1e{exponent:+03d}"
