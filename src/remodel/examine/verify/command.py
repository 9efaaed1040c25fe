"""The command `remodel verify`: rebuilds what is named, prints a line a model, and fails where bytes differ."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments.environment import find_environment
from remodel.errors import VerificationError
from remodel.examine.verify.differences import is_stale
from remodel.examine.verify.emulation import CPU, Emulator, find_emulator
from remodel.examine.verify.rebuild import Rebuilder, Verdict
from remodel.examine.verify.targets import Target, choose_targets
from remodel.recipes.params import read_params

Say = Callable[[str], None]


def verify(
    checkout: Checkout,
    words: Sequence[str],
    everything: bool = False,
    engine_name: str | None = None,
    emulate: bool = False,
    say: Say = print,
) -> None:
    """Build every named model again and compare its bytes with models/. Raises VerificationError where any differ."""
    targets = choose_targets(read_params(checkout), words, everything)
    engine = choose_engine(engine_name)
    emulator = find_emulator(engine) if emulate else None
    verdicts = []
    for target in targets:
        verdicts.append(_verify_one(checkout, engine, emulator, target))
        _tell(verdicts[-1], say, f"{engine.name}, emulated {CPU}" if emulator else engine.name)
    if different := [verdict for verdict in verdicts if verdict.differences]:
        raise failure(different, len(verdicts))


def failure(different: Sequence[Verdict], count: int) -> VerificationError:
    """The error for the models that differ: the first place of the first one, and what to do."""
    first = different[0]
    line = next(line for entry in first.differences for line in entry.lines())
    advice = "docs/verify.md tells where to look"
    if is_stale(first.differences):
        advice = "models/ was built from another recipe, snapshot, source or lock: run `dvc repro` first"
    return VerificationError(f"{len(different)} of {count} models have other bytes: {first.target}: {line}", advice)


def _verify_one(checkout: Checkout, engine: Engine, emulator: Emulator | None, target: Target) -> Verdict:
    environment = find_environment(checkout, target.environment)
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    return Rebuilder(checkout, engine, environment, emulator).verify(target.model)


def _tell(verdict: Verdict, say: Say, where: str) -> None:
    if not verdict.differences:
        say(f"{verdict.target}: {len(verdict.digests)} files, same bytes ({where}, {verdict.seconds:.1f} s)")
        return
    say(f"{verdict.target}: other bytes ({where}, {verdict.seconds:.1f} s)")
    for entry in verdict.differences:
        for line in entry.lines():
            say(f"  {line}")
