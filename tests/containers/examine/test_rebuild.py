"""`remodel model verify` on real containers: equal models are found equal, and every planted difference is named."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from remodel.builds.provenance import sha256_trees
from remodel.checkout import Checkout
from remodel.cli.main import main as cli
from remodel.engines.podman import Podman
from remodel.engines.venv import Venv
from remodel.environments.environment import find_environment
from remodel.errors import EngineError, VerificationError
from remodel.examine.verify.command import verify
from remodel.examine.verify.emulation import find_emulator
from remodel.examine.verify.rebuild import Rebuilder, digests_of
from remodel.results.documents import MissingResult
from tests.containers.engines.conftest import docker, podman, socket  # noqa: F401, fixtures
from tests.containers.examine.conftest import ENVIRONMENT, MODEL

NAME = f"{MODEL}@{ENVIRONMENT}"


def tracked(copied: Checkout) -> str:
    """The digest of everything that a verification must not touch."""
    folders = sorted(path.name for path in copied.root.iterdir() if path.is_dir())
    return sha256_trees(copied.root, [name for name in folders if name != ".remodel"])


def test_ten_rebuilds_with_everything_varied_have_the_same_bytes(built: Checkout, rebuilder: Rebuilder) -> None:
    """Ten sets of conditions, one digest for each file, that of models/; models/ is as it was."""
    before = tracked(built)
    with ThreadPoolExecutor(2) as pool:
        rebuilds = list(pool.map(lambda number: rebuilder.verify(MODEL, number), range(10)))
    expected = digests_of(built.models / MODEL / ENVIRONMENT)
    assert "model.skops" in expected and "model.onnx" in expected and len(expected) == 7
    assert [rebuilt.digests for rebuilt in rebuilds] == [expected] * 10
    assert [rebuilt.differences for rebuilt in rebuilds] == [()] * 10
    assert tracked(built) == before
    assert list((built.state / "scratch").iterdir()) == []


def test_the_command_says_that_all_is_equal(
    built: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line a model and exit code 0, in a virtual environment as in a container."""
    monkeypatch.chdir(built.root)
    assert cli(["model", "verify", "--all", "--engine", "venv"]) == 0
    assert capsys.readouterr().out.startswith(f"{NAME}: 7 files, same bytes (venv, ")


@pytest.mark.parametrize("name", ["podman", "docker", "venv"])
def test_every_engine_gives_the_same_bytes(built: Checkout, name: str, request: pytest.FixtureRequest) -> None:
    """What podman built is what docker and a virtual environment build, under other conditions."""
    engine = Venv() if name == "venv" else request.getfixturevalue(name)
    environment = find_environment(built, ENVIRONMENT)
    engine.prepare(environment, print)
    rebuilt = Rebuilder(built, engine, environment).verify(MODEL, 3)
    assert rebuilt.differences == () and rebuilt.digests == digests_of(built.models / MODEL / ENVIRONMENT)


def test_every_planted_nondeterminism_is_found_and_named(
    planted: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A time, an address and the order of a set: each by its attribute. A sum of two threads instead of one cannot be
    planted by a variable: the libraries are told how many threads they have."""
    before = tracked(planted)
    monkeypatch.chdir(planted.root)
    assert cli(["model", "verify", NAME]) == 8
    said = capsys.readouterr()
    assert said.out.startswith(f"{NAME}: other bytes (podman, ")
    names = ["planted_time_", "planted_id_", "planted_set_[0]"]
    for name in names:
        assert f"  model.skops: steps[0][1].{name}: " in said.out, said.out
    assert '  manifest.json: $.artifacts["model.skops"].sha256: "' in said.out
    assert "planted_threads_" not in said.out
    assert "scores.json" not in said.out and "predictions.parquet" not in said.out
    assert said.err.startswith(f"remodel: 1 of 1 models have other bytes: {NAME}: model.skops: steps[0][1].planted_")
    assert tracked(planted) == before


def test_a_model_of_another_source_is_told_as_such(built: Checkout, tmp_path: Path) -> None:
    """A comment in the builder changes the manifest only, and the advice is to build first."""
    shutil.copytree(built.root, tmp_path / "copy")
    with (tmp_path / "copy/src/builder/training/scoring.py").open("a") as stream:
        stream.write("# A comment.\n")
    lines: list[str] = []
    with pytest.raises(VerificationError, match="another recipe, snapshot, source or lock: run `dvc repro` first"):
        verify(Checkout(tmp_path / "copy"), [NAME], say=lines.append)
    assert [line.split(": ")[:2] for line in lines[1:]] == [["  manifest.json", "$.source.builder_sha256"]]


def test_a_file_changed_by_hand_is_named(built: Checkout, tmp_path: Path) -> None:
    """One digit of a score in models/."""
    shutil.copytree(built.root, tmp_path / "copy")
    path = tmp_path / "copy/models" / MODEL / ENVIRONMENT / "scores.json"
    document = json.loads(path.read_bytes())
    document["metrics"]["accuracy"]["mean"] = 0.5
    path.write_text(json.dumps(document, sort_keys=True, indent=2) + "\n")
    with pytest.raises(VerificationError, match=rf"{NAME}: scores.json: \$.metrics.accuracy.mean: 0.5 in models/, 0.9"):
        verify(Checkout(tmp_path / "copy"), [NAME], say=lambda line: None)


def test_a_model_that_was_never_built_is_named(built: Checkout, rebuilder: Rebuilder) -> None:
    """There is nothing to compare with."""
    with pytest.raises(MissingResult, match=r"'other' has no result in environment 'sklearn-1.9'"):
        rebuilder.verify("other")


@pytest.mark.slow
def test_an_emulated_cpu_gives_the_same_bytes(built: Checkout) -> None:
    """Every instruction of the build done by QEMU's Haswell instead of this machine's CPU."""
    try:
        find_emulator(Podman())
    except EngineError as error:
        pytest.skip(str(error))
    lines: list[str] = []
    verify(built, [NAME], emulate=True, say=lines.append)
    assert lines[0].startswith(f"{NAME}: 7 files, same bytes (podman, emulated Haswell, ")
