"""What children import after the fork is imported in their parent, once, before the next fork.

A module whose import warns is left to every child: a build counts its warnings, and one whose libraries were imported
before must count the same.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import sys
import sysconfig
import warnings
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

LONGEST = 200
"""Letters of a module's name."""

MOST = 2000
"""How many modules one child may have imported."""

NOT_FOR_ALL = ("__main__", "__mp_main__", "sklearn.experimental")
"""An experimental estimator is switched on by importing a module: by the build that needs it."""


def loaded() -> set[str]:
    """The modules that are there now."""
    return set(sys.modules)


def write(before: Iterable[str], path: Path) -> None:
    """A child writes down what it has imported since; best effort, like everything here."""
    with suppress(OSError):
        path.write_text(json.dumps(sorted(set(sys.modules) - set(before))), encoding="utf-8")


def read(path: Path) -> list[str]:
    """What a child wrote down; nothing where it was killed before."""
    with suppress(OSError, ValueError):
        names = json.loads(path.read_text(encoding="utf-8"))
        return [name for name in names if isinstance(name, str)][:MOST] if isinstance(names, list) else []
    return []


class Learned:
    """What the parent has imported for its children."""

    def __init__(self) -> None:
        self._left_alone: set[str] = set()

    def learn(self, imported: Iterable[str]) -> None:
        """Import what children said that they had to import, where that raises no warning."""
        names = sorted({name for name in imported if self._is_new(name)})
        if names and _is_quiet(names):
            _import_all(names)
        self._left_alone.update(names)

    def _is_new(self, name: str) -> bool:
        own = any(name == package or name.startswith(f"{package}.") for package in NOT_FOR_ALL)
        return not own and name not in sys.modules and name not in self._left_alone and _is_locked(name)


def _is_locked(name: str) -> bool:
    """Whether a module is one of the locked wheels or of Python itself, found without importing anything."""
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", name) or len(name) > LONGEST:
        return False
    with suppress(ImportError, ValueError, AttributeError):
        found = importlib.util.find_spec(name.partition(".")[0])
        if found is not None and found.origin in ("built-in", "frozen"):
            return True
        return found is not None and found.origin is not None and found.origin.startswith(_locked())
    return False


@lru_cache(maxsize=None)
def _locked() -> tuple[str, str]:
    """Where the locked wheels are, and Python's own library. Nothing is imported: the CPU may not be pinned yet."""
    library = importlib.util.find_spec("sklearn")
    assert library is not None and library.origin is not None
    return str(Path(library.origin).parent.parent) + os.sep, sysconfig.get_path("stdlib") + os.sep


def _is_quiet(names: Iterable[str]) -> bool:
    """Whether importing these warns of nothing: tried in a process that is thrown away."""
    child = os.fork()
    if child == 0:
        code = 1
        with suppress(BaseException):
            with warnings.catch_warnings(record=True) as raised:
                warnings.simplefilter("always")
                _import_all(names)
            code = 1 if raised else 0
        os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _import_all(names: Iterable[str]) -> None:
    for name in names:
        with suppress(ImportError):
            importlib.import_module(name)
