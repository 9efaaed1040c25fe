"""What may be called while a pickle is loaded, and what no model needs: by exact names, never by how a name begins."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pickles.machine import Machine
from pickles.symbols import Made, Name

LIST = Path(__file__).with_name("reviewed.yaml")

PYTHON = frozenset(sys.stdlib_module_names) | {"__builtin__", "copy_reg", "cPickle", "commands", "nt", "urllib2", "imp"}
"""Packages of Python's own library, also those of older versions."""

SCIENCE = frozenset({"numpy", "scipy", "pandas", "joblib", "sklearn", "pyarrow", "threadpoolctl", "_loss"})
"""Packages in every environment of scikit-learn (one compiled module forgets where it is from); their classes are
instances, their functions are not all harmless."""

CLASS = re.compile(r"_*[A-Z]\w*(\.[A-Z]\w*)*|[a-z_]*_gen|ndarray|dtype|newObj")
"""How a class is spelled; distributions of scipy end in _gen."""

SPARSE = re.compile(r"scipy\.sparse\.[\w.]+\.(csr|csc|coo|bsr|dia|dok|lil)_(matrix|array)")


class Judged(NamedTuple):
    """`hostile`: what no model needs, in words; `foreign`: classes of other packages; `own`: classes of no package
    (of `__main__`, and of modules beside a script)."""

    hostile: list[str]
    foreign: list[str]
    own: list[str]


def judge(machine: Machine) -> Judged:
    """What a pickle that was read would do when it is loaded."""
    hostile, foreign, own = [*machine.odd], dict[str, None](), dict[str, None]()
    called = set()
    for made in machine.calls:
        name = _called(made)
        if name is None:
            hostile.append("calls something that it makes while it is loaded")
            continue
        called.add(name)
        if not _may_be_called(name, made.how):
            hostile.append(f"calls {name}")
    for name in machine.names:
        if name not in called and not _may_be_named(name):
            hostile.append(f"holds {name}")
    for name in {**dict.fromkeys(called), **machine.names}:
        root = name.module.partition(".")[0]
        if (root in PYTHON and root != "__main__") or root in SCIENCE:
            continue
        (own if _is_own(name) else foreign)[str(name)] = None
    return Judged(_short(hostile), sorted(foreign), sorted(own))


def _called(made: Made) -> Name | None:
    """The name that is called; of what rebuilds an instance, the class of that too is a name of the pickle."""
    return made.maker if isinstance(made.maker, Name) else None


def _may_be_called(name: Name, how: str) -> bool:
    if str(name) in _listed("calls"):
        return True
    root = name.module.partition(".")[0]
    if root in PYTHON and root != "__main__":
        return False
    if "externals" in name.module.split(".") and not name.attribute.endswith("ArrayWrapper"):
        return False
    is_class = CLASS.fullmatch(name.attribute) is not None or SPARSE.fullmatch(str(name)) is not None
    # A function of another package is as unknown as one of Python's own.
    return is_class and "." not in name.attribute


def _may_be_named(name: Name) -> bool:
    if str(name) in _listed("values") or str(name) in _listed("calls"):
        return True
    root = name.module.partition(".")[0]
    return root not in PYTHON or root == "__main__"


def _is_own(name: Name) -> bool:
    return name.module == "__main__" or "." not in name.module


def _short(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(line[:200] for line in lines))[:50]


@cache
def _listed(key: str) -> frozenset[str]:
    document: Any = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return frozenset(document[key])
