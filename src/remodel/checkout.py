"""Where everything stands: the folders of one checkout, and this user's cache of wheels and bases."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from remodel.errors import UsageError


@dataclass(frozen=True)
class Checkout:
    """The folders of one checkout. `docs/files.md` describes every file in them."""

    root: Path

    @property
    def conf(self) -> Path:
        return self.root / "conf"

    @property
    def params(self) -> Path:
        return self.root / "params.yaml"

    @property
    def docker(self) -> Path:
        return self.root / "docker"

    @property
    def source(self) -> Path:
        return self.root / "src"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def recipes(self) -> Path:
        return self.root / "recipes"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def metrics(self) -> Path:
        return self.root / "metrics"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def release(self) -> Path:
        return self.root / "release"

    @property
    def experiments(self) -> Path:
        """What `python -m train` builds: not tracked by DVC."""
        return self.root / "experiments"

    @property
    def zoo(self) -> Path:
        """The declaration of what every environment has to build, and its data."""
        return self.root / "tests" / "zoo"

    @property
    def history(self) -> Path:
        """What every environment says of its estimators' parameters, for the builder."""
        return self.source / "builder" / "compat" / "history.json"

    @property
    def state(self) -> Path:
        """Volatile and private: logs, build records, unfinished outputs. Never tracked."""
        return self.root / ".remodel"


def find_checkout(start: Path | None = None) -> Checkout:
    """The checkout around `start` (the current folder): the nearest one with params.yaml and conf/."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "params.yaml").is_file() and (folder / "conf").is_dir():
            return Checkout(folder)
    raise UsageError(f"{here} is not inside a remodel checkout", "Change to the folder that holds params.yaml")


def cache_folder() -> Path:
    """Locked wheel trees and bases, shared by all checkouts: REMODEL_CACHE, or the user's cache folder."""
    if chosen := os.environ.get("REMODEL_CACHE"):
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "remodel"
