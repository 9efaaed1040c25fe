"""params.yaml: which models are built in which environments, the baseline, and what is released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from remodel.checkout import Checkout, once_a_checkout
from remodel.errors import UnknownName, UsageError
from remodel.results.target import Target
from remodel.yaml import parse, read_yaml

Names = Annotated[tuple[str, ...], Field(min_length=1)]
Files = Annotated[dict[str, str], Field(min_length=1)]

Share = Annotated[float, Field(ge=0, le=1)]
Region = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ScoreTolerances(BaseModel):
    """The region of practical equivalence of each score: how much worse it may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accuracy: Region
    balanced_accuracy: Region
    log_loss: Region
    roc_auc: Region
    f1_macro: Region = 0.01
    matthews_corrcoef: Region = 0.02
    average_precision: Region = 0.01
    r2: Region = 0.005
    root_mean_squared_error: Region = 0.01
    mean_absolute_error: Region = 0.01
    median_absolute_error: Region = 0.02
    """Of errors in the unit of the target: a share of the baseline's own error."""


class ProbabilityTolerance(BaseModel):
    """This share of the rows may have no probability that moved by more than `at_most`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantile: Share
    at_most: Share


class DecisionTolerance(BaseModel):
    """Decision scores have to put the rows in the same order but for so much: Spearman's rho is at least `rank`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rank: Share = 0.99


class NumberTolerance(BaseModel):
    """This share of the rows may have no number that moved by more than `at_most` times the error of the baseline."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantile: Share = 0.99
    at_most: Region = 0.1


class Tolerances(BaseModel):
    """What still counts as equivalent: docs/audit.md says how each is used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    scores: ScoreTolerances
    labels: Share
    probabilities: ProbabilityTolerance
    decisions: DecisionTolerance = DecisionTolerance()
    numbers: NumberTolerance = NumberTolerance()


class Params(BaseModel):
    """The content of params.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environments: Names
    snapshot_environment: str
    baseline: str
    release_environment: str
    datasets: Files
    """Each dataset and the file that its rows come from, which DVC watches: its own file, else its YAML file."""
    cv: Names
    """The choices of conf/cv that models of the pipeline use: a snapshot holds their folds, and no others."""
    models: Names
    tolerances: Tolerances

    @property
    def targets(self) -> list[Target]:
        """The whole matrix: every model in every environment."""
        return [Target(model, environment) for model in self.models for environment in self.environments]


@once_a_checkout(lambda checkout: (checkout.params, checkout.conf / "dataset", checkout.conf / "model"))
def read_params(checkout: Checkout) -> Params:
    """Read and check params.yaml; UsageError names the key, and the valid choices for a name."""
    content = read_yaml(checkout.params)
    _check_shape(content, checkout)
    params = parse(Params, content, "params.yaml")
    for key in ("baseline", "release_environment"):
        if getattr(params, key) not in params.environments:
            raise UnknownName(key, getattr(params, key), params.environments, "params.yaml")
    _check_files(params, checkout)
    return params


def file_of(checkout: Checkout, dataset: str) -> str:
    """The file that a dataset's rows come from, as params.yaml has to name it: its own file, else its YAML file."""
    name = f"conf/dataset/{dataset}.yaml"
    content = read_yaml(checkout.root / name) if (checkout.root / name).is_file() else None
    own = content.get("file") if isinstance(content, dict) else None
    return own if isinstance(own, str) else name


def _check_shape(content: Any, checkout: Checkout) -> None:
    """Names without files are what params.yaml held once: say what to write instead."""
    datasets = content.get("datasets") if isinstance(content, Mapping) else None
    is_named = isinstance(datasets, dict) and all(isinstance(file, str) for file in datasets.values())
    if isinstance(datasets, list | dict) and not is_named:
        lines = ", ".join(f"{name}: {file_of(checkout, str(name))}" for name in datasets)
        raise UsageError(
            "params.yaml: `datasets` has to say which file the rows of each dataset come from",
            f"Write: datasets: {{{lines}}}",
        )


def find_target(params: Params, name: str, command: str) -> Target:
    """The target MODEL@ENVIRONMENT that the command line of `command` names.

    UsageError where it names no environment, UnknownName where params.yaml lacks the model or the environment.
    """
    example = Target(name, params.release_environment)
    target = Target.parse(name, f"For example: remodel model {command} {example}")
    for kind, part, valid in (
        ("model", target.model, params.models),
        ("environment", target.environment, params.environments),
    ):
        if part not in valid:
            raise UnknownName(kind, part, valid, "params.yaml")
    return target


def _check_files(params: Params, checkout: Checkout) -> None:
    _check_names("dataset", params.datasets, checkout.conf / "dataset")
    _check_names("model", params.models, checkout.conf / "model")
    for dataset, file in params.datasets.items():
        declared = file_of(checkout, dataset)
        if PurePath(file) != PurePath(declared):
            raise UsageError(
                f"params.yaml: the rows of dataset {dataset!r} come from {declared}, not from {file}",
                f"Write under `datasets`: {dataset}: {declared}",
            )


def _check_names(kind: str, names: Iterable[str], folder: Path) -> None:
    valid, seen = {path.stem for path in folder.glob("*.yaml")}, set()
    for name in names:
        if name not in valid:
            raise UnknownName(kind, name, valid, "params.yaml")
        if name in seen:
            raise UsageError(f"params.yaml lists {kind} {name!r} twice", "Keep one of the lines")
        seen.add(name)
