"""What an answer about a built model stands on: its files are those of its manifest, and its recipe is today's."""

from __future__ import annotations

from remodel.checkout import Checkout
from remodel.errors import StorageError
from remodel.files import sha256_file
from remodel.results.documents import require
from remodel.results.manifest import Manifest, read_manifest
from remodel.results.recipe import read_recipe_file
from remodel.results.target import Target


def read_standing(checkout: Checkout, target: Target) -> Manifest:
    """The manifest of a model in models/. StorageError where a file of it is missing or another one, or where the model
    was built before its recipe changed."""
    folder = checkout.models / target.model / target.environment
    manifest = read_manifest(folder / "manifest.json")
    for name, sha256 in manifest.digests.items():
        require(folder / name)
        if sha256_file(folder / name) != sha256:
            raise StorageError(
                f"{folder / name} is not the file that its manifest lists", f"Build it again: remodel rebuild {target}"
            )
    if not is_of_its_recipe(checkout, manifest):
        raise StorageError(
            f"{target} was built before recipes/{target.model}.json changed", f"Build it: remodel rebuild {target}"
        )
    return manifest


def is_of_its_recipe(checkout: Checkout, manifest: Manifest) -> bool:
    """Whether a model came from the recipe that is there now; a recipe that is not there says nothing."""
    recipe = checkout.recipes / f"{manifest.model}.json"
    return not recipe.is_file() or manifest.recipe_sha256 == read_recipe_file(recipe).sha256
