"""The command line of a released model's folder: `python FOLDER rows.csv`.

Exit codes: 0 answered, 2 wrong usage, 3 rows that the model must not answer, 7 a file is missing or damaged.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from serving.model import Model, ModelError
from serving.rows import FORMATS, read_rows, to_text
from serving.signature import BadRequest

SHOWN = 20
"""So many problems of one file are printed."""


def main(folder: Path, words: Sequence[str]) -> int:
    """Answer the rows of one file with the model in `folder`, on standard output and in the file's own format."""
    path = Path(words[0]) if len(words) == 1 else Path()
    kind = path.suffix[1:]
    if kind not in FORMATS:
        print(f"usage: python {folder.name} ROWS.csv (or ROWS.json)", file=sys.stderr)
        return 2
    try:
        model = Model(folder)
        answers = model.predict(read_rows(model.signature, path.read_bytes(), kind))
        sys.stdout.write(to_text(answers, kind))
    except BadRequest as error:
        _tell(path.name, error)
        return 3
    except (ModelError, OSError) as error:
        print(error, file=sys.stderr)
        return 7
    return 0


def _tell(name: str, error: BadRequest) -> None:
    for problem in error.problems[:SHOWN]:
        print(f"{name}: {problem}", file=sys.stderr)
    if len(error.problems) > SHOWN:
        print(f"{name}: and {len(error.problems) - SHOWN} more", file=sys.stderr)
