"""`python -m train [group=choice ...] [key=value ...]`: one model, or several with --multirun."""

from __future__ import annotations

import os
import sys

from remodel.exits import report_errors


def main() -> int:
    """Compose, build, show; the exit code of the first that failed."""
    from remodel.checkout import find_checkout
    from remodel.pipeline.conflicts import check_merged

    checkout, arguments = find_checkout(), sys.argv[1:]
    check_merged(checkout.root)
    os.chdir(checkout.root)
    if arguments in (["--help"], ["-h"]):
        from train.help import text

        print(text(checkout), end="")
        return 0
    from remodel.builds.pool import EarlyPool
    from train.defaults import with_choices, with_expressions
    from train.guess import to_warm

    arguments = with_expressions(with_choices(checkout, arguments))

    with EarlyPool(checkout, to_warm(checkout, arguments)) as early:
        from train.app import start  # loads Hydra, while the container starts

        return start(checkout, arguments, early)


if __name__ == "__main__":
    sys.exit(report_errors(main))
