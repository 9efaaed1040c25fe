"""Recipes speak the newest scikit-learn's vocabulary: an old spelling in conf/ is refused, and the new one named."""

from __future__ import annotations

import pytest

from tests.containers.cli.project import Project

LAST = "random_state: ${seed}\n"

OLD = [
    ("gradient_boosting", LAST, "loss: deviance", "deviance is the old spelling of log_loss"),
    ("gradient_boosting", LAST, "criterion: friedman_mse", "no parameter 'criterion' since scikit-learn 1.9"),
    ("gradient_boosting", LAST, "max_features: auto", "auto is the old spelling of sqrt"),
    ("hist_gradient_boosting", LAST, "loss: auto", "auto is the old spelling of log_loss"),
    ("hist_gradient_boosting", LAST, "categorical_features: warn", "warn is the old spelling of null"),
    ("random_forest", LAST, "min_impurity_split: 0.1", "no parameter 'min_impurity_split' since scikit-learn 1.0"),
    ("decision_tree", LAST, "max_features: auto", "auto is the old spelling of sqrt"),
    ("logreg", "solver: lbfgs\n", "penalty: l2", "no parameter 'penalty' since scikit-learn 1.8"),
    ("logreg", "solver: lbfgs\n", "multi_class: multinomial", "no parameter 'multi_class' since scikit-learn 1.8"),
    ("logreg", "solver: lbfgs\n", "n_jobs: 1", "no parameter 'n_jobs' since scikit-learn 1.8"),
]


@pytest.mark.parametrize(("classifier", "after", "line", "message"), OLD, ids=[f"{one[0]} {one[2]}" for one in OLD])
def test_an_old_spelling_of_a_classifier_is_refused(
    project: Project, classifier: str, after: str, line: str, message: str
) -> None:
    """One line more in the file of a choice."""
    mend = project.edit(f"conf/classifier/{classifier}.yaml", after, f"{after}{line}\n")
    try:
        ended = project.train("dataset=iris", "preprocessing=none", f"classifier={classifier}")
        ended.refused(2, "pipeline.classifier", message)
    finally:
        mend()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sparse_output: false", "sparse: false", "'sparse' is the old name of 'sparse_output'"),
        ("strategy: median", "strategy: median\n          verbose: 0", "no parameter 'verbose' since scikit-learn 1.3"),
    ],
)
def test_an_old_spelling_of_a_transformer_is_refused(project: Project, old: str, new: str, message: str) -> None:
    """Deep inside a preprocessing, too."""
    mend = project.edit("conf/preprocessing/tabular.yaml", old, new)
    try:
        ended = project.train("dataset=credit", "dataset.rows=200", "preprocessing=tabular", "classifier=gaussian_nb")
        ended.refused(2, "pipeline.preprocessing", message)
    finally:
        mend()
