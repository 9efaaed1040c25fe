"""The zoo's declaration becomes recipes, and one container builds them apart from each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import contract
from remodel.checkout import Checkout
from remodel.errors import UnknownName, UsageError
from remodel.files import write_json
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
    """Each classifier and preprocessing, on two and three classes, with and without gaps."""
    declared = zoo.read_zoo(checkout)
    for group in ("classifier", "preprocessing"):
        choices = {path.stem for path in (checkout.conf / group).glob("*.yaml")}
        assert choices <= set(declared.classifiers if group == "classifier" else declared.preprocessing)
    pairs = set(zoo.choices(declared))
    for classifier in declared.classifiers:
        assert {dataset for built, _, dataset in pairs if built == classifier} == set(declared.datasets)
    assert {preprocessing for _, preprocessing, _ in pairs} == set(declared.preprocessing)


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
