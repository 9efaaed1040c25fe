"""The recipe that made a pickled model, in the words of the newest scikit-learn.

Its steps, and what of their parameters is no default; what cannot be said or repeated is told in notes.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from pickles.spelling import BY_HAND, Notes, Speller, endless, items_of, known, names_of, text
from pickles.symbols import Made, Pairs

SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")

DETECTORS = ("EllipticEnvelope", "IsolationForest", "LocalOutlierFactor", "OneClassSVM", "SGDOneClassSVM")

PREPARING = (
    *("compose", "decomposition", "feature_extraction", "feature_selection", "impute", "kernel_approximation"),
    *("manifold", "pipeline", "preprocessing", "random_projection"),
)
"""Modules whose estimators prepare columns, and predict nothing."""

LABELLED = frozenset(("classes_", "_label_binarizer", "label_binarizer_"))
"""Attributes of classifiers; of those with a binarizer of labels, `classes_` is none of their own."""

LAST = "model"

CLASSES = 100
"""Labels of a classifier that are told."""


def run(files: Path, out: Path) -> None:
    """Write out/adopted.json (contract kind "adopted") of the one pickle in a folder. Raises recipe errors."""
    # What joblib wrote beside it has its name and more.
    path = min(files.iterdir(), key=lambda entry: len(entry.name))
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
        told = _told(path.name, _only_model(path.name, value), notes)
    except RecursionError:
        raise endless(path.name) from None
    return {
        "schema_version": contract.version("adopted"),
        "version": version,
        **told,
        "notes": list(dict.fromkeys(notes)),
    }


def _told(name: str, model: Made, notes: Notes) -> dict[str, Any]:
    steps = _steps(model, notes)
    if not steps:
        raise recipe_error(f"{name}: its pipeline has no steps", BY_HAND)
    last = steps[-1][1]
    group = _group(name, last)
    speller = Speller(name, notes)
    return {
        "group": group,
        "predictor": speller.specification(last, group),
        "preprocessing": speller.together([(name, step) for name, step in steps[:-1] if not _is_left_out(step)]),
        "features": _feature_names([model, *(step for _, step in steps)]),
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


def _steps(model: Any, notes: Notes) -> list[tuple[str, Any]]:
    """The named steps of a pipeline, also of one that is the last step of another or that a search has found."""
    own = class_of(model)
    state = model.state if own is not None else {}
    if own is not None and own.attribute in SEARCHES and "best_estimator_" in state:
        notes.append(f"found by a {own.attribute}: the recipe is that of what it found, and searches nothing")
        return _steps(state["best_estimator_"], notes)
    if own is None or own.attribute != "Pipeline" or not isinstance(state.get("steps"), list):
        return [(LAST, model)]
    steps = [(text(step[0]), step[1]) for step in state["steps"] if isinstance(step, tuple) and len(step) == 2]
    inner = _steps(steps[-1][1], notes) if steps else []
    names = [name for name, _ in steps]
    return [*steps[:-1], *((f"{name}_inside" if name in names else name, step) for name, step in inner)]


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
    if not any(key.endswith("_") and not key.startswith("_") for key in last.state):
        raise recipe_error(f"{name}: {own.attribute} is not fitted", "Adopt a model that was fitted")
    return "classifier" if LABELLED & last.state.keys() or "Classifier" in own.attribute else "regressor"


def _feature_names(models: Iterable[Any]) -> list[str]:
    """The columns that the first of these was fitted on, where one of them was told their names."""
    for one in models:
        names = names_of(one)
        if names:
            return names
    return []


def _classes(last: Any) -> list[str]:
    """The labels of a classifier, where they are texts."""
    return [text(one) for one in (items_of(last.state.get("classes_")) or [])[:CLASSES]]
