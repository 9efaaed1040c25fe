"""params.yaml: which models are built in which environments, the baseline, and what is released."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from remodel.checkout import Checkout
from remodel.errors import UnknownName, UsageError
from remodel.results.target import Target
from remodel.yaml import parse, read_yaml

Names = Annotated[tuple[str, ...], Field(min_length=1)]


Share = Annotated[float, Field(ge=0, le=1)]
Region = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ScoreTolerances(BaseModel):
    """The region of practical equivalence of each score: how much worse it may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accuracy: Region
    balanced_accuracy: Region
    log_loss: Region
    roc_auc: Region


class ProbabilityTolerance(BaseModel):
    """This share of the rows may have no probability that moved by more than `at_most`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantile: Share
    at_most: Share


class Tolerances(BaseModel):
    """What still counts as equivalent: docs/audit.md says how each is used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    scores: ScoreTolerances
    labels: Share
    probabilities: ProbabilityTolerance


class Params(BaseModel):
    """The content of params.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environments: Names
    snapshot_environment: str
    baseline: str
    release_environment: str
    datasets: Names
    models: Names
    tolerances: Tolerances

    @property
    def targets(self) -> list[Target]:
        """The whole matrix: every model in every environment."""
        return [Target(model, environment) for model in self.models for environment in self.environments]


def read_params(checkout: Checkout) -> Params:
    """Read and check params.yaml; UsageError names the key, and the valid choices for a name."""
    params = parse(Params, read_yaml(checkout.params), "params.yaml")
    for key in ("baseline", "release_environment"):
        if getattr(params, key) not in params.environments:
            raise UnknownName(key, getattr(params, key), params.environments, "params.yaml")
    _check_files(params, checkout)
    return params


def find_target(params: Params, name: str, command: str) -> Target:
    """The target MODEL@ENVIRONMENT that the command line of `command` names.

    UsageError where it names no environment, UnknownName where params.yaml lacks the model or the environment.
    """
    example = Target(name, params.release_environment)
    target = Target.parse(name, f"For example: remodel {command} {example}")
    for kind, part, valid in (
        ("model", target.model, params.models),
        ("environment", target.environment, params.environments),
    ):
        if part not in valid:
            raise UnknownName(kind, part, valid, "params.yaml")
    return target


def _check_files(params: Params, checkout: Checkout) -> None:
    for kind, names in (("dataset", params.datasets), ("model", params.models)):
        valid = {path.stem for path in (checkout.conf / kind).glob("*.yaml")}
        for name in names:
            if name not in valid:
                raise UnknownName(kind, name, valid, "params.yaml")
        repeated = {name for name in names if names.count(name) > 1}
        if repeated:
            raise UsageError(f"params.yaml lists {kind} {sorted(repeated)[0]!r} twice")
