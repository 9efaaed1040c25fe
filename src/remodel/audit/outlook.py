"""What `remodel forecast` does: the models of the release environment, and what later versions will do to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from remodel.audit.forecast import Outlook, forecast
from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.recipes.params import read_params
from remodel.results.endings import read_ending
from remodel.results.result import Result
from remodel.versions import version_key


def show(checkout: Checkout, version: str, as_json: bool) -> None:
    """Print a line for each thing that is known of a version up to this one (none: of all)."""
    if version and not re.fullmatch(r"\d+\.\d+(\.\d+)?", version):
        raise UsageError(f"{version!r} is no version of scikit-learn", "For example: remodel forecast 1.10")
    environment = read_params(checkout).release_environment
    known = {
        model: [one for one in found if not version or version_key(one.version) <= version_key(version)]
        for model, found in _outlooks(checkout, environment)
    }
    if as_json:
        print(json.dumps({model: [one.document() for one in found] for model, found in known.items()}, indent=2))
        return
    for model, found in known.items():
        for outlook in found:
            print(f"{model}@{environment} {outlook}")
    troubled = sum(any(one.effect == "breaks" for one in found) for found in known.values())
    until = f"up to {version}" if version else "in any version that is known of"
    print(f"{troubled} of {len(known)} models will break {until}")


def _outlooks(checkout: Checkout, environment: str) -> Iterator[tuple[str, list[Outlook]]]:
    """The models that are built in the environment, and what is known of each."""
    for model in read_params(checkout).models:
        ending = read_ending(checkout.models / model / environment, model, environment)
        if isinstance(ending, Result):
            yield model, forecast(ending)
