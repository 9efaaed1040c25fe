"""The evidence behind a verdict, as an entry of the comparison holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remodel.audit.causes import causes, parameters
from remodel.audit.differences import Differences
from remodel.audit.forecast import forecast
from remodel.audit.paired_test import PairedTest
from remodel.results.answers.rounding import short
from remodel.results.result import Result
from remodel.results.warned import warning_lines


def evidence(own: Result, base: Result, differences: Differences) -> dict[str, Any]:
    """Everything that a reader needs to check the verdict on `own`, which is so far from `base`."""
    return {
        "cv": own.scores.cv,
        "rows": own.scores.rows,
        "metrics": {scorer.name: _metric(scorer.name, own, base, test) for scorer, test in differences.scores.items()},
        **own.predictions.kind.evidence(own.predictions, base.predictions, differences.answers),
        "parameters": [vars(parameter) for parameter in parameters(own, base)],
        "causes": [str(cause) for cause in causes(own, base)],
        "versions": dict(sorted(own.manifest.versions.items())),
        "skops": {"size": own.manifest.artifacts["model.skops"].size},
        "onnx": _onnx(own),
        "warnings": _warnings(own.outcome.warnings, base.outcome.warnings),
        **_asked(own),
        **_announced(own),
    }


def _announced(result: Result) -> dict[str, Any]:
    """What versions to come will do to it, where something is known."""
    outlooks = [outlook.document() for outlook in forecast(result)]
    return {"announced": outlooks} if outlooks else {}


def _asked(result: Result) -> dict[str, Any]:
    """Which rows were chosen, and what had to hold, where the recipe says so."""
    rows = result.manifest.recipe.document.get("rows")
    checks = [{"check": check, "found": found} for check, found in result.outcome.checks]
    return {**({"rows_chosen": dict(rows)} if rows else {}), **({"checks": checks} if checks else {})}


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


def _onnx(result: Result) -> dict[str, Any]:
    artifact = result.manifest.artifacts.get("model.onnx")
    return {"size": artifact.size if artifact else None, "reason": result.outcome.no_onnx_reason}


def _warnings(own: Mapping[tuple[str, str], int], base: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    def described(these: Mapping[tuple[str, str], int], other: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
        return [
            {"category": key[0], "message": key[1], "count": count}
            for key, count in sorted(these.items())
            if key not in other
        ]

    counts = {"count": sum(own.values()), "came": described(own, base), "went": described(base, own)}
    return {**counts, **({"kinds": warning_lines(own)} if own else {})}
