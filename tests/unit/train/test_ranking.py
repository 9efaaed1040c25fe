"""What is compared was built on the same rows and folds: names say nothing of that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remodel.checkout import Checkout
from remodel.experiments.remembered import file_of, remember
from remodel.files import read_json, write_json
from remodel.results.answers.scorers import CLASSIFICATION, REGRESSION, Scorer
from remodel.results.manifest import read_manifest
from remodel.results.scores import Metric, Scores, read_scores
from tests.unit.audit.folders import Folder, edit_json
from train.experiments import Experiment
from train.ranking import best_of, built_alike, compare_with_best, other_choices, show_ranking

RECIPE = Path(__file__).parents[1] / "contract" / "examples" / "recipe" / "valid-steps.json"


def experiment(checkout: Checkout, key: str, **content: Any) -> Experiment:
    """An experiment as `python -m train` leaves it, under `key`."""
    home = checkout.experiments / "credit_mlp" / key
    Folder(**content).write(home / "moved")
    folder = home / "sklearn-1.5"
    (home / "moved" / "credit_mlp" / "sklearn-1.5").rename(folder)
    manifest = read_manifest(folder / "manifest.json")
    scores = read_scores(folder / "scores.json")
    return Experiment("credit_mlp", "sklearn-1.5", "credit", folder, scores, manifest.snapshot)


def test_only_the_same_rows_and_folds_are_compared(tmp_path: Path) -> None:
    """Fewer rows or other folds of the same dataset are another thing, whatever their names."""
    checkout = Checkout(tmp_path)
    Folder().write(checkout.models)
    own = experiment(checkout, "own")
    other = {"data.parquet": "1" * 64, "schema.json": "b" * 64, "folds": "c" * 64}
    fewer_rows = experiment(checkout, "fewer_rows", snapshot=other)
    other_folds = experiment(checkout, "other_folds", snapshot={**own.snapshot, "folds": "2" * 64})
    assert {one.folder for one in built_alike(checkout, own)} == {
        own.folder,
        checkout.models / "credit_mlp" / "sklearn-1.5",
    }
    assert best_of(checkout, fewer_rows) is None
    line = compare_with_best(other_folds, best_of(checkout, other_folds))
    assert line == "nothing else is built on these rows and folds of credit yet: there is nothing to compare it with"
    best = best_of(checkout, own)
    assert "equal to the best on these rows and folds of credit so far" in compare_with_best(own, best)


def test_the_best_so_far_is_named_with_what_its_command_line_changed(tmp_path: Path) -> None:
    """Which of the values it was; where that is not remembered, or is damaged, its name alone."""
    checkout = Checkout(tmp_path)
    own, other = experiment(checkout, "own"), experiment(checkout, "other")
    remember(checkout, other.folder, ["classifier.C=100"], 1.5)
    best = best_of(checkout, own)
    assert best is not None and str(best) == "credit_mlp @ sklearn-1.5 (classifier.C=100)"
    file_of(checkout, other.folder).write_text("{")
    assert str(best_of(checkout, own)) == "credit_mlp @ sklearn-1.5"


def test_a_production_models_name_on_other_choices_is_told(tmp_path: Path) -> None:
    """`model=credit_mlp dataset=wine` is not credit_mlp."""
    checkout = Checkout(tmp_path)
    own = experiment(checkout, "own")
    manifest = read_manifest(own.folder / "manifest.json")
    assert other_choices(checkout, manifest) == ()
    write_json(checkout.recipes / "credit_mlp.json", read_json(RECIPE))
    edit_json(checkout.recipes / "credit_mlp.json", lambda recipe: recipe["choices"].update(dataset="wine"))
    assert "dataset=credit" in other_choices(checkout, manifest)
    assert "(dataset=credit)" in str(next(iter(built_alike(checkout, own))))


def made(words: str, mean: float, snapshot: str, scorers: tuple[Scorer, ...] = CLASSIFICATION) -> Experiment:
    metrics = {scorer.name: Metric((mean, mean), mean, 0.0) for scorer in scorers}
    scores = Scores("m", "e", "folds_5", 10, metrics)
    return Experiment("m", "e", f"data_{snapshot}", Path(words), scores, {"folds": snapshot}, (words,))


def test_a_sweep_over_two_datasets_is_two_rankings(capsys: pytest.CaptureFixture[str]) -> None:
    """And each line says which job it is of."""
    show_ranking([made("C=1", 0.8, "a"), made("C=2", 0.9, "a"), made("C=1", 0.95, "b")])
    assert capsys.readouterr().out.splitlines() == [
        "by balanced accuracy, folds folds_5 of data_a:",
        "  1. 0.9000 +- 0.0000  m @ e (C=2)",
        "  2. 0.8000 +- 0.0000  m @ e (C=1)",
        "by balanced accuracy, folds folds_5 of data_b:",
        "  1. 0.9500 +- 0.0000  m @ e (C=1)",
    ]


def test_of_numbers_the_smallest_error_is_the_best(capsys: pytest.CaptureFixture[str]) -> None:
    """And a larger one is worse, whatever its sign."""
    small, large = made("alpha=1", 3.0, "a", REGRESSION), made("alpha=2", 5.0, "a", REGRESSION)
    show_ranking([large, small])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "by RMSE:" and "alpha=1" in lines[1] and "alpha=2" in lines[2]
    assert "RMSE 5.0000 +- 0.0000: 2.0000 worse than the best" in compare_with_best(large, small)
