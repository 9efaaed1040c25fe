"""Child processes of the builder's tests: what this process can import, and nothing of the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def environment(**changes: str) -> dict[str, str]:
    """The whole environment of a builder process."""
    path = os.pathsep.join([str(SOURCE), *(entry for entry in sys.path if entry)])
    fixed = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    return {**fixed, **changes}
