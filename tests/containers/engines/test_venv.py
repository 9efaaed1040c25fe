"""The engine of last resort: the same wheels and variables on a real interpreter of the host, and it says so."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from remodel.engines import Job, Mount
from remodel.engines import venv as module
from remodel.engines.venv import LOUD, Venv
from remodel.engines.view import make_view, rewritten
from remodel.environments.environment import Environment
from remodel.environments.trees import tree_of
from remodel.environments.variables import fixed_environment
from remodel.errors import EngineError


@pytest.fixture
def engine(tiny: Environment) -> Venv:
    """The venv engine with the tiny environment prepared."""
    found = Venv()
    found.prepare(tiny, print)
    return found


def test_jobs_see_the_locked_wheels_and_the_pinned_variables(
    engine: Venv, tiny: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheels are the tree's, Python's minor version is the lock's, and no variable of the host is there."""
    monkeypatch.setenv("SECRET_TOKEN", "leak")
    lines: list[str] = []
    code = "import json, os, sys, tiny; print(json.dumps([tiny.__file__, sys.version_info[:2], dict(os.environ)]))"
    assert engine.run(Job(tiny, ("-c", code), ()), lines.append) == 0
    place, version, variables = json.loads(lines[-1])
    assert place == str(tree_of(tiny) / "tiny.py")
    assert version == [3, 11]
    own = {"HOME", "TMPDIR", "PYTHONPATH"}
    fixed = fixed_environment(1)
    assert variables.keys() == fixed.keys() | {"TMPDIR"}
    assert {name: value for name, value in variables.items() if name not in own} == {
        name: value for name, value in fixed.items() if name not in own
    }


def test_every_run_says_that_nothing_is_isolated(
    engine: Venv, tiny: Environment, capfd: pytest.CaptureFixture[str]
) -> None:
    """One loud line on standard error, on every run."""
    for _ in range(2):
        engine.run(Job(tiny, ("-c", ""), ()), print)
    assert capfd.readouterr().err.count(LOUD) == 2
    assert not engine.isolated


def test_mounts_are_where_a_container_has_them(engine: Venv, tiny: Environment, tmp_path: Path) -> None:
    """Words of the command line that are paths at, below or above a mount reach the mounted folders."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "in" / "word").write_text("hello")
    mounts = (Mount(tmp_path / "in", "/in"), Mount(tmp_path / "out", "/work/out", writable=True))
    code = "import sys; open(sys.argv[2] + '/out/word', 'w').write(open(sys.argv[1]).read())"
    assert engine.run(Job(tiny, ("-c", code, "/in/word", "/work"), mounts), print) == 0
    assert (tmp_path / "out" / "word").read_text() == "hello"


def test_source_mounts_can_be_imported(engine: Venv, tiny: Environment, tmp_path: Path) -> None:
    """A package mounted below /src is found by `python -m`."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").write_text("print('ran')")
    lines: list[str] = []
    engine.run(Job(tiny, ("-m", "package"), (Mount(tmp_path / "package", "/src/package"),)), lines.append)
    assert lines == ["ran"]


@pytest.mark.parametrize(("code", "expected"), [("raise SystemExit(3)", 3), ("import os; os.abort()", 134)])
def test_exit_codes_come_through(engine: Venv, tiny: Environment, code: str, expected: int) -> None:
    """A job's own exit code is returned; a crash gives the code that a container gives."""
    assert engine.run(Job(tiny, ("-c", code), ()), print) == expected


def test_a_killed_job_is_an_engine_error(engine: Venv, tiny: Environment) -> None:
    """SIGKILL from outside ends a job as it ends a container's."""

    def kill(line: str) -> None:
        threading.Thread(target=os.kill, args=(int(line), signal.SIGKILL)).start()

    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with pytest.raises(EngineError, match="killed by signal 9"):
        engine.run(Job(tiny, ("-c", code), ()), kill)


def test_a_missing_interpreter_is_named(tiny: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock's Python on the host the error says which one, and how to get it."""
    monkeypatch.setattr(module, "find_interpreter", lambda version: None)
    with pytest.raises(EngineError, match=r"tiny needs Python 3\.11.*uv python install 3\.11"):
        Venv().prepare(tiny, print)


def test_an_unfinished_environment_is_made_again(engine: Venv, tiny: Environment) -> None:
    """A folder without its last file is taken for nothing."""
    (module.venv_of(tiny) / module.READY).unlink()
    assert engine.image_of(tiny) is None
    lines: list[str] = []
    assert engine.prepare(tiny, lines.append) == engine.image_of(tiny)
    assert len(lines) == 1


def test_a_mount_inside_a_mount_leaves_the_sources_alone(tmp_path: Path) -> None:
    """The outer mount becomes a folder of links: its source gets no new entry."""
    outer, inner, view = (tmp_path / name for name in ("outer", "inner", "view"))
    for folder in (outer, inner, view):
        folder.mkdir()
    (outer / "file").write_text("x")
    make_view(view, (Mount(inner, "/in/deep/er"), Mount(outer, "/in")))
    assert (view / "in/file").read_text() == "x"
    assert (view / "in/deep/er").resolve() == inner
    assert [path.name for path in outer.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("/in", "/v/in"),
        ("/in/a", "/v/in/a"),
        ("/", "/v"),
        ("/inn", "/inn"),
        ("in", "in"),
        ("-m", "-m"),
        ("/tmp/x", "/tmp/x"),
    ],
)
def test_words_that_are_paths_of_mounts_are_rewritten(word: str, expected: str) -> None:
    """At, above or below a mount's target; anything else stays."""
    assert rewritten(word, Path("/v"), (Mount(Path("/a"), "/in"),)) == expected
