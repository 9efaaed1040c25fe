"""model.skops: skops' own format in canonical bytes, checked by loading it before anyone else does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import skops.io

from builder import trust
from builder.answers import Answers
from builder.export.canonical_skops import canonical
from builder.training import crossval
from container.errors import BuilderError, build_error, first_line


@dataclass(frozen=True)
class Stored:
    """The bytes of a model.skops, and the types in it that a loader has to be told to trust."""

    content: bytes
    untrusted_types: list[str]


def export(model: Any, X, expected: Answers, trusted: Collection[str]) -> Stored:
    """Canonical skops bytes of `model`, which give the answers `expected` for `X` when loaded with stock skops.

    Raises a build error where skops cannot store the model, the file needs a type that is not in `trusted`, or the
    loaded model predicts anything else.
    """
    try:
        content = canonical(skops.io.dumps(model))
    except Exception as error:
        raise _not_stored(error) from error
    untrusted = trust.check(content, trusted)
    try:
        loaded = trust.loads(content, trusted)
    except Exception as error:
        raise _not_stored(error) from error
    if not crossval.predict(type(expected), loaded, X, "predictions of the stored model").equals(expected):
        message = "the stored model predicts other numbers than the model that was stored"
        raise build_error(message, "Choose another estimator: skops does not keep all of this one")
    return Stored(content, untrusted)


def _not_stored(error: Exception) -> BuilderError:
    return build_error(f"skops cannot store this model: {first_line(error)}", "Choose another estimator")
