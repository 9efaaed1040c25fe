"""`python -m remodel` is `remodel`."""

import sys

from remodel.exits import report_errors


def main() -> int:
    """The command line; its libraries are imported where a missing one is told in words."""
    from remodel.cli.main import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(report_errors(main))
