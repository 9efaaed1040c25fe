"""A released model: a folder with its manifest, its signature and its ONNX file, each checked before it is used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from serving.answers import CLASSIFICATION, KINDS, Answer
from serving.limits import SECONDS, Alive
from serving.onnx_file.check import RefusedModel, check, printable
from serving.session import column_of, feed, open_session, run
from serving.signature import VERSION, WORDS, BadRequest, Problem, Signature, to_model

CHUNK = 1000
"""Rows in one call of ONNX Runtime: tree ensembles need memory for every row and tree."""

NOT_FINITE = "the model has no finite answer: these numbers together are too far from those that it knows"


class ModelError(Exception):
    """The folder holds no model that can be run: a file is missing, damaged, or not the one that was released."""


class Model:
    """A released model. The signature is read at once, the ONNX file at the first prediction."""

    def __init__(self, folder: Any, seconds: float = SECONDS, alive: Alive = lambda: None) -> None:
        """One call of ONNX Runtime may take `seconds`; `alive` is called before each.

        Raises ModelError where the signature in `folder` is missing or not the one that the manifest names.
        """
        self.folder = Path(folder)
        self.seconds = seconds
        self._alive = alive
        self.signature = _signature(self.folder)
        self.kind = KINDS[self.signature.kind]
        self._session: Any = None

    def check(self, rows: Any) -> tuple[Problem, ...]:
        """Everything that is wrong with a request; needs neither numpy nor ONNX Runtime."""
        return self.signature.check(rows)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """One answer a row. Raises BadRequest before ONNX Runtime sees a row that is not fit, and ModelError."""
        if problems := self.check(rows):
            raise BadRequest(problems)
        if self._session is None:
            self._alive()
            self._session = _session(self.folder, self.signature, self.kind.OUTPUTS)
        chunks = (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
        answers = [answer for chunk in chunks for answer in self._answers(chunk)]
        strange = [number for number, answer in enumerate(answers, 1) if not answer.is_finite()]
        if strange:
            raise BadRequest([Problem(NOT_FINITE, number) for number in strange])
        return answers

    def _answers(self, rows: Sequence[Mapping[str, Any]]) -> list[Answer]:
        self._alive()
        columns = {column["name"]: column for column in self.signature.columns}
        inputs = feed(self._session, lambda name: [to_model(columns[name], row[name]) for row in rows])
        try:
            outputs = run(self._session, self.kind.OUTPUTS, inputs, self.seconds)
        except Exception as error:
            raise ModelError(f"{self.folder}/model.onnx does not run: {_first_line(error)}") from error
        return self.kind.all_of(outputs, self.signature.classes)


def verified(folder: Path, name: str) -> bytes:
    """The bytes of one file of a model, which have to be those that the manifest beside it names.

    Raises ModelError.
    """
    listed = _json(folder, "manifest.json", _read(folder, "manifest.json")).get("artifacts")
    expected = listed.get(name) if isinstance(listed, dict) else None
    if not isinstance(expected, dict):
        why = "; result.json or release/index.json says why" if name == "model.onnx" else ""
        raise ModelError(f"{folder} holds a model without {name}{why}")
    content = _read(folder, name)
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected.get("sha256"):
        raise ModelError(
            f"{folder}/{name} is not the file that was built: its sha256 is {digest} ({len(content)} bytes), "
            f"the manifest says {expected.get('sha256')} ({expected.get('size')} bytes)"
        )
    return content


def _signature(folder: Path) -> Signature:
    document = _json(folder, "signature.json", verified(folder, "signature.json"))
    if document.get("schema_version") != VERSION:
        version = document.get("schema_version")
        raise ModelError(f"{folder}/signature.json has schema {version}, this program reads {VERSION}")
    task = document.get("task", CLASSIFICATION)
    columns, classes = tuple(document["columns"]), tuple(document.get("classes", ()))
    target, reading, answers = document.get("target", ""), document.get("reading"), document.get("answers")
    return Signature(columns, classes, task, target, reading, answers)


def _session(folder: Path, signature: Signature, outputs: Sequence[str]) -> Any:
    """An ONNX Runtime session of the file that the manifest names, whose inputs and outputs fit the signature."""
    content = verified(folder, "model.onnx")
    try:
        declared = check(content)
    except ImportError as error:
        raise _not_installed(error) from None
    except RefusedModel as error:
        raise ModelError(f"{folder}/model.onnx is not given to ONNX Runtime: {error}") from None
    known = {column["name"]: "categorical" if column["kind"] in WORDS else "numeric" for column in signature.columns}
    for name, kind in declared.inputs.items():
        if known.get(column_of(name)) != kind:
            raise ModelError(f"{folder}: model.onnx has an input {name!r:.60} that signature.json does not describe")
    if declared.outputs != tuple(outputs):
        raise ModelError(f"{folder}: model.onnx has other outputs than {' and '.join(outputs)}")
    try:
        return open_session(content)
    except ImportError as error:
        raise _not_installed(error) from None
    except Exception as error:
        raise ModelError(f"{folder}/model.onnx cannot be loaded: {_first_line(error)}") from error


def _not_installed(error: ImportError) -> ModelError:
    return ModelError(f"{error.name} is not installed; manifest.json says which version the model was checked with")


def _json(folder: Path, name: str, content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ModelError(f"{folder}/{name} is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise ModelError(f"{folder}/{name} holds no JSON object")
    return document


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder}/{name} cannot be read: {error.strerror}") from None


def _first_line(error: BaseException) -> str:
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return printable(line)[:200]
