"""predictions.parquet: what a model answered to every row of its snapshot."""

from __future__ import annotations

from pathlib import Path

from remodel.errors import StorageError
from remodel.results.answers.answers import Answers, Predictions
from remodel.results.answers.columns import Damaged, read_columns
from remodel.results.documents import REPRODUCE


def read_predictions(path: Path, kind: type[Answers]) -> Predictions:
    """Read a predictions.parquet; StorageError where it is missing, damaged or lacks a column or a value."""
    columns = read_columns(path)
    try:
        columns.check_rows()
        return kind.read(columns)
    except Damaged as error:
        raise StorageError(f"{path} is not a valid predictions file: {error}", REPRODUCE) from error
