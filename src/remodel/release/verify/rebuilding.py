"""`remodel release verify --rebuild`: the named commit, checked out elsewhere, gives the same bytes again."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from remodel import process
from remodel.checkout import Checkout
from remodel.environments.lockfile import LOCK_NAME
from remodel.errors import RemodelError, UsageError, VerificationError
from remodel.files import read_json, sha256_file
from remodel.pipeline import dvc as pipeline
from remodel.release.contents.source import git
from remodel.release.contents.statement import image_digests
from remodel.release.verify.checks import Checked
from remodel.release.verify.json_diff import first_difference
from remodel.results.manifest import read_manifest

CAUSES = ("source", "data", "environment")
"""Parts of a manifest that say why the others differ."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Rebuild:
    """Where models are built again: a clone that has the commit, the folder for its copy, and the engine."""

    source: Path
    clone: Path
    engine: str
    program: Checkout
    """The checkout of this program, whose interpreter serves where its lock is the commit's too."""

    def require_commit(self, commit: str) -> None:
        """UsageError where the clone does not have the commit: known before anything is run."""
        if not process.run(["git", "-C", self.source, "cat-file", "-e", f"{commit}^{{commit}}"]).ok:
            raise UsageError(
                f"{self.source} has no commit {commit}", "Name a clone of the publisher's source: --source FOLDER"
            )

    def check(self, checked: Sequence[Checked], say: Say) -> None:
        """Build the models again and compare. Raises VerificationError, which names the file and the field."""
        commit = checked[0].identity.commit
        say(f"checking out {commit[:12]} of {self.source}")
        self._check_out(commit)
        for model in checked:
            self._check_image(model)
        say(f"building {', '.join(model.name for model in checked)} again, and all that they are made from")
        stages = [f"train@{model.name}-{model.identity.environment}" for model in checked]
        try:
            pipeline.force(self.clone, self._interpreter(), self.engine, stages)
        except RemodelError as error:
            raise VerificationError(f"the commit does not build: {error.message}", error.advice) from error
        for model in checked:
            self._compare(model)
            say(f"{model.name}: built again from {commit[:12]}, same bytes")

    def _check_out(self, commit: str) -> None:
        git(self.source, "clone", "--quiet", "--no-checkout", ".", str(self.clone))
        git(self.clone, "checkout", "--quiet", "--detach", commit)

    def _check_image(self, model: Checked) -> None:
        """How the commit makes images has to be what the statement says."""
        expected = image_digests(read_json(model.folder / "provenance.json"))
        expected[f"docker/{model.identity.environment}/{LOCK_NAME}"] = sha256_file(model.folder / LOCK_NAME)
        for name, digest in sorted(expected.items()):
            path = self.clone / name
            actual = sha256_file(path) if path.is_file() else "missing"
            if actual != digest:
                raise VerificationError(
                    f"{model.name}: provenance.json: {name} is {digest}, in the commit it is {actual}"
                )

    def _interpreter(self) -> Path:
        """A Python with what the commit's own top-level lock pins: this one, or one that is made now."""
        own, its = (folder / LOCK_NAME for folder in (self.program.root, self.clone))
        if own.is_file() and sha256_file(own) == sha256_file(its):
            return Path(sys.executable)
        environment = {**os.environ, "PYTHONPATH": str(self.clone / "src")}
        made = process.run([sys.executable, "-m", "remodel.environments.bootstrap"], cwd=self.clone, env=environment)
        if not made.ok:
            raise VerificationError(f"the environment of the commit cannot be made: {made.last_line()}")
        return self.clone / ".venv" / "bin" / "python"

    def _compare(self, model: Checked) -> None:
        folder = self.clone / "models" / model.name / model.identity.environment
        for name in read_manifest(model.folder / "manifest.json").built:
            here, rebuilt = model.folder / name, folder / name
            if here.is_file() != rebuilt.is_file():
                raise VerificationError(
                    f"{model.name}: {name} is {_there(here)} in the release, {_there(rebuilt)} rebuilt"
                )
            if here.is_file() and sha256_file(here) != sha256_file(rebuilt):
                raise VerificationError(
                    f"{model.name}: {name} is not what the commit builds: {_difference(here, rebuilt)}"
                )


def _there(path: Path) -> str:
    return "there" if path.is_file() else "missing"


def _difference(here: Path, rebuilt: Path) -> str:
    """The first field that differs in JSON, digests of other files."""
    if here.suffix == ".json":
        released, built = read_json(here), read_json(rebuilt)
        causes = (first_difference(released.get(key), built.get(key), f"$.{key}") for key in CAUSES)
        if difference := next(filter(None, causes), None) or first_difference(released, built):
            return difference
    return f"sha256 {sha256_file(here)}, rebuilt {sha256_file(rebuilt)}"
