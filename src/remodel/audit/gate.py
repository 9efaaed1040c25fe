"""The gate: may every model move from the baseline to the release environment? Made for a CI job to ask."""

from __future__ import annotations

from pathlib import Path

from remodel.audit.decisions import Decision, read_decisions, write_decisions
from remodel.audit.rulings import Ruling, rulings
from remodel.audit.verdict import CHANGED, FAILED
from remodel.checkout import Checkout, once_a_checkout
from remodel.errors import GateClosed, StorageError, UnknownName, UsageError
from remodel.files import sha256_file
from remodel.results.comparison import Comparison, Entry, read_comparison_file
from remodel.results.manifest import read_manifest


def gate(checkout: Checkout) -> list[Ruling]:
    """Print a line a model. GateClosed unless all may move; StorageError where the comparison is out of date."""
    comparison = read_comparison(checkout)
    ruled = rulings(comparison, read_decisions(checkout.root))
    for ruling in ruled:
        print(ruling)
    stopped = [ruling for ruling in ruled if not ruling.passes]
    if stopped:
        raise GateClosed(
            f"{len(stopped)} of {len(ruled)} models may not move to {comparison.release_environment}",
            'Mend or retire them, or accept a change: remodel gate --accept MODEL@ENVIRONMENT --reason "..."',
        )
    if not ruled:
        print(f"nothing moves: the release environment is the baseline, {comparison.baseline}")
    return ruled


def accept(checkout: Checkout, name: str, reason: str) -> Decision:
    """Record that the changed `name` ("model@environment") may move; UsageError where there is nothing to decide."""
    comparison = read_comparison(checkout)
    if not reason.strip():
        raise UsageError("an accepted change needs a reason", 'Add: --reason "..."')
    entry = find_entry(comparison, name)
    if entry.verdict != CHANGED:
        advice = "Mend it, or retire it in the model's YAML file" if entry.verdict == FAILED else "It needs none"
        raise UsageError(f"{name} is {entry.verdict}, and only a changed model can be accepted", advice)
    base = comparison.at(entry.model, comparison.baseline)
    decision = Decision(
        model=entry.model,
        environment=entry.environment,
        reason=" ".join(reason.split()),
        baseline=dict(base.artifacts),
        artifacts=dict(entry.artifacts),
    )
    others = [other for other in read_decisions(checkout.root) if other.target != decision.target]
    write_decisions(checkout.root, [*others, decision])
    return decision


def find_entry(comparison: Comparison, name: str) -> Entry:
    """The entry called "model@environment"; UnknownName with the valid ones."""
    entries = {str(entry.target): entry for entry in comparison.entries}
    if name not in entries:
        raise UnknownName("model@environment", name, entries, "reports/comparison.json")
    return entries[name]


@once_a_checkout(lambda checkout: (checkout.reports / "comparison.json", checkout.models))
def read_comparison(checkout: Checkout) -> Comparison:
    """reports/comparison.json, checked to be about the models that are there now."""
    comparison = read_comparison_file(checkout.reports / "comparison.json")
    environments = {comparison.baseline, comparison.release_environment}
    for entry in comparison.entries:
        if entry.environment in environments and not _is_current(checkout, entry):
            place = f"models/{entry.model}/{entry.environment}"
            raise StorageError(
                f"reports/comparison.json is not about what {place} holds now", "Run `dvc repro compare`"
            )
    return comparison


def _is_current(checkout: Checkout, entry: Entry) -> bool:
    folder = checkout.models / entry.model / entry.environment
    if not entry.artifacts:
        return not (folder / "manifest.json").exists()
    if not (folder / "manifest.json").exists():
        return False
    listed = read_manifest(folder / "manifest.json").digests
    return listed == entry.artifacts and all(_is_file(folder, name, sha256) for name, sha256 in listed.items())


def _is_file(folder: Path, name: str, sha256: str) -> bool:
    return (folder / name).is_file() and sha256_file(folder / name) == sha256
