"""Answers the rows of a request with a finished model, as a server would: checked by its signature first."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from container import documents
from container.errors import BuilderError, build_error, data_error
from container.guard import guarded
from contract import files
from serving.answers import Answer
from serving.limits import Alive, Overrun, apart
from serving.model import Model, ModelError, verified
from serving.rows import content_of, read_request, to_text
from serving.signature import BadRequest, to_model

LISTED = 5
"""So many problems of a request stand in the error."""


def run(runtime: str, folder: Path, rows: Path, trust: Path, out: Path) -> None:
    """Write the answers of the model in `folder` to `out`/answers.<csv or json>, in the format of the file `rows`, and
    what to tell beside them to `out`/notes.txt.

    `runtime` is "onnx" or "skops". Raises data errors for rows that the model must not answer, storage errors where a
    file is missing or damaged, and build errors where a .skops file is not to be trusted or was never fitted.
    """
    trusted = documents.read("trust", trust, "build")["types"]
    if runtime == "skops":
        return _answer(runtime, folder, rows, trusted, out, lambda: None)
    try:
        code = apart(lambda alive: guarded(out, lambda: _answer(runtime, folder, rows, trusted, out, alive)))
    except Overrun as error:
        raise build_error(f"model.onnx gave no answer: {error}", "Build the model again") from None
    if code:
        sys.exit(code)


def _answer(runtime: str, folder: Path, rows: Path, trusted: Collection[str], out: Path, alive: Alive) -> None:
    kind = rows.suffix[1:]
    try:
        model = Model(folder, alive=alive)
        request = read_request(model.signature, content_of(rows), kind)
        answers = model.predict(request.rows) if runtime == "onnx" else _with_skops(model, request.rows, trusted)
    except BadRequest as error:
        more = f"; and {len(error.problems) - LISTED} more" if len(error.problems) > LISTED else ""
        message = "; ".join(map(str, error.problems[:LISTED])) + more
        raise data_error(message, "What the model takes, and why, stands in its signature.json") from None
    except ModelError as error:
        raise BuilderError("storage", str(error), "Get its bytes back with `dvc checkout`") from None
    files.write_bytes(out / f"answers.{kind}", to_text(answers, kind).encode())
    notes = "".join(f"{note}\n" for note in request.notes(model.signature, answers))
    files.write_bytes(out / "notes.txt", notes.encode())


def _with_skops(model: Model, rows: Any, trusted: Collection[str]) -> list[Answer]:
    if problems := model.check(rows):
        raise BadRequest(problems)
    content = verified(model.folder, "model.skops")
    from bench.frame import frame
    from builder import trust
    from builder.answers import KINDS
    from builder.training import crossval

    pipeline = trust.loads(content, trusted)
    _check_fitted(pipeline)
    values = {
        column["name"]: [to_model(column, row[column["name"]]) for row in rows] for column in model.signature.columns
    }
    kind = KINDS[model.signature.kind]
    answers = crossval.predict(kind, pipeline, frame(model.signature.columns, values), "predict")
    return model.kind.all_of(answers.arrays(), model.signature.classes)


def _check_fitted(pipeline: Any) -> None:
    """The end of a pipeline is fitted last. Raises a build error where it is not."""
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    last = pipeline.steps[-1][1] if hasattr(pipeline, "steps") else pipeline
    try:
        check_is_fitted(last)
    except NotFittedError:
        message = f"model.skops holds a {type(last).__name__} that was never fitted"
        raise build_error(message, "Build the model again") from None
