"""One file: what it is, what it holds, which version wrote it, what it would do, and what comes next."""

from __future__ import annotations

import ast
import mmap
import re
from pathlib import Path
from typing import Any

from pickles.budget import Budget, Unreadable
from pickles.elements import SPELLED, elements_of
from pickles.holding import Found, bounds, class_of, described, numpy_of, walk
from pickles.judging import Judged, judge
from pickles.machine import Machine
from pickles.packing import Content, open_packed
from pickles.symbols import Array, Elements, Missing

NUMPY = b"\x93NUMPY"


def inspect(path: Path) -> dict[str, Any]:
    """What is told of a file; of one that cannot be read, why not."""
    document: dict[str, Any] = {"size": path.stat().st_size}
    budget = Budget()
    try:
        content, packing = open_packed(path, budget)
        document["packing"] = packing
        machine, value = value_of(content, budget, path)
        found = walk(value, budget)
    except Unreadable as error:
        return {**document, "verdict": "unreadable", "why": str(error)}
    return {**document, **_told(machine, value, found, content)}


def value_of(content: Content, budget: Budget, path: Path) -> tuple[Machine, Any]:
    """What loading would make, in symbols, and the machine that has read it. Raises Unreadable."""
    if content[: len(NUMPY)] == NUMPY:
        raise Unreadable("it is a file of numpy's (.npy), and no pickle")
    if content[:2] == b"PK":
        raise Unreadable("it is a ZIP archive: a skops file, or one of another library")

    def beside(name: str) -> Any | None:
        return _sidecar(machine, path.parent, name, budget)

    machine = Machine(content, budget, beside)
    value = machine.run()
    rest = len(content) - machine.place
    if rest > 0:
        machine.odd.append(f"{rest:,} bytes stand behind its end")
    return machine, value


def _sidecar(machine: Machine, folder: Path, name: str, budget: Budget) -> Any | None:
    """The array of a .npy file beside a pickle of joblib's before 0.10; what is in it is read as strictly."""
    path = folder / name
    if "/" in name or "\\" in name or not path.is_file() or path.is_symlink():
        return None
    content = path.read_bytes()
    if content[: len(NUMPY)] != NUMPY:
        return Missing("file", name)
    size = 2 if content[6] == 1 else 4
    start = 8 + size + int.from_bytes(content[8 : 8 + size], "little")
    try:
        # Python 2 wrote whole numbers with an L.
        header = ast.literal_eval(re.sub(r"(\d)L\b", r"\1", content[8 + size : start].decode("latin1").strip()))
        spelled, shape = str(header["descr"]), tuple(header["shape"])
    except (ValueError, SyntaxError, KeyError, TypeError, RecursionError, MemoryError):
        raise Unreadable(f"{name} beside it is no file of numpy's") from None
    match = SPELLED.fullmatch(spelled)
    if match is not None and match[1] == "O":
        inner = Machine(content, budget, lambda other: None, start, machine.depth + 1)
        objects = inner.run()
        machine._take(inner)
        return Array(Elements("O", 8), shape, objects)
    return Array(elements_of(None) if match is None else Elements(match[1], int(match[2] or 1)), shape)


def _told(machine: Machine, value: Any, found: Found, content: Content) -> dict[str, Any]:
    judged = judge(machine)
    low, high, evidence = bounds(iter(machine.names), found)
    own = class_of(value)
    document: dict[str, Any] = {
        "protocol": machine.protocol,
        "holds": described(value),
        "class": str(own) if own is not None else "",
        "estimators": found.estimators,
        "versions": sorted(found.stamps, key=found.stamps.__getitem__, reverse=True),
        "at_least": low,
        "below": high,
        "evidence": [*(f"stamp of {count} objects: {version}" for version, count in found.stamps.items()), *evidence],
        "numpy": numpy_of(iter(machine.names)),
        "foreign": judged.foreign,
        "own": judged.own,
        "hostile": judged.hostile,
        "missing": [name for name in dict.fromkeys(machine.sidecars) if _is_gone(machine, name)],
    }
    if isinstance(content, mmap.mmap):
        content.close()
    return {**document, **_verdict(document, judged, found)}


def _is_gone(machine: Machine, name: str) -> bool:
    return machine.files(name) is None


def _verdict(document: dict[str, Any], judged: Judged, found: Found) -> dict[str, str]:
    """What is to be done with it."""
    if judged.hostile:
        more = f" (and {len(judged.hostile) - 1} more)" if len(judged.hostile) > 1 else ""
        why = f"it {judged.hostile[0]}{more}"
        return {"verdict": "hostile", "why": why, "next": "Do not load it; ask who made it"}
    if document["missing"]:
        names = ", ".join(document["missing"][:5])
        return {"verdict": "incomplete", "why": f"files beside it are missing: {names}", "next": "Put them beside it"}
    if judged.own:
        why = f"classes of its own: {', '.join(judged.own[:5])}"
        return {"verdict": "needs a class", "why": why, "next": "Find the source of these classes"}
    if judged.foreign:
        packages = sorted({name.partition(".")[0] for name in judged.foreign})
        why = f"classes of {', '.join(packages[:5])}"
        return {"verdict": "needs a package", "why": why, "next": "Replace these steps, or add the package"}
    if not found.estimators:
        return {"verdict": "no model", "why": "no estimator of scikit-learn is in it", "next": "Leave it out"}
    return {"verdict": "can be adopted", "why": "", "next": "Write its recipe from what it holds"}
