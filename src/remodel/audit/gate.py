"""The gate: may every model move from the baseline to the release environment? Made for a CI job to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.audit.decisions import Decision, read_decisions, write_decisions
from remodel.audit.verdict import CHANGED, EQUIVALENT, FAILED, IDENTICAL, RETIRED
from remodel.checkout import Checkout
from remodel.errors import GateClosed, StorageError, UnknownName, UsageError
from remodel.files import sha256_file
from remodel.results.documents import read_document
from remodel.results.manifest import read_manifest
from remodel.results.target import Target

Comparison = Mapping[str, Any]

MOVES = (IDENTICAL, EQUIVALENT, RETIRED)
"""Verdicts that need no decision."""


@dataclass(frozen=True)
class Ruling:
    """Whether one model may move, and why."""

    model: str
    environment: str
    passes: bool
    verdict: str
    reason: str

    def __str__(self) -> str:
        word = "pass" if self.passes else "stop"
        reason = f": {self.reason}" if self.reason else ""
        return f"{word} {Target(self.model, self.environment)} {self.verdict}{reason}"


def rulings(comparison: Comparison, decisions: Iterable[Decision]) -> list[Ruling]:
    """One ruling a model of the release environment; none where that is the baseline, as nothing moves."""
    release, baseline = comparison["release_environment"], comparison["baseline"]
    if release == baseline:
        return []
    taken = {one.target: one for one in decisions}
    entries = {(entry["model"], entry["environment"]): entry for entry in comparison["entries"]}
    return [
        _ruling(entries[model, release], entries[model, baseline], taken.get(Target(model, release)))
        for model in comparison["models"]
    ]


def _ruling(entry: Mapping[str, Any], base: Mapping[str, Any], decision: Decision | None) -> Ruling:
    place, verdict, reasons = (entry["model"], entry["environment"]), entry["verdict"], "; ".join(entry["reasons"])
    if verdict in MOVES:
        return Ruling(*place, True, verdict, reasons)
    if verdict == CHANGED and decision is not None:
        if decision.holds(entry, base):
            return Ruling(*place, True, "accepted", decision.reason)
        return Ruling(*place, False, verdict, f"{reasons}; its decision is for artifacts that no longer exist")
    return Ruling(*place, False, verdict, reasons)


def gate(checkout: Checkout) -> list[Ruling]:
    """Print a line a model. GateClosed unless all may move; StorageError where the comparison is out of date."""
    comparison = read_comparison(checkout)
    found = rulings(comparison, read_decisions(checkout.root))
    for ruling in found:
        print(ruling)
    stopped = [ruling for ruling in found if not ruling.passes]
    if stopped:
        raise GateClosed(
            f"{len(stopped)} of {len(found)} models may not move to {comparison['release_environment']}",
            'Mend or retire them, or accept a change: remodel gate --accept MODEL@ENVIRONMENT --reason "..."',
        )
    if not found:
        print(f"nothing moves: the release environment is the baseline, {comparison['baseline']}")
    return found


def accept(checkout: Checkout, name: str, reason: str) -> Decision:
    """Record that the changed `name` ("model@environment") may move; UsageError where there is nothing to decide."""
    comparison = read_comparison(checkout)
    if not reason.strip():
        raise UsageError("an accepted change needs a reason", 'Add: --reason "..."')
    entry = find_entry(comparison, name)
    if entry["verdict"] != CHANGED:
        advice = "Mend it, or retire it in the model's YAML file" if entry["verdict"] == FAILED else "It needs none"
        raise UsageError(f"{name} is {entry['verdict']}, and only a changed model can be accepted", advice)
    base = find_entry(comparison, str(Target(entry["model"], comparison["baseline"])))
    decision = Decision(
        model=entry["model"],
        environment=entry["environment"],
        reason=" ".join(reason.split()),
        baseline=base["artifacts"],
        artifacts=entry["artifacts"],
    )
    others = [one for one in read_decisions(checkout.root) if one.target != decision.target]
    write_decisions(checkout.root, [*others, decision])
    return decision


def find_entry(comparison: Comparison, name: str) -> Mapping[str, Any]:
    """The entry called "model@environment"; UnknownName with the valid ones."""
    entries: dict[str, Mapping[str, Any]] = {
        str(Target(entry["model"], entry["environment"])): entry for entry in comparison["entries"]
    }
    if name not in entries:
        raise UnknownName("model@environment", name, entries, "reports/comparison.json")
    return entries[name]


def read_comparison(checkout: Checkout) -> Comparison:
    """reports/comparison.json, checked to be about the models that are there now."""
    path = checkout.reports / "comparison.json"
    comparison: Comparison = read_document(path, "comparison")
    environments = {comparison["baseline"], comparison["release_environment"]}
    for entry in comparison["entries"]:
        if entry["environment"] in environments and not _is_current(checkout, entry):
            place = f"models/{entry['model']}/{entry['environment']}"
            raise StorageError(
                f"reports/comparison.json is not about what {place} holds now", "Run `dvc repro compare`"
            )
    return comparison


def _is_current(checkout: Checkout, entry: Mapping[str, Any]) -> bool:
    folder = checkout.models / entry["model"] / entry["environment"]
    if not entry["artifacts"]:
        return not (folder / "manifest.json").exists()
    if not (folder / "manifest.json").exists():
        return False
    listed = {name: artifact.sha256 for name, artifact in read_manifest(folder / "manifest.json").artifacts.items()}
    return bool(listed == entry["artifacts"] and all(_is_file(folder, name, sha) for name, sha in listed.items()))


def _is_file(folder: Path, name: str, sha256: str) -> bool:
    return (folder / name).is_file() and sha256_file(folder / name) == sha256
