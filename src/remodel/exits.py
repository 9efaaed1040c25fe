"""How a command ends: an error in one line with its exit code, an interruption quietly. Only this prints an error."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType

from remodel.errors import INTERRUPTED, LockError, RemodelError, StorageError
from remodel.files import as_storage_error
from remodel.lines import one_line, visible

OURS = ("remodel", "train", "contract", "container", "builder", "snapshots", "serving", "bench")


def report_errors(command: Callable[[], int]) -> int:
    """Run `command`; print a RemodelError in one line, and end quietly when interrupted."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return command()
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except RemodelError as error:
        print(f"remodel: {visible(str(error))}", file=sys.stderr)
        return error.exit_code
    except ImportError as error:
        if _is_ours(error):
            raise
        print(f"remodel: {_broken(error)}", file=sys.stderr)
        return LockError.exit_code
    except OSError as error:
        print(f"remodel: {as_storage_error(error)}", file=sys.stderr)
        return StorageError.exit_code
    except KeyboardInterrupt:
        print("remodel: interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def _is_ours(error: ImportError) -> bool:
    """Whether a module of the project is missing, or something in one of its own: a defect, with a traceback."""
    return (error.name or "").partition(".")[0] in OURS


def _broken(error: ImportError) -> LockError:
    """What to do about an environment whose making was interrupted, or that was changed since."""
    missing = error.name or "a library"
    return LockError(
        f"{sys.prefix} is not what the lock says: {missing} cannot be imported ({one_line(str(error), 200)})",
        "Make it anew: rm -r .venv; make repro",
    )


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does: containers are removed, scratch folders too."""
    raise KeyboardInterrupt
