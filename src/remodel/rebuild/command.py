"""`remodel rebuild`: where nothing was touched it says so at once; only else DVC and all that builds is loaded."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from remodel.checkout import Checkout
from remodel.display.reporter import Reporter
from remodel.rebuild import settled
from remodel.rebuild.plan import Request, find_targets, recorded_failures, unlisted, with_ancestors


def rebuild(checkout: Checkout, request: Request, reporter: Reporter, images_there: bool = False) -> Counter[str]:
    """Bring the targets up to date; how many stages were built, fetched, unchanged, failed, skipped.

    `images_there`: somebody has made all images. Raises the error of the first stage that failed, after everything
    else is built where `keep_going` is set.
    """
    if known := settled.untouched(checkout):
        return nothing_to_do(checkout, known, request.targets, reporter)
    # Only now: a rebuild with nothing to do ends before these are loaded.
    from remodel.rebuild.lock import holding
    from remodel.rebuild.rebuilding import bring_up_to_date
    from remodel.recipes.params import read_params

    read_params(checkout)  # tells a slip in it in our words: DVC would tell of a stage that it cannot make
    os.chdir(checkout.root)  # DVC names stages and files as seen from the current folder
    with holding(checkout, reporter.note) as waited:
        if waited and (known := settled.untouched(checkout)):
            return nothing_to_do(checkout, known, request.targets, reporter)
        return bring_up_to_date(checkout, request, reporter, images_there)


def nothing_to_do(
    checkout: Checkout, known: Sequence[settled.Known], targets: Sequence[str], reporter: Reporter
) -> Counter[str]:
    """Show every stage that the targets ask for as unchanged. UsageError where a target does not exist."""
    steps = [stage.step() for stage in known]
    wanted = find_targets(steps, targets, unlisted(checkout)) or [stage.name for stage in known if stage.top]
    chosen = with_ancestors(steps, wanted)
    report = reporter.stages([step.shown() for step in chosen])
    for step in chosen:
        report.unchanged(step.name)
    counts = report.ended()
    for line in recorded_failures(checkout, chosen):
        reporter.note(line)
    return counts
