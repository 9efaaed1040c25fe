"""The engines themselves, with the image of one environment, and a tiny environment that is quick to build."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.engines import Engine, Job, Mount
from remodel.engines.containers import ContainerEngine
from remodel.engines.docker import Docker
from remodel.engines.install import install_podman
from remodel.engines.podman import Podman
from remodel.environments.environment import Environment, find_environment
from remodel.errors import EngineError
from tests.containers.engines.tiny import make_tiny

Inside = Callable[..., tuple[int, list[str]]]


@pytest.fixture(scope="session")
def podman() -> Podman:
    """podman, installed where this user may."""
    engine = Podman()
    try:
        engine.check()
    except EngineError as error:
        if not install_podman(print):
            pytest.skip(f"podman cannot be used here: {error}")
        engine.check()
    return engine


@pytest.fixture(scope="session")
def socket(podman: Podman, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a daemon that speaks docker's protocol: podman's own service."""
    folder = tmp_path_factory.mktemp("service")
    path = folder / "docker.sock"
    with (folder / "log").open("w") as log:
        command = ["podman", "system", "service", "--time=0", f"unix://{path}"]
        service = subprocess.Popen(command, cwd=folder, env=dict(podman.variables), stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 10
            while not path.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            yield path
        finally:
            service.terminate()
            service.wait(10)


@pytest.fixture(scope="session")
def docker(socket: Path) -> Docker:
    """docker's own client, talking to that daemon."""
    if shutil.which("docker") is None:
        pytest.skip("docker's client is not installed")
    engine = Docker()
    # The service builds with buildah, which the client's own builder plug-in does not speak to.
    engine.variables = {**os.environ, "DOCKER_HOST": f"unix://{socket}", "DOCKER_BUILDKIT": "0"}
    engine.check()
    return engine


@pytest.fixture(params=["podman", "docker"])
def engine(request: pytest.FixtureRequest) -> ContainerEngine:
    """Each engine with isolation in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def environment(checkout: Checkout, podman: Podman) -> Environment:
    """A real environment with its image; both engines see it, since podman's service is behind both."""
    found = find_environment(checkout, "sklearn-1.9")
    podman.prepare(found, print)
    return found


@pytest.fixture
def inside(environment: Environment) -> Inside:
    """Run Python code in a job: its exit code and the lines it printed."""

    def run(engine: Engine, code: str, mounts: tuple[Mount, ...] = (), **options: object) -> tuple[int, list[str]]:
        lines: list[str] = []
        job = Job(environment, ("-c", code), mounts, name="test", **options)
        return engine.run(job, lines.append), lines

    return run


@pytest.fixture
def tiny(copied: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """An environment of one wheel, made here and found in a folder: nothing is fetched from anywhere."""
    wheels = tmp_path / "wheels"
    made = make_tiny(copied, wheels, "tiny")
    monkeypatch.setenv("REMODEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("UV_NO_CACHE", "1")
    return made
