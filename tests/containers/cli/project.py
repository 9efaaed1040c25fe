"""A small checkout that a test may break: its commands as a user types them, its results, and its containers."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from remodel.builds.warm import checkout_tag
from remodel.checkout import Checkout
from remodel.engines.podman import Podman
from remodel.files import sha256_file

RESULTS = ("data", "recipes", "models", "metrics", "reports", "release", "experiments")
"""The folders whose files must survive whatever is done wrong."""

Running = subprocess.Popen[bytes]

TOLERANCES = """tolerances:
  confidence: 0.95
  scores: {accuracy: 0.005, balanced_accuracy: 0.01, log_loss: 0.01, roc_auc: 0.005}
  labels: 0.005
  probabilities: {quantile: 0.99, at_most: 0.02}
"""


def params(model: str) -> str:
    """A params.yaml with one model on iris in one environment."""
    return f"""environments: [sklearn-1.9]
snapshot_environment: sklearn-1.9
baseline: sklearn-1.9
release_environment: sklearn-1.9
datasets: {{iris: conf/dataset/iris.yaml}}
cv: [stratified_5, stratified_5_ordered, repeated_5x3, stratified_10]
models: [{model}]
{TOLERANCES}"""


@dataclass(frozen=True)
class Ended:
    """A command that ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    def refused(self, code: int, *words: str) -> None:
        """It ended with this exit code and one line of ours, which holds all these words."""
        assert "Traceback" not in self.err + self.out
        assert len(self.err.splitlines()) == 1, self.err
        assert self.err.startswith("remodel: ")
        for word in words:
            assert word in self.err
        assert self.code == code, self.err

    def done(self) -> None:
        """It ended well, and quietly."""
        assert self.code == 0, self.err + self.out
        assert self.err == ""


@dataclass(frozen=True)
class Project:
    """A checkout in `root` with one production model, whose name no other project on this machine has."""

    root: Path
    model: str

    @property
    def lock(self) -> bytes:
        """dvc.lock."""
        return (self.root / "dvc.lock").read_bytes()

    def results(self) -> dict[str, str]:
        """The sha256 of every file that a run of the project made for its user."""
        files = [path for name in RESULTS for path in (self.root / name).rglob("*") if path.is_file()]
        return {str(path.relative_to(self.root)): sha256_file(path) for path in files}

    def built(self) -> dict[str, str]:
        """The sha256 of every file that its trained models have in models/."""
        return {name: digest for name, digest in self.results().items() if name.startswith("models/")}

    def environment(self, **variables: str) -> dict[str, str]:
        """What a command of the project sees: our interpreter's programs, and the project's own source."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        ours = {"PATH": path, "PYTHONPATH": str(self.root / "src"), "REMODEL_ENGINE": "podman"}
        return {**os.environ, **ours, **variables}

    def run(self, *words: str, cwd: Path | None = None, **variables: str) -> Ended:
        """Run `python -m <words>` to its end."""
        ended = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=cwd or self.root,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=180,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def train(self, *words: str, **variables: str) -> Ended:
        """`python -m train <words>`."""
        return self.run("train", *words, **variables)

    def repro(self, **variables: str) -> Ended:
        """`python -m remodel repro`."""
        return self.run("remodel", "repro", **variables)

    @contextlib.contextmanager
    def running(self, *words: str, **variables: str) -> Iterator[Running]:
        """`python -m <words>` in its own process group, as in a terminal; it has ended when the block has."""
        with (self.root / "stderr").open("w") as said, (self.root / "stdout").open("w") as out:
            command = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=self.root,
                env=self.environment(**variables),
                stdout=out,
                stderr=said,
                start_new_session=True,
            )
        try:
            yield command
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(command.pid, signal.SIGKILL)
            command.wait()

    def ended(self, command: Running) -> Ended:
        """What a running command ended with, soon."""
        return Ended(command.wait(30), "", (self.root / "stderr").read_text())

    def edit(self, name: str, old: str, new: str) -> Callable[[], None]:
        """Replace one text in a file of the project; returns what mends it."""
        path = self.root / name
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new, 1))
        return lambda: mend(path, before)

    def containers(self) -> list[str]:
        """The project's containers that train its model, warm ones too, running or not."""
        names = f"name=remodel-.*({self.model}|{checkout_tag(Checkout(self.root))})"
        return podman("ps", "--all", "--filter", names, "--format", "{{.Names}}").split()

    def wait_for_container(self, command: Running) -> str:
        """The name of the container in which the running command trains."""
        wait_until(lambda: bool(self.containers()) or command.poll() is not None)
        assert command.poll() is None, self.ended(command)
        return self.containers()[0]

    def scratch(self) -> list[str]:
        """What running or killed jobs have left to do."""
        return sorted(path.name for path in (self.root / ".remodel" / "scratch").glob("*"))

    def forget_model(self) -> None:
        """Remove what was trained, from the cache of DVC too: the next run has to train."""
        for name in ("models", "experiments", ".dvc/cache"):
            shutil.rmtree(self.root / name, ignore_errors=True)

    def forget_experiments(self) -> None:
        """Remove what `python -m train` has built."""
        shutil.rmtree(self.root / "experiments", ignore_errors=True)

    def copy(self, folder: Path) -> Project:
        """The same project in another folder."""
        shutil.copytree(self.root, folder, symlinks=True)
        return Project(folder, self.model)


def mend(path: Path, content: str) -> None:
    """Write a file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def podman(*words: str) -> str:
    """What podman answers, as the product drives it."""
    return Podman().client(list(words)).output


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
