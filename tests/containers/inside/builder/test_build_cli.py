"""The builder and what pins snapshots as processes: standard output, exit codes, and what they leave behind."""

from __future__ import annotations

import json
import subprocess
import sys

import child
import production
import pytest

import contract
from contract import files


def run(program, *arguments, cwd="/", **changes):
    """Run `python -m PROGRAM` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", program, *map(str, arguments)],
        env=child.environment(**changes),
        cwd=cwd,
        capture_output=True,
        text=True,
    )


def events(finished):
    return [json.loads(line) for line in finished.stdout.splitlines()]


def train(tmp_path, snapshot, recipe, out, **changes):
    files.write_json(tmp_path / "recipe.json", recipe)
    files.write_json(tmp_path / "environment.json", production.environment())
    files.write_json(tmp_path / "trust.json", {"schema_version": 1, "types": production.TRUSTED})
    inputs = [word for name in ("recipe", "environment", "trust") for word in (f"--{name}", tmp_path / f"{name}.json")]
    return run("builder", "train", *inputs, "--snapshot", snapshot, "--out", out, **changes)


def test_a_snapshot_and_a_model_of_it(tmp_path):
    """Two commands make all files; standard output is nothing but phases, in order."""
    files.write_json(tmp_path / "request.json", production.request("iris"))
    snapshot = tmp_path / "snapshot"
    finished = run("snapshots", "take", "--request", tmp_path / "request.json", "--out", snapshot)
    assert finished.returncode == 0, finished.stderr
    assert {event["name"] for event in events(finished)} == {"load", "fold", "write"}
    recipe = production.recipe(snapshot, "scale", {**production.CLASSIFIERS["mlp"], "verbose": True, "max_iter": 3})
    finished = train(tmp_path, snapshot, recipe, tmp_path / "out")
    assert finished.returncode == 0, finished.stderr
    found = events(finished)
    assert list(dict.fromkeys(event["name"] for event in found)) == ["load", "fold", "fit", "skops", "onnx", "write"]
    assert {"event": "phase", "name": "fold", "done": 2, "total": 3} in found
    assert "Iteration 1, loss" in finished.stderr and "ConvergenceWarning" in finished.stderr
    record = json.loads((tmp_path / "out" / "record.json").read_bytes())
    assert set(record["seconds"]) == {"import", "load", "fold", "fit", "skops", "onnx", "write"}
    assert record["peak_memory"] > 1e7
    assert not list((tmp_path / "out").glob(".*"))


def test_an_error_of_the_user_is_a_document(tmp_path, iris):
    """Exit code 3, error.json by its contract, no traceback and no model."""
    recipe = production.recipe(iris, "scale", {"_target_": "os.system"})
    finished = train(tmp_path, iris, recipe, tmp_path / "out")
    assert finished.returncode == 3
    assert "Traceback" not in finished.stderr
    error = contract.check("error", json.loads((tmp_path / "out" / "error.json").read_bytes()), "error.json")
    assert error["kind"] == "recipe"
    assert "'os.system' is not allowed" in error["message"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["error.json"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"schema_version": 3}, "recipe.json has recipe schema 3, this checkout reads 2: update the checkout"),
        ({"schema_version": 1}, "recipe.json has recipe schema 1, this checkout reads 2: build it again"),
        ({"threads": 0}, "recipe.json is not a valid recipe: $.threads: 0 is less than the minimum of 1"),
    ],
)
def test_a_recipe_that_breaks_its_contract_is_refused(tmp_path, iris, change, expected):
    """An older and a newer recipe get their own advice, a wrong one its place and value; nothing is imported for it."""
    finished = train(tmp_path, iris, {**production.recipe(iris, "scale", "tree"), **change}, tmp_path / "out")
    assert finished.returncode == 3
    assert json.loads((tmp_path / "out" / "error.json").read_bytes())["message"] == expected


def test_a_missing_input_is_named(tmp_path):
    """A request that does not exist."""
    finished = run("snapshots", "take", "--request", tmp_path / "request.json", "--out", tmp_path / "out")
    assert finished.returncode == 3
    assert json.loads((tmp_path / "out" / "error.json").read_bytes())["message"] == "request.json is missing"


def test_an_unknown_dataset_is_refused_with_the_known_ones(tmp_path):
    """The contract lists what there is."""
    request = {**production.request("iris"), "dataset": {"name": "irish", "bundled": "irish"}}
    files.write_json(tmp_path / "request.json", request)
    finished = run("snapshots", "take", "--request", tmp_path / "request.json", "--out", tmp_path / "out")
    assert finished.returncode == 3
    message = json.loads((tmp_path / "out" / "error.json").read_bytes())["message"]
    assert "'irish' is not one of ['breast_cancer', 'diabetes', 'digits', 'iris', 'wine']" in message


def test_an_output_folder_that_cannot_be_written_is_reported_on_standard_error(tmp_path):
    """Where not even error.json can be written: exit code 3 and one line."""
    files.write_json(tmp_path / "request.json", production.request("iris"))
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "out"
    finished = run("snapshots", "take", "--request", tmp_path / "request.json", "--out", out)
    assert finished.returncode == 3
    assert "Traceback" not in finished.stderr
    assert finished.stderr.splitlines()[-1].startswith("remodel-container: cannot read or write ")


def test_a_full_disk_is_reported(tmp_path):
    """No space left: exit code 3, one line that says so, no traceback."""
    files.write_json(tmp_path / "request.json", production.request("digits"))
    arguments = ("--request", tmp_path / "request.json", "--out", tmp_path / "out")
    # RLIMIT_FSIZE stands in for a full disk: Python ignores SIGXFSZ, and a write beyond it is an OSError, too.
    limited = (
        "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "runpy.run_module('snapshots', run_name='__main__')"
    )
    finished = subprocess.run(
        [sys.executable, "-c", limited, "take", *map(str, arguments)],
        env=child.environment(),
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 3
    error = json.loads((tmp_path / "out" / "error.json").read_bytes())
    assert error["message"].startswith("cannot read or write ") and "data.parquet: File too large" in error["message"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["error.json"]


def test_a_wrong_command_line_is_refused():
    """Exit code 2 and the usage, as argparse has it."""
    finished = run("builder", "trian")
    assert finished.returncode == 2
    assert "invalid choice: 'trian'" in finished.stderr
