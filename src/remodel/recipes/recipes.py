"""Recipes: conf/ composed by Hydra and resolved to one plain document a model, which is all that a container sees."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from remodel.checkout import Checkout
from remodel.errors import DataError, StorageError, UsageError
from remodel.files import canonical_json, read_json, sha256_file
from remodel.recipes.choices import Composed
from remodel.recipes.composition import check_files, compose_model
from remodel.recipes.params import Params, file_of, read_params
from remodel.recipes.plain import check_choices, check_interpolations
from remodel.results.recipe import Recipe, new_recipe
from remodel.yaml import parse

OUTLIERS = "outliers"

PREDICTORS = {"classification": "classifier", "regression": "regressor", OUTLIERS: "outlier"}
"""The group of conf/ that holds what predicts, by the task."""
NAMED_STEPS = ("steps", "transformer_list", "estimators", "transformers")
"""Parameters of scikit-learn's meta-estimators that take a list of named estimators."""


TRIAL = "try_"
"""How the name of a choice begins that is only tried: DVC does not watch its file (.dvcignore)."""


@dataclass(frozen=True)
class Selection:
    """A composed configuration and the choice taken in each group."""

    composed: Composed
    choices: Mapping[str, str]

    @property
    def model(self) -> str:
        """The model's name: its own, or one made of the choices."""
        parts = ("dataset", "preprocessing", self.predictor)
        return self.composed.name or "-".join(self.choices[group] for group in parts)

    @property
    def task(self) -> str:
        """What there is to predict: that of the dataset ("classification", "regression"), or "outliers" where a
        detector is chosen."""
        return OUTLIERS if self.composed.outlier is not None else self.composed.dataset.task or "classification"

    @property
    def predictor(self) -> str:
        """The group of conf/ whose choice predicts."""
        return PREDICTORS[self.task]


def select(config: DictConfig, choices: Mapping[str, str], where: str) -> Selection:
    """Check and resolve a composed configuration; `where` names it in errors."""
    for group in ("preprocessing", *PREDICTORS.values()):
        if group not in config and choices.get(group) is not None:
            raise UsageError(f"{where} lacks the key {group!r}", f"Choose one: - override /{group}: NAME")
        if config.get(group) is not None:
            _check_knobs(config[group], group, choices.get(group) or "")
    own = OmegaConf.masked_copy(config, [str(key) for key in config if key not in ("hydra", "model")])
    groups = ("dataset", "preprocessing", *PREDICTORS.values(), "cv")
    check_choices({group: choices.get(group) for group in (*groups, "model")}, where)
    check_interpolations(OmegaConf.to_container(own), where)
    try:
        content = OmegaConf.to_container(own, resolve=True)
    except OmegaConfBaseException as error:
        # A misspelt key first: it may be why an interpolation finds nothing.
        parse(Composed, OmegaConf.to_container(own), where)
        raise UsageError(f"{where}: {str(error).splitlines()[0]}", f"Correct it in {where}") from error
    return _selection(parse(Composed, content, where), choices)


def _selection(composed: Composed, choices: Mapping[str, str]) -> Selection:
    """A selection, with the choices that count for its task. UsageError where there is none to predict with, or the
    folds are none of its."""
    dataset = choices["dataset"]
    if composed.outlier is not None:
        _check_outliers(composed, choices)
    elif composed.dataset.task == "regression":
        if composed.regressor is None:
            raise UsageError(
                f"the target of {dataset} is a number, and a classifier answers with classes",
                "Choose a regressor, such as regressor=ridge",
            )
        if composed.answers is not None:
            raise UsageError(f"answers={composed.answers}: a regressor answers with numbers", "Leave `answers` out")
    elif composed.regressor is not None:
        raise UsageError(
            f"regressor={choices['regressor']} answers with numbers, and the target of {dataset} has classes",
            "Choose a classifier; where the target of your file is a number, write `task: regression` in its YAML",
        )
    elif composed.classifier is None:
        raise UsageError("there is nothing to predict with", "Choose a classifier, such as classifier=logreg")
    if objection := composed.cv.objection(composed.dataset):
        raise UsageError(f"cv={choices['cv']} {objection[0]}", objection[1])
    groups = ("dataset", "preprocessing", Selection(composed, choices).predictor, "cv")
    return Selection(composed, {group: choices[group] for group in groups})


