"""Which classes and functions a recipe may name; anything else is refused before it is imported."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import inspect
from typing import Any

from builder.compat import experimental, history
from container.errors import BuilderError, recipe_error
from container.versions import at_least, installed

MODULE_NAMES = """
    calibration cluster compose covariance cross_decomposition decomposition discriminant_analysis dummy ensemble
    feature_extraction feature_selection gaussian_process impute isotonic kernel_approximation kernel_ridge linear_model
    manifold metrics mixture model_selection multiclass multioutput naive_bayes neighbors neural_network pipeline
    preprocessing random_projection semi_supervised svm tree
"""
SKLEARN_MODULES = frozenset(MODULE_NAMES.split())
"""Public modules of scikit-learn that hold estimators, transformers and the functions that they take."""

OWN_MODULE = "builder.transformers"

PREFIXES = f"sklearn.<module of estimators>, {OWN_MODULE}"


def find_class(name: str, place: str) -> type:
    """The estimator class of a dotted name; `place` says where in the recipe it stands. Raises recipe errors."""
    cls = _find(name, place)
    if not (inspect.isclass(cls) and hasattr(cls, "get_params")):
        raise recipe_error(f"{place}: {name!r} is not an estimator or transformer class", "Name a class")
    return cls


def find_function(name: str, place: str) -> Any:
    """The function of a dotted name. Raises recipe errors."""
    function = _find(name, place)
    if inspect.isclass(function) or not callable(function):
        raise recipe_error(f"{place}: {name!r} is not a function", "Name a function, or write `_target_` for a class")
    return function


def import_module_of(name: str) -> None:
    """Import the module of a dotted name, as finding its class would; nothing where it is not allowed or not there."""
    module_name, _, attribute = name.rpartition(".")
    if _is_allowed(module_name, attribute):
        with contextlib.suppress(ImportError):
            importlib.import_module(module_name)


def _find(name: str, place: str) -> Any:
    module_name, _, attribute = name.rpartition(".")
    if not _is_allowed(module_name, attribute):
        advice = f"Use a class of scikit-learn, or add one to {OWN_MODULE}"
        raise recipe_error(f"{place}: {name!r} is not allowed, module {module_name!r}; allowed: {PREFIXES}", advice)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError:
        raise _unknown(name, place, module_name, []) from None
    experimental.enable(attribute)
    public = getattr(module, attribute, None)
    if public is None or not _is_own(public):
        raise _unknown(name, place, module_name, getattr(module, "__all__", []))
    return public


def _is_allowed(module: str, attribute: str) -> bool:
    parts = module.split(".")
    if attribute.startswith("_") or any(part.startswith("_") for part in parts):
        return False
    return module == OWN_MODULE or (parts[0] == "sklearn" and len(parts) > 1 and parts[1] in SKLEARN_MODULES)


def _is_own(public: Any) -> bool:
    """Whether this is defined in an allowed package, not merely imported by one of its modules."""
    return str(getattr(public, "__module__", "")).startswith(("sklearn.", OWN_MODULE))


def _unknown(name: str, place: str, module: str, public: list) -> BuilderError:
    attribute = name.rpartition(".")[2]
    near = difflib.get_close_matches(attribute, public, n=1)
    hint = f": did you mean {near[0]!r}?" if near else ""
    version = installed("scikit-learn")
    since = history.since(attribute)
    if since is not None and not at_least("scikit-learn", since):
        advice = f"Build this model with scikit-learn {since} or newer only"
        message = f"{place}: scikit-learn {version} has no {attribute!r}: it came in scikit-learn {since}"
        return recipe_error(message, advice)
    return recipe_error(f"{place}: scikit-learn {version} has no {attribute!r} in {module}{hint}", "Correct the name")
