"""What changed between environments: a pure function from params and results to the comparison document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from remodel.audit.differences import measure
from remodel.audit.evidence import evidence
from remodel.audit.verdict import BASELINE, Verdict, decide, judge_unbuilt
from remodel.errors import BuildError, DataError
from remodel.recipes.params import Params
from remodel.results.documents import MissingResult
from remodel.results.endings import Ending, Failed, Retired
from remodel.results.manifest import Manifest
from remodel.results.result import Result

Endings = Mapping[tuple[str, str], Ending]
"""How builds ended, by (model, environment)."""

SCHEMA_VERSION = 2


class MissingBaseline(BuildError):
    """A model is built elsewhere but not in the baseline, so there is nothing to compare it with."""

    def __init__(self, model: str, baseline: str, ending: Failed | Retired) -> None:
        why = f"failed: {ending.message}" if isinstance(ending, Failed) else f"is retired: {ending.reason}"
        super().__init__(
            f"model {model!r} cannot be compared: in the baseline {baseline} it {why}",
            f"Choose another baseline, or retire the model everywhere: `retired: REASON` in conf/model/{model}.yaml",
        )


def compare(params: Params, endings: Endings) -> dict[str, Any]:
    """The comparison (contract kind "comparison") of every model of `params` in every environment of `params`.

    Other results are ignored, and neither the order of names in `params` nor that of `endings` counts.
    Raises MissingResult, MissingBaseline, and DataError where two results of a model do not come from the same data
    and recipe.
    """
    models, environments = sorted(params.models), sort_by_version(params.environments)
    return {
        "schema_version": SCHEMA_VERSION,
        "baseline": params.baseline,
        "environments": environments,
        "models": models,
        "release_environment": params.release_environment,
        "tolerances": params.tolerances.model_dump(),
        "entries": [entry for model in models for entry in _entries(model, environments, params, endings)],
    }


def sort_by_version(names: Iterable[str]) -> list[str]:
    """Names of environments, each once, with sklearn-1.9 before sklearn-1.10."""
    return sorted(set(names), key=lambda name: [(word.isdigit(), word.zfill(9)) for word in re.split(r"(\d+)", name)])


def _entries(model: str, environments: list[str], params: Params, endings: Endings) -> Iterator[dict[str, Any]]:
    """One entry an environment. A model that is retired everywhere needs no baseline."""
    own = {environment: _ending(endings, model, environment) for environment in environments}
    base = own[params.baseline]
    if not isinstance(base, Result) and not all(isinstance(ending, Retired) for ending in own.values()):
        raise MissingBaseline(model, params.baseline, base)
    for environment, ending in own.items():
        if isinstance(ending, Result) and isinstance(base, Result):
            yield _entry((model, environment), ending, base, params)
        elif not isinstance(ending, Result):
            yield {**_head(model, environment, judge_unbuilt(ending)), "artifacts": {}, "evidence": None}


def _ending(endings: Endings, model: str, environment: str) -> Ending:
    if (model, environment) not in endings:
        raise MissingResult(model, environment)
    return endings[model, environment]


def _entry(place: tuple[str, str], own: Result, base: Result, params: Params) -> dict[str, Any]:
    model, environment = place
    _check_comparable(model, (environment, own), (params.baseline, base))
    found = measure(own, base, params.tolerances)
    verdict = Verdict(BASELINE) if environment == params.baseline else decide(found, params.tolerances)
    return {
        **_head(model, environment, verdict),
        "artifacts": {name: artifact.sha256 for name, artifact in sorted(own.manifest.artifacts.items())},
        "evidence": evidence(own, base, found),
    }


def _head(model: str, environment: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "model": model,
        "environment": environment,
        "verdict": verdict.name,
        "reasons": list(verdict.reasons),
    }


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
