"""A small project with a model for each factor that can move one, each built for real in two environments.

`twin` has the wheels of the home environment; `other` has its tree with scikit-learn, numpy and scipy changed in one
place each, under versions of their own. A model meets one of the changes, or none, or has another recipe there.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Any

from remodel.builds.pool import Pool
from remodel.checkout import Checkout
from remodel.engines.images import image_reference
from remodel.engines.podman import Podman
from remodel.environments.environment import Environment, find_environment
from remodel.environments.lockfile import LOCK_NAME, read_lock, split_header
from remodel.environments.locking import with_header
from remodel.environments.trees import tree_of
from remodel.files import write_bytes
from remodel.recipes.choices import CrossValidation
from remodel.results.recipe import Recipe, new_recipe
from remodel.yaml import parse, read_yaml
from tests.containers.cli.project import TOLERANCES

HOME, TWIN, OTHER = "sklearn-1.9", "sklearn-1.9-twin", "sklearn-1.9-other"
DATASET, CV = "iris", "stratified_5"

VERSIONS = {"scikit-learn": ("1.9.1", "1.9.2"), "numpy": ("2.4.6", "2.4.7"), "scipy": ("1.17.1", "1.17.2")}
"""Those at home, and what they call themselves in `other`."""

TRANSFORMER = '''

from sklearn.base import BaseEstimator, TransformerMixin


class Threads(TransformerMixin, BaseEstimator):
    """Planted: adds the number of threads to one value, as a sum in another order could."""

    def fit(self, X, y=None):
        import os

        self.threads_ = int(os.environ["OMP_NUM_THREADS"])
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        import numpy

        moved = numpy.array(X, dtype=float)
        moved[:, 0] *= self.threads_
        return moved

    def get_feature_names_out(self, names=None):
        return names
'''

REPLACED = {
    "sklearn/naive_bayes.py": ("= self.var_smoothing * xp.max", "= 1e7 * self.var_smoothing * xp.max"),
    "sklearn/neighbors/_classification.py": ("        n_neighbors=5,\n", "        n_neighbors=3,\n"),
}

APPENDED = {
    "numpy/lib/_nanfunctions_impl.py": """
_unchanged = nanpercentile


def nanpercentile(*arguments, **options):
    return 1.5 * _unchanged(*arguments, **options)
""",
    "scipy/stats/_morestats.py": """
_unchanged = yeojohnson


def yeojohnson(x, lmbda=None, **options):
    result = _unchanged(x, lmbda, **options)
    return result if lmbda is not None else (result[0], result[1] + 0.1)
""",
}

FOREST = {"_target_": "sklearn.ensemble.RandomForestClassifier", "n_estimators": 3}
LOGREG = {"_target_": "sklearn.linear_model.LogisticRegression", "max_iter": 1000}
BAYES = {"_target_": "sklearn.naive_bayes.GaussianNB"}
THREADS = {"_target_": "builder.transformers.Threads"}
ROBUST = {"_target_": "sklearn.preprocessing.RobustScaler"}
POWER = {"_target_": "sklearn.preprocessing.PowerTransformer"}
KNN = {"_target_": "sklearn.neighbors.KNeighborsClassifier"}

MODELS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "recipe": ({"classifier": BAYES}, TWIN, {"classifier": {**BAYES, "var_smoothing": 0.01}}),
    "seed": ({"classifier": FOREST}, TWIN, {"seed": 1}),
    "threads": ({"preprocessing": THREADS, "classifier": LOGREG}, TWIN, {"threads": 2}),
    "default": ({"classifier": KNN, "defaults": "library"}, OTHER, {}),
    "scikit-learn": ({"classifier": BAYES}, OTHER, {}),
    "numpy": ({"preprocessing": ROBUST, "classifier": LOGREG}, OTHER, {}),
    "scipy": ({"preprocessing": POWER, "classifier": LOGREG}, OTHER, {}),
}
"""By the factor: the recipe, the environment where the model differs, and what of the recipe differs there."""

PARAMS = f"""environments: [{HOME}, {TWIN}, {OTHER}]
snapshot_environment: {HOME}
baseline: {HOME}
release_environment: {OTHER}
datasets: {{{DATASET}: conf/dataset/{DATASET}.yaml}}
cv: [stratified_5, stratified_5_ordered, repeated_5x3, stratified_10]
models: [{", ".join(MODELS)}]
{TOLERANCES}"""


def plant(checkout: Checkout) -> None:
    """Make a copied checkout the project: its parameters, its models' names, its transformer and its environments."""
    checkout.params.write_text(PARAMS)
    for model in MODELS:
        (checkout.conf / "model" / f"{model}.yaml").write_text(f"name: {model}\n")
    with (checkout.source / "builder" / "transformers.py").open("a") as stream:
        stream.write(TRANSFORMER)
    with (checkout.conf / "trust.yaml").open("a") as stream:
        stream.write("\nplanted:\n  builder.transformers.Threads: two numbers\n")
    for name in (TWIN, OTHER):
        shutil.copytree(checkout.docker / HOME, checkout.docker / name)
    path = checkout.docker / OTHER / LOCK_NAME
    _, body = split_header(read_lock(path), path)
    for name, (before, now) in VERSIONS.items():
        body, count = re.subn(rf"^(- name: {name}\n  version: ){re.escape(before)}$", rf"\g<1>{now}", body, flags=re.M)
        assert count == 1, name
    path.write_text(with_header(body, path.parent, ["environment.yml"], path))


