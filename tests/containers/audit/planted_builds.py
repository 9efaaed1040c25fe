"""Real builds of one small model in a container, each with one thing planted: `python planted_builds.py OUT [CASE]`.

With a case it builds that one in this process; without, all changes here and all no-changes in processes of their own.
"""

import copy
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from container import cpu

cpu.pin(threads=1)

# After the CPU is pinned, as in a build: all of them import numpy.
import pyarrow  # noqa: E402
import pyarrow.parquet  # noqa: E402

from builder import make_model  # noqa: E402
from container.progress import Progress  # noqa: E402
from contract import files  # noqa: E402
from snapshots.snapshot import take  # noqa: E402

LOGREG = {"_target_": "sklearn.linear_model.LogisticRegression", "C": 1.0, "max_iter": 1000}
FOREST = {"_target_": "sklearn.ensemble.RandomForestClassifier", "n_estimators": 5, "random_state": 0}
SCALE = {"_target_": "sklearn.preprocessing.StandardScaler", "with_mean": True, "with_std": True}
CV = {
    "threefold": {"n_splits": 3, "n_repeats": 1, "shuffle": True, "seed": 0},
}
ENVIRONMENT = {"schema_version": 1, "name": "sklearn-1.9", "lock_sha256": "0" * 64, "base": "trixie"}
SECONDS = 2_000_000_000.0
"""Added to one column, as in a time in seconds: single precision cannot tell its values apart."""


def classifier(**changed):
    return lambda recipe, data: recipe["pipeline"].update(classifier={**LOGREG, **changed})


def preprocessing(spec):
    return lambda recipe, data: recipe["pipeline"].update(preprocessing=spec)


def forest(recipe, data):
    recipe["pipeline"]["classifier"] = dict(FOREST)


def other_forest(recipe, data):
    recipe["pipeline"]["classifier"] = {**FOREST, "random_state": 1}


def shuffled_fold(recipe, data):
    path = data / "folds" / "threefold.json"
    document = json.loads(path.read_text())
    folds = document["folds"]
    folds[0][:10], folds[1][:10] = folds[1][:10], folds[0][:10]
    document["folds"] = [sorted(fold) for fold in folds]
    path.write_bytes(files.canonical_json(document))


def edit_rows(data, edit):
    path = data / "data.parquet"
    table = pyarrow.parquet.read_table(path)
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    edit(columns)
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def float32_input(recipe, data):
    def edit(columns):
        columns["proline"] = pyarrow.array(columns["proline"], pyarrow.float32()).to_pylist()

    edit_rows(data, edit)


def wrong_labels(recipe, data):
    def edit(columns):
        columns[target] = ["class_1"] * 20 + columns[target][20:]

    target = json.loads((data / "schema.json").read_text())["target"]["name"]
    edit_rows(data, edit)


def changed_default(recipe, data):
    from sklearn.linear_model import LogisticRegression

    LogisticRegression.__init__.__kwdefaults__["fit_intercept"] = False


CHANGES = {
    "C": classifier(C=0.001),
    "class weight": classifier(C=0.001, class_weight="balanced"),
    "few iterations": classifier(max_iter=1),
    "no intercept": classifier(fit_intercept=False),
    "another classifier": forest,
    "another seed": other_forest,
    "no scaling of spread": preprocessing({**SCALE, "with_std": False}),
    "another scaler": preprocessing({"_target_": "sklearn.preprocessing.MinMaxScaler"}),
    "components": preprocessing({"_target_": "sklearn.decomposition.PCA", "n_components": 2}),
    "a shuffled fold": shuffled_fold,
    "float32 input": float32_input,
    "wrong labels": wrong_labels,
    "a changed default": changed_default,
}

IN_PROCESS = ("built again", "order of keys", "a default said aloud")
"""No-changes that need no process of their own."""

SAME = {
    "built again": {},
    "hash seed": {"PYTHONHASHSEED": "4242"},
    "threads of OpenMP": {"OMP_NUM_THREADS": "2"},
    "threads of BLAS": {"OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"},
    "kernels of BLAS": {"OPENBLAS_CORETYPE": "Sandybridge"},
    "numpy's dispatch": {"NPY_DISABLE_CPU_FEATURES": ""},
    "time zone": {"TZ": "Asia/Tokyo"},
    "language": {"LC_ALL": "C", "LANG": "C"},
    "memory with rubbish": {"MALLOC_PERTURB_": "165"},
    "home": {"HOME": "/", "MPLCONFIGDIR": "/tmp"},
    "another folder": {},
    "order of keys": {},
    "a default said aloud": {},
}


def take_snapshot(folder, added=SECONDS):
    """Wine, with one column as large as a time in seconds."""
    request = {"schema_version": 1, "dataset": {"name": "wine", "bundled": "wine"}, "cv": CV}
    folder.mkdir(parents=True)
    files.write_json(folder / "request.json", request)
    take(folder / "request.json", folder, folder / "data", Progress(sys.stderr))
    edit_rows(folder / "data", lambda columns: columns.update(proline=[one + added for one in columns["proline"]]))
    return folder / "data"


def recipe_on(data, recipe):
    paths = (data / "data.parquet", data / "schema.json", data / "folds" / f"{recipe['cv']['name']}.json")
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    return {**recipe, "snapshot": dict(zip(("data.parquet", "schema.json", "folds"), digests, strict=True))}


def build(case, out):
    """One build of the case, in this process, into out/<case>."""
    home = out / "work" / case
    # Such a column is too much for ONNX in single precision.
    data = take_snapshot(home, 0.0 if case == "with ONNX" else SECONDS)
    recipe = {
        "schema_version": 2,
        "model": "wine_planted",
        # Not pinned: a planted default has to reach the model.
        "defaults": "library",
        "seed": 0,
        "threads": 1,
        "choices": {"dataset": "wine", "preprocessing": "scale", "classifier": "logreg", "cv": "threefold"},
        "cv": {"name": "threefold", **CV["threefold"]},
        "pipeline": {"preprocessing": dict(SCALE), "classifier": dict(LOGREG)},
    }
    recipe = copy.deepcopy(recipe)
    if case in CHANGES:
        CHANGES[case](recipe, data)
    if case == "base forest":
        forest(recipe, data)
    if case == "order of keys":
        recipe["pipeline"]["classifier"] = dict(reversed(LOGREG.items()))
    if case == "a default said aloud":
        recipe["pipeline"]["classifier"]["tol"] = 0.0001
    environment = {**ENVIRONMENT, "python": ".".join(map(str, sys.version_info[:2])), "source_sha256": "0" * 64}
    built = make_model.run(
        recipe_on(data, recipe), environment, data, ("sklearn.tree._tree.Tree",), Progress(sys.stderr)
    )
    for name, content in built.artifacts.items():
        files.write_bytes(out / case / name, content)


def main():
    out = Path(sys.argv[1])
    if len(sys.argv) > 2:
        build(sys.argv[2], out)
        return
    # The changed default last: it stays for the rest of the process.
    for case in ("base", "base forest", "with ONNX", *IN_PROCESS, *CHANGES):
        build(case, out)
    waiting = [case for case in SAME if case not in IN_PROCESS]
    while waiting:
        pair, waiting = waiting[:2], waiting[2:]
        children = [start(case, out) for case in pair]
        for case, child in zip(pair, children, strict=True):
            if child.wait():
                raise SystemExit(f"{case}: exit code {child.returncode}")


def start(case, out):
    place = "/" if case == "another folder" else "/tmp"
    return subprocess.Popen([sys.executable, __file__, str(out), case], env={**os.environ, **SAME[case]}, cwd=place)


if __name__ == "__main__":
    main()
