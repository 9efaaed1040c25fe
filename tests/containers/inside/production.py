"""The recipes that have to build in every environment, and the small snapshots that they are built from.

Run as a script, it builds all of them into one folder: `python production.py FOLDER`.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from container import cpu
from contract import files

if __name__ == "__main__":
    cpu.pin(threads=1)

from builder import make_model
from container import versions
from container.progress import Progress
from snapshots import snapshot

CV = {
    "shuffled": {"n_splits": 3, "n_repeats": 1, "shuffle": True, "seed": 0},
    "ordered": {"n_splits": 5, "n_repeats": 1, "shuffle": False, "seed": 0},
    "repeated": {"n_splits": 2, "n_repeats": 2, "shuffle": True, "seed": 1},
}

PLAIN = {"plain": {"n_splits": 3, "n_repeats": 1, "shuffle": True, "seed": 0, "stratified": False}}
"""Folds for numbers to predict."""

TRUSTED = json.loads((Path(__file__).parents[1] / "trust.json").read_bytes())["types"]
"""conf/trust.yaml as the host hands it to a build: what starts these tests puts it there."""

SCALE = {"_target_": "sklearn.preprocessing.StandardScaler"}

CLASSIFIERS = {
    "logistic": {"_target_": "sklearn.linear_model.LogisticRegression", "C": 1.0, "max_iter": 500},
    "mlp": {
        "_target_": "sklearn.neural_network.MLPClassifier",
        "hidden_layer_sizes": [8],
        "learning_rate_init": 0.02,
        "max_iter": 60,
    },
    "random_forest": {"_target_": "sklearn.ensemble.RandomForestClassifier", "n_estimators": 8},
    "extra_trees": {"_target_": "sklearn.ensemble.ExtraTreesClassifier", "n_estimators": 8},
    "gradient_boosting": {
        "_target_": "sklearn.ensemble.GradientBoostingClassifier",
        "n_estimators": 8,
        "loss": "log_loss",
    },
    "hist_gradient_boosting": {"_target_": "sklearn.ensemble.HistGradientBoostingClassifier", "max_iter": 8},
    "svc": {"_target_": "sklearn.svm.SVC", "probability": True},
    "knn": {"_target_": "sklearn.neighbors.KNeighborsClassifier", "n_neighbors": 5},
    "naive_bayes": {"_target_": "sklearn.naive_bayes.GaussianNB"},
    "tree": {"_target_": "sklearn.tree.DecisionTreeClassifier", "max_depth": 5},
}


def steps(*pairs):
    """The SPEC of a Pipeline of named steps."""
    return {"_target_": "sklearn.pipeline.Pipeline", "steps": [list(pair) for pair in pairs]}


SELECT = {
    "_target_": "sklearn.feature_selection.SelectKBest",
    "k": 4,
    "score_func": {"_object_": "sklearn.feature_selection.f_classif"},
}
POLYNOMIAL = {"_target_": "sklearn.preprocessing.PolynomialFeatures", "degree": 2, "include_bias": False}
ENCODE = {"_target_": "sklearn.preprocessing.OneHotEncoder", "handle_unknown": "ignore", "sparse_output": False}


def tabular(**impute_words):
    """The SPEC of a ColumnTransformer for tables with missing values and words."""
    impute = "sklearn.impute.SimpleImputer"
    numeric = steps(("impute", {"_target_": impute, "strategy": "median"}), ("scale", SCALE))
    words = steps(("impute", {"_target_": impute, **impute_words}), ("encode", ENCODE))
    return {
        "_target_": "sklearn.compose.ColumnTransformer",
        "transformers": [
            ["numeric", {"transformer": numeric, "columns": "numeric"}],
            ["categorical", {"transformer": words, "columns": "categorical"}],
        ],
    }


PREPROCESSING = {
    "none": None,
    "scale": SCALE,
    "select": steps(("scale", SCALE), ("select", SELECT)),
    "pca": steps(("scale", SCALE), ("pca", {"_target_": "sklearn.decomposition.PCA", "n_components": 3})),
    "polynomial": steps(("polynomial", POLYNOMIAL), ("scale", SCALE)),
    "tabular": tabular(strategy="most_frequent"),
    "tabular_constant": tabular(strategy="constant", fill_value="missing"),
}

MODELS = [
    *(("iris", "scale", classifier, "shuffled") for classifier in CLASSIFIERS),
    *(
        ("credit", "tabular", name, "ordered")
        for name in ("logistic", "mlp", "hist_gradient_boosting", "random_forest")
    ),
    ("credit", "tabular_constant", "svc", "ordered"),
    ("credit", "tabular_constant", "knn", "ordered"),
    ("breast_cancer", "none", "naive_bayes", "repeated"),
    ("breast_cancer", "select", "logistic", "repeated"),
    ("breast_cancer", "polynomial", "tree", "repeated"),
    ("wine", "pca", "logistic", "shuffled"),
    ("digits", "scale", "naive_bayes", "shuffled"),
]
"""Dataset, preprocessing, classifier and cross-validation of each."""

NAMES = ["-".join(choices[:3]) for choices in MODELS]
"""Their names, unique."""


def request(dataset: str) -> dict:
    """The snapshot request of one dataset; `credit` is small here."""
    source = {"generator": "credit", "rows": 500, "seed": 7} if dataset == "credit" else {"bundled": dataset}
    return {"schema_version": 1, "dataset": {"name": dataset, **source}, "cv": CV}


def take(document: dict, out: Path, user_files: Path = Path("/nonexistent")) -> Path:
    """Take a snapshot in this process."""
    out.mkdir(parents=True, exist_ok=True)
    path = out.parent / f"{out.name}-request.json"
    files.write_json(path, document)
    file = user_files / document["dataset"]["file"] if "file" in document["dataset"] else None
    snapshot.take(path, file, out, Progress(io.StringIO()))
    return out


def recipe(folder: Path, preprocessing, classifier, cv: str = "shuffled", **changes) -> dict:
    """A recipe for the snapshot in `folder`; preprocessing and classifier are names from above or SPECs."""
    dataset = json.loads((folder / "schema.json").read_bytes())["dataset"]
    chosen = {"preprocessing": preprocessing, "classifier": classifier}
    if isinstance(preprocessing, str):
        chosen["preprocessing"] = PREPROCESSING[preprocessing]
    if isinstance(classifier, str):
        chosen["classifier"] = CLASSIFIERS[classifier]
    pins = {name: files.sha256_file(folder / name) for name in ("data.parquet", "schema.json")}
    return {
        "schema_version": 2,
        "model": f"{dataset}-model",
        "seed": 0,
        "threads": 1,
        "defaults": "pinned",
        "choices": {"dataset": dataset, "cv": cv},
        "snapshot": {**pins, "folds": files.sha256_file(folder / "folds" / f"{cv}.json")},
        "cv": {"name": cv, **{**CV, **PLAIN}[cv]},
        "pipeline": chosen,
        **changes,
    }


def environment() -> dict:
    """A description of the environment that this runs in."""
    python = versions.interpreter()["version"]
    digests = {"lock_sha256": "a" * 64, "source_sha256": "b" * 64}
    return {"schema_version": 1, "name": "sklearn-test", "python": python, "base": "bookworm", **digests}


def build(folder: Path, recipe: dict) -> make_model.Built:
    """Build one model in this process."""
    return make_model.run(recipe, environment(), folder, TRUSTED, Progress(io.StringIO()))


def build_all(out: Path) -> None:
    """Take every snapshot and build every model into `out`."""
    for dataset in sorted({choices[0] for choices in MODELS}):
        take(request(dataset), out / "data" / dataset)
    for dataset, preprocessing, classifier, cv in MODELS:
        name = "-".join((dataset, preprocessing, classifier))
        folder = out / "data" / dataset
        built = build(folder, recipe(folder, preprocessing, classifier, cv))
        for file, content in built.artifacts.items():
            files.write_bytes(out / "models" / name / file, content)


if __name__ == "__main__":
    build_all(Path(sys.argv[1]))