def _check_outliers(composed: Composed, choices: Mapping[str, str]) -> None:
    """UsageError where a detector of outliers cannot be held against what the dataset says."""
    named = f"outlier={choices['outlier']}"
    if composed.dataset.task == "regression":
        raise UsageError(
            f"{named} tells outliers, and the target of {choices['dataset']} is a number",
            "Choose a dataset whose target says which rows are outliers",
        )
    if composed.regressor is not None:
        raise UsageError(f"{named} and regressor={choices['regressor']} are two predictors", "Choose one of them")
    if composed.answers not in (None, "decisions"):
        raise UsageError(
            f"answers={composed.answers}: a detector answers with labels and decision scores", "Leave `answers` out"
        )
    if composed.dataset.outlier is None:
        raise UsageError(
            f"{named} needs to know which class of {choices['dataset']} the outliers are",
            f"Write into conf/dataset/{choices['dataset']}.yaml: outlier: CLASS",
        )


def select_model(checkout: Checkout, model: str) -> Selection:
    """The selection of one production model, conf/model/<model>.yaml."""
    config = compose_model(checkout, model)
    choices = config.hydra.runtime.choices
    try:
        selection = select(config, choices, f"conf/model/{model}.yaml")
    except UsageError:
        check_files(checkout, choices)
        raise
    if selection.composed.name != model:
        raise UsageError(
            f"conf/model/{model}.yaml has the name {selection.composed.name!r}", f"Write name: {model} in it"
        )
    return selection


def make_recipe(selection: Selection, snapshot: Path) -> Recipe:
    """The recipe of a selection on the snapshot in this folder: resolved, complete, without paths."""
    composed = selection.composed
    folds = snapshot / "folds" / f"{composed.cv.name}.json"
    return new_recipe(
        model=selection.model,
        seed=composed.seed,
        threads=composed.resources.threads or composed.threads,
        defaults=composed.parameter_defaults,
        onnx=composed.onnx,
        choices=dict(selection.choices),
        snapshot={
            "data.parquet": sha256_file(snapshot / "data.parquet"),
            "schema.json": sha256_file(snapshot / "schema.json"),
            "folds": sha256_file(folds),
        },
        cv=composed.cv.document(),
        **_rows(composed),
        **_checks(composed),
        pipeline={group: specification(getattr(composed, group)) for group in ("preprocessing", selection.predictor)},
        **({} if composed.dataset.task is None else {"task": composed.dataset.task}),
        **({"task": OUTLIERS, "outlier": composed.dataset.outlier} if selection.task == OUTLIERS else {}),
        **({} if composed.answers is None else {"answers": composed.answers}),
    )


def _rows(composed: Composed) -> dict[str, Any]:
    """Which rows were asked for: the snapshot holds them, and a reader wants the words."""
    named = {"where": composed.dataset.where, "train_where": composed.dataset.train_where}
    told = {name: text for name, text in named.items() if text is not None}
    return {"rows": told} if told else {}


def _checks(composed: Composed) -> dict[str, Any]:
    """What has to hold of the model, and what held of its data."""
    checks = composed.checks.model_dump(exclude_none=True) if composed.checks else {}
    if composed.dataset.checks is not None:
        checks["data"] = composed.dataset.checks.model_dump(exclude_none=True, mode="json")
    checks = {name: content for name, content in checks.items() if content != {}}
    return {"checks": checks} if checks else {}


def compose_all(checkout: Checkout) -> dict[str, Recipe]:
    """The recipe of every model in params.yaml, on the snapshots under data/."""
    params, recipes = read_params(checkout), {}
    for model in params.models:
        selection = select_model(checkout, model)
        check_listed(params, selection, model, checkout)
        snapshot = checkout.data / selection.choices["dataset"]
        check_snapshot(selection, snapshot)
        recipes[model] = make_recipe(selection, snapshot)
    return recipes


def check_listed(params: Params, selection: Selection, model: str, checkout: Checkout) -> None:
    """UsageError where a model of params.yaml needs what params.yaml does not list, or what DVC does not watch."""
    _check_watched(model, {"model": model, **selection.choices})
    dataset, folds = selection.choices["dataset"], selection.choices["cv"]
    if dataset not in params.datasets:
        message = f"conf/model/{model}.yaml needs dataset {dataset!r}, which params.yaml does not list"
        raise UsageError(message, f"Add it to `datasets`: {dataset}: {file_of(checkout, dataset)}")
    if folds not in params.cv:
        message = f"conf/model/{model}.yaml is tested on the folds {folds!r}, which params.yaml does not list"
        raise UsageError(message, f"Add it to `cv`: {', '.join([*params.cv, folds])}")


