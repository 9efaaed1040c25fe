"""What was tried is read once, ranked on the same rows and folds, and held side by side."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import UnknownName
from remodel.experiments import tries as module
from remodel.experiments.leaderboard import leaderboards
from remodel.experiments.remembered import recall, remember
from remodel.experiments.side_by_side import side_by_side
from remodel.experiments.tries import Try, find_try, tries
from remodel.results.recipe import Recipe
from tests.unit.audit.folders import Folder


@pytest.fixture
def home(tmp_path: Path) -> Checkout:
    """A model in two environments, and an experiment."""
    checkout = Checkout(tmp_path)
    for environment in ("sklearn-1.5", "sklearn-1.9"):
        Folder("credit_mlp", environment).write(checkout.models)
    written = Folder("iris_svc", "sklearn-1.9").write(tmp_path / "elsewhere")
    folder = checkout.experiments / "iris_svc" / "0123abcd-11111111-22222222" / "sklearn-1.9"
    folder.parent.mkdir(parents=True)
    written.rename(folder)
    return checkout


def test_all_are_found_and_read_once(home: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is read but how the files look; a changed file is read again, a damaged one left out."""
    names = ["credit_mlp@sklearn-1.5", "credit_mlp@sklearn-1.9", "0123abcd@sklearn-1.9"]
    assert [one.id for one in tries(home)] == names
    read: list[Path] = []
    original = module.read_manifest
    monkeypatch.setattr(module, "read_manifest", lambda path: (read.append(path), original(path))[1])
    assert [one.id for one in tries(home)] == names and read == []
    (home.models / "credit_mlp" / "sklearn-1.5" / "manifest.json").write_text("{")
    assert [one.id for one in tries(home)] == names[1:]
    assert [path.parent.name for path in read] == ["sklearn-1.5"]
    (home.state / "experiments.json").write_text("{")
    assert [one.id for one in tries(home)] == names[1:]


def test_one_is_named_by_its_beginning(home: Checkout) -> None:
    """UnknownName where it is none or several, with those that there are."""
    assert find_try(home, "0123").id == "0123abcd@sklearn-1.9"
    assert find_try(home, "models/credit_mlp/sklearn-1.5/").id == "credit_mlp@sklearn-1.5"
    for name in ("credit_mlp", "nothing"):
        with pytest.raises(UnknownName, match=r"credit_mlp@sklearn-1\.5, credit_mlp@sklearn-1\.9"):
            find_try(home, name)


def test_what_is_remembered_is_told_and_may_be_lost(home: Checkout) -> None:
    """Seconds and words; an experiment without them is whole."""
    folder = home.experiments / "iris_svc" / "0123abcd-11111111-22222222" / "sklearn-1.9"
    assert recall(home, folder).seconds is None
    remember(home, folder, ["classifier.C=2"], 1.25)
    remember(home, folder, [], 9.0)
    assert (recall(home, folder).changes, recall(home, folder).seconds) == (("classifier.C=2",), 1.25)
    assert find_try(home, "0123").seconds == 1.25
    (home.state / "tried" / "0123abcd-11111111-22222222.json").write_text("[]")
    assert recall(home, folder).changes == ()


def tried(name: str, folds: list[float], environment: str = "a", seed: int = 0, rows: str = "x") -> Try:
    """A try that scored this."""
    cv = {"name": "five", "n_splits": 5}
    choices = {"dataset": "d", "classifier": name}
    document = {"model": name, "seed": seed, "choices": choices, "cv": cv, "snapshot": {"data": rows}, "pipeline": {}}
    scores = dict.fromkeys(("accuracy", "balanced_accuracy", "f1_macro", "matthews_corrcoef"), tuple(folds))
    return Try(f"models/{name}/{environment}", environment, Recipe(document), scores, 0.0, None)


def test_the_best_is_first_and_what_cannot_be_told_from_it_is_tied() -> None:
    """On the same folds; other rows are another ranking; builds that score alike are one place."""
    good = [0.90, 0.91, 0.92, 0.90, 0.91]
    found = [
        tried("bad", [value - 0.3 for value in good]),
        tried("good", good, "sklearn-1.5"),
        tried("good", good, "sklearn-1.9"),
        tried("near", [0.91, 0.90, 0.92, 0.90, 0.9101]),
        tried("elsewhere", good, rows="y"),
    ]
    first, second = leaderboards(found)
    assert [place.one.recipe.model for place in first.places] == ["near", "good", "bad"]
    assert [place.is_tied for place in first.places] == [False, True, False]
    assert first.places[1].environments == ("sklearn-1.5", "sklearn-1.9")
    assert [place.words for place in second.places] == [()]
    assert json.dumps(first.document()) and first.document()["places"][0]["p_equal_to_best"] is None


def test_no_winner_of_many_that_are_alike_and_one_that_is_better() -> None:
    """Of 20 that differ by their seeds alone the best is seldom told from the others; a better one is."""
    drawn, told = random.Random(7), 0
    for _ in range(100):
        folds = [drawn.gauss(0.8, 0.03) for _ in range(5)]
        found = [tried("m", [fold + drawn.gauss(0, 0.01) for fold in folds], seed=seed) for seed in range(20)]
        (board,) = leaderboards(found)
        told += not board.places[1].is_tied
    assert told <= 5
    better = tried("better", [fold + 0.2 for fold in folds])
    (board,) = leaderboards([*found, better])
    assert board.places[0].one is better and not any(place.is_tied for place in board.places)


def test_side_by_side() -> None:
    """Words, folds, and the test; of other rows no score."""
    one, other = tried("a", [0.9, 0.8, 0.9, 0.8, 0.9]), tried("b", [0.8, 0.8, 0.8, 0.8, 0.8], "sklearn-1.9")
    found = side_by_side(one, other).document()
    assert [tuple(part.values()) for part in found["differ"]] == [
        ("classifier", ["a", "b"]),
        ("environment", ["a", "sklearn-1.9"]),
    ]
    assert found["scores"]["accuracy"]["difference"] == pytest.approx(-0.06)
    assert 0 < found["p_equal"] < 1
    strange = side_by_side(one, tried("b", [0.8] * 5, rows="y")).document()
    assert (strange["comparable"], strange["scores"], strange["p_equal"]) == (False, {}, None)
