"""`python -m train [group=choice ...] [key=value ...]`: one model, or several with --multirun."""

from __future__ import annotations

import os
import sys

from remodel.cli import report_errors


def main() -> int:
    """Compose, build, show; the exit code of the first that failed."""
    from remodel.workspace import find_workspace
    from train.app import start

    workspace = find_workspace()
    os.chdir(workspace.root)
    return start(workspace, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(report_errors(main))
