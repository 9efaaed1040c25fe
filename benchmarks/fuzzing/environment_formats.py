"""The files that a locked environment reads with scikit-learn's, numpy's, pyarrow's and ONNX Runtime's own code."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy
import pandas
import pyarrow
import pyarrow.parquet
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from builder import trust
from builder.export.canonical_skops import canonical
from builder.onnx import exact
from container.errors import BuilderError, first_line
from fuzzing import mutations
from fuzzing.workers import Format
from serving.onnx_file.check import RefusedModel
from serving.session import feed, open_session, run
from snapshots.sources.read_file import read, reading_of

ROWS = numpy.random.default_rng(0).normal(size=(60, 3))
LABELS = numpy.array(["a", "b", "c"])[numpy.argmax(ROWS, axis=1)]
NAMES = ["x", "y", "z"]
FRAME = pandas.DataFrame(ROWS, columns=NAMES)

TRUSTED = ["sklearn.tree._tree.Tree", "numpy.dtype", "sklearn._loss.link.Interval"]

SECONDS = 10

FOLDER = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())


class RefusedByRuntime(Exception):
    """What ONNX Runtime or scikit-learn says of a file that does not answer, as callers get it: one line."""


def formats() -> dict[str, Format]:
    """Every format by its name."""
    models = [
        Pipeline([("scale", StandardScaler()), ("model", model)]).fit(FRAME, LABELS)
        for model in (
            LogisticRegression(),
            RandomForestClassifier(n_estimators=3, max_depth=4, random_state=0),
            SVC(probability=True, random_state=0),
        )
    ]
    onnx = [exact.export(model, [(name, "numeric", None) for name in NAMES], {}) for model in models]
    files = [canonical(skops.io.dumps(model)) for model in models[:2]]
    return {
        "onnx": Format(
            onnx, [mutations.of_protobuf] * 3 + [mutations.of_bytes], _onnx, (RefusedModel, RefusedByRuntime)
        ),
        "skops": Format(files, [mutations.of_skops], _skops, (BuilderError, RefusedByRuntime)),
        "table-csv": Format([_csv()], [mutations.of_csv, mutations.of_bytes], _table(".csv"), (BuilderError,)),
        "table-parquet": Format(
            [_parquet()], [mutations.of_parquet, mutations.of_bytes], _table(".parquet"), (BuilderError,)
        ),
    }


def _onnx(content: bytes) -> Any:
    """What a file answers to five rows, as `serving.model` asks it."""
    try:
        session = open_session(content)
        return run(session, ["label", "probabilities"], feed(session, lambda name: FRAME[name].to_numpy()[:5]), SECONDS)
    except RefusedModel:
        raise
    except Exception as error:
        raise RefusedByRuntime(first_line(error)[:200].encode("ascii", "replace").decode()) from None


def _skops(content: bytes) -> Any:
    """What the model in a file answers to five rows."""
    model = trust.loads(content, TRUSTED)
    try:
        return model.predict_proba(FRAME[:5])
    except Exception as error:
        raise RefusedByRuntime(first_line(error)[:200].encode("ascii", "replace").decode()) from None


def _table(suffix: str) -> Any:
    def read_content(content: bytes) -> Any:
        path = FOLDER / f"fuzz-{os.getpid()}{suffix}"
        path.write_bytes(content)
        try:
            return read(path, reading_of(path.name, {}))
        finally:
            path.unlink()

    return read_content


def _csv() -> bytes:
    return b"a,b,c\n" + b"".join(b"%d,%d.5,word %d\n" % (row, row, row % 3) for row in range(12))


def _parquet() -> bytes:
    table = pyarrow.table({"a": [1.5, None, 2.5] * 10, "b": ["x", "y", None] * 10, "c": [1, 2, 3] * 10})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()
