"""What flows between two steps of a pipeline: a frame of numeric and text columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Sequence

import numpy as np

from .graph import Graph
from .unsupported import Unsupported


@dataclass(frozen=True)
class Column:
    """A column of the data that the model was fitted on."""

    name: str
    kind: str
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Piece:
    """Some neighbouring columns: a double tensor [N, width], or one text column as a string tensor [N, 1]."""

    value: str
    width: int
    text: Column | None = None


@dataclass(frozen=True)
class Frame:
    """Columns side by side.

    `names` are the columns' names while they still have them. `sparse` says that scikit-learn holds them as a sparse
    matrix, which computes some things differently. `pending` are fitted transformers of text that have been applied
    in scikit-learn, and here will be when an encoder turns the text into numbers.
    """

    pieces: tuple[Piece, ...]
    names: tuple[str, ...] | None = None
    sparse: bool = False
    pending: tuple[Any, ...] = ()

    @property
    def width(self) -> int:
        return sum(piece.width for piece in self.pieces)

    @property
    def is_text(self) -> bool:
        return any(piece.text is not None for piece in self.pieces)

    def matrix(self, g: Graph) -> str:
        """All columns as one double tensor [N, width]."""
        for piece in self.pieces:
            if piece.text is not None:
                raise Unsupported("pipeline", f"text column {piece.text.name!r} reaches a step that needs numbers")
        values = [piece.value for piece in self.pieces if piece.width]
        if not values:
            raise Unsupported("pipeline", "a step is left without columns")
        return values[0] if len(values) == 1 else g.op("Concat", *values, axis=1)

    def select(self, g: Graph, indices: Sequence[int]) -> Frame:
        """The columns at `indices`, in that order."""
        if self.pending:
            raise Unsupported(self.pending[-1], "its text output is split before it is encoded")
        places = [(p, i) for p, piece in enumerate(self.pieces) for i in range(piece.width)]
        pieces: list[Piece] = []
        for run in _runs([places[i] for i in indices]):
            pieces.append(_part(g, self.pieces[run[0][0]], [i for _, i in run]))
        names = tuple(self.names[i] for i in indices) if self.names else None
        return replace(self, pieces=tuple(pieces), names=names)


def _runs(places: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Neighbours that come from the same piece."""
    runs: list[list[tuple[int, int]]] = []
    for place in places:
        if runs and runs[-1][-1][0] == place[0]:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _part(g: Graph, piece: Piece, indices: list[int]) -> Piece:
    if indices == list(range(piece.width)):
        return piece
    return Piece(g.op("Gather", piece.value, g.constant(indices, np.int64), axis=1), len(indices))


def numeric(value: str, width: int, sparse: bool = False) -> Frame:
    """A frame of one double tensor without column names."""
    return Frame((Piece(value, width),), sparse=sparse)


def join(frames: Sequence[Frame], sparse: bool) -> Frame:
    """Frames side by side."""
    full = [frame for frame in frames if frame.width]
    if len(full) == 1:
        return replace(full[0], sparse=sparse)
    for frame in full:
        if frame.pending:
            raise Unsupported(frame.pending[-1], "its text output is joined with other columns before it is encoded")
    return Frame(tuple(piece for frame in full for piece in frame.pieces), sparse=sparse)
