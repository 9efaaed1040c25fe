"""An experiment becomes a model of the pipeline: a file of its choices and of what differs from them, and a line.

Nothing is taken on trust: the new file is composed, and where its recipe is not the experiment's (its name aside)
everything is as it was before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.experiments.remembered import recall
from remodel.experiments.tries import Try
from remodel.experiments.words import difference
from remodel.files import write_bytes
from remodel.recipes.composition import value_of
from remodel.recipes.new_model import check_name, list_model, model_text, undone
from remodel.recipes.params import read_params
from remodel.recipes.recipes import TRIAL, check_listed, make_recipe, select_model
from remodel.results.recipe import Recipe
from remodel.yaml import read_yaml


def promote(checkout: Checkout, one: Try, name: str) -> str:
    """Write conf/model/<name>.yaml and the name into params.yaml; the text of the file.

    Raises UsageError where the name is taken, where the experiment's rows or folds are none of conf/, where it uses a
    choice that is only tried, or where the file would be another model; then nothing is written.
    """
    check_name(checkout, name)
    for group, choice in one.recipe.choices.items():
        if choice.startswith(TRIAL):
            raise UsageError(
                f"{one.id} uses conf/{group}/{choice}.yaml, which is only tried",
                f"Rename it (git mv conf/{group}/{choice}.yaml conf/{group}/{choice.removeprefix(TRIAL)}.yaml), "
                "train it by its new name, and promote that",
            )
    changes = recall(checkout, checkout.root / one.folder).changes
    if strange := [word for word in changes if word.startswith(("dataset.", "cv.", "environment.", "~"))]:
        raise UsageError(
            f"{one.id} was built with {strange[0]}, and a model's file cannot say that",
            "Write it into a choice of its own under conf/, train with that, and promote it",
        )
    path, params = checkout.conf / "model" / f"{name}.yaml", checkout.params
    content: dict[str, Any] = {}
    for word in changes:
        key, _, value = word.partition("=")
        _put(content, key.split("."), value_of(value))
    with undone(path, params):
        list_model(params, name)
        left = _left(checkout, one, name, content)
        for word, there, _ in left:
            # What another model's file says of its own choices: it is in the recipe, and in no word.
            _put(content, _place(checkout, one.recipe, word), value_of(there))
        if left and (left := _left(checkout, one, name, content)):
            told = "; ".join(f"{word}: {there} then, {here} now" for word, there, here in left[:3])
            raise UsageError(
                f"a file of its choices would be another model than {one.id}: {told}",
                f"conf/ or the data have changed since it was built: train it again, or write conf/model/{name}.yaml",
            )
        return path.read_text(encoding="utf-8")


def _left(checkout: Checkout, one: Try, name: str, content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(word, value that was tried, value that it would have): what a file with this content does not say."""
    write_bytes(checkout.conf / "model" / f"{name}.yaml", model_text(name, one.recipe.choices, content).encode())
    selection = select_model(checkout, name)
    check_listed(read_params(checkout), selection, name, checkout)
    made = make_recipe(selection, checkout.data / one.recipe.dataset)
    words = difference(one.recipe, made)
    rows = [("rows and folds", "others", "those of conf/ and data/")]
    return words or (rows if _unnamed(made) != _unnamed(one.recipe) else [])


def _place(checkout: Checkout, recipe: Recipe, word: str) -> list[str]:
    """The keys of a word of a recipe in a file of conf/: a choice may keep its estimator beside words of its own."""
    group, *below = word.split(".")
    choice = recipe.choices.get(group)
    content = read_yaml(checkout.conf / group / f"{choice}.yaml") if choice and below else {}
    is_inside = isinstance(content, dict) and "estimator" in content and "_target_" not in content
    return [group, *(["estimator"] if is_inside else []), *below]


def _put(content: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    *above, last = keys
    for key in above:
        content = content.setdefault(key, {})
    content[last] = value


def _unnamed(recipe: Recipe) -> Mapping[str, Any]:
    return {key: value for key, value in recipe.document.items() if key != "model"}
