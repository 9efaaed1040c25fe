"""Says which step of a pipeline refused the data, in the library's own first line, and what to do about it."""

from __future__ import annotations

from typing import Any, Optional

from sklearn.pipeline import Pipeline

from container.errors import BuilderError, build_error, first_line

ADVICE = (
    # First: the value that it shows may be nan, which says nothing about the data.
    (("parameter of",), "Give the parameter one of the values that it allows"),
    (("greater than n_features", "<= n_features"), "Choose a k that is not above the number of columns"),
    (("n_components",), "Choose fewer components than there are columns and rows"),
    (
        ("concatenation axis",),
        "What counts words takes one column by its bare name: columns: subject, not [subject]; {each: text}: several",
    ),
    (("nan", "missing values"), "Use preprocessing=tabular, which fills in missing values"),
    (("could not convert string", "unable to convert"), "Use preprocessing=tabular, which encodes categorical columns"),
    (("unknown categories",), "Set handle_unknown: ignore, so that categories not seen in training become zeros"),
    (("non-negative", "negative values"), "Scale the columns to positive values first, or choose another classifier"),
)
"""Words in a library's message, lower case, and the advice that fits them."""


def step_error(error: Exception, model: Pipeline, doing: str) -> BuilderError:
    """The build error for `error`, which `model` raised while it was `doing` something ("fold 2 of 5: fit")."""
    line = first_line(error)
    lower = str(error).lower()
    advice = next((text for marks, text in ADVICE if any(mark in lower for mark in marks)), "")
    return build_error(f"{doing}: {failing_step(error, model)}: {line}", advice or "Change the classifier or its data")


def failing_step(error: BaseException, model: Pipeline) -> str:
    """ "classifier (LogisticRegression)": the pipeline's step and the innermost estimator in the traceback."""
    seen = _estimators(error)
    names = {id(step): name for name, step in model.steps}
    step = next((names[id(estimator)] for estimator in seen if id(estimator) in names), None)
    inner: Optional[Any] = next(
        (estimator for estimator in reversed(seen) if not isinstance(estimator, Pipeline)), None
    )
    if inner is None:
        return "pipeline"
    return f"{step} ({type(inner).__name__})" if step else type(inner).__name__


def _estimators(error: BaseException) -> list:
    """Every estimator whose method stands in the traceback, outermost first."""
    estimators = []
    trace = error.__traceback__
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        if hasattr(owner, "get_params") and not isinstance(owner, type):
            estimators.append(owner)
        trace = trace.tb_next
    return estimators
