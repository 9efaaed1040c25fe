"""ONNX Runtime, for everyone who runs a model's file: one way to open a session, and to make its inputs.

Part of what decides a model's bytes: the builder holds every file against its model with this before it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

TEXT = "tensor(string)"


def open_session(content: bytes) -> Any:
    """A session of the ONNX file `content`, on the CPU. Raises what ONNX Runtime raises where it refuses the file.

    One thread: an ensemble's sums have another order with several, and so other last bits.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # its warnings are about how files are laid out, and would go to the user's terminal
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def feed(session: Any, column: Callable[[str], Any]) -> dict[str, Any]:
    """The inputs of a session: each one's values are asked of `column` by its name."""
    return {entry.name: tensor(column(entry.name), entry.type) for entry in session.get_inputs()}


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
