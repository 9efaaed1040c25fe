"""A recipe names classes of scikit-learn's estimators and nothing else: nothing else is even imported."""

from __future__ import annotations

import pytest

from tests.containers.cli.project import Project

NOT_ALLOWED = [
    ("os.system", "'os.system' is not allowed, module 'os'; allowed: sklearn."),
    ("builder.train.build", "'builder.train.build' is not allowed, module 'builder.train'; allowed: sklearn."),
    ("sklearn.datasets.load_iris", "'sklearn.datasets.load_iris' is not allowed, module 'sklearn.datasets'"),
    ("sklearn.svm.SVCC", "has no 'SVCC' in sklearn.svm: did you mean 'SVC'?"),
    ("sklearn.preprocessing.normalize", "'sklearn.preprocessing.normalize' is not an estimator or transformer class"),
]


@pytest.mark.parametrize(("target", "message"), NOT_ALLOWED)
def test_a_class_that_is_not_allowed_is_refused(project: Project, target: str, message: str) -> None:
    """Exit code 2, with the place in the recipe, the module and what is allowed; other results stay as they are."""
    before = project.results()
    project.train("dataset=iris", f"classifier._target_={target}").refused(2, "pipeline.classifier: ", message)
    assert project.results() == before
    assert project.scratch() == []


def test_a_function_that_is_not_allowed_is_refused(project: Project) -> None:
    """Also where a recipe names a function: as an estimator's parameter, at any depth."""
    words = ("preprocessing=select_k_best", "preprocessing.estimator.steps.select.score_func._object_=os.system")
    project.train("dataset=iris", *words).refused(2, "pipeline.preprocessing", "'os.system' is not allowed")
