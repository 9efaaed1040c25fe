"""recipes/: one resolved recipe a model."""

from __future__ import annotations

from pathlib import Path

from remodel.checkout import Checkout
from remodel.files import write_json
from remodel.recipes.recipes import compose_all


def write(checkout: Checkout, out: Path) -> None:
    """Write the recipe of every model of params.yaml, on the snapshots under data/."""
    for model, recipe in compose_all(checkout).items():
        write_json(out / f"{model}.json", recipe.document)
