"""predictions.parquet: for each row what the model said of it without having seen it, and what the final model says."""

from __future__ import annotations

import numpy
import pyarrow

from builder.data import Snapshot
from builder.training.crossval import OutOfFold, Predicted
from container.parquet import parquet_bytes


def document(snapshot: Snapshot, out_of_fold: OutOfFold, fitted: Predicted) -> bytes:
    """Columns row, fold, label, oof_label, oof_p_<class>..., fit_label, fit_p_<class>..., in the snapshot's order."""
    columns = {
        "row": pyarrow.array(numpy.arange(len(snapshot.y), dtype=numpy.int64)),
        "fold": pyarrow.array(out_of_fold.fold),
        "label": pyarrow.array(snapshot.y.tolist(), pyarrow.string()),
        **_columns("oof", out_of_fold.predicted, snapshot.classes),
        **_columns("fit", fitted, snapshot.classes),
    }
    return parquet_bytes(pyarrow.Table.from_arrays(list(columns.values()), names=list(columns)))


def _columns(prefix: str, predicted: Predicted, classes: list[str]) -> dict:
    labels = {f"{prefix}_label": pyarrow.array(predicted.labels.tolist(), pyarrow.string())}
    probabilities = {
        f"{prefix}_p_{label}": pyarrow.array(numpy.ascontiguousarray(predicted.probabilities[:, position]))
        for position, label in enumerate(classes)
    }
    return {**labels, **probabilities}
