"""predictions.parquet: for each row what the model said of it without having seen it, and what the final model says."""

from __future__ import annotations

import numpy
import pyarrow

from builder.answers import Answers
from builder.data import Snapshot
from builder.training.crossval import OutOfFold
from container.parquet import parquet_bytes


def document(snapshot: Snapshot, out_of_fold: OutOfFold, fitted: Answers) -> bytes:
    """Columns row, fold (-1: none tests it), ids (`id_`), those of the truth, and of the answers out of fold (`oof_`)
    and in sample (`fit_`), in the snapshot's order."""
    columns = {
        "row": pyarrow.array(numpy.arange(len(snapshot.y), dtype=numpy.int64)),
        "fold": pyarrow.array(out_of_fold.fold),
        **{f"id_{name}": pyarrow.array(values, pyarrow.string()) for name, values in snapshot.ids.items()},
        **fitted.truth_columns(snapshot),
        **out_of_fold.answers.columns("oof", snapshot),
        **fitted.columns("fit", snapshot),
    }
    return parquet_bytes(pyarrow.Table.from_arrays(list(columns.values()), names=list(columns)))
