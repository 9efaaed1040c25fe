"""What tells recipes apart is told in the words of a command line, and nothing else."""

from __future__ import annotations

from typing import Any

from remodel.experiments.words import difference, words_that_differ
from remodel.results.recipe import Recipe

TREE = {"_target_": "sklearn.tree.DecisionTreeClassifier", "max_depth": 3}
NET = {"_target_": "sklearn.neural_network.MLPClassifier", "alpha": 0.1, "hidden_layer_sizes": [16]}
STEPS = {"_target_": "sklearn.pipeline.Pipeline", "steps": [["scale", {"_target_": "S"}], ["pca", {"n_components": 2}]]}


def recipe(classifier: str, specification: dict[str, Any], **more: Any) -> Recipe:
    """A recipe of these words."""
    pipeline = {"preprocessing": more.pop("preprocessing", None), "classifier": specification}
    return Recipe({"model": "m", "seed": 0, "choices": {"classifier": classifier}, "pipeline": pipeline, **more})


def test_only_what_differs_is_told() -> None:
    """Choices; and of one choice its parameters: a network has no depth."""
    recipes = [recipe("tree", TREE), recipe("tree", {**TREE, "max_depth": 5}), recipe("mlp", NET)]
    assert words_that_differ(recipes, ["a", "a", "a"]) == [
        ["classifier=tree", "classifier.max_depth=3"],
        ["classifier=tree", "classifier.max_depth=5"],
        ["classifier=mlp"],
    ]


def test_what_is_not_there_is_null_and_environments_are_words_where_there_are_several() -> None:
    """A parameter that one of two does not set."""
    recipes = [recipe("tree", TREE, seed=1), recipe("tree", {"_target_": TREE["_target_"]})]
    assert words_that_differ(recipes, ["sklearn-1.5", "sklearn-1.9"]) == [
        ["classifier.max_depth=3", "seed=1", "environment=sklearn-1.5"],
        ["classifier.max_depth=null", "seed=0", "environment=sklearn-1.9"],
    ]


def test_steps_are_named() -> None:
    """By their names, as on a command line, whatever their place in the list."""
    other = {**STEPS, "steps": [["scale", {"_target_": "S"}], ["pca", {"n_components": 5}]]}
    recipes = [recipe("tree", TREE, preprocessing=STEPS), recipe("tree", TREE, preprocessing=other)]
    assert [own for (own,) in words_that_differ(recipes, ["a", "a"])] == [
        "preprocessing.steps.pca.n_components=2",
        "preprocessing.steps.pca.n_components=5",
    ]


def test_difference_of_two() -> None:
    """Every value on both sides; nothing where they are alike, whatever they are called."""
    one, other = recipe("tree", TREE), recipe("tree", {**TREE, "max_depth": None}, model="n")
    assert difference(one, other) == [("classifier.max_depth", "3", "null")]
    assert difference(one, one) == []
