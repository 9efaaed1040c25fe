"""A small project with two models, committed and reproduced once, and keys to sign its releases with."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from remodel.cli.main import main
from remodel.engines.podman import Podman
from remodel.errors import EngineError
from tests.conftest import copy_checkout
from tests.containers.cli.project import Ended, Project
from tests.unit.release.keys import Keys, keys_in, make_keys
from tests.unit.release.tampering import VERSION

ENVIRONMENT = "sklearn-1.9"

MODELS = ("iris_bayes", "iris_tree")

CHOICES = {"iris_bayes": "gaussian_nb", "iris_tree": "decision_tree"}

MODEL = """# @package _global_
defaults:
  - override /dataset: iris
  - override /preprocessing: none
  - override /classifier: {classifier}
  - override /cv: stratified_5

name: {name}
"""

AUTHOR = ("-c", "user.name=Releaser", "-c", "user.email=releaser@example.com")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one run of pytest have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def keys(shared: Path) -> Keys:
    """The publisher's, and others."""
    with FileLock(shared / "keys.lock"):
        if not (shared / "keys").exists():
            (shared / "unfinished keys").mkdir()
            make_keys(shared / "unfinished keys")
            (shared / "unfinished keys").rename(shared / "keys")
    return keys_in(shared / "keys")


@pytest.fixture(scope="session")
def fresh(shared: Path) -> Project:
    """A project with MODELS on iris in one environment, reproduced and committed. Do not change it: copy it."""
    try:
        Podman().check()
    except EngineError as error:
        pytest.skip(f"podman cannot be used here: {error}")
    root = shared / "released project"
    with FileLock(shared / "released project.lock"):
        if not root.exists():
            make(Project(shared / "unfinished project", MODELS[0])).root.rename(root)
    return Project(root, MODELS[0])


def make(project: Project) -> Project:
    """Write, reproduce and commit a project."""
    root = project.root
    copy_checkout(root)
    shutil.rmtree(root / "conf" / "model")
    for name, classifier in CHOICES.items():
        path = root / "conf" / "model" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(MODEL.format(name=name, classifier=classifier))
    (root / "params.yaml").write_text(params(root))
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(root)], check=True)
    # Where `Project.running` keeps what a command says, and a link to the interpreter's programs.
    (root / ".git" / "info" / "exclude").write_text("/stderr\n/stdout\n/.venv\n")
    ended = project.repro()
    assert ended.code == 0, ended.err + ended.out
    commit(project, "Two models")
    return project


@pytest.fixture(scope="session")
def released(fresh: Project, keys: Keys, shared: Path) -> Path:
    """The layout of version 1.4.0 of all models of the project. Do not change it: copy it.

    Signed once with the encrypted key, under a umask that lets nobody else read: both has to make no difference.
    """
    layout = shared / "released" / "layout"
    with FileLock(shared / "released.lock"):
        if not layout.exists():
            arguments = ("--version", VERSION, "--to", str(shared / "unfinished release" / "layout"))
            before = os.umask(0o077)
            try:
                key = ("--key", str(keys.encrypted))
                fresh.run("remodel", "release", "publish", *arguments, *key, REMODEL_KEY_PASSWORD="secret").done()
            finally:
                os.umask(before)
            (shared / "unfinished release").rename(shared / "released")
    return layout


def params(root: Path) -> str:
    """params.yaml of the small project, with the tolerances of the real one."""
    content = yaml.safe_load((root / "params.yaml").read_text())
    names = ("snapshot_environment", "baseline", "release_environment")
    content |= {"environments": [ENVIRONMENT], "datasets": {"iris": "conf/dataset/iris.yaml"}, "models": list(MODELS)}
    return yaml.safe_dump(content | dict.fromkeys(names, ENVIRONMENT))


Remodel = Callable[..., Ended]


@pytest.fixture
def remodel(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Remodel:
    """`remodel(folder, *arguments)`: the command line there, in this process, as another takes seconds to start."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("REMODEL_ENGINE", "podman")

    def run(folder: Path, *arguments: str | Path) -> Ended:
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        try:
            code = main([*map(str, arguments)])
        finally:
            signal.signal(signal.SIGTERM, before)
        out, err = capfd.readouterr()
        return Ended(code, out, err)

    return run


def release(to: Path | str, keys: Keys, *arguments: str, version: str = VERSION) -> tuple[str, ...]:
    """The arguments of `remodel release publish`, with the publisher's key."""
    return ("release", "publish", *arguments, "--version", version, "--to", str(to), "--key", str(keys.private))


def commit(project: Project, message: str) -> None:
    """Commit everything in a project."""
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", message)


def git(project: Project, *arguments: str) -> str:
    """What git prints."""
    argv = ["git", "-C", str(project.root), *AUTHOR, *arguments]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout
