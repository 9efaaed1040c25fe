"""`python -m train [group=choice ...] [key=value ...]`: one model, or several with --multirun."""

from __future__ import annotations

import os
import sys

from remodel.exits import report_errors


def main() -> int:
    """Compose, build, show; the exit code of the first that failed."""
    from remodel.checkout import find_checkout

    checkout, words = find_checkout(), sys.argv[1:]
    os.chdir(checkout.root)
    if words in (["--help"], ["-h"]):
        from train.help import text

        print(text(checkout), end="")
        return 0
    from train.bench import Bench

    with Bench(checkout) as bench:
        bench.start(words)
        from train.app import start  # loads Hydra, while the container starts

        return start(checkout, words, bench)


if __name__ == "__main__":
    sys.exit(report_errors(main))
