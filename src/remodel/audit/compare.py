"""What changed between environments: a pure function from params and results to the comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remodel.audit.differences import measure
from remodel.audit.evidence import evidence
from remodel.audit.verdict import BASELINE, FAILED_IN_BASELINE, Verdict, decide, incomparable, judge_unbuilt
from remodel.errors import BuildError, DataError
from remodel.recipes.params import Params
from remodel.results.comparison import Comparison, Entry
from remodel.results.documents import MissingResult
from remodel.results.endings import Ending, Failed, Retired
from remodel.results.manifest import Manifest
from remodel.results.result import Result
from remodel.versions import sort_by_version

Endings = Mapping[tuple[str, str], Ending]
"""How builds ended, by (model, environment)."""


class MissingBaseline(BuildError):
    """A model is built elsewhere but retired in the baseline, so there is nothing to compare it with."""

    def __init__(self, model: str, baseline: str, ending: Retired) -> None:
        super().__init__(
            f"model {model!r} cannot be compared: in the baseline {baseline} it is retired: {ending.reason}",
            f"Choose another baseline, or retire the model everywhere: `retired: REASON` in conf/model/{model}.yaml",
        )


def compare(params: Params, endings: Endings) -> Comparison:
    """The comparison of every model of `params` in every environment of `params`.

    Other results are ignored, and neither the order of names in `params` nor that of `endings` counts.
    Raises MissingResult, MissingBaseline, and DataError where two results of a model do not come from the same data
    and recipe.
    """
    wanted = asked(params)
    entries = (
        entry for model in wanted["models"] for entry in _entries(model, wanted["environments"], params, endings)
    )
    return Comparison(entries=tuple(entries), **wanted)


def asked(params: Params) -> dict[str, Any]:
    """What of params.yaml a comparison is about, by the names that it has there."""
    return {
        "baseline": params.baseline,
        "release_environment": params.release_environment,
        "environments": tuple(sort_by_version(params.environments)),
        "models": tuple(sorted(params.models)),
        "tolerances": params.tolerances.model_dump(),
    }


def _entries(model: str, environments: Sequence[str], params: Params, endings: Endings) -> Iterator[Entry]:
    """One entry an environment. A model that is retired everywhere needs no baseline."""
    own = {environment: _ending(endings, model, environment) for environment in environments}
    base = own[params.baseline]
    if isinstance(base, Retired) and not all(isinstance(ending, Retired) for ending in own.values()):
        raise MissingBaseline(model, params.baseline, base)
    for environment, ending in own.items():
        if not isinstance(ending, Result):
            yield _unbuilt((model, environment), judge_unbuilt(ending))
        elif isinstance(base, Result):
            verdict = incomparable(ending, base)
            place = model, environment
            yield _unbuilt(place, verdict, ending) if verdict else _entry(place, ending, base, params)
        elif isinstance(base, Failed):
            why = f"there is nothing to compare it with: in {params.baseline} {base}"
            yield _unbuilt((model, environment), Verdict(FAILED_IN_BASELINE, (why,)), ending)


def _unbuilt(place: tuple[str, str], verdict: Verdict, built: Result | None = None) -> Entry:
    """The entry of a model that is not there, or (`built`) that cannot be compared."""
    artifacts = dict(sorted(built.manifest.digests.items())) if built else {}
    return Entry(*place, verdict.name, verdict.reasons, artifacts, evidence=None)


def _ending(endings: Endings, model: str, environment: str) -> Ending:
    if (model, environment) not in endings:
        raise MissingResult(model, environment)
    return endings[model, environment]


def _entry(place: tuple[str, str], own: Result, base: Result, params: Params) -> Entry:
    model, environment = place
    _check_comparable(model, (environment, own), (params.baseline, base))
    differences = measure(own, base, params.tolerances)
    verdict = Verdict(BASELINE) if environment == params.baseline else decide(differences, params.tolerances)
    return Entry(
        model,
        environment,
        verdict.name,
        verdict.reasons,
        artifacts=dict(sorted(own.manifest.digests.items())),
        evidence=evidence(own, base, differences),
    )


def _check_comparable(model: str, own: tuple[str, Result], base: tuple[str, Result]) -> None:
    """Only results of the same rows, built by the same recipe, say anything about an environment."""
    difference = _different_input(own[1].manifest, base[1].manifest)
    if not difference and own[1].predictions.classes != base[1].predictions.classes:
        difference = "predictions.parquet (other classes)"
    if not difference and own[1].predictions.rows != base[1].predictions.rows:
        difference = "predictions.parquet (another number of rows)"
    if difference:
        raise DataError(
            f"the results of model {model!r} in {own[0]} and {base[0]} cannot be compared: they differ in {difference}",
            "Run `dvc repro` to build both from the same snapshot and recipe",
        )


def _different_input(own: Manifest, base: Manifest) -> str:
    """Which of two builds' inputs differs, with both digests; empty where none does."""
    for name in sorted({*own.snapshot, *base.snapshot}):
        pair = own.snapshot.get(name, "none"), base.snapshot.get(name, "none")
        if pair[0] != pair[1]:
            return f"the snapshot's {name} ({pair[0][:12]} and {pair[1][:12]})"
    if own.recipe_sha256 != base.recipe_sha256:
        return f"the recipe ({own.recipe_sha256[:12]} and {base.recipe_sha256[:12]})"
    return ""
