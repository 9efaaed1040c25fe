"""Answers the rows of a request with a finished model, as a server would: checked by its signature first."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

from container import documents
from container.errors import BuilderError, build_error, data_error
from contract import files
from serving.model import Answer, Model, ModelError, verified
from serving.rows import read_rows, to_text
from serving.signature import BadRequest

SAID = 5
"""So many problems of a request stand in the error."""


def run(runtime: str, folder: Path, rows: Path, trust: Path, out: Path) -> None:
    """Write the answers of the model in `folder` to `out`/answers.<csv or json>, in the format of the file `rows`.

    `runtime` is "onnx" or "skops". Raises data errors for rows that the model must not answer, storage errors where a
    file is missing or damaged, and build errors where a .skops file is not to be trusted or was never fitted.
    """
    trusted = documents.read("trust", trust, "build")["types"]
    kind = rows.suffix[1:]
    try:
        model = Model(folder)
        request = read_rows(model.signature, rows.read_bytes(), kind)
        answers = model.predict(request) if runtime == "onnx" else _with_skops(model, request, trusted)
    except BadRequest as error:
        more = f"; and {len(error.problems) - SAID} more" if len(error.problems) > SAID else ""
        told = "; ".join(map(str, error.problems[:SAID])) + more
        raise data_error(told, "What the model takes, and why, stands in its signature.json") from None
    except ModelError as error:
        raise BuilderError("storage", str(error), "Get its bytes back with `dvc checkout`") from None
    files.write_bytes(out / f"answers.{kind}", to_text(answers, model.signature.classes, kind).encode())


def _with_skops(model: Model, rows: Any, trusted: Collection[str]) -> list[Answer]:
    if problems := model.check(rows):
        raise BadRequest(problems)
    content = verified(model.folder, "model.skops")
    from builder import trust
    from builder.training import crossval

    pipeline = trust.loads(content, trusted)
    _check_fitted(pipeline)
    found = crossval.predict(pipeline, _frame(model, rows), "predict")
    return [
        Answer(str(label), dict(zip(model.signature.classes, map(float, chances))))
        for label, chances in zip(found.labels, found.probabilities)
    ]


def _check_fitted(pipeline: Any) -> None:
    """Fitting makes `classes_`, at the end of a pipeline last. Raises a build error where it is not there."""
    if getattr(pipeline, "classes_", None) is None:
        name = type(pipeline.steps[-1][1] if hasattr(pipeline, "steps") else pipeline).__name__
        raise build_error(f"model.skops holds a {name} that was never fitted", "Build the model again")


def _frame(model: Model, rows: Any) -> Any:
    import numpy
    import pandas

    columns = {}
    for column in model.signature.columns:
        values = [math.nan if row[column["name"]] is None else row[column["name"]] for row in rows]
        dtype = numpy.float64 if column["kind"] == "numeric" else object
        columns[column["name"]] = numpy.array(values, dtype=dtype)
    return pandas.DataFrame(columns)
