"""The checked shapes of the YAML files under conf/: a cross-validation, a whole composed configuration."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from remodel.recipes.dataset import Dataset, Share
from remodel.recipes.resources import Resources
from remodel.yaml import Choice


class CrossValidation(Choice):
    """conf/cv/<name>.yaml: folds, repeated `n_repeats` times; `stratified` ones have the classes in equal shares.

    Of a dataset with a column `group`, no fold splits one; of one with a column `time`, each fold tests what comes
    after all that was learnt from.
    """

    name: str
    n_splits: int = Field(ge=2)
    n_repeats: int = Field(default=1, ge=1)
    shuffle: bool = True
    seed: int = 0
    stratified: bool = True

    def document(self) -> dict[str, Any]:
        """As a recipe has it."""
        return self.model_dump(exclude=set() if not self.stratified else {"stratified"})

    def objection(self, dataset: Dataset) -> tuple[str, str] | None:
        """Why these folds cannot be cut of a dataset, and what to choose instead; None where they can."""
        if self.stratified and dataset.task == "regression":
            why = f"keeps classes in equal shares, and the target of {dataset.name} is a number"
            return why, "Choose folds without them: cv=kfold_5"
        once = "Choose a cv with n_repeats: 1"
        if self.n_repeats > 1 and dataset.has("time"):
            return f"is repeated, and the folds of {dataset.name} go forward in time", once
        if self.n_repeats > 1 and dataset.has("group") and not self.stratified:
            return f"is repeated, and folds of the groups of {dataset.name} are always the same", once
        return None

    @model_validator(mode="after")
    def _repeats_need_shuffling(self) -> CrossValidation:
        if self.n_repeats > 1 and not self.shuffle:
            raise ValueError("n_repeats above 1 needs shuffle: true")
        return self


class ModelChecks(Choice):
    """What has to hold of a model, or its build fails. `scores`: the least mean of a score over the folds (of a loss or
    an error the largest); `label_share`: the largest share of rows out of fold that may be answered with one label."""

    scores: dict[str, float] = Field(default_factory=dict)
    label_share: Share | None = None


class EnvironmentChoice(Choice):
    """conf/environment/<name>.yaml: a folder under docker/."""

    name: str


class Composed(Choice):
    """One composed configuration, interpolations resolved: what a recipe is made of."""

    name: str | None
    retired: str | dict[str, str] | None = None
    """Checked by remodel.retirement, and in no recipe: it does not change what is built where it is not retired."""
    resources: Resources = Resources()
    """The memory limits the build, and is in no recipe. The threads are: another number gives other bits."""
    seed: int = Field(ge=0)
    threads: int = Field(ge=1)
    parameter_defaults: Literal["pinned", "library"]
    onnx: Literal["exact", "float32"] = "exact"
    answers: Literal["probabilities", "decisions", "labels"] | None = None
    """What a classifier answers with; None: all that it can be asked."""
    checks: ModelChecks | None = None
    dataset: Dataset
    cv: CrossValidation
    environment: EnvironmentChoice
    preprocessing: dict[str, Any]
    classifier: dict[str, Any] | None = None
    regressor: dict[str, Any] | None = None
    outlier: dict[str, Any] | None = None
    """A detector of outliers; what classifies is not used then."""
