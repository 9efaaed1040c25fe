"""A hundred rebuilds of one model with everything varied that must not matter: a hundred equal digests.

    python benchmarks/rebuilds.py [MODEL@ENVIRONMENT] [COUNT]

The model has to be built (`make repro`). Prints every difference from models/, and how many rebuilds have none.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from remodel.checkout import find_checkout
from remodel.engines import choose_engine
from remodel.environments.environment import find_environment
from remodel.examine.verify.rebuild import Rebuilder, digests_of


def main(target: str = "iris_decision_tree@sklearn-1.9", count: str = "100") -> None:
    """Rebuild and compare; exit code 1 where a digest differs."""
    checkout = find_checkout(Path(__file__).parent)
    model, _, name = target.partition("@")
    engine, environment = choose_engine(), find_environment(checkout, name)
    engine.prepare(environment, print)
    expected = digests_of(checkout.models / model / name)
    rebuilder, equal, started = Rebuilder(checkout, engine, environment), 0, time.monotonic()
    for number in range(int(count)):
        verdict = rebuilder.verify(model, number)
        equal += verdict.digests == expected
        for file in verdict.differences:
            print(f"rebuild {number}: {next(iter(file.lines()))}", flush=True)
    seconds = time.monotonic() - started
    print(f"{target}: {equal} of {count} rebuilds have the same {len(expected)} files ({seconds:.0f} s)")
    sys.exit(equal < int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
