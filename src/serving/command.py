"""The command line of a released model's folder: `python FOLDER rows.csv`.

Exit codes: 0 answered, 2 wrong usage, 3 rows that the model must not answer, 7 a file is missing or damaged.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from serving.limits import GRACE, SECONDS, Alive, Overrun, apart
from serving.model import Model, ModelError
from serving.rows import FORMATS, content_of, read_request, to_text
from serving.signature import BadRequest

SHOWN = 20
"""So many problems of one file are printed."""


def main(folder: Path, words: Sequence[str], seconds: float = SECONDS) -> int:
    """Answer the rows of one file with the model in `folder`, on standard output and in the file's own format.

    One call of ONNX Runtime may take `seconds`.
    """
    path = Path(words[0]) if len(words) == 1 else Path()
    kind = path.suffix[1:]
    if kind not in FORMATS:
        print(f"usage: python {folder.name} ROWS.csv (or ROWS.json)", file=sys.stderr)
        return 2
    try:
        return apart(lambda alive: _answer(folder, path, kind, seconds, alive), seconds + GRACE)
    except Overrun as error:
        print(f"{folder}/model.onnx gave no answer for {path.name}: {error}", file=sys.stderr)
        return 7


def _answer(folder: Path, path: Path, kind: str, seconds: float, alive: Alive) -> int:
    try:
        model = Model(folder, seconds, alive)
        request = read_request(model.signature, content_of(path), kind)
        answers = model.predict(request.rows)
        sys.stdout.write(to_text(answers, kind))
        for note in request.notes(model.signature, answers):
            print(f"{path.name}: {note}", file=sys.stderr)
    except BadRequest as error:
        _tell(path.name, error)
        return 3
    except MemoryError:
        print(f"{path.name}: not enough memory for it; answer it in parts", file=sys.stderr)
        return 7
    except (ModelError, OSError) as error:
        print(error, file=sys.stderr)
        return 7
    return 0


def _tell(name: str, error: BadRequest) -> None:
    for problem in error.problems[:SHOWN]:
        print(f"{name}: {problem}", file=sys.stderr)
    if len(error.problems) > SHOWN:
        print(f"{name}: and {len(error.problems) - SHOWN} more", file=sys.stderr)
