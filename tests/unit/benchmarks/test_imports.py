"""The benchmarks are run by hand and seldom: what they import and mount is there."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

import pytest

from remodel.checkout import Checkout

PACKAGES = ("builder", "container", "remodel")
FILES = (
    *("bare", "fidelity", "fidelity_inside", "fidelity_page", "first_run", "fleet", "fuzz", "fuzz_files"),
    *("fuzz_inside", "kills"),
    *("large_table", "one_model", "price", "real_tables", "rebuilds", "report", "speed", "wide_table"),
)


def imports(text: str) -> Iterator[tuple[str, str]]:
    """(module, name) of every `from module import name` of our packages, those in programs as strings included."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            yield from ((str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\nfrom remodel." in node.value:
            yield from imports(node.value)


@pytest.mark.parametrize("file", [*FILES, "warm_floor"])
def test_what_a_benchmark_imports_is_there(checkout: Checkout, file: str) -> None:
    """Modules of both worlds; of the host's also the names in them."""
    for module, name in imports((checkout.root / "benchmarks" / f"{file}.py").read_text(encoding="utf-8")):
        if module.startswith("remodel"):
            assert hasattr(importlib.import_module(module), name), f"{module}.{name}"
        else:
            place = checkout.source / module.replace(".", "/")
            text = (place / "__init__.py" if place.is_dir() else place.with_suffix(".py")).read_text(encoding="utf-8")
            assert re.search(rf"\b{name}\b", text) or (place / f"{name}.py").is_file() or (place / name).is_dir()


def test_every_benchmark_is_looked_at(checkout: Checkout) -> None:
    """A new one, too."""
    assert {path.stem for path in (checkout.root / "benchmarks").glob("*.py")} == {*FILES, "warm_floor"}


def test_what_the_fidelity_benchmark_mounts_is_there(checkout: Checkout) -> None:
    """Its rows are made by the module that the builder's own tests use."""
    text = (checkout.root / "benchmarks" / "fidelity.py").read_text(encoding="utf-8")
    parts = re.findall(r'"([^"]+)"', text.partition("TABULAR = ")[2].partition("\n")[0])
    assert parts[0] == "tests" and checkout.root.joinpath(*parts).is_file()
