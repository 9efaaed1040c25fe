"""Recipes speak the newest scikit-learn's vocabulary; this table says how older versions spell it.

One row a difference: class, parameter, and how the versions before `since` spell the parameter or one of its values.
The source of every row is scikit-learn's "What's new" page of the version `since`.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from builder.compat.versions import at_least


class Renamed(NamedTuple):
    """Before version `since`, the parameter `new` of the class `owner` was called `old`."""

    owner: str
    new: str
    old: str
    since: str


class Respelled(NamedTuple):
    """Before version `since`, the value `new` of a parameter was written `old`."""

    owner: str
    parameter: str
    new: Any
    old: Any
    since: str


RENAMED = (
    Renamed("OneHotEncoder", "sparse_output", "sparse", "1.2"),
    Renamed("AdaBoostClassifier", "estimator", "base_estimator", "1.2"),
    Renamed("BaggingClassifier", "estimator", "base_estimator", "1.2"),
    Renamed("CalibratedClassifierCV", "estimator", "base_estimator", "1.2"),
    Renamed("SelfTrainingClassifier", "estimator", "base_estimator", "1.6"),
)

RESPELLED = (
    Respelled("GradientBoostingClassifier", "loss", "log_loss", "deviance", "1.1"),
    Respelled("HistGradientBoostingClassifier", "loss", "log_loss", "auto", "1.1"),
    Respelled("SGDClassifier", "loss", "log_loss", "log", "1.1"),
    Respelled("RandomForestClassifier", "criterion", "log_loss", "entropy", "1.1"),
    Respelled("ExtraTreesClassifier", "criterion", "log_loss", "entropy", "1.1"),
    Respelled("DecisionTreeClassifier", "criterion", "log_loss", "entropy", "1.1"),
    Respelled("LogisticRegression", "penalty", None, "none", "1.2"),
)


def translated(owner: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the class `owner` in the installed scikit-learn's spelling."""
    return {_name(owner, name): _value(owner, name, value) for name, value in parameters.items()}


def renamed_hint(owner: str, name: str) -> Optional[str]:
    """Today's name of the parameter that was called `name` in an older version, or None."""
    for row in RENAMED:
        if (row.owner, row.old) == (owner, name):
            return f"{name!r} is called {row.new!r} since scikit-learn {row.since}, and in every recipe"
    return None


def newest_names(owner: str, names: list[str]) -> list[str]:
    """The installed class's parameter names in a recipe's spelling."""
    back = {row.old: row.new for row in RENAMED if row.owner == owner and not at_least("scikit-learn", row.since)}
    return [back.get(name, name) for name in names]


def _name(owner: str, name: str) -> str:
    for row in RENAMED:
        if (row.owner, row.new) == (owner, name) and not at_least("scikit-learn", row.since):
            return row.old
    return name


def _value(owner: str, name: str, value: Any) -> Any:
    for row in RESPELLED:
        if (row.owner, row.parameter) == (owner, name) and row.new == value:
            return value if at_least("scikit-learn", row.since) else row.old
    return value
