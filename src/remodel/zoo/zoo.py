"""The zoo: a small declaration (tests/zoo/zoo.yaml) that becomes one recipe for every pair that makes sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from omegaconf import OmegaConf
from pydantic import BaseModel, ConfigDict, Field

from remodel.checkout import Checkout
from remodel.errors import UnknownName
from remodel.files import sha256_file
from remodel.recipes.choices import CrossValidation
from remodel.recipes.composition import compose_config
from remodel.recipes.dataset import Dataset
from remodel.recipes.recipes import OUTLIERS, specification
from remodel.results.recipe import Recipe, new_recipe
from remodel.yaml import parse, read_yaml

ALL = "all"

PREDICTORS = ("classifiers", "regressors", "outliers")

Names = list[str] | str


class Choice(NamedTuple):
    """What one recipe is made of; `group` is that of the predictor: "classifier", "regressor" or "outlier"."""

    group: str
    predictor: str
    preprocessing: str
    dataset: str

    @property
    def name(self) -> str:
        """The recipe's name."""
        return "-".join(self[1:])


class Pair(BaseModel):
    """Every predictor, but those in `without`, is built with every preprocessing on every dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    classifiers: Names = []
    regressors: Names = []
    outliers: Names = []
    preprocessing: Names
    datasets: Names
    without: list[str] = []


class Zoo(BaseModel):
    """The content of zoo.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(ge=0)
    cv: CrossValidation
    datasets: dict[str, dict[str, Any]]
    classifiers: dict[str, dict[str, Any]]
    regressors: dict[str, dict[str, Any]]
    outliers: dict[str, dict[str, Any]] = {}
    preprocessing: dict[str, dict[str, Any]]
    pairs: list[Pair]
    absent: dict[str, str] = {}
    """Classes of scikit-learn that no recipe has, and why."""

    def cv_of(self, name: str) -> CrossValidation:
        """The folds of one dataset, in which a number to predict has no classes to be kept in equal shares."""
        return self.cv.model_copy(update={"stratified": self.dataset(name).task is None})

    def dataset(self, name: str) -> Dataset:
        """One dataset, as conf/dataset would declare it."""
        return parse(Dataset, {"name": name, **self.datasets[name]}, "zoo.yaml")


def read_zoo(checkout: Checkout) -> Zoo:
    """Read and check the declaration; UsageError names the key."""
    return parse(Zoo, read_yaml(checkout.zoo / "zoo.yaml"), "zoo.yaml")


def recipes(checkout: Checkout, zoo: Zoo, snapshots: Path) -> dict[str, Recipe]:
    """Every recipe of the zoo by its name, on the snapshots of its datasets in this folder."""
    declared = {kind.removesuffix("s"): getattr(zoo, kind) for kind in (*PREDICTORS, "preprocessing")}
    parts = {group: _specifications(checkout, group, names, zoo.seed) for group, names in declared.items()}
    pins = {name: _pins(snapshots / name, zoo.cv.name) for name in zoo.datasets}
    return {choice.name: _recipe(zoo, parts, pins, choice) for choice in choices(zoo)}


def choices(zoo: Zoo) -> Iterator[Choice]:
    """The choices of every recipe, each once, in the order of the declaration."""
    groups = {name: getattr(zoo, name) for name in (*PREDICTORS, "preprocessing", "datasets")}
    seen = {
        Choice(kind.removesuffix("s"), predictor, preprocessing, dataset): None
        for pair in zoo.pairs
        for kind in PREDICTORS
        for predictor in _names(getattr(pair, kind), kind, groups)
        for preprocessing in _names(pair.preprocessing, "preprocessing", groups)
        for dataset in _names(pair.datasets, "datasets", groups)
        if predictor not in pair.without
    }
    yield from seen


def _names(names: Names, group: str, groups: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if names == ALL:
        return list(groups[group])
    for name in names:
        if name not in groups[group]:
            raise UnknownName(group, name, groups[group], "zoo.yaml")
    return list(names)


def _specifications(
    checkout: Checkout, group: str, declared: Mapping[str, Mapping[str, Any]], seed: int
) -> dict[str, Any]:
    return {name: _specification(checkout, group, name, dict(own), seed) for name, own in declared.items()}


def _specification(checkout: Checkout, group: str, name: str, own: dict[str, Any], seed: int) -> Any:
    """The zoo's own estimator, or a choice of conf/ with changes."""
    if "_target_" in own:
        return specification(own)
    changes = [f"{group}.{key}={value}" for key, value in own.items()]
    config = compose_config(checkout, [f"{group}={name}", f"seed={seed}", *changes])
    node = OmegaConf.to_container(OmegaConf.masked_copy(config, [group, "seed"]), resolve=True)
    assert isinstance(node, dict)
    return specification(node[group])


def _pins(folder: Path, cv: str) -> dict[str, str]:
    files = {"data.parquet": "data.parquet", "schema.json": "schema.json", "folds": f"folds/{cv}.json"}
    return {name: sha256_file(folder / file) for name, file in files.items()}


def _recipe(zoo: Zoo, parts: Mapping[str, Mapping[str, Any]], pins: Mapping[str, Any], choice: Choice) -> Recipe:
    group, predictor, preprocessing, dataset = choice
    declared = zoo.dataset(dataset)
    told: dict[str, Any] = {} if declared.task is None else {"task": declared.task}
    if group == "outlier":
        told = {"task": OUTLIERS, "outlier": declared.outlier}
    return new_recipe(
        model=choice.name,
        seed=zoo.seed,
        threads=1,
        defaults="pinned",
        choices={
            "dataset": dataset,
            "preprocessing": preprocessing,
            group: predictor,
            "cv": zoo.cv.name,
        },
        snapshot=pins[dataset],
        cv=zoo.cv_of(dataset).document(),
        pipeline={
            "preprocessing": parts["preprocessing"][preprocessing],
            group: parts[group][predictor],
        },
        **told,
    )
