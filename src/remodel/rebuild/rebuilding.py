"""The rebuild itself: find what is asked for, have it scheduled, and say what became of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from remodel.builds.data_file import check_data_file
from remodel.checkout import Checkout
from remodel.display.reporter import Reporter
from remodel.errors import RemodelError, StorageError, UsageError
from remodel.pipeline.dvc import remove_stale
from remodel.rebuild import settled
from remodel.rebuild.budget import Budget, machine
from remodel.rebuild.builders import Builders
from remodel.rebuild.dvc.repository import DvcRepository
from remodel.rebuild.history import past_seconds
from remodel.rebuild.plan import (
    Agenda,
    Request,
    Step,
    blocked,
    find_targets,
    recorded_failures,
    unlisted,
    with_ancestors,
)
from remodel.rebuild.records import Records
from remodel.rebuild.scheduler import Scheduler
from remodel.rebuild.work import OwnStage, work_of
from remodel.recipes.params import read_params


def bring_up_to_date(checkout: Checkout, request: Request, reporter: Reporter, images_there: bool) -> Counter[str]:
    """What `rebuild.command.rebuild` does where something may be out of date."""
    # Before anything depends on the folders above them: whoever rebuilds, and whatever was there, leaves one lock.
    for path in remove_stale(checkout, read_params(checkout)):
        reporter.note(f"removed {path}: params.yaml no longer lists it")
    builders = Builders(checkout, request.engine, reporter, images_there)
    builders.start_early()
    try:
        repository = DvcRepository(checkout, reporter.note)
        settled.forget(checkout)
        counts, failed = _rebuild(checkout, request, reporter, repository, builders)
    finally:
        builders.end()
    if failed:
        raise first_failure(failed)
    if not request.targets:
        _remember(checkout, repository)
    return counts


def dry_run(checkout: Checkout, request: Request, say: Callable[[str], None]) -> None:
    """Say what a rebuild would do, and do nothing."""
    os.chdir(checkout.root)
    read_params(checkout)
    repository = DvcRepository(checkout, say)
    steps = chosen(checkout, repository, request.targets)
    with repository.locked():
        changed = [step.name for step in steps if repository.is_changed(step.name)]
    later = blocked(steps, changed)
    for step in steps:
        if step.name in changed:
            say(f"{step.name}: changed")
        elif step.name in later:
            say(f"{step.name}: if {later[step.name]} comes out different")
    say(f"{len(changed)} of {len(steps)} stages changed, {len(later)} depend on them")


def require_built(checkout: Checkout) -> None:
    """StorageError where a snapshot, a recipe or a model is not that of the checkout as it is.

    What compares and packages them is left aside: whoever asks reads what they read."""
    if settled.untouched(checkout) is not None:
        return
    os.chdir(checkout.root)
    repository = DvcRepository(checkout, lambda line: None)
    steps = [step for step in chosen(checkout, repository, ()) if step.name not in AFTER_MODELS]
    with repository.locked():
        changed = [step.name for step in steps if repository.is_changed(step.name)]
    if changed:
        more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        raise StorageError(
            f"something has changed since the models were compared: {', '.join(changed[:SHOWN])}{more} would be built "
            "anew",
            "Bring it up to date: remodel rebuild",
        )


AFTER_MODELS = ("compare", "package")
"""Stages that make nothing of a model."""

SHOWN = 3
"""How many stages a message names."""


def chosen(checkout: Checkout, repository: DvcRepository, targets: Sequence[str]) -> list[Step]:
    """The steps that targets ask for, with all that they need. UsageError where a target or a dependency is missing."""
    facts = repository.facts()
    steps = [Step(stage.name, work_of(stage.command, stage.plain), stage.after) for stage in facts]
    top = [stage.name for stage in facts if stage.top]
    wanted = with_ancestors(steps, find_targets(steps, targets, unlisted(checkout)) or top)
    _check_dependencies(checkout, repository, wanted)
    return wanted


def _check_dependencies(checkout: Checkout, repository: DvcRepository, steps: Sequence[Step]) -> None:
    """UsageError where a file that a stage needs is missing; DataError where it is a dataset's own."""
    try:
        repository.check_dependencies(step.name for step in steps)
    except UsageError:
        for step in steps:
            if isinstance(step.work, OwnStage) and step.work.dataset:
                check_data_file(checkout, step.work.dataset)
        raise


def first_failure(failed: Mapping[str, RemodelError]) -> RemodelError:
    """The first of these failures, of which there is one or more; it names the others."""
    (name, first), *others = failed.items()
    message = first.message.removeprefix(f"stage {name}: ")
    more = f" (failed too: {', '.join(other for other, _ in others)})" if others else ""
    error = type(first).__new__(type(first))
    RemodelError.__init__(error, f"stage {name}: {message}{more}", first.advice)
    return error


def _rebuild(
    checkout: Checkout, request: Request, reporter: Reporter, repository: DvcRepository, builders: Builders
) -> tuple[Counter[str], dict[str, RemodelError]]:
    """How many stages came to which end, and those that failed in the order of the pipeline."""
    steps = chosen(checkout, repository, request.targets)
    seconds, budget = past_seconds(checkout, steps), _budget(request)
    report = reporter.stages([step.shown(seconds.get(step.name)) for step in steps], budget.cores)
    with Records(checkout, repository, reporter.note) as records:
        scheduler = Scheduler(Agenda(steps, seconds), budget, records, builders, report, request.keep_going)
        scheduler.run()
    failed = {step.name: scheduler.failed[step.name] for step in steps if step.name in scheduler.failed}
    for name, because in blocked(steps, failed).items():
        report.skipped(name, because)
    if request.keep_going or not failed:
        records.finish()
    counts = report.ended()
    for line in recorded_failures(checkout, (step for step in steps if step.name not in failed)):
        reporter.note(line)
    return counts, failed


def _budget(request: Request) -> Budget:
    """The machine's, with the number of jobs that was asked for."""
    whole = machine()
    return Budget(request.jobs or whole.cores, whole.memory)


def _remember(checkout: Checkout, repository: DvcRepository) -> None:
    """All is up to date: the next rebuild that finds nothing touched is over at once."""
    with repository.locked():
        stages = [settled.Known(**asdict(stage)) for stage in repository.facts()]
        settled.remember(checkout, stages, *repository.files())
