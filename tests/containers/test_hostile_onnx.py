"""Hostile ONNX files on the real runtimes: whoever answers with one gets a line that says why not, and nothing else."""

from __future__ import annotations

import pytest

from tests.containers.hostile.inside import outcomes
from tests.containers.hostile.onnx_attacks import ATTACKS, CANARY

RUNTIMES = {"1.19": "sklearn-0.24", "1.17": "sklearn-1.3", "1.20": "sklearn-1.5", "1.31": "sklearn-1.9"}
"""An environment for each ONNX Runtime that reads other files, or fails in another way."""

LONGEST = 600
"""Characters of the one line."""


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_an_honest_file_answers(runtime: str) -> None:
    """What is refused below is refused for what it does."""
    outcome = outcomes("run_onnx.py", RUNTIMES[runtime])["good"]
    assert (outcome["code"], outcome["errors"], outcome["session"]) == (0, "", "opened")
    assert outcome["out"] == "label,p_a,p_b\na,0.25,0.25\nb,0.5,0.5\n"


@pytest.mark.attack("files")
@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_onnx_file_is_refused(name: str, runtime: str) -> None:
    """A model.onnx reads no other file, ends, and takes no more memory than it may: its user gets one line.

    A late one is seen by what it does; every other one never comes to a session.
    """
    attack, outcome = ATTACKS[name], outcomes("run_onnx.py", RUNTIMES[runtime])[name]
    assert (outcome["code"], outcome["out"]) == (7, "")
    [line] = outcome["errors"].splitlines()
    assert attack.why in line and CANARY not in line
    assert line.isprintable() and len(line) <= LONGEST and "Traceback" not in line
    assert attack.late or outcome["session"] == "refused before"
