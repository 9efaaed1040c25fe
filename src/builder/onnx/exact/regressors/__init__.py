"""One module a family of regressors of one target; each registers its emitters by class name."""

from __future__ import annotations

from importlib import import_module

EMITTERS = (
    "dummy",
    "ensembles",
    "isotonic",
    "kernels",
    "linear",
    "neighbours",
    "perceptron",
    "trees",
    "wrappers",
)

for _name in EMITTERS:  # importing a module registers its emitters
    import_module(f".{_name}", __name__)
