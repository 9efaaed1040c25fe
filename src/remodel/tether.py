"""Tie a process to its parent: SIGKILL leaves the parent no time to end its children, which would work on alone.

`python -m remodel.tether MODULE WORD ...` runs a module that does not know of this: DVC.
"""

from __future__ import annotations

import ctypes
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that this process gets when its parent ends."""


def tether() -> None:
    """From now on this process gets SIGTERM when its parent ends. Linux only; elsewhere it does nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> None:
    """Run a module as `python -m` does, tied to this process's parent."""
    tether()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
