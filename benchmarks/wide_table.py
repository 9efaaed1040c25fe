"""Wall time and memory of a model on 72 rows of 7,129 columns, against a data scientist's own script, in pairs.

    python benchmarks/wide_table.py [PAIRS]

The script reads the file, cross-validates, fits and writes skops; `python -m train` also proves and writes ONNX. Both
run in the same locked wheels. Leaves conf/dataset/wide_table.yaml and its data behind for as long as it runs.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from remodel.checkout import find_checkout
from remodel.engines.venv import Venv, venv_of
from remodel.environments.environment import find_environment
from remodel.environments.variables import fixed_environment

ROWS, COLUMNS = 72, 7129
NAME, ENVIRONMENT = "wide_table", "sklearn-1.9"

BARE = """
import sys
import pandas, skops.io
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rows = pandas.read_csv(sys.argv[1])
labels = rows.pop("kind")
numbers = ColumnTransformer([("n", make_pipeline(SimpleImputer(), StandardScaler()), list(rows.columns))])
model = make_pipeline(numbers, LogisticRegression(max_iter=1000))
cross_validate(model, rows, labels, scoring=["accuracy", "balanced_accuracy", "roc_auc", "neg_log_loss"])
skops.io.dump(model.fit(rows, labels), sys.argv[2])
"""


def main() -> None:
    """Measure and print."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    checkout = find_checkout(Path(__file__).parent)
    environment = find_environment(checkout, ENVIRONMENT)
    Venv().prepare(environment, print)
    python = str(venv_of(environment) / "bin" / "python")
    left = [checkout.conf / "dataset" / f"{NAME}.yaml", *(checkout.data / f"{NAME}{end}" for end in (".csv", ""))]
    ratios = []
    try:
        (checkout.data).mkdir(exist_ok=True)
        write(left[1])
        run([sys.executable, "-m", "remodel", "dataset", "add", f"data/{NAME}.csv", "--target", "kind"], checkout.root)
        for number in range(pairs + 1):
            with tempfile.TemporaryDirectory() as out:
                script = [python, "-c", BARE, str(left[1]), f"{out}/model.skops"]
                floor = run(script, checkout.root, {**fixed_environment(1), "PYTHONPATH": ""})
            train = [sys.executable, "-m", "train", f"dataset={NAME}", f"seed={int(time.time())}"]
            product = run(train, checkout.root)
            if number:  # the first pair pins the snapshot
                ratios.append(product / floor)
                print(f"script {floor:.2f} s, python -m train {product:.2f} s: {ratios[-1]:.2f} x", flush=True)
        build = json.loads((checkout.state / "builds" / f"{NAME}-tabular-logreg@{ENVIRONMENT}.json").read_text())
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        print(
            f"median {statistics.median(ratios):.2f} x; memory of the build {build['peak_memory'] / 1e6:.0f} MB, "
            f"of the largest process of the host {most / 1e6:.0f} MB"
        )
    finally:
        for path in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for path in checkout.experiments.glob(f"{NAME}-*"):
            shutil.rmtree(path)


def write(path: Path) -> None:
    """Expression levels, as a microarray has them."""
    chance = random.Random(0)
    lines = [",".join([*(f"g{number}" for number in range(COLUMNS)), "kind"])]
    for _ in range(ROWS):
        values = [chance.randint(-2000, 8000) for _ in range(COLUMNS)]
        lines.append(",".join([*map(str, values), "ALL" if values[0] + values[1] > 6000 else "AML"]))
    path.write_text("\n".join(lines) + "\n")


def run(words: list[str], folder: Path, env: dict[str, str] | None = None) -> float:
    """Seconds of wall time of a command that has to end well."""
    started = time.monotonic()
    subprocess.run(words, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
