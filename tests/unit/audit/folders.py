"""Result folders as the builder writes them, small, with every difference that a test wants to plant."""

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS, FOLDS = 40, 5
CLASSES = ("no", "yes")
SNAPSHOT = {"data.parquet": "a" * 64, "schema.json": "b" * 64, "folds": "c" * 64}
TOLERANCES = {
    "confidence": 0.95,
    "scores": {"accuracy": 0.01, "balanced_accuracy": 0.01, "log_loss": 0.01, "roc_auc": 0.01},
    "labels": 0.03,
    "probabilities": {"quantile": 0.95, "at_most": 0.01},
}


def labels():
    """The labels that the baseline predicts."""
    return np.array([CLASSES[row % 3 == 0] for row in range(ROWS)])


def probabilities():
    """The probabilities that the baseline predicts: shape (rows, classes)."""
    yes = np.random.default_rng(0).uniform(0.1, 0.9, ROWS)
    return np.column_stack([1 - yes, yes])


@dataclass
class Folder:
    """What one result folder holds; the defaults are the baseline's."""

    model: str = "credit_mlp"
    environment: str = "sklearn-1.5"
    oof_labels: np.ndarray = field(default_factory=labels)
    fit_labels: np.ndarray = field(default_factory=labels)
    oof: np.ndarray = field(default_factory=probabilities)
    fit: np.ndarray = field(default_factory=probabilities)
    accuracy: tuple = (0.9, 0.8, 0.9, 0.8, 0.9)
    log_loss: tuple = (0.4, 0.4, 0.4, 0.4, 0.4)
    no_onnx_reason: str | None = None
    warnings: tuple = ()
    snapshot: dict = field(default_factory=lambda: dict(SNAPSHOT))
    recipe_sha256: str = "d" * 64
    recipe: dict = field(default_factory=lambda: {"_target_": "sklearn.linear_model.LogisticRegression", "C": 1.0})
    seed: int = 0
    threads: int = 1
    versions: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=lambda: {"C": "1.0", "tol": "0.0001"})

    def write(self, models: Path) -> Path:
        """Write models/<model>/<environment>/ and return it."""
        folder = models / self.model / self.environment
        folder.mkdir(parents=True)
        write_skops(folder / "model.skops", self.parameters)
        if self.no_onnx_reason is None:
            (folder / "model.onnx").write_bytes(b"onnx")
        self._write_predictions(folder / "predictions.parquet")
        write_json(folder / "scores.json", self._scores())
        write_json(folder / "signature.json", self._signature())
        write_json(folder / "result.json", self._result())
        write_json(folder / "manifest.json", self._manifest(folder))
        return folder

    def _write_predictions(self, path: Path) -> None:
        columns = {
            "row": pa.array(range(ROWS), pa.int64()),
            "fold": pa.array([row % FOLDS for row in range(ROWS)], pa.int32()),
            "label": labels(),
        }
        for kind, predicted, chances in (("oof", self.oof_labels, self.oof), ("fit", self.fit_labels, self.fit)):
            columns[f"{kind}_label"] = predicted
            columns.update({f"{kind}_p_{name}": chances[:, place] for place, name in enumerate(CLASSES)})
        pq.write_table(pa.table(columns), path)

    def _metrics(self) -> dict:
        others = {"balanced_accuracy": 0.85, "roc_auc": 0.93}
        folds = {
            "accuracy": self.accuracy,
            "log_loss": self.log_loss,
            **{name: [value] * FOLDS for name, value in others.items()},
        }
        return {
            name: {"folds": list(values), "mean": float(np.mean(values)), "std": float(np.std(values))}
            for name, values in folds.items()
        }

    def _scores(self) -> dict:
        owner = {"model": self.model, "environment": self.environment}
        return {"schema_version": 1, **owner, "cv": "stratified_5", "rows": ROWS, "metrics": self._metrics()}

    def _signature(self) -> dict:
        age = {"name": "age", "kind": "numeric", "minimum": 0.0, "maximum": 90.0}
        missing = {"allowed": False, "because": "the pipeline refuses rows without it"}
        return {
            "schema_version": 1,
            "model": self.model,
            "environment": self.environment,
            "target": "risk",
            "classes": list(CLASSES),
            "columns": [{**age, "missing": missing}],
        }

    def _result(self) -> dict:
        exported = self.no_onnx_reason is None
        onnx = {
            "status": "exported" if exported else "impossible",
            "reason": self.no_onnx_reason,
            "labels_different": 0 if exported else None,
            "rows": ROWS,
            "difference_below": "1e-09" if exported else None,
            "precision": "exact",
            "limit": "1e-09",
            "exporter": "exact" if exported else None,
            "adversarial_rows": 100 if exported else 0,
            "exempt": {},
            "beyond": None,
        }
        return {
            "schema_version": 2,
            "model": self.model,
            "environment": self.environment,
            "status": "built",
            "defaults": {"taken": "pinned", "differing": []},
            "translated": [],
            "onnx": onnx,
            "untrusted_types": [],
            "warnings": [{"category": "UserWarning", "message": text, "count": n} for text, n in self.warnings],
        }

    def _manifest(self, folder: Path) -> dict:
        names = ("model.onnx", "model.skops", "predictions.parquet", "scores.json", "signature.json")
        packages = ("numpy", "onnx", "pandas", "pyarrow", "python", "scikit-learn", "scipy", "skops")
        recipe = {
            "schema_version": 2,
            "model": self.model,
            "defaults": "pinned",
            "pipeline": {"preprocessing": None, "classifier": self.recipe},
            "snapshot": self.snapshot,
            "seed": self.seed,
            "threads": self.threads,
            "choices": {"dataset": "credit"},
            "cv": {"name": "stratified_5", "n_splits": FOLDS},
        }
        metrics = {name: {"mean": part["mean"], "std": part["std"]} for name, part in self._metrics().items()}
        return {
            "schema_version": 1,
            "model": self.model,
            "data": {"dataset": "credit", "files": self.snapshot},
            "source": {"builder_sha256": "e" * 64, "recipe": recipe, "recipe_sha256": self.recipe_sha256},
            "versions": {**dict.fromkeys(packages, "1.0"), **self.versions},
            "cross_validation": {"cv": "stratified_5", "metrics": metrics},
            "environment": {
                "name": self.environment,
                "lock_sha256": "f" * 64,
                "base": "bookworm",
                "interpreter": {"implementation": "CPython", "version": "3.11"},
            },
            "cpu_profile": "x86-64-v3",
            "threads": self.threads,
            "artifacts": {name: describe(folder / name) for name in names if (folder / name).exists()},
        }


