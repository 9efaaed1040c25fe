"""ONNX Runtime, for everyone who runs a model's file: one way to open a session, and to make its inputs.

Part of what decides a model's bytes: the builder holds every file against its model with this before it is written.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Callable

from serving.onnx_file import check

TEXT = "tensor(string)"

TAKEN = ("label", "probabilities", "numbers", "prediction")
"""Names of outputs: a file's input cannot have one of them, nor one of those inside it, which begin with "/"."""

PREFIX = "column:"

NO_REPORTS = "ORT_DISABLE_TELEMETRY"
"""ONNX Runtime's own variable: with it no thread is started that would report."""

SILENT = 4
"""Nothing is printed: an error comes as an exception, and a file's own words do not go to a terminal."""


def open_session(content: bytes) -> Any:
    """A session of the ONNX file `content`, on the CPU.

    Raises RefusedModel where the file holds what no exporter of ours writes, before ONNX Runtime sees it, and what ONNX
    Runtime raises where it refuses the file. One thread: an ensemble's sums have another order with several, and so
    other last bits.
    """
    check.check(content)
    onnxruntime = _runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The plan of which values share memory is wrong in some versions: 1.17 answered single rows with others' numbers.
    options.enable_mem_pattern = False
    options.log_severity_level = SILENT
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _runtime() -> Any:
    """ONNX Runtime, told before it starts that it reports to nobody: from 1.29 on it does on Linux, unless told."""
    os.environ[NO_REPORTS] = "1"
    import onnxruntime

    # Where somebody else imported it before: the variable comes too late then.
    getattr(onnxruntime, "disable_telemetry_events", lambda: None)()
    return onnxruntime


def run(session: Any, outputs: Sequence[str], inputs: Mapping[str, Any], seconds: float) -> list[Any]:
    """What a session answers. Raises TimeoutError where it has not after so many seconds, and what ONNX Runtime raises.

    The end comes between two operators: limits.apart is for those who cannot wait for one.
    """
    onnxruntime = _runtime()
    options = onnxruntime.RunOptions()
    options.log_severity_level = SILENT
    over = threading.Event()

    def end() -> None:
        over.set()
        options.terminate = True

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        return list(session.run(list(outputs), dict(inputs), options))
    except Exception:
        if over.is_set():
            raise TimeoutError(f"it has not answered within {seconds:g} seconds") from None
        raise
    finally:
        timer.cancel()


def input_name(column: str) -> str:
    """How a column's input is called in a file: as the column, where the file has no other use for that name."""
    return PREFIX + column if column in TAKEN or column.startswith(("/", PREFIX)) else column


def column_of(name: str) -> str:
    """The column that an input takes."""
    return name[len(PREFIX) :] if name.startswith(PREFIX) else name


def feed(session: Any, column: Callable[[str], Any]) -> dict[str, Any]:
    """The inputs of a session: each one's values are asked of `column` by its name."""
    return {entry.name: tensor(column(column_of(entry.name)), entry.type) for entry in session.get_inputs()}


def tensor(values: Sequence[Any], kind: str) -> Any:
    """One column of `values` as the [rows, 1] array of a session's input of type `kind` ("tensor(double)").

    A missing value is None or NaN: NaN among numbers, the empty string among texts.
    """
    import numpy

    if kind == TEXT:
        texts = ["" if value is None or value != value else value for value in values]
        return numpy.array(texts, dtype=object).reshape(-1, 1)
    dtype = numpy.float32 if kind == "tensor(float)" else numpy.float64
    if not isinstance(values, numpy.ndarray):
        values = [numpy.nan if value is None else float(value) for value in values]
    return numpy.asarray(values, dtype=dtype).reshape(-1, 1)
