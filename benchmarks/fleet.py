"""A fleet of models for `speed.py`: drawn by a seed, in a checkout of its own, and no part of the pipeline."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent

COPIED = ("conf", "docker", "src", "decisions.yaml", "dvc.yaml", "conda-lock.yml", ".dvcignore", ".gitignore")

PREPROCESSING = {
    "none": "none",
    "scale": "scale",
    "tabular": "tabular",
    "pca": "pca\npreprocessing:\n  n_components: {small}",
    "polynomial": "polynomial",
    "select": "select_k_best\npreprocessing:\n  k: {small}",
    "scale_only_mean": "scale\npreprocessing:\n  with_std: false",
}
"""Seven preprocessings: a file of conf/preprocessing, and what differs from it."""

CLASSIFIERS = {
    "logreg": "logreg",
    "svc": "svc",
    "knn": "knn",
    "gaussian_nb": "gaussian_nb",
    "decision_tree": "decision_tree",
    "random_forest": "random_forest\nclassifier:\n  n_estimators: 25",
    "extra_trees": "extra_trees\nclassifier:\n  n_estimators: 25",
    "gradient_boosting": "gradient_boosting\nclassifier:\n  n_estimators: 15",
    "mlp": "mlp\nclassifier:\n  hidden_layer_sizes: [16]\n  max_iter: 60",
}
"""Nine classifiers, in the same way."""

DATASETS = ("breast_cancer", "wine", "digits", "iris", "credit")

UNFIT = {("digits", "polynomial"), ("credit", "polynomial"), ("digits", "tabular")}
"""Products of 64 columns, and columns of text without an encoder, are no models that anybody has."""


def draw(number: int, seed: int) -> list[tuple[str, str, str]]:
    """So many combinations of dataset, preprocessing and classifier, none twice where there are enough."""
    combinations = [
        (dataset, preprocessing, classifier)
        for dataset in DATASETS
        for preprocessing in PREPROCESSING
        for classifier in CLASSIFIERS
        if (dataset, preprocessing) not in UNFIT and (dataset != "credit" or preprocessing == "tabular")
    ]
    chance = random.Random(seed)
    chance.shuffle(combinations)
    return [combinations[place % len(combinations)] for place in range(number)]


def small_fleet(number: int) -> list[tuple[str, str, str]]:
    """So many of the quickest model: for what is done beside the models."""
    return [("iris", "none", "decision_tree")] * number


def make(folder: Path, models: list[tuple[str, str, str]], environments: list[str], retired: bool = False) -> Path:
    """A checkout in `folder` with these models in these environments. Nothing is built yet.

    A retired model is a stage like any other, with outputs and a place in dvc.lock, but nothing is built for it.
    """
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    for path in ROOT.glob("environment*.yml"):
        shutil.copy(path, folder / path.name)
    names = [_write(folder, place, model, retired) for place, model in enumerate(models)]
    used = [dataset for dataset in DATASETS if dataset in {model[0] for model in models}]
    _write_params(folder, used, names, environments)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    subprocess.run(["dvc", "init", "--quiet"], cwd=folder, check=True)
    return folder


def _write(folder: Path, place: int, model: tuple[str, str, str], retired: bool) -> str:
    dataset, preprocessing, classifier = model
    name = f"m{place:03d}_{dataset}_{preprocessing}_{classifier}"
    small = 3 if dataset in ("iris", "wine") else 8
    prepared, *prepared_more = PREPROCESSING[preprocessing].format(small=small).split("\n", 1)
    chosen, *chosen_more = CLASSIFIERS[classifier].split("\n", 1)
    lines = ["# @package _global_", "defaults:", f"  - override /dataset: {dataset}"]
    lines += [f"  - override /preprocessing: {prepared}", f"  - override /classifier: {chosen}"]
    lines += ["  - override /cv: stratified_5", "", f"name: {name}", f"seed: {place}", *prepared_more, *chosen_more]
    lines += ["retired: what a stage costs without its model"] if retired else []
    (folder / "conf" / "model" / f"{name}.yaml").write_text("\n".join(lines) + "\n")
    return name


def _write_params(folder: Path, datasets: list[str], models: list[str], environments: list[str]) -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    files = {name: f"conf/dataset/{name}.yaml" for name in datasets}
    params |= {"environments": environments, "datasets": files, "models": models}
    params |= {
        "snapshot_environment": "sklearn-1.9",
        **dict.fromkeys(("baseline", "release_environment"), environments[-1]),
    }
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
