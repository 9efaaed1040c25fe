"""The answers of models to their example requests: scikit-learn's and, of a model.onnx, ONNX Runtime's."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas

from bench.frame import frame
from builder import trust
from builder.answers import Answers, kind_of
from container.errors import BuilderError, build_error, first_line
from container.guard import guarded
from contract import bounded, files
from serving.limits import GRACE, SECONDS, Overrun, apart
from serving.session import feed, open_session, run

SILENCE = 5 * (SECONDS + GRACE)
"""A model may take so many seconds for its example: imports, both runtimes."""


def write(folder: Path, out: Path) -> None:
    """Write the answers of every model in `folder`, by name, to `out`/answers.json.

    Each is asked in a process of its own: a file that does not end, or ends whoever reads it, is an error like others.
    Raises build errors that begin with the model's name.
    """
    answers = {path.name: _apart(path, out / f"answer-{number}.json") for number, path in enumerate(_models(folder))}
    files.write_json(out / "answers.json", answers)


def _models(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _apart(folder: Path, path: Path) -> Any:
    """What a child process answers, which leaves it in the file `path`; its errors are written as error.json there."""
    try:
        code = apart(lambda alive: guarded(path.parent, lambda: files.write_json(path, _of_one(folder))), SILENCE)
    except Overrun as error:
        raise build_error(f"{folder.name}: it does not answer its example: {error}") from None
    if code:
        sys.exit(code)
    answers = json.loads(path.read_bytes())
    path.unlink()
    return answers


def _of_one(folder: Path) -> dict:
    try:
        recipe = _json(folder, "manifest.json")["source"]["recipe"]
        request = _json(folder, "example.json")["request"]
        rows = frame(_json(folder, "schema.json")["columns"], dict(zip(request["columns"], zip(*request["data"]))))
        trusted = _json(folder, "trust.json")["types"]
        model = trust.loads((folder / "model.skops").read_bytes(), sorted(trusted))
        kind = kind_of(recipe, model.steps[-1][1])
        answers = {"skops": _by_skops(kind, model, rows)}
        if (folder / "model.onnx").is_file():
            answers["onnx"] = _by_onnx(kind, (folder / "model.onnx").read_bytes(), rows)
    except BuilderError as error:
        raise BuilderError(error.kind, f"{folder.name}: {error.message}", error.advice) from error
    return answers


def _json(folder: Path, name: str) -> Any:
    try:
        return bounded.read(folder / name)
    except bounded.Malformed as error:
        raise build_error(f"{name} is not valid JSON: {error}") from None


def _by_skops(kind: type[Answers], model: Any, rows: pandas.DataFrame) -> dict:
    try:
        answers = kind.ask(model, rows)
    except Exception as error:
        raise build_error(f"model.skops does not answer its example: {first_line(error)}") from error
    return _document(answers)


def _by_onnx(kind: type[Answers], content: bytes, rows: pandas.DataFrame) -> dict:
    try:
        session = open_session(content)
        inputs = feed(session, lambda name: rows[name].to_numpy())
        answers = kind.of(*run(session, kind.OUTPUTS, inputs, SECONDS))
    except Exception as error:
        raise build_error(f"model.onnx does not answer its example: {first_line(error)}") from error
    return _document(answers)


def _document(answers: Answers) -> dict:
    if not answers.is_finite():
        raise build_error(f"the model answers its example with {answers.NUMBERS} that are not finite")
    return answers.document()
