"""A slip on the command line of `python -m train` gets one line with the valid choices, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError
from tests.unit.train import front_door

SLIPS = [
    (["classifier=mpl"], "unknown classifier 'mpl': did you mean 'mlp'? valid: decision_tree, extra_trees,"),
    (["model=credit_mpl"], "unknown model 'credit_mpl': did you mean 'credit_mlp'? valid:"),
    (["environment=sklearn-0.25"], "unknown environment 'sklearn-0.25': did you mean 'sklearn-0.24'? valid:"),
    (
        ["dataset=titanic"],
        "unknown dataset 'titanic': valid: breast_cancer, credit, diabetes, digits, iris, prices, sensors, wine",
    ),
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
    (["~classifier"], "there is nothing to predict with. Choose a classifier, such as classifier=logreg"),
    (
        ["classifier=mlp,svc"],
        "classifier=mlp,svc names several values for one build. Build each: --multirun classifier=",
    ),
    (
        ["classifier=mlp", "classifier.hidden_layer_sizes=(50,20)"],
        "classifier.hidden_layer_sizes=(50,20) is not understood. Lists have square brackets: "
        "'classifier.hidden_layer_sizes=[50,20]'",
    ),
    (["dataset.name="], "dataset.name=: what is called dataset.name is the file's own. Choose a file: dataset=NAME"),
    (["cv.name=mine"], "cv.name=mine: what is called cv.name is the file's own. Choose a file: cv=NAME"),
    (["--multirun", "classifier=logreg,mpl"], "unknown classifier 'mpl'"),
]


NO_ENGINE = {"REMODEL_ENGINE": "none"}
"""No container warms up for a command line that is refused."""


@pytest.fixture(scope="module")
def server(checkout: Checkout) -> Iterator[subprocess.Popen[str]]:
    """A process that runs command lines of the front door."""
    program = Path(front_door.__file__)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    environment = {**os.environ, **NO_ENGINE}
    with subprocess.Popen([sys.executable, program], cwd=checkout.root, env=environment, text=True, **pipes) as started:
        yield started


@pytest.mark.parametrize(("arguments", "message"), SLIPS)
def test_a_slip_is_one_line(server: subprocess.Popen[str], arguments: list[str], message: str) -> None:
    """The line names what was typed and what is valid; the exit code is 2."""
    is_one_line(front_door.ask(server, arguments), message)


def test_a_slip_is_one_line_of_the_command_itself(checkout: Checkout) -> None:
    """Started as a user does it."""
    arguments, message = SLIPS[0]
    is_one_line(run(checkout.root, arguments), message)


def run(folder: Path, arguments: list[str]) -> front_door.Ended:
    """`python -m train`, as a process of its own."""
    command = [sys.executable, "-m", "train", *arguments]
    environment = {**os.environ, **NO_ENGINE}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return front_door.Ended(done.returncode, done.stdout, done.stderr)


def is_one_line(ended: front_door.Ended, message: str) -> None:
    """What a user sees of a slip."""
    assert ended.returncode == UsageError.exit_code, ended.stderr
    assert message in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stderr.startswith("remodel: ")
    assert ended.stdout == ""


def test_cfg_job_prints_the_configuration(checkout: Checkout) -> None:
    """--cfg job shows what would be built, and builds nothing."""
    ended = run(checkout.conf, ["model=credit_mlp", "--cfg", "job"])
    assert ended.returncode == 0
    assert "name: credit_mlp" in ended.stdout
    assert "_target_: sklearn.neural_network.MLPClassifier" in ended.stdout
