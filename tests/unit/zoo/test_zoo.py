"""The zoo's declaration becomes recipes, and one container builds them apart from each other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import contract
from remodel.checkout import Checkout
from remodel.errors import UnknownName, UsageError
from remodel.files import read_json, write_json
from remodel.zoo import zoo


@pytest.fixture
def snapshots(checkout: Checkout, tmp_path: Path) -> Path:
    """Something in the place of every snapshot: recipes pin what is there."""
    declared = zoo.read_zoo(checkout)
    for name in declared.datasets:
        for file in ("data.parquet", "schema.json", f"folds/{declared.cv.name}.json"):
            write_json(tmp_path / name / file, name)
    return tmp_path


def test_every_recipe_of_the_zoo_keeps_the_contract(checkout: Checkout, snapshots: Path) -> None:
    """Named after its choices, resolved, with pinned defaults."""
    recipes = zoo.recipes(checkout, zoo.read_zoo(checkout), snapshots)
    for name, recipe in recipes.items():
        contract.check("recipe", recipe.document, name)
        assert name == recipe.model
        assert recipe.document["defaults"] == "pinned"
        assert "${" not in json.dumps(recipe.document)


def test_every_choice_of_conf_is_in_the_zoo(checkout: Checkout) -> None:
    """And what the zoo declares is built, each at least twice."""
    declared = zoo.read_zoo(checkout)
    groups = {"classifier": declared.classifiers, "regressor": declared.regressors}
    built = list(zoo.choices(declared))
    for group, names in {**groups, "preprocessing": declared.preprocessing}.items():
        assert {path.stem for path in (checkout.conf / group).glob("*.yaml")} <= set(names)
        for name in names:
            recipes = [choice for choice in built if choice[:2] == (group, name) or choice.preprocessing == name]
            assert len(recipes) >= (1 if name == "isotonic" else 2), name


def test_every_estimator_of_scikit_learn_is_in_the_zoo(checkout: Checkout, snapshots: Path) -> None:
    """Or is named with the reason why it is not; nothing is both."""
    declared = zoo.read_zoo(checkout)
    documents = [json.dumps(recipe.document) for recipe in zoo.recipes(checkout, declared, snapshots).values()]
    targets = set(re.findall(r'"_target_": "sklearn\.[\w.]+\.(\w+)"', "".join(documents)))
    known = set(read_json(checkout.history)["estimators"])
    assert known - targets <= set(declared.absent)
    assert not targets & set(declared.absent)


def test_changes_of_the_zoo_reach_the_choice_of_conf(checkout: Checkout, snapshots: Path) -> None:
    """A small forest: the choice's own parameters, but for what the zoo changes."""
    recipe = zoo.recipes(checkout, zoo.read_zoo(checkout), snapshots)["random_forest-scale-two"]
    assert recipe.pipeline["classifier"]["n_estimators"] == 8
    assert recipe.pipeline["classifier"]["max_features"] == "sqrt"


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("classifiers: all", "classifiers: [svd]", UnknownName, "unknown classifiers 'svd' in zoo.yaml: did you mean"),
        ("pairs:", "pears:", UsageError, "zoo.yaml has an unknown key 'pears': did you mean 'pairs'"),
    ],
)
def test_a_slip_in_the_declaration_is_named(
    checkout: Checkout, copied: Checkout, old: str, new: str, error: type[Exception], message: str
) -> None:
    """With the file and the nearest valid name."""
    text = (checkout.zoo / "zoo.yaml").read_text().replace(old, new, 1)
    copied.zoo.mkdir(parents=True)
    (copied.zoo / "zoo.yaml").write_text(text)
    with pytest.raises(error, match=message):
        list(zoo.choices(zoo.read_zoo(copied)))
