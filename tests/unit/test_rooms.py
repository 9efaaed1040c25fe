"""The order of the rooms: imports go down one list, no room is a circle's part, none has more than twelve modules."""

from __future__ import annotations

import pytest

from remodel.checkout import Checkout
from tests.unit.imports import Graph

FLOORS = (
    "train",
    "remodel.cli",
    "remodel.release",
    "remodel.release.verify",
    "remodel.release.oci",
    "remodel.release.artifacts",
    "remodel.release.contents",
    "remodel.rebuild",
    "remodel.rebuild.dvc",
    "remodel.examine.verify",
    "remodel.examine",
    "remodel.zoo",
    "remodel.experiments",
    "remodel.pipeline",
    "remodel.adopt",
    "remodel.datasets",
    "remodel.builds",
    "remodel.takeover",
    "remodel.engines",
    "remodel.environments",
    "remodel.display",
    "remodel.audit.page",
    "remodel.audit",
    "remodel.recipes",
    "remodel.results",
    "remodel",
    "bench",
    "bench.diff",
    "pickles",
    "builder",
    "profiles",
    "snapshots",
    "container",
    "serving",
    "contract",
)
"""docs/architecture.md tells what each room is for. `remodel` itself is the ground: errors, files, processes, YAML."""

MOST = 12
"""Modules in a room; more are two rooms."""

FAMILIES = ("remodel.cli", "builder.onnx.exact.classifiers", "builder.onnx.exact.transformers")
"""Rooms of one file a noun, or a family of estimators: as many as there are nouns."""


@pytest.fixture(scope="module")
def graph(checkout: Checkout) -> Graph:
    """The imports of this checkout."""
    return Graph(checkout.source)


def room_of(module: str, graph: Graph) -> str:
    """The innermost floor that a module stands on."""
    inside = module if graph.files[module].name == "__init__.py" else module.rpartition(".")[0]
    while inside not in FLOORS:
        assert inside, f"{module} stands on no floor"
        inside = inside.rpartition(".")[0]
    return inside


def test_no_import_runs_up(graph: Graph) -> None:
    """A room may know those below it in the list, and none above."""
    wrong = []
    for module, imports in graph.imports.items():
        for imported in imports:
            here, there = room_of(module, graph), room_of(imported, graph)
            if FLOORS.index(there) < FLOORS.index(here) and module not in ("remodel.__main__",):
                wrong.append(f"{module} -> {imported}")
    assert wrong == []


def test_there_is_no_circle_of_modules(graph: Graph) -> None:
    """Inside a room, too, modules have an order."""
    circles = [module for module in graph.files if module in graph.reached_from(module)]
    assert circles == []


def test_a_room_has_at_most_twelve_modules(graph: Graph) -> None:
    """What does not fit is a room of its own."""
    sizes: dict[str, int] = {}
    for name, path in graph.files.items():
        if path.name != "__init__.py":
            room = name.rpartition(".")[0]
            sizes[room] = sizes.get(room, 0) + 1
    assert {room: size for room, size in sizes.items() if size > MOST and room not in FAMILIES} == {}
