"""`python -m train` many times, imported once: each command line runs in a fork of one process that has loaded Hydra.

Started as a program it reads a command line as JSON from each line of its standard input, and answers each with a line:
exit code, standard output and standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import NamedTuple


class Ended(NamedTuple):
    """How a command line ended."""

    returncode: int
    stdout: str
    stderr: str


def ask(server: subprocess.Popen[str], arguments: Sequence[str]) -> Ended:
    """How `python -m train ARGUMENTS` ends."""
    assert server.stdin is not None and server.stdout is not None
    print(json.dumps(arguments), file=server.stdin, flush=True)
    return Ended(*json.loads(server.stdout.readline()))


def serve() -> None:
    """Answer command lines until there are no more."""
    # Loading them is the slow part, and all forks have it in common.
    for module in ("train.app", "train.guess", "remodel.builds.pool"):
        importlib.import_module(module)
    for line in sys.stdin:
        print(json.dumps(_ended(json.loads(line))), flush=True)


def _ended(arguments: list[str]) -> Ended:
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        child = os.fork()
        if child == 0:
            for number, stream in enumerate((stdout, stderr), start=1):
                os.dup2(stream.fileno(), number)
            _run(arguments)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for stream in (stdout, stderr):
            stream.seek(0)
            texts.append(stream.read().decode())
        return Ended(code, *texts)


def _run(arguments: list[str]) -> None:
    """As `python -m train` does; never returns, so that nothing of the parent's runs twice."""
    import runpy
    import traceback

    code = 1
    try:
        sys.argv = ["train", *arguments]
        runpy.run_module("train", run_name="__main__")
    except SystemExit as ending:
        code = int(ending.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
