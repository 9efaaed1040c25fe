"""The answers of models to their example requests: scikit-learn's and, of a model.onnx, ONNX Runtime's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy
import pandas

from builder import trust
from container.errors import BuilderError, build_error, first_line
from serving.session import open_session, tensor


def answers_of_all(folder: Path) -> dict:
    """The answers of every model in `folder`, by name. Raises build errors that begin with the model's name."""
    return {path.name: _of_one(path) for path in sorted(folder.iterdir())}


def _of_one(folder: Path) -> dict:
    try:
        rows = _rows(json.loads((folder / "example.json").read_text(encoding="utf-8"))["request"])
        trusted = json.loads((folder / "trust.json").read_text(encoding="utf-8"))["types"]
        answers = {"skops": _by_skops((folder / "model.skops").read_bytes(), trusted, rows)}
        if (folder / "model.onnx").is_file():
            answers["onnx"] = _by_onnx((folder / "model.onnx").read_bytes(), rows)
    except BuilderError as error:
        raise BuilderError(error.kind, f"{folder.name}: {error.message}", error.advice) from error
    return answers


def _rows(request: dict) -> pandas.DataFrame:
    """As the builder hands a snapshot to scikit-learn: float64 and object columns, missing = nan."""
    columns = {}
    for name, values in zip(request["columns"], zip(*request["data"])):
        texts = any(isinstance(value, str) for value in values)
        missing = [numpy.nan if value is None else value for value in values]
        columns[name] = numpy.array(missing, dtype=object if texts else numpy.float64)
    return pandas.DataFrame(columns)


def _by_skops(content: bytes, trusted: dict, rows: pandas.DataFrame) -> dict:
    model = trust.loads(content, sorted(trusted))
    try:
        labels, probabilities = model.predict(rows), model.predict_proba(rows)
    except Exception as error:
        raise build_error(f"model.skops does not answer its example: {first_line(error)}") from error
    return _answer(labels, probabilities)


def _by_onnx(content: bytes, rows: pandas.DataFrame) -> dict:
    try:
        session = open_session(content)
        feed = {entry.name: tensor(rows[entry.name].to_numpy(), entry.type) for entry in session.get_inputs()}
        labels, probabilities = session.run(["label", "probabilities"], feed)
    except Exception as error:
        raise build_error(f"model.onnx does not answer its example: {first_line(error)}") from error
    return _answer(labels, probabilities)


def _answer(labels: numpy.ndarray, probabilities: numpy.ndarray) -> dict:
    """JSON's numbers are float64: written and read again, they are the same bits."""
    rows = numpy.asarray(probabilities, dtype=numpy.float64)
    if not numpy.isfinite(rows).all():
        raise build_error("the model answers its example with a probability that is no number")
    return {"labels": [str(label) for label in labels], "probabilities": rows.tolist()}
