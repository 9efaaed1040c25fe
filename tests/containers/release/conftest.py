"""A small project with two models, committed and reproduced once, and keys to sign its releases with."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from remodel.cli.main import main
from remodel.engines.podman import Podman
from remodel.errors import EngineError
from tests.containers.cli.conftest import COPIED, UNWANTED
from tests.containers.cli.project import Ended, Project

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


@dataclass(frozen=True)
class Keys:
    """Key pairs in PEM files: the publisher's, another, and the publisher's encrypted with the password `secret`."""

    private: Path
    public: Path
    encrypted: Path
    other_public: Path


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Made by openssl, as docs/releasing.md says."""
    folder = tmp_path_factory.mktemp("keys")
    private, public, other = folder / "key.pem", folder / "key.pub", folder / "other.pem"
    for key in (private, other):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        openssl("ec", "-in", key, "-pubout", "-out", key.with_suffix(".pub"))
    encrypted = folder / "encrypted.pem"
    openssl("ec", "-in", private, "-aes256", "-passout", "pass:secret", "-out", encrypted)
    return Keys(private, public, encrypted, other.with_suffix(".pub"))


def openssl(*words: str | Path) -> None:
    """Run the system's openssl."""
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one run of pytest have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


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
    checkout, root = Path(__file__).resolve().parents[3], project.root
    root.mkdir()
    for path in [*(checkout / name for name in COPIED), *checkout.glob("environment*.yml")]:
        if path.is_dir():
            shutil.copytree(path, root / path.name, ignore=UNWANTED)
        else:
            shutil.copy(path, root / path.name)
    shutil.rmtree(root / "conf" / "model")
    for name, classifier in CHOICES.items():
        path = root / "conf" / "model" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(MODEL.format(name=name, classifier=classifier))
    (root / "params.yaml").write_text(params(checkout))
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(root)], check=True)
    # Where `Project.running` keeps what a command says, and a link to the interpreter's programs.
    (root / ".git" / "info" / "exclude").write_text("/stderr\n/stdout\n/.venv\n")
    ended = project.repro()
    assert ended.code == 0, ended.err + ended.out
    commit(project, "Two models")
    return project


@pytest.fixture(scope="session")
def released(fresh: Project, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layout of version 1.4.0 of all models of the project. Do not change it: copy it."""
    layout = tmp_path_factory.mktemp("released") / "layout"
    ended = release(fresh, keys, layout)
    assert ended.code == 0, ended.err + ended.out
    return layout


def params(checkout: Path) -> str:
    """params.yaml of the small project, with the tolerances of the real one."""
    content = yaml.safe_load((checkout / "params.yaml").read_text())
    names = ("snapshot_environment", "baseline", "release_environment")
    content |= {"environments": [ENVIRONMENT], "datasets": ["iris"], "models": list(MODELS)}
    return yaml.safe_dump(content | dict.fromkeys(names, ENVIRONMENT))


Told = Callable[..., Ended]


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """`told(folder, *words)`: what the command line says there, in this process, as it takes a second to start."""
    before = signal.getsignal(signal.SIGTERM)

    def run(folder: Path, *words: str | Path) -> Ended:
        monkeypatch.chdir(folder)
        try:
            code = main([*map(str, words)])
        finally:
            signal.signal(signal.SIGTERM, before)
        out, err = capfd.readouterr()
        return Ended(code, out, err)

    return run


def release(project: Project, keys: Keys, to: Path | str, *words: str, version: str = "1.4.0", **more: str) -> Ended:
    """`remodel release`, with the publisher's key."""
    key = ("--key", str(keys.private))
    return project.run("remodel", "release", *words, "--version", version, "--to", str(to), *key, **more)


def commit(project: Project, message: str) -> None:
    """Commit everything in a project."""
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", message)


def git(project: Project, *words: str) -> str:
    """What git prints."""
    argv = ["git", "-C", str(project.root), *AUTHOR, *words]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def verify(cwd: Path, project: Project, *words: str | Path) -> tuple[int, str, str]:
    """`remodel verify-release` in a folder that is no checkout."""
    cwd.mkdir(exist_ok=True)
    ended = project.run("remodel", "verify-release", *map(str, words), cwd=cwd)
    return ended.code, ended.out, ended.err