def _check_watched(model: str, choices: Mapping[str, str]) -> None:
    """UsageError where a production model uses a choice whose changes nobody would notice."""
    for group, choice in choices.items():
        if choice.startswith(TRIAL):
            raise UsageError(
                f"params.yaml lists {model}, which uses conf/{group}/{choice}.yaml: what begins with {TRIAL} is only "
                "tried, and dvc does not see its changes",
                f"Rename the file: git mv conf/{group}/{choice}.yaml conf/{group}/{choice.removeprefix(TRIAL)}.yaml",
            )


def check_snapshot(selection: Selection, snapshot: Path) -> None:
    """DataError unless the snapshot was made from the dataset and the folds that the selection asks for."""
    if not snapshot_fits(selection, snapshot):
        name = selection.choices["dataset"]
        raise DataError(
            f"the snapshot of dataset {name!r} is missing or out of date", f"Run: dvc repro snapshot@{name}"
        )


def snapshot_fits(selection: Selection, snapshot: Path) -> bool:
    """Whether the snapshot in this folder is the one that the selection asks for."""
    folds = snapshot / "folds" / f"{selection.composed.cv.name}.json"
    data, described = snapshot / "data.parquet", snapshot / "schema.json"
    if not (data.is_file() and described.is_file() and folds.is_file()):
        return False
    request = hashlib.sha256(canonical_json(selection.composed.dataset.request())).hexdigest()
    schema, cv = _document(described), _document(folds).get("cv")
    if schema.get("request_sha256") != request or cv != selection.composed.cv.document():
        return False
    return bool(sha256_file(data) == schema.get("data", {}).get("sha256"))


def _document(path: Path) -> dict[str, Any]:
    """A JSON file's mapping; an empty one where it is damaged."""
    try:
        document = read_json(path)
    except StorageError:
        return {}
    return document if isinstance(document, dict) else {}


def specification(node: Any) -> Any:
    """The estimator in a choice: what stands under `estimator`, or the choice itself; null where there is none.

    Named steps become lists of [name, step] pairs, because JSON with sorted keys keeps no order of a mapping.
    JSON has no infinity and no nan either: {"_value_": "inf"}.
    """
    if isinstance(node, Mapping) and "_target_" not in node and "_object_" not in node and "estimator" in node:
        return specification(node["estimator"])
    return _ordered(node)


def _ordered(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _pairs(value) if key in NAMED_STEPS else _ordered(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_ordered(item) for item in node]
    if isinstance(node, float) and not math.isfinite(node):
        return {"_value_": str(node)}
    return node


def _pairs(steps: Any) -> Any:
    if isinstance(steps, Mapping):
        return [[name, _ordered(step)] for name, step in steps.items() if step is not None]
    if isinstance(steps, list):
        return [_ordered(list(*item.items())) if _is_single(item) else _ordered(item) for item in steps]
    return steps


def _is_single(item: Any) -> bool:
    """Whether a list item is written `- name: step`."""
    return isinstance(item, Mapping) and len(item) == 1 and "_target_" not in item


def _check_knobs(node: DictConfig, group: str, choice: str) -> None:
    """A key beside `estimator` has to be used by an interpolation: otherwise it is a slip of the pen."""
    raw = OmegaConf.to_container(node, resolve=False)
    assert isinstance(raw, dict)
    where = f"conf/{group}/{choice}.yaml"
    if "estimator" not in raw and "_target_" not in raw:
        raise UsageError(
            f"{where} has neither `_target_` nor `estimator`, only: {', '.join(map(str, raw))}",
            "Write the class: _target_: sklearn.MODULE.CLASS",
        )
    if "_target_" in raw:
        return
    used = set(re.findall(rf"\$\{{\s*(?:{group})?\.*([\w.]+)\s*\}}", str(raw["estimator"])))
    for key in raw.keys() - {"estimator"} - {name.lstrip(".") for name in used}:
        raise UsageError(f"{where} has a key {key!r} that its estimator does not use", _valid_knobs(used))


def _valid_knobs(used: Iterable[str]) -> str:
    names = ", ".join(sorted(used))
    return f"It uses: {names}" if names else "Write the parameter inside `estimator`"
