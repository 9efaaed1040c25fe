"""One core of the floor of `speed.py`: the same recipes by the same builder in one warm process, nothing around it.

    python warm_floor.py INPUTS OUT FIRST STEP

runs in the locked wheels of an environment. It imports, says so, waits for a line, and builds the recipes that no other
core has taken, in the order of their names.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from builder import train
from container import cpu
from container.errors import BuilderError
from container.progress import Progress

inputs, out = Path(sys.argv[1]), Path(sys.argv[2])
cpu.pin(1)

from builder import allowed, make_model  # noqa: E402  (after the pin)

assert make_model
for module in ("ensemble", "linear_model", "neural_network", "svm", "tree", "neighbors", "naive_bayes", "compose"):
    allowed.import_module_of(f"sklearn.{module}.X")
print("warm", flush=True)
sys.stdin.readline()
for recipe in sorted((inputs / "recipes").glob("*.json")):
    folder = out / recipe.stem
    try:
        folder.mkdir()
    except FileExistsError:
        continue
    snapshot = inputs / "data" / recipe.stem.split("-")[1]
    paths = (recipe, snapshot, inputs / "environment.json", inputs / "trust.json", folder)
    try:
        train.build(*paths, Progress(io.StringIO()))
    except BuilderError as error:
        print(f"{recipe.stem}: {error}", file=sys.stderr)
print(sum(os.times()[:2]), flush=True)
