"""Which models `remodel model verify` is asked to look at: `model@environment`, or all that params.yaml lists."""

from __future__ import annotations

from collections.abc import Sequence

from remodel.errors import UsageError
from remodel.recipes.params import Params, find_target
from remodel.results.target import Target


def choose_targets(params: Params, names: Sequence[str], everything: bool) -> list[Target]:
    """The targets that the command line names. UsageError where it names none, both or an unknown one."""
    if bool(names) == everything:
        example = f"For example: remodel model verify {Target(params.models[0], params.baseline)}"
        raise UsageError("verify needs models or --all, and not both", example)
    if everything:
        return params.targets
    return [find_target(params, name, "verify") for name in dict.fromkeys(names)]
