"""How a command ends: an error in one line with its exit code, an interruption quietly. Only this prints an error."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType

from remodel.errors import INTERRUPTED, RemodelError, StorageError
from remodel.files import as_storage_error


def report_errors(command: Callable[[], int]) -> int:
    """Run `command`; print a RemodelError in one line, and end quietly when interrupted."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return command()
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except RemodelError as error:
        print(f"remodel: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"remodel: {as_storage_error(error)}", file=sys.stderr)
        return StorageError.exit_code
    except KeyboardInterrupt:
        print("remodel: interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does: containers are removed, scratch folders too."""
    raise KeyboardInterrupt
