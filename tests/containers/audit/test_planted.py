"""Real builds, each with one thing planted: changes are called changed with their cause, no-changes identical."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from remodel.audit.causes import causes
from remodel.audit.verdict import judge
from remodel.builds.call import BENCH, SNAPSHOTS, source_mounts
from remodel.builds.trust import trust_document
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import find_environment
from remodel.errors import EngineError
from remodel.examine.measure import described
from remodel.files import read_json, write_json
from remodel.recipes.params import read_params
from remodel.results.result import read_result

HERE = Path(__file__).parent
ENVIRONMENT, MODEL = "sklearn-1.9", "wine_planted"

CHANGES = {
    "C": "recipe: classifier.C 1.0 -> 0.001",
    "class weight": "recipe: classifier.C 1.0 -> 0.001; recipe: classifier.class_weight (none) -> balanced",
    "few iterations": "recipe: classifier.max_iter 1000 -> 1",
    "no intercept": "recipe: classifier.fit_intercept (none) -> False",
    "another classifier": "recipe: classifier.C 1.0 -> (none); recipe: classifier._target_ "
    "sklearn.linear_model.LogisticRegression -> sklearn.ensemble.RandomForestClassifier",
    "another seed": "recipe: classifier.random_state 0 -> 1",
    "no scaling of spread": "recipe: preprocessing.with_std True -> False",
    "another scaler": "recipe: preprocessing._target_ sklearn.preprocessing.StandardScaler -> "
    "sklearn.preprocessing.MinMaxScaler",
    "components": "recipe: preprocessing._target_ sklearn.preprocessing.StandardScaler -> sklearn.decomposition.PCA",
    "a shuffled fold": "folds: folds",
    "float32 input": "data: data.parquet",
    "wrong labels": "data: data.parquet",
    "a changed default": "defaults: classifier.fit_intercept true -> false",
}

SAME = (
    "built again",
    "hash seed",
    "threads of OpenMP",
    "threads of BLAS",
    "kernels of BLAS",
    "numpy's dispatch",
    "time zone",
    "language",
    "memory with rubbish",
    "home",
    "another folder",
    "order of keys",
    "a default said aloud",
)


def run(engine, checkout, out, *words):
    """The driver in the environment's container."""
    environment = find_environment(checkout, ENVIRONMENT)
    engine.prepare(environment, print)
    mounts = (
        *source_mounts(checkout, sorted({*BENCH.packages, *SNAPSHOTS.packages})),
        Mount(HERE, "/drive"),
        Mount(out, "/out", writable=True),
    )
    lines: list[str] = []
    job = Job(environment, ("/drive/planted_builds.py", "/out", *words), mounts, name="planted")
    assert engine.run(job, lines.append) == 0, "\n".join(lines[-30:])
    return out


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def builds(checkout, tmp_path_factory):
    return run(choose_engine(), checkout, tmp_path_factory.mktemp("planted"))


def read(builds, case):
    return read_result(builds / case, MODEL, ENVIRONMENT)


@pytest.mark.parametrize("case", CHANGES)
def test_a_planted_change_is_changed_with_its_cause(checkout, builds, case):
    own, base = read(builds, case), read(builds, "base forest" if case == "another seed" else "base")
    verdict = judge(own, base, read_params(checkout).tolerances)
    assert verdict.name == "changed"
    assert verdict.reasons
    assert "; ".join(map(str, causes(own, base))).startswith(CHANGES[case])


@pytest.mark.parametrize("case", SAME)
def test_a_planted_no_change_is_identical(checkout, builds, case):
    verdict = judge(read(builds, case), read(builds, "base"), read_params(checkout).tolerances)
    assert verdict.name == "identical"


def test_another_engine_is_identical(checkout, builds, tmp_path):
    try:
        other = choose_engine("venv")
        out = run(other, checkout, tmp_path, "base")
    except EngineError as error:
        pytest.skip(f"engine venv cannot be used here: {error}")
    verdict = judge(read(out, "base"), read(builds, "base"), read_params(checkout).tolerances)
    assert verdict.name == "identical"


@pytest.mark.parametrize("runtime", ["skops", "onnx"])
def test_a_model_is_timed_and_weighed(checkout, builds, tmp_path, runtime):
    """Every number is there and is more than nothing."""
    environment = find_environment(checkout, ENVIRONMENT)
    write_json(tmp_path / "trust.json", trust_document(checkout))
    mounts = (
        *source_mounts(checkout, sorted({*BENCH.packages, *SNAPSHOTS.packages})),
        Mount(builds / "with ONNX", "/in/model"),
        Mount(builds / "work" / "with ONNX" / "data", "/snapshot"),
        Mount(tmp_path, "/out", writable=True),
    )
    words = ("--runtime", runtime, "--model", "/in/model", "--snapshot", "/snapshot")
    words += ("--trust", "/out/trust.json", "--out", "/out")
    job = Job(environment, ("-m", "bench", "measure", *words), mounts, name="measure")
    assert choose_engine().run(job, print) == 0
    found = read_json(tmp_path / "measurement.json")
    assert described(runtime, found).startswith(f"{runtime}: load ")
    assert found.pop("rows") == 178
    assert found.pop("peak_memory_added") >= 0
    assert all(value > 0 for value in found.values())
    assert ("pickle_size" in found) == (runtime == "skops")


def test_every_case_of_the_driver_is_judged():
    """The two tables say the same cases: the driver runs where this test cannot import it."""
    text = (HERE / "planted_builds.py").read_text(encoding="utf-8")
    for case in (*CHANGES, *SAME):
        assert f'    "{case}":' in text
    assert len(CHANGES) >= 12 and len(SAME) >= 12 and sys.version_info >= (3, 11)
