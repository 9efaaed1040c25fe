"""Runs in an environment: fits what scikit-learn has, with defaults, and pickles it in every way; /out gets the files.

python make_pickles.py FOLDER
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import pickle
import sys
import warnings
import zlib
from pathlib import Path

import joblib
import numpy
import sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import all_estimators

SLOW = ("GaussianProcessClassifier", "SparsePCA", "DictionaryLearning", "MiniBatchDictionaryLearning", "TSNE")

PACKED = {"zlib": zlib.compress, "gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def fitted():
    """(name, estimator) of whatever takes no arguments and learns from 60 flowers; and of what holds others."""
    X, y = load_iris(return_X_y=True)
    X, y = X[::3] + 0.1, y[::3]
    for name, cls in all_estimators():
        if name in SLOW:
            continue
        try:
            yield name, cls().fit(X, y)
        except Exception:  # needs arguments, other rows, several targets: there are enough without it
            continue
    words = numpy.array(["a", "b", "c"], dtype=object)[y]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X, words)
    yield "Pipeline", pipeline
    yield "GridSearchCV", GridSearchCV(pipeline, {"logisticregression__C": [0.1, 1.0]}, cv=2).fit(X, words)


def main(folder: Path) -> None:
    """Every estimator in one of the ways, in turn; the last two in all of them."""
    made = {}
    for number, (name, estimator) in enumerate(fitted()):
        every = name in ("Pipeline", "GridSearchCV")
        for way, write in enumerate(WAYS):
            if every or way == number % len(WAYS):
                file = f"{name}-{way}.pkl"
                write(estimator, folder / file)
                made[file] = {"class": name, "version": sklearn.__version__}
    (folder / "made.json").write_text(json.dumps(made))


def plain(protocol):
    """Python's pickle."""
    return lambda estimator, path: path.write_bytes(pickle.dumps(estimator, protocol))


def packed(how):
    """Python's pickle, packed."""
    return lambda estimator, path: path.write_bytes(PACKED[how](pickle.dumps(estimator, 4)))


def by_joblib(compress):
    """joblib's pickle, whose arrays stand raw in it."""
    return lambda estimator, path: joblib.dump(estimator, str(path), compress=compress)


WAYS = [
    *map(plain, range(2, 6)),
    *map(packed, PACKED),
    *map(by_joblib, [0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)]),
]

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]))
