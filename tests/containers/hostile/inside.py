"""Runs a script of this folder in a locked environment: all attacks of a kind in one container."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from remodel.builds.call import BENCH, source_mounts
from remodel.builds.trust import trust_document
from remodel.checkout import find_checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import find_environment
from remodel.files import write_json

HERE = Path(__file__).parent


@cache
def outcomes(script: str, environment: str) -> Mapping[str, Any]:
    """What became of every attack, by its name."""
    checkout, engine = find_checkout(HERE), choose_engine()
    there = find_environment(checkout, environment)
    engine.prepare(there, print)
    with TemporaryDirectory() as folder:
        trust = Path(folder) / "trust.json"
        write_json(trust, trust_document(checkout))
        mounts = (
            *source_mounts(checkout, BENCH.packages),
            Mount(HERE, "/tests/hostile"),
            Mount(trust, "/tests/trust.json"),
        )
        words = (f"/tests/hostile/{script}", "/tests/trust.json")
        lines: list[str] = []
        code = engine.run(Job(there, words, mounts, name=script.removesuffix(".py")), lines.append)
    assert code == 0, "\n".join(lines[-30:])
    documents = [json.loads(line) for line in lines if line.startswith("{")]
    return {document["name"]: document for document in documents}
