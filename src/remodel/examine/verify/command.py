"""The command `remodel model verify`: rebuilds what is named, prints a line a model, and fails where bytes differ."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments.environment import find_environment
from remodel.errors import VerificationError
from remodel.examine.verify.differences import is_stale
from remodel.examine.verify.emulation import CPU, Emulator, find_emulator
from remodel.examine.verify.rebuild import Rebuilder, Rebuilt
from remodel.examine.verify.targets import choose_targets
from remodel.recipes.params import read_params
from remodel.results.target import Target

Say = Callable[[str], None]


def verify(
    checkout: Checkout,
    names: Sequence[str],
    everything: bool = False,
    engine_name: str | None = None,
    emulate: bool = False,
    say: Say = print,
    as_json: bool = False,
) -> None:
    """Build every named model again and compare its bytes with models/; say a line each, or all of it as JSON.

    Raises VerificationError where any differ.
    """
    targets = choose_targets(read_params(checkout), names, everything)
    engine = choose_engine(engine_name)
    emulator = find_emulator(engine) if emulate else None
    rebuilds = []
    for target in targets:
        rebuilds.append(_rebuild(checkout, engine, emulator, target))
        if not as_json:
            _say(rebuilds[-1], say, f"{engine.name}, emulated {CPU}" if emulator else engine.name)
    if as_json:
        say(json.dumps([rebuilt.document() for rebuilt in rebuilds], indent=2))
    if different := [rebuilt for rebuilt in rebuilds if rebuilt.differences]:
        raise failure(different, len(rebuilds))


def failure(different: Sequence[Rebuilt], count: int) -> VerificationError:
    """The error for the models that differ: the first place of the first one, and what to do."""
    first = different[0]
    line = next(line for entry in first.differences for line in entry.lines())
    advice = "docs/verify.md tells where to look"
    if is_stale(first.differences):
        advice = "models/ was built from another recipe, snapshot, source or lock: run `dvc repro` first"
    return VerificationError(f"{len(different)} of {count} models have other bytes: {first.target}: {line}", advice)


def _rebuild(checkout: Checkout, engine: Engine, emulator: Emulator | None, target: Target) -> Rebuilt:
    environment = find_environment(checkout, target.environment)
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    return Rebuilder(checkout, engine, environment, emulator).verify(target.model)


def _say(rebuilt: Rebuilt, say: Say, where: str) -> None:
    if not rebuilt.differences:
        say(f"{rebuilt.target}: {len(rebuilt.digests)} files, same bytes ({where}, {rebuilt.seconds:.1f} s)")
        return
    say(f"{rebuilt.target}: other bytes ({where}, {rebuilt.seconds:.1f} s)")
    for entry in rebuilt.differences:
        for line in entry.lines():
            say(f"  {line}")
