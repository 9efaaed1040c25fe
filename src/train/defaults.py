"""What a command line means where it leaves something out."""

from __future__ import annotations

from collections.abc import Sequence

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.yaml import read_yaml

GENERAL = "preprocessing=tabular"
"""The preprocessing that takes columns of every kind."""


EXPRESSIONS = ("dataset.where", "dataset.train_where")
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


def with_preprocessing(checkout: Checkout, arguments: Sequence[str]) -> list[str]:
    """The arguments, and where they choose a dataset of a file and no preprocessing, the one for columns of all kinds.

    conf/config.yaml names another one, for numbers alone.
    """
    chosen = dict(word.lstrip("+").partition("=")[::2] for word in arguments)
    if "preprocessing" in chosen or "model" in chosen or any(word.startswith("~") for word in arguments):
        return list(arguments)
    path = checkout.conf / "dataset" / f"{chosen.get('dataset', '')}.yaml"
    if "dataset" not in chosen or not path.is_file():
        return list(arguments)
    try:
        content = read_yaml(path)
    except UsageError:
        return list(arguments)  # told later, with all that Hydra needs
    if not (isinstance(content, dict) and "file" in content):
        return list(arguments)
    return [*arguments, GENERAL]
