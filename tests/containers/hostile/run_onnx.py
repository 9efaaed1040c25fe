"""Inside an environment: gives every hostile ONNX file to the program of a release, and to a session.

Prints one JSON line an attack. Limits are the program's own, with less time and memory, so that a test can wait for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import onnxruntime
from onnx_attacks import ATTACKS, CANARY, SECRET, good

from serving import command, limits
from serving.onnx_file.check import RefusedModel
from serving.session import open_session

SECONDS = 5
"""A call may take so long here."""

limits.MEMORY = 2 << 30
command.GRACE = 10

MISSING = {"allowed": False, "because": "there always is one"}
COLUMNS = [
    {"name": "x", "kind": "numeric", "minimum": None, "maximum": None, "missing": MISSING},
    {"name": "city", "kind": "categorical", "categories": ["a", "b"], "other_values": True, "missing": MISSING},
]


def release(folder: Path, content: bytes) -> None:
    """A released folder in which every digest fits: an attacker's."""
    signature = json.dumps({"schema_version": 1, "classes": ["a", "b"], "columns": COLUMNS}).encode()
    contents = {"signature.json": signature, "model.onnx": content}
    listed = {name: {"sha256": hashlib.sha256(text).hexdigest(), "size": len(text)} for name, text in contents.items()}
    contents["manifest.json"] = json.dumps({"artifacts": listed}).encode()
    for name, text in contents.items():
        (folder / name).write_bytes(text)


def answered(folder: Path) -> tuple[int, str, str]:
    """Exit code, output and errors of the program."""
    rows = folder / "rows.csv"
    rows.write_text("x,city\n0.25,a\n0.5,b\n")
    out, errors = folder / "stdout", folder / "stderr"
    saved = os.dup(1), os.dup(2)
    with out.open("wb") as out_stream, errors.open("wb") as error_stream:
        os.dup2(out_stream.fileno(), 1)
        os.dup2(error_stream.fileno(), 2)
        try:
            code = command.main(folder, [str(rows)], SECONDS)
        finally:
            sys.stdout.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
    return code, out.read_text(errors="replace"), errors.read_text(errors="replace")


def session(content: bytes) -> str:
    """How a session of the file ends, in a process of its own."""
    said = io.StringIO()

    def work(alive) -> int:
        try:
            open_session(content)
        except RefusedModel:
            return 21
        except Exception:
            return 22
        return 0

    with contextlib.redirect_stderr(said):
        try:
            return {0: "opened", 21: "refused before", 22: "refused by ONNX Runtime"}[limits.apart(work, 60)]
        except limits.Overrun as error:
            return str(error)


def attacked(name: str, make, top: Path) -> dict:
    """What became of one file."""
    folder = top / name
    folder.mkdir()
    os.chdir(folder)
    for place in (folder / SECRET, top / SECRET):
        place.write_text(CANARY)
    content = make(folder)
    release(folder, content)
    started = time.monotonic()
    code, out, errors = answered(folder)
    seconds = time.monotonic() - started
    short = session(content) if name == "good" or not ATTACKS[name].late else ""
    return {"name": name, "code": code, "out": out, "errors": errors, "seconds": round(seconds, 1), "session": short}


with tempfile.TemporaryDirectory() as top:
    os.environ["SECRET"] = CANARY
    print(f"onnxruntime {onnxruntime.__version__}", flush=True)
    wanted = sys.argv[2:] or ["good", *ATTACKS]
    for name in wanted:
        make = good if name == "good" else ATTACKS[name].make
        print(json.dumps(attacked(name, make, Path(top))), flush=True)
    os.chdir("/")
