"""The answers of models to their example requests: scikit-learn's and, of a model.onnx, ONNX Runtime's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas

from bench.frame import frame
from builder import trust
from builder.answers import Answers, kind_of
from container.errors import BuilderError, build_error, first_line
from serving.session import feed, open_session


def answers_of_all(folder: Path) -> dict:
    """The answers of every model in `folder`, by name. Raises build errors that begin with the model's name."""
    return {path.name: _of_one(path) for path in sorted(folder.iterdir())}


def _of_one(folder: Path) -> dict:
    try:
        kind = kind_of(_json(folder, "manifest.json")["source"]["recipe"])
        request = _json(folder, "example.json")["request"]
        rows = frame(_json(folder, "schema.json")["columns"], dict(zip(request["columns"], zip(*request["data"]))))
        trusted = _json(folder, "trust.json")["types"]
        answers = {"skops": _by_skops(kind, (folder / "model.skops").read_bytes(), trusted, rows)}
        if (folder / "model.onnx").is_file():
            answers["onnx"] = _by_onnx(kind, (folder / "model.onnx").read_bytes(), rows)
    except BuilderError as error:
        raise BuilderError(error.kind, f"{folder.name}: {error.message}", error.advice) from error
    return answers


def _json(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def _by_skops(kind: type[Answers], content: bytes, trusted: dict, rows: pandas.DataFrame) -> dict:
    model = trust.loads(content, sorted(trusted))
    try:
        answers = kind.ask(model, rows)
    except Exception as error:
        raise build_error(f"model.skops does not answer its example: {first_line(error)}") from error
    return _document(answers)


def _by_onnx(kind: type[Answers], content: bytes, rows: pandas.DataFrame) -> dict:
    try:
        session = open_session(content)
        inputs = feed(session, lambda name: rows[name].to_numpy())
        answers = kind.of(*session.run(list(kind.OUTPUTS), inputs))
    except Exception as error:
        raise build_error(f"model.onnx does not answer its example: {first_line(error)}") from error
    return _document(answers)


def _document(answers: Answers) -> dict:
    if not answers.is_finite():
        raise build_error(f"the model answers its example with {answers.NUMBERS} that are not finite")
    return answers.document()
