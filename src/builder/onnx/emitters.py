"""Emitters that a recipe brings along for classes that the exact exporter does not know: `_onnx_` beside `_target_`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Iterator

from builder import allowed

Emitters = Mapping[type, Callable[..., Any]]
"""A function of (graph, fitted estimator, frame) by the class whose fitted estimators it writes."""


def emitters(recipe: dict) -> Emitters:
    """The emitters of a recipe. Raises recipe errors where a name is no class or no function that recipes may name."""
    return {
        allowed.find_class(spec["_target_"], place): allowed.find_function(spec["_onnx_"], f"{place}._onnx_")
        for place, spec in _specs(recipe["pipeline"], "pipeline")
    }


def _specs(node: Any, place: str) -> Iterator[tuple[str, dict]]:
    """Every SPEC that brings an emitter, and where it stands."""
    if isinstance(node, list):
        for position, item in enumerate(node):
            yield from _specs(item, f"{place}[{position}]")
    if isinstance(node, dict):
        if "_target_" in node and "_onnx_" in node:
            yield place, node
        for name, item in node.items():
            yield from _specs(item, f"{place}.{name}")
