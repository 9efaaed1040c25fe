"""Choices that do not fit the data: the library's reason, the step, and what to choose instead."""

from __future__ import annotations

import pytest

from tests.containers.cli.project import Project


@pytest.mark.parametrize("environment", ["sklearn-0.24", "sklearn-1.9"])
def test_more_columns_than_there_are(project: Project, environment: str) -> None:
    """Refused on every version, also where scikit-learn itself only warns; the line has both numbers."""
    words = ("dataset=iris", "preprocessing=select_k_best", f"environment={environment}")
    ended = project.train(*words, "preprocessing.k=7")
    ended.refused(4, "preprocessing (SelectKBest)", "7", "n_features", "4", "Choose a k that is not above the number")
    project.train(*words, "preprocessing.k=3").done()


def test_categories_without_an_encoder(project: Project) -> None:
    """Text that reaches a classifier: the value, and the preprocessing that encodes it."""
    ended = project.train("dataset=credit", "dataset.rows=200", "preprocessing=none", "classifier=gaussian_nb")
    ended.refused(4, "fold 1 of 5, fit: classifier (GaussianNB)", "Use preprocessing=tabular")
    project.train("dataset=credit", "dataset.rows=200", "preprocessing=tabular", "classifier=gaussian_nb").done()


def test_more_components_than_columns(project: Project) -> None:
    """Principal components: both numbers and the remedy."""
    ended = project.train("dataset=iris", "preprocessing=pca", "preprocessing.n_components=9")
    ended.refused(4, "preprocessing (PCA)", "n_components=9", "4", "Choose fewer components")
