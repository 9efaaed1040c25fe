"""What each kind of job is expected to leave, and how it is taken over: nothing else may be there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract import bounded
from contract.files import sha256_bytes
from remodel.takeover import documents
from remodel.takeover.left import Left, Taken, new_file

LARGEST_FILE = 8 << 30
"""Bytes of a model, a table, or anything else that is no document."""

ERROR = "error.json"
RECORD = "record.json"
SELF_TOLD = ("manifest.json", "result.json", RECORD)
"""What no manifest lists: itself, and what says how the build went."""

ARTIFACTS = ("model.onnx", "model.skops", "predictions.parquet", "scores.json", "signature.json")
"""What a manifest may list (contract kind "manifest")."""


class Expected(ABC):
    """What a job leaves where it ends well."""

    host_errors = False
    """Whether its error.json may name an exit code of ours: the host's own stages do."""

    @abstractmethod
    def take(self, left: Left, target: Path) -> None:
        """Copy what is expected into the empty folder `target`. BuildError for anything else that is there."""


@dataclass(frozen=True)
class Build(Expected):
    """One model, with the digests that its own manifest lists."""

    model: str
    environment: str

    def take(self, left: Left, target: Path) -> None:
        manifest = _document(left, "manifest.json", "manifest", target)
        listed = manifest["artifacts"]
        left.only({*listed, *SELF_TOLD})
        result = _document(left, "result.json", "result", target)
        if left.has(RECORD):
            _document(left, RECORD, "record", target)
        scores = _document(left, "scores.json", "scores", target, listed["scores.json"])
        _document(left, "signature.json", "signature", target, listed["signature.json"])
        for name in sorted(listed.keys() - {"scores.json", "signature.json"}):
            taken = left.copy(name, target / name, LARGEST_FILE)
            _check_listed(left, name, taken, listed[name])
        self._check_owner(left, manifest=(manifest["model"], manifest["environment"]["name"]))
        self._check_owner(left, result=(result["model"], result["environment"]))
        self._check_owner(left, scores=(scores["model"], scores["environment"]))
        if result["status"] != "built":
            raise left.refused(f"left a result.json that says {result['status']!r}, and ended well")

    def _check_owner(self, left: Left, **owners: tuple[str, str]) -> None:
        for name, owner in owners.items():
            if owner != (self.model, self.environment):
                raise left.refused(f"left a {name}.json of {owner[0]} in {owner[1]}")


@dataclass(frozen=True)
class Snapshot(Expected):
    """The snapshot of one dataset, with the folds of these cross-validations."""

    dataset: str
    folds: Collection[str]

    def take(self, left: Left, target: Path) -> None:
        names = {f"{name}.json" for name in self.folds}
        left.only({"data.parquet", "schema.json", RECORD, *(["folds"] if names else [])})
        schema = _document(left, "schema.json", "snapshot", target)
        if schema["dataset"] != self.dataset:
            raise left.refused(f"left a schema.json of the dataset {schema['dataset']}")
        taken = left.copy("data.parquet", target / "data.parquet", LARGEST_FILE)
        if taken.sha256 != schema["data"]["sha256"]:
            raise left.refused(f"left data.parquet with the sha256 {taken.sha256}, schema.json lists another one")
        if names:
            with left.inside("folds") as folder:
                folder.only(names)
                for name in sorted(names):
                    folder.copy(name, target / "folds" / name, LARGEST_FILE)


@dataclass(frozen=True)
class Batch(Expected):
    """A folder for each of these recipes; of each, what became of it: result.json or error.json."""

    names: Collection[str]

    def take(self, left: Left, target: Path) -> None:
        left.only(set(self.names))
        for name in sorted(self.names):
            with left.inside(name) as folder:
                folder.only({*ARTIFACTS, *SELF_TOLD, ERROR})
                if folder.has("result.json"):
                    _document(folder, "result.json", "result", target / name)
                else:
                    _document(folder, ERROR, "error", target / name)


@dataclass(frozen=True)
class Files(Expected):
    """These files, each with the contract kind of the document in it, or None where it is a text."""

    kinds: Mapping[str, str | None]
    host_errors: bool = False

    def take(self, left: Left, target: Path) -> None:
        left.only(set(self.kinds))
        for name, kind in self.kinds.items():
            if kind is None:
                left.copy(name, target / name, LARGEST_FILE)
            else:
                _document(left, name, kind, target)


@dataclass(frozen=True)
class Release(Expected):
    """An index of these models, and of each a folder with the files that the index lists."""

    models: Collection[str]
    host_errors = True

    def take(self, left: Left, target: Path) -> None:
        index = _document(left, "index.json", "release", target)
        listed = {name: entry["files"] for name, entry in index["models"].items()}
        if strange := sorted(listed.keys() - set(self.models)):
            raise left.refused(f"left an index.json with {strange[0]}, which params.yaml does not list")
        left.only({*listed, "index.json"})
        for model, files in listed.items():
            with left.inside(model) as folder:
                self._take_model(folder, files, target / model)

    def _take_model(self, folder: Left, files: Mapping[str, Any], target: Path) -> None:
        folder.copy("SHA256SUMS", target / "SHA256SUMS", bounded.LARGEST)
        _take_listed(folder, files, target, "SHA256SUMS")


def _take_listed(left: Left, listed: Mapping[str, Any], target: Path, *others: str) -> None:
    """Take the files that are listed, and those in folders below; nothing else may be there but `others`."""
    below: dict[str, dict[str, Any]] = {}
    for name, part in listed.items():
        folder, _, rest = name.partition("/")
        if rest:
            below.setdefault(folder, {})[rest] = part
    own = {name: part for name, part in listed.items() if "/" not in name}
    left.only({*own, *below, *others})
    for name, part in own.items():
        _check_listed(left, name, left.copy(name, target / name, LARGEST_FILE), part)
    for name, parts in below.items():
        with left.inside(name) as inner:
            _take_listed(inner, parts, target / name)


def _check_listed(left: Left, name: str, taken: Taken, listed: Mapping[str, Any]) -> None:
    if (taken.sha256, taken.size) != (listed["sha256"], listed["size"]):
        raise left.refused(
            f"left {left.called(name)} with {taken.size} bytes and the sha256 {taken.sha256}; listed are "
            f"{listed['size']} bytes and {listed['sha256']}"
        )


def _document(left: Left, name: str, kind: str, target: Path, listed: Mapping[str, Any] | None = None) -> Any:
    """Take a document of contract kind `kind`, as it is listed where it is: what was checked is what is kept."""
    content = left.read(name, bounded.LARGEST)
    if listed is not None:
        _check_listed(left, name, Taken(sha256_bytes(content), len(content)), listed)
    document = documents.check(left, name, kind, content)
    with new_file(target / name) as write:
        write(content)
    return document
