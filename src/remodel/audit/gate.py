"""The gate: may every model move from the baseline to the release environment? Made for a CI job to ask."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from remodel import process
from remodel.audit.compare import asked
from remodel.audit.decisions import Decision, read_decisions, write_decisions
from remodel.audit.rulings import Ruling, failures, rulings
from remodel.audit.verdict import CHANGED, FAILED
from remodel.checkout import Checkout, once_a_checkout
from remodel.errors import GateClosed, StorageError, UnknownName, UsageError
from remodel.files import sha256_file
from remodel.recipes.params import Params, read_params
from remodel.results.comparison import Comparison, Entry, read_comparison_file
from remodel.results.manifest import read_manifest
from remodel.results.standing import is_of_its_recipe

IDENTITY = re.compile(r"(?P<who>.+ <.*>) (?P<seconds>\d+) [+-]\d{4}")
"""What git says of an author."""

AGAIN = "Bring it up to date: remodel rebuild"


def gate(checkout: Checkout, as_json: bool = False) -> list[Ruling]:
    """Print a line a model, or all of it as JSON. GateClosed unless all may move; StorageError where the comparison is
    out of date."""
    comparison = read_comparison(checkout)
    ruled = rulings(comparison, read_decisions(checkout.root))
    failed = failures(comparison)
    if as_json:
        print(
            json.dumps({"failed": [str(target) for target in failed], "models": [vars(one) for one in ruled]}, indent=2)
        )
    else:
        if failed:
            print(f"failed: {', '.join(map(str, failed))}")
        # What needs a decision last: there a reader of a hundred lines looks first.
        for ruling in sorted(ruled, key=lambda one: not one.passes):
            print(ruling)
    stopped = [ruling for ruling in ruled if not ruling.passes]
    if stopped:
        raise GateClosed(
            f"{len(stopped)} of {len(ruled)} models may not move to {comparison.release_environment}",
            'Mend or retire them, or accept a change: remodel gate --accept MODEL@ENVIRONMENT --reason "..."',
        )
    if not ruled:
        if lost := [str(target) for target in failed if target.environment == comparison.release_environment]:
            raise GateClosed(f"{', '.join(lost)} failed, and there is nothing to release of it", "Mend or retire it")
        if not as_json:
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
        **signature(checkout.root),
        baseline=dict(base.artifacts),
        artifacts=dict(entry.artifacts),
    )
    others = [other for other in read_decisions(checkout.root) if other.target != decision.target]
    write_decisions(checkout.root, [*others, decision])
    return decision


def signature(root: Path) -> dict[str, str]:
    """Who decides in a checkout, and the day, as git would write them into a commit; no name where it knows none."""
    done = process.run(["git", "-C", root, "var", "GIT_AUTHOR_IDENT"])
    found = IDENTITY.fullmatch(done.output.strip()) if done.ok else None
    seconds = int(found["seconds"]) if found else time.time()
    day = datetime.fromtimestamp(seconds, tz=UTC).date().isoformat()
    return {"by": found["who"] if found else "", "on": day}


def find_entry(comparison: Comparison, name: str) -> Entry:
    """The entry called "model@environment"; UnknownName with the valid ones."""
    entries = {str(entry.target): entry for entry in comparison.entries}
    if name not in entries:
        raise UnknownName("model@environment", name, entries, "reports/comparison.json")
    return entries[name]


@once_a_checkout(
    lambda checkout: (checkout.reports / "comparison.json", checkout.models, checkout.params, checkout.recipes)
)
def read_comparison(checkout: Checkout) -> Comparison:
    """reports/comparison.json. StorageError unless it is about params.yaml, the recipes and the models as they are."""
    comparison = read_comparison_file(checkout.reports / "comparison.json")
    if moved := _moved(comparison, read_params(checkout)):
        raise StorageError(f"reports/comparison.json was made before params.yaml changed: {moved}", AGAIN)
    for entry in comparison.entries:
        if not _is_current(checkout, entry):
            place = f"models/{entry.model}/{entry.environment}"
            raise StorageError(f"reports/comparison.json is not about what {place} holds now", AGAIN)
        if not _is_of_its_recipe(checkout, entry):
            raise StorageError(f"{entry.target} was built before recipes/{entry.model}.json changed", AGAIN)
    return comparison


def _moved(comparison: Comparison, params: Params) -> str:
    """What of params.yaml is another one than when the comparison was made, with both values; empty: nothing."""
    then, now = comparison.asked, asked(params)
    for name in then:
        if then[name] != now[name]:
            return f"{name} {_difference(then[name], now[name])}"
    return ""


def _difference(then: Any, now: Any) -> str:
    """What became of one value: members that came and went where it holds several, else both."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        name = next(name for name in {**then, **now} if then.get(name) != now.get(name))
        return f"{name} {_difference(then.get(name), now.get(name))}"
    if not isinstance(then, tuple) or not isinstance(now, tuple):
        return f"was {then} and is {now}"
    parts = {"has": [name for name in now if name not in then], "lacks": [name for name in then if name not in now]}
    return " and ".join(f"{verb} {', '.join(names)}" for verb, names in parts.items() if names)


def _is_current(checkout: Checkout, entry: Entry) -> bool:
    folder = checkout.models / entry.model / entry.environment
    if not entry.artifacts:
        return not (folder / "manifest.json").exists()
    if not (folder / "manifest.json").exists():
        return False
    listed = read_manifest(folder / "manifest.json").digests
    return listed == entry.artifacts and all(_is_file(folder, name, sha256) for name, sha256 in listed.items())


def _is_of_its_recipe(checkout: Checkout, entry: Entry) -> bool:
    """Whether a model that was built came from the recipe that is there now."""
    if not entry.artifacts:
        return True
    manifest = read_manifest(checkout.models / entry.model / entry.environment / "manifest.json")
    return is_of_its_recipe(checkout, manifest)


def _is_file(folder: Path, name: str, sha256: str) -> bool:
    return (folder / name).is_file() and sha256_file(folder / name) == sha256