def write_skops(path: Path, parameters: dict) -> None:
    """A pipeline of one classifier with these parameters (JSON text by name), as skops describes it."""

    def text(value):
        return {"__class__": "str", "__loader__": "JsonNode", "content": value, "is_json": True}

    def estimator(name, found):
        return {"__class__": name, "__loader__": "ObjectNode", "content": {"__loader__": "DictNode", "content": found}}

    known = {**{name: text(value) for name, value in parameters.items()}, "coef_": text("[1]"), "_private": text("1")}
    step = {"__loader__": "TupleNode", "content": [text('"classifier"'), estimator("LogisticRegression", known)]}
    pipeline = estimator("Pipeline", {"steps": {"__loader__": "ListNode", "content": [step]}, "memory": text("null")})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("schema.json"), json.dumps(pipeline))


def write_ending(models: Path, model: str, environment: str, **content) -> None:
    """A folder whose result.json alone says how the build ended."""
    folder = models / model / environment
    folder.mkdir(parents=True)
    owner = {"schema_version": 2, "model": model, "environment": environment}
    write_json(folder / "result.json", {**owner, **content})


def describe(path: Path) -> dict:
    """sha256 and size of a file, as a manifest has them."""
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document), encoding="utf-8")


def edit_json(path: Path, edit) -> None:
    """Apply `edit` to the document in a JSON file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    write_json(path, document)


def write_checkout(root: Path, models, environments) -> Path:
    """What the containers of `compare` and `package` see of a checkout, without results."""
    for kind, names in (("model", models), ("dataset", ["credit"])):
        (root / "conf" / kind).mkdir(parents=True)
        for name in names:
            (root / "conf" / kind / f"{name}.yaml").write_text("{}\n")
    write_params(root, models, environments, ["credit"])
    return root


def write_params(root: Path, models, environments, datasets) -> None:
    """params.yaml; the baseline and what is released is sklearn-1.5."""
    roles = dict.fromkeys(("snapshot_environment", "baseline", "release_environment"), "sklearn-1.5")
    files = {name: f"conf/dataset/{name}.yaml" for name in datasets}
    names = {"environments": list(environments), "datasets": files, "cv": ["stratified_5"], "models": list(models)}
    write_json(root / "params.yaml", {**roles, **names, "tolerances": TOLERANCES})
