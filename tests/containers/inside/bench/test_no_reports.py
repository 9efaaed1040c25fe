"""Nothing reports: ONNX Runtime starts no thread that would, whoever imports it, and opens no socket."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import numpy
import pandas
from sklearn.linear_model import Ridge

from builder.onnx import exact

PROGRAM = """
import os, sys, time
{before}
from serving.session import open_session
session = open_session(open(sys.argv[1], "rb").read())
ended = time.monotonic() + 3
links = set()
while time.monotonic() < ended:
    session.run(None, {feed})
    for name in os.listdir("/proc/self/fd"):
        try:
            links.add(os.readlink(f"/proc/self/fd/{{name}}"))
        except OSError:
            pass
print(len(os.listdir("/proc/self/task")), any("socket" in link for link in links))
"""

FEED = "{entry.name: __import__('numpy').zeros((1, 1)) for entry in session.get_inputs()}"


def asked(path, before="", **variables):
    """The number of threads, and whether there was ever a socket, of a process that runs a file for three seconds."""
    env = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    program = textwrap.dedent(PROGRAM).format(before=before, feed=FEED)
    words = [sys.executable, "-c", program, str(path)]
    ended = subprocess.run(words, env={**env, **variables}, capture_output=True, text=True, check=True)
    return ended.stdout.split()


def test_a_session_of_ours_reports_to_nobody(tmp_path):
    """Without the variable as with it, and no socket is ever opened."""
    X = pandas.DataFrame(numpy.eye(3), columns=list("abc"))
    path = tmp_path / "model.onnx"
    path.write_bytes(exact.export(Ridge().fit(X, [1.0, 2.0, 3.0]), [(name, "numeric", None) for name in X.columns]))
    told = asked(path, ORT_DISABLE_TELEMETRY="1")
    assert asked(path) == told
    assert told[1] == "False"
    # Too late for the variable: what it says afterwards goes nowhere, too.
    assert asked(path, before="import onnxruntime")[1] == "False"
