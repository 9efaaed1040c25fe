"""What `remodel model verify` varies reaches the job, in a container and in a virtual environment."""

from __future__ import annotations

import json
import os

import pytest

from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job
from remodel.engines.podman import Podman
from remodel.engines.venv import Venv
from remodel.environments.environment import find_environment
from remodel.examine.verify.conditions import varied
from tests.containers.examine.conftest import ENVIRONMENT

CODE = """
import json, os, socket, sys, time
print(json.dumps({
    "variables": dict(os.environ),
    "host": socket.gethostname(),
    "umask": os.umask(0),
    "hash": hash("a word"),
    "zone": time.strftime("%z"),
    "text": sys.stdout.encoding,
    "cores": len(os.sched_getaffinity(0)),
}))
"""


@pytest.mark.parametrize("engine", [Podman(), Venv()], ids=["podman", "venv"])
def test_what_is_varied_reaches_the_job(built: Checkout, engine: Engine) -> None:
    """Every variable, the umask and the host name (which a virtual environment shares with the host)."""
    environment = find_environment(built, ENVIRONMENT)
    engine.prepare(environment, print)
    found = []
    for number in range(2):
        lines: list[str] = []
        conditions = varied(number, 1)
        assert engine.run(Job(environment, ("-c", CODE), (), conditions=conditions), lines.append) == 0, lines
        seen = json.loads(lines[-1])
        assert {name: seen["variables"].get(name) for name in conditions.variables} == conditions.variables
        assert seen["text"] == "utf-8"
        assert seen["host"] == conditions.hostname or not engine.isolated
        found.append(seen)
    assert [seen["cores"] for seen in found] == [1, len(os.sched_getaffinity(0))]
    assert [seen["umask"] for seen in found] == [0o077, 0]
    assert [seen["zone"] for seen in found] == ["+1345", "-1115"]
    assert found[0]["hash"] != found[1]["hash"]
