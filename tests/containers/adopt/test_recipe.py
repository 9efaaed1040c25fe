"""The recipe that is read from a pickle builds, in the version that wrote it, an estimator with the same parameters."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from container import documents
from container.errors import BuilderError
from pickles.recipe import adopted
from remodel.builds.call import BUILDER, source_mounts
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import find_environment
from remodel.recipes.recipes import specification
from tests.containers.in_container import ENVIRONMENTS

SCRIPT = Path(__file__).with_name("models.py")

TRANSLATED = {
    "algorithm: 'SAMME.R' was, 'SAMME' is",
    "store_cv_results: None was, False is",
    "eta0: 0.0 was, 0.01 is",
    "max_features: 'auto' was, 'sqrt' is",
    "max_features: 'auto' was, 1.0 is",
}
"""What a version before the newest called by values that went away."""

WRITTEN = 14
"""Models as people write them (`models.written`)."""


def run(checkout: Checkout, environment_name: str, folder: Path, what: str) -> None:
    """models.py in an environment, with the builder's source."""
    engine, environment = choose_engine(), find_environment(checkout, environment_name)
    engine.prepare(environment, print)
    sources = source_mounts(checkout, BUILDER.packages)
    mounts = (Mount(SCRIPT, "/tests/models.py"), Mount(folder, "/out", writable=True), *sources)
    lines: list[str] = []
    code = engine.run(Job(environment, ("/tests/models.py", what, "/out"), mounts, name="models"), lines.append)
    assert code == 0, "\n".join(lines[-20:])


def recipe_of(document: dict[str, Any]) -> dict[str, Any]:
    """The part of a recipe that an estimator is built from."""
    parts = {"preprocessing": document["preprocessing"], document["group"]: document["predictor"]}
    pipeline = {name: specification(part) for name, part in parts.items()}
    return {"pipeline": pipeline, "seed": 0, "defaults": "pinned"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_parameters_come_back(checkout: Checkout, environment: str, tmp_path: Path) -> None:
    """Of every estimator that predicts, and of pipelines, tables, searches, votes and stacks."""
    tmp_path.chmod(0o777)
    run(checkout, environment, tmp_path, "make")
    recipes, refused = {}, {}
    for path in sorted(tmp_path.glob("*.pkl")):
        try:
            recipes[path.stem] = recipe_of(json.loads(documents.to_bytes("adopted", adopted(path))))
        except BuilderError as error:
            refused[path.stem] = error.message
    assert refused == {}
    assert len([name for name in recipes if name.islower()]) == WRITTEN and len(recipes) > 60
    (tmp_path / "recipes.json").write_text(json.dumps(recipes))
    run(checkout, environment, tmp_path, "compare")
    wrong = json.loads((tmp_path / "wrong.json").read_text())
    assert {told.partition(".")[2] for told in chain.from_iterable(wrong.values())} <= TRANSLATED, wrong
