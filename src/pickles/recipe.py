"""The recipe that made a pickled model, in the words of the newest scikit-learn.

Its steps, and what of their parameters is no default; what cannot be said or repeated is told in notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import contract
from container import documents
from container.errors import recipe_error
from pickles.budget import Budget, Unreadable
from pickles.holding import class_of, walk
from pickles.judging import judge
from pickles.machine import Machine
from pickles.packing import open_packed
from pickles.reading import value_of
from pickles.spelling import BY_HAND, Notes, Speller, endless, items_of, known, text
from pickles.symbols import Made, Pairs

SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")

DETECTORS = ("EllipticEnvelope", "IsolationForest", "LocalOutlierFactor", "OneClassSVM", "SGDOneClassSVM")

PREPARING = (
    *("compose", "decomposition", "feature_extraction", "feature_selection", "impute", "kernel_approximation"),
    *("manifold", "pipeline", "preprocessing", "random_projection"),
)
"""Modules whose estimators prepare columns, and predict nothing."""

CLASSES = 100
"""Labels of a classifier that are told."""


def run(files: Path, out: Path) -> None:
    """Write out/adopted.json (contract kind "adopted") of the one pickle in a folder. Raises recipe errors."""
    [path] = [entry for entry in sorted(files.iterdir()) if not entry.name.endswith(".npy")]
    document = adopted(path)
    out.joinpath("adopted.json").write_bytes(documents.to_bytes("adopted", document))


def adopted(path: Path) -> dict[str, Any]:
    """The recipe of a file. Raises recipe errors where it is not scikit-learn's own, or has what no recipe can say."""
    budget = Budget()
    try:
        content, _ = open_packed(path, budget)
        machine, value = value_of(content, budget, path)
        found = walk(value, budget)
    except Unreadable as error:
        raise recipe_error(f"{path.name}: {error}", "Look at it: remodel adopt inspect") from None
    _check(path.name, machine)
    stamps = found.stamps
    notes = [f"its objects were written by {', '.join(sorted(stamps))}"] if len(stamps) > 1 else []
    version = max(stamps, key=stamps.__getitem__, default="")
    try:
        told = _told(path.name, _best(_only_model(path.name, value), notes), notes)
    except RecursionError:
        raise endless(path.name) from None
    return {
        "schema_version": contract.version("adopted"),
        "version": version,
        **told,
        "notes": list(dict.fromkeys(notes)),
    }


def _told(name: str, model: Made, notes: Notes) -> dict[str, Any]:
    steps = _steps(model)
    last = steps[-1][1]
    group = _group(name, last)
    speller = Speller(name, _feature_names(model), notes)
    return {
        "group": group,
        "predictor": speller.specification(last, group),
        "preprocessing": speller.together([(name, step) for name, step in steps[:-1] if not _is_left_out(step)]),
        "features": speller.features,
        "classes": _classes(last),
    }


def _check(name: str, machine: Machine) -> None:
    judged = judge(machine)
    if judged.hostile:
        raise recipe_error(f"{name}: it {judged.hostile[0]}", "Do not load it; ask who made it")
    if others := [*judged.own, *judged.foreign]:
        raise recipe_error(
            f"{name} holds classes that are not scikit-learn's: {', '.join(others[:5])}",
            "Write its recipe by hand, with those steps replaced",
        )


def _only_model(name: str, value: Any) -> Made:
    """The model that a pickle is, or the only one in a list or a mapping."""
    inside = [inner for _, inner in value.pairs] if isinstance(value, Pairs) else value
    if isinstance(inside, (list, tuple)):
        models = [one for one in inside if isinstance(one, Made) and known(one) is not None]
        if len(models) == 1:
            return models[0]
        raise recipe_error(f"{name} holds {len(models)} models", "Save the one that is wanted in a file of its own")
    if not isinstance(value, Made) or known(value) is None:
        raise recipe_error(f"{name} holds no estimator of scikit-learn", "Look at it: remodel adopt inspect")
    return value


def _best(model: Made, notes: Notes) -> Made:
    """The model that a search has found."""
    own, best = class_of(model), model.state.get("best_estimator_")
    if own is not None and own.attribute in SEARCHES and isinstance(best, Made):
        notes.append(f"found by a {own.attribute}: the recipe is that of what it found, and searches nothing")
        return best
    return model


def _steps(model: Made) -> list[tuple[str, Any]]:
    """The named steps of a pipeline; of another model itself."""
    own, steps = class_of(model), model.state.get("steps")
    if own is not None and own.attribute == "Pipeline" and isinstance(steps, list):
        return [(str(step[0]), step[1]) for step in steps if isinstance(step, tuple) and len(step) == 2]
    return [("model", model)]


def _is_left_out(step: Any) -> bool:
    return step is None or step == "passthrough"


def _group(name: str, last: Any) -> str:
    """The group of conf/ that the last step is a choice of."""
    own = class_of(last)
    if own is None or known(last) is None:
        raise recipe_error(f"{name}: its last step is no estimator", BY_HAND)
    if own.attribute in DETECTORS:
        return "outlier"
    module = known(last)["module"].split(".")[1]
    if module == "cluster":
        raise recipe_error(f"{name}: {own.attribute} finds clusters, which no dataset can have yet", "Leave it out")
    if module in PREPARING and own.attribute != "TransformedTargetRegressor":
        raise recipe_error(f"{name}: {own.attribute} predicts nothing", "Adopt the model whose columns it prepares")
    # Of those with a binarizer of labels, `classes_` is no attribute of their own.
    if {"classes_", "_label_binarizer"} & last.state.keys():
        return "classifier"
    if not any(key.endswith("_") and not key.startswith("_") for key in last.state):
        raise recipe_error(f"{name}: {own.attribute} is not fitted", "Adopt a model that was fitted")
    return "regressor"


def _feature_names(model: Made) -> list[str]:
    """The columns that it was fitted on, where it was told their names."""
    for one in _fitted(model):
        names = items_of(one.state.get("feature_names_in_"))
        if names is not None:
            return [text(name) for name in names]
    return []


def _fitted(model: Made) -> Iterator[Made]:
    yield model
    yield from (step for _, step in _steps(model) if isinstance(step, Made))


def _classes(last: Any) -> list[str]:
    """The labels of a classifier, where they are texts."""
    return [text(one) for one in (items_of(last.state.get("classes_")) or [])[:CLASSES]]
