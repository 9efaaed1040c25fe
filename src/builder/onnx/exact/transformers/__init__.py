"""One module a family of transformers; each registers its emitters by class name."""

from __future__ import annotations

from importlib import import_module

EMITTERS = (
    "bins",
    "clusters",
    "columns",
    "composition",
    "decomposition",
    "encoders",
    "features",
    "imputer",
    "iterative",
    "polynomial",
    "power",
    "quantile",
    "scalers",
    "selection",
    "splines",
)

for _name in EMITTERS:  # importing a module registers its emitters
    import_module(f".{_name}", __name__)
