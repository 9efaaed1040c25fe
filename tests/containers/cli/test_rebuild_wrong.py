"""A rebuild that cannot go as it should: failing models, wrong names, a broken dvc.yaml, caches and remotes, others."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from remodel.errors import GateClosed
from tests.containers.cli.fleet import STAGES, containers, events, fleet, forget_all, rebuild
from tests.containers.cli.project import Project, wait_until

OWN = """
  own:
    cmd: wc -l recipes/deep.json > own.txt
    deps:
      - recipes
    outs:
      - own.txt
"""


@pytest.fixture
def many(project: Project) -> Project:
    """The fleet: one model is built, three are not."""
    fleet(project)
    return project


def test_a_failed_model_and_the_rest(many: Project) -> None:
    """Its result is that it failed, though it is the baseline's: the others are built and compared, one line of its own
    says why and where its log is, the gate refuses; the next rebuild builds it alone."""
    mend = many.edit("conf/model/middle.yaml", "max_depth: 2", "max_depth: -2")
    for built in (6, 0):
        ended, stages = rebuild(many)
        ended.done()
        assert len(stages.get("built", ())) == built
        (line,) = [event["text"] for event in events(ended) if event["event"] == "note"]
        assert line.startswith("middle@sklearn-1.9: its build failed: ") and "max_depth" in line
        assert (many.root / line.rpartition("(log: ")[2].rstrip(")")).is_file()
        assert {path.name for path in (many.root / "models" / "middle" / "sklearn-1.9").iterdir()} == {"result.json"}
        gate = many.run("remodel", "gate")
        gate.refused(GateClosed.exit_code, "middle@sklearn-1.9 failed, and there is nothing to release of it")
    mend()
    ended, stages = rebuild(many)
    ended.done()
    assert stages["built"] == {"recipes", "train@middle-sklearn-1.9", "compare", "package"}


def test_a_target_that_does_not_exist(project: Project) -> None:
    """The nearest names, whether anything is out of date or not."""
    words = (f"train@{project.model}-sklearn-1.8", f"did you mean 'train@{project.model}-sklearn-1.9'")
    project.run("remodel", "rebuild", words[0]).refused(2, *words)
    project.run("remodel", "rebuild").done()
    project.run("remodel", "rebuild", "sklearn-1.99").refused(2, "'sklearn-1.99'", "did you mean 'sklearn-1.9'")
    project.run("remodel", "rebuild", "sklearn-1.5").refused(2, "params.yaml does not list sklearn-1.5")


def test_a_target_is_built_and_nothing_beside_it(many: Project) -> None:
    """MODEL@ENVIRONMENT and all that it needs."""
    assert "train@deep-sklearn-1.9: changed" not in many.run("remodel", "rebuild", "--dry-run", "shallow").out
    ended, stages = rebuild(many, "deep@sklearn-1.9")
    ended.done()
    assert stages["built"] == {"recipes", "train@deep-sklearn-1.9"}
    assert not (many.root / "models" / "shallow").exists()


RECIPES_NEED = "      - src/remodel/pipeline/recipe_files.py\n"
"""A line of the stage `recipes` in dvc.yaml, and of no other."""


def test_a_broken_dvc_yaml(project: Project) -> None:
    """A cycle, and a dependency that is not there and that no stage makes, are told before anything is built."""
    mend = project.edit("dvc.yaml", RECIPES_NEED, RECIPES_NEED + "      - release\n")
    project.run("remodel", "rebuild").refused(2, "cycle")
    mend()
    project.edit("dvc.yaml", RECIPES_NEED, RECIPES_NEED + "      - src/missing\n")
    project.run("remodel", "rebuild").refused(2, "src/missing", "does not exist", "Put it there")


def test_a_command_written_by_hand_runs_as_dvc_runs_it(many: Project) -> None:
    """It is no model build, so DVC runs it, in its place among the others."""
    text = (many.root / "dvc.yaml").read_text()
    start, end = text.index("\nplots:"), len(text)
    stage = (
        "  own:\n    cmd: wc -l recipes/deep.json > own.txt\n    deps:\n      - recipes\n    outs:\n      - own.txt\n"
    )
    (many.root / "dvc.yaml").write_text(text[:start] + "\n" + stage + text[start:end])
    ended, stages = rebuild(many, "own")
    ended.done()
    assert stages["built"] == {"recipes", "own"}
    assert (many.root / "own.txt").read_text().endswith("recipes/deep.json\n")
    assert "own:" in many.lock.decode()
    assert stages.keys() == {"unchanged", "running", "built"}
    many.edit("dvc.yaml", "wc -l recipes/deep.json", "false")
    many.run("remodel", "rebuild", "own").refused(4, "stage own", "failed to run: false")


def test_a_cache_that_cannot_be_written(many: Project, mount: object) -> None:
    """The stage says so, with the exit code of storage; it goes on when the cache can be written again."""
    cache = many.root / ".dvc" / "cache"
    assert callable(mount)
    mount(cache, "-t", "tmpfs", "-o", "ro", "none")
    many.run("remodel", "rebuild", "deep").refused(7, "Read-only file system")


def remote(project: Project, url: str) -> None:
    """Give the project a remote."""
    (project.root / ".dvc" / "config.local").write_text(
        f"[core]\n    remote = store\n['remote \"store\"']\n    url = {url}\n"
    )


def test_what_somebody_pushed_is_fetched_and_not_built(project: Project, tmp_path: Path) -> None:
    """A second copied with the same remote builds nothing, and has the same dvc.lock and files."""
    remote(project, str(tmp_path / "store"))
    other = project.copy(tmp_path / "other")
    assert project.run("dvc", "push", "--run-cache", "--quiet").code == 0
    forget_all(other)
    ended, stages = rebuild(other)
    ended.done()
    assert stages.keys() == {"fetched"}
    assert other.lock == project.lock
    ours = {name: digest for name, digest in project.results().items() if not name.startswith("experiments")}
    assert {name: digest for name, digest in other.results().items() if name in ours} == ours


def test_a_remote_that_is_away(many: Project) -> None:
    """It is said once, and what is not in the cache is built."""
    remote(many, "http://127.0.0.1:9/store")
    forget_all(many)
    ended, stages = rebuild(many, "snapshot")
    ended.done()
    assert stages["built"] == {"snapshot@iris"}


def test_two_rebuilds_at_once(many: Project) -> None:
    """The second says who holds the checkout, and waits."""
    path = many.root / ".remodel" / "rebuild" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("holder").write_text("process 1 (the first)")
    with FileLock(path) as held, many.running("remodel", "rebuild", "snapshot") as command:
        said = many.root / "stdout"
        wait_until(lambda: "waiting: process 1 (the first)" in said.read_text())
        assert command.poll() is None
        held.release()
        assert command.wait(60) == 0
    assert not path.with_name("holder").exists()


def test_dvc_is_refused_while_a_rebuild_works(many: Project) -> None:
    """`dvc repro` says who is at work; Ctrl-C ends the rebuild and its containers, and what was built is recorded."""
    with many.running("remodel", "rebuild") as command:
        wait_until(lambda: any("warm" in name for name in containers(many)) or command.poll() is not None)
        refused = many.run("dvc", "repro")
        assert refused.code != 0
        assert str(command.pid) in refused.err
        assert "rebuild" in refused.err
        os.kill(command.pid, signal.SIGINT)
        assert command.wait(60) == 130
    assert containers(many) == []
    ended, stages = rebuild(many)
    ended.done()
    assert len({*stages.get("unchanged", ()), *stages.get("fetched", ()), *stages["built"]}) == STAGES


def test_a_rebuild_of_a_checkout_in_another_place(project: Project, tmp_path: Path) -> None:
    """What is remembered of one folder is not believed in another: it is looked at anew, and nothing is built."""
    project.run("remodel", "rebuild").done()
    shutil.copytree(project.root, tmp_path / "moved", symlinks=True)
    ended, stages = rebuild(Project(tmp_path / "moved", project.model))
    ended.done()
    assert stages.keys() == {"unchanged"}
