"""A detector of outliers is chosen beside classifiers; what does not go together is told before anything is built."""

from __future__ import annotations

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.recipes.composition import compose_config
from remodel.recipes.recipes import Selection, select
from remodel.recipes.snapshot_request import read_dataset


def chosen(checkout: Checkout, *words: str) -> Selection:
    """What a command line selects."""
    config = compose_config(checkout, list(words))
    return select(config, config.hydra.runtime.choices, "the command line")


@pytest.mark.parametrize("detector", ["isolation_forest", "one_class_svm", "local_outlier_factor", "elliptic_envelope"])
def test_every_detector_is_a_selection(checkout: Checkout, detector: str) -> None:
    """Of the dataset that names its outliers; the classifier of conf/config.yaml is no choice of it."""
    selection = chosen(checkout, "dataset=sensors", f"outlier={detector}")
    assert (selection.task, selection.predictor) == ("outliers", "outlier")
    assert selection.choices["outlier"] == detector and "classifier" not in selection.choices
    assert selection.model == f"sensors-scale-{detector}"


def test_the_snapshot_does_not_hang_on_the_outliers(checkout: Checkout) -> None:
    """One snapshot for classifiers and detectors."""
    assert "outlier" not in read_dataset(checkout, "sensors").request()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dataset=wine"], "which class of wine the outliers are. Write into conf/dataset/wine.yaml: outlier"),
        (["dataset=diabetes", "cv=kfold_5"], "tells outliers, and the target of diabetes is a number. Choose a"),
        (["dataset=sensors", "regressor=ridge"], "and regressor=ridge are two predictors. Choose one of them"),
        (["dataset=sensors", "answers=labels"], "answers with labels and decision scores. Leave `answers` out"),
    ],
)
def test_what_does_not_go_together(checkout: Checkout, words: list[str], message: str) -> None:
    """In one line, with what to choose instead."""
    with pytest.raises(UsageError) as caught:
        chosen(checkout, "outlier=isolation_forest", *words)
    assert message in str(caught.value)
