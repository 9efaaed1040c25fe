"""A rebuild that has nothing to do: it says so, and that its targets exist, without anything else being loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from remodel.rebuild.plan import find_targets, with_ancestors
from remodel.rebuild.settled import Known
from remodel.rebuild.view import View


def nothing_to_do(known: Sequence[Known], targets: Sequence[str], view: View) -> Counter[str]:
    """Show every stage that the targets ask for as unchanged. UsageError where a target does not exist."""
    steps = [stage.step() for stage in known]
    wanted = find_targets(steps, targets) or [stage.name for stage in known if stage.top]
    chosen = with_ancestors(steps, wanted)
    view.planned(chosen, {})
    for step in chosen:
        view.unchanged(step)
    return view.ended()
