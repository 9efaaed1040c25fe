"""A slip on the command line of `python -m train` gets one line with the valid choices, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError

SLIPS = [
    (["classifier=mpl"], "unknown classifier 'mpl': did you mean 'mlp'? valid: decision_tree, extra_trees,"),
    (["model=credit_mpl"], "unknown model 'credit_mpl': did you mean 'credit_mlp'? valid:"),
    (["environment=sklearn-0.25"], "unknown environment 'sklearn-0.25': did you mean 'sklearn-0.24'? valid:"),
    (["dataset=titanic"], "unknown dataset 'titanic': valid: breast_cancer, credit, digits, iris, wine"),
    (["clasifier=mlp"], "unknown group or key 'clasifier': did you mean 'classifier'? valid:"),
    (["clasifier.C=1"], "unknown group or key 'clasifier': did you mean 'classifier'? valid:"),
    (["classifier.Cc=1"], "unknown parameter 'Cc' in classifier (one more is added with +classifier.Cc=...)"),
    (["preprocessing=select_k_best", "preprocessing.kk=3"], "unknown parameter 'kk' in preprocessing"),
    (["seed=abc"], "seed is 'abc'"),
    (["threads=0"], "threads is 0"),
    (["cv.n_splits=1"], "cv.n_splits is 1"),
    (["+dataset.rows=300"], "a dataset with 'bundled' does not take the key 'rows'"),
    (["classifier.C=[1"], "the command line is not understood"),
    (["mlp"], "the command line is not understood: Error parsing override 'mlp'"),
    (["~classifier"], "the command line lacks the key 'classifier'"),
    (["--multirun", "classifier=logreg,mpl"], "unknown classifier 'mpl'"),
]


@pytest.mark.parametrize(("words", "message"), SLIPS)
def test_a_slip_is_one_line(checkout: Checkout, words: list[str], message: str) -> None:
    """The line names what was typed and what is valid; the exit code is 2."""
    ended = subprocess.run(
        [sys.executable, "-m", "train", *words], cwd=checkout.root, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == UsageError.exit_code
    assert message in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stderr.startswith("remodel: ")
    assert ended.stdout == ""


def test_cfg_job_prints_the_configuration(checkout: Checkout) -> None:
    """--cfg job shows what would be built, and builds nothing."""
    ended = subprocess.run(
        [sys.executable, "-m", "train", "model=credit_mlp", "--cfg", "job"],
        cwd=checkout.conf,
        env={**os.environ, "PYTHONPATH": str(checkout.source)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0
    assert "name: credit_mlp" in ended.stdout
    assert "_target_: sklearn.neural_network.MLPClassifier" in ended.stdout
