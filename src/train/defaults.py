"""What a command line means where it leaves something out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.yaml import read_yaml

GENERAL = "tabular"
"""The preprocessing that takes columns of every kind."""

REGRESSOR, WITHOUT_CLASSES = "ridge", "kfold_5"
"""What predicts a number, and the folds that it is tested on."""


EXPRESSIONS = ("dataset.where", "dataset.train_where", "dataset.outlier")
"""Keys that a dataset's file need not have, and whose values are no words of Hydra's grammar."""


def with_expressions(arguments: Sequence[str]) -> list[str]:
    """The arguments, with expressions over columns in quotes of Hydra's, and added where the file has none."""
    return [_expression(word) if word.partition("=")[0] in EXPRESSIONS else word for word in arguments]


def _expression(word: str) -> str:
    key, _, text = word.partition("=")
    if text in ("", "null"):
        return f"++{key}=null"
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"++{key}='{escaped}'"


def with_choices(checkout: Checkout, arguments: Sequence[str]) -> list[str]:
    """The arguments, and where they choose a dataset and leave open what fits it, the choices that do.

    Of a file that is the preprocessing for columns of all kinds; of a target that is a number, a regressor, and folds
    that know no classes. conf/config.yaml names others: for numbers alone, and for classes.
    """
    chosen = dict(word.lstrip("+").partition("=")[::2] for word in arguments)
    if "model" in chosen or any(word.startswith("~") for word in arguments):
        return list(arguments)
    content = _dataset(checkout, chosen.get("dataset", ""))
    fitting = {"preprocessing": GENERAL} if "file" in content else {}
    if content.get("task") == "regression" and "classifier" not in chosen:
        fitting.update(regressor=REGRESSOR, cv=WITHOUT_CLASSES)
    # In front: behind an option, Hydra takes no more of them.
    return [*(f"{group}={choice}" for group, choice in fitting.items() if group not in chosen), *arguments]


def _dataset(checkout: Checkout, name: str) -> Mapping[str, Any]:
    """conf/dataset/<name>.yaml; nothing where there is none, or it is not understood: that is told later."""
    path = checkout.conf / "dataset" / f"{name}.yaml"
    if not name or not path.is_file():
        return {}
    try:
        content = read_yaml(path)
    except UsageError:
        return {}
    return content if isinstance(content, dict) else {}