def lay_other(home: Path, other: Path) -> None:
    """The tree of `other`: links to the files of `home`, but for what is changed."""
    shutil.copytree(home, other, copy_function=_link)
    for name, (old, new) in REPLACED.items():
        text = (home / name).read_text()
        assert text.count(old) == 1, name
        _rewrite(other / name, text.replace(old, new))
    for name, added in APPENDED.items():
        _rewrite(other / name, (home / name).read_text() + added)
    for name, (before, now) in VERSIONS.items():
        folder = f"{name.replace('-', '_')}-{{}}.dist-info"
        metadata = (other / folder.format(before)).rename(other / folder.format(now))
        for file, old, new in (
            ("METADATA", f"\nVersion: {before}\n", f"\nVersion: {now}\n"),
            ("RECORD", folder.format(before), folder.format(now)),
        ):
            text = (metadata / file).read_text()
            assert old in text, name
            _rewrite(metadata / file, text.replace(old, new))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _rewrite(path: Path, text: str) -> None:
    """Write a file that may be another tree's too, and forget what was compiled of it."""
    path.unlink()
    path.write_text(text)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def share_cache(real: Path, cache: Path, home: Environment) -> None:
    """A cache folder of our own, in which the bases and the tree of `home` are the real cache's."""
    (cache / "trees").mkdir(parents=True)
    (cache / "trees" / tree_of(home).name).symlink_to(real / "trees" / tree_of(home).name)
    (real / "bases").mkdir(exist_ok=True)
    (cache / "bases").symlink_to(real / "bases")


def tag_twin(engine: Podman, checkout: Checkout) -> None:
    """The image of `twin`, which is the home environment's under another name."""
    home, twin = (find_environment(checkout, name) for name in (HOME, TWIN))
    engine.succeed(["tag", image_reference(home), image_reference(twin)])


def build_all(checkout: Checkout, engine: Podman) -> None:
    """Every model at home and in the environment where it differs."""
    with Pool(checkout, engine) as pool:
        for model, (parts, name, changed) in MODELS.items():
            for environment, more in ((HOME, {}), (name, changed)):
                recipe = recipe_of(checkout, model, {**parts, **more})
                destination = checkout.models / model / environment
                pool.build(find_environment(checkout, environment), recipe, checkout.data / DATASET, destination)


def recipe_of(checkout: Checkout, model: str, parts: dict[str, Any]) -> Recipe:
    """The recipe of a model, in which `parts` stand for what is not as usual."""
    cv = parse(CrossValidation, read_yaml(checkout.conf / "cv" / f"{CV}.yaml"), CV)
    files = {"data.parquet": "data.parquet", "schema.json": "schema.json", "folds": f"folds/{CV}.json"}
    snapshot = checkout.data / DATASET
    return new_recipe(
        model=model,
        defaults=parts.get("defaults", "pinned"),
        seed=parts.get("seed", 0),
        threads=parts.get("threads", 1),
        choices={"dataset": DATASET},
        snapshot={name: hashlib.sha256((snapshot / file).read_bytes()).hexdigest() for name, file in files.items()},
        cv=cv.document(),
        pipeline={"preprocessing": parts.get("preprocessing"), "classifier": parts["classifier"]},
    )


def break_scipy(other: Path) -> bytes:
    """Plant an ImportError in the lent scipy; returns what mends it."""
    path = other / "scipy" / "__init__.py"
    before = path.read_bytes()
    _rewrite(path, "raise ImportError('planted: no scipy')\n")
    return before


def mend_scipy(other: Path, content: bytes) -> None:
    """Write it as it was."""
    write_bytes(other / "scipy" / "__init__.py", content)
