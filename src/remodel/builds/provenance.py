"""What a manifest says of where its model was built: the environment, and the source that builds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import contract
from remodel.checkout import Checkout, once_a_checkout
from remodel.environments.environment import Environment
from remodel.files import sha256_file

SOURCE = (
    "builder",
    "container",
    "contract/__init__.py",
    "contract/bounded.py",
    "contract/files.py",
    "contract/build",
    "contract/snapshot",
    "remodel/builds/provenance.py",
    "remodel/environments/variables.py",
    "remodel/results/metrics.py",
    "serving/__init__.py",
    "serving/onnx_file",
    "serving/session.py",
)
"""What of src/ can change a byte of a model or of its metrics: the identity of the source that builds, and what its
stage in dvc.yaml depends on."""


def describe(checkout: Checkout, environment: Environment) -> dict[str, Any]:
    """What a manifest says of where the build ran: nothing that differs between machines."""
    return {
        "schema_version": contract.version("environment"),
        "name": environment.name,
        "python": environment.python,
        "lock_sha256": environment.lock_sha256,
        "base": environment.base.name,
        "source_sha256": source_sha256(checkout),
    }


@once_a_checkout(lambda checkout: (checkout.source / name for name in SOURCE))
def source_sha256(checkout: Checkout) -> str:
    """The identity of the source that builds models."""
    return sha256_trees(checkout.source, SOURCE)


def sha256_trees(root: Path, names: Iterable[str]) -> str:
    """Hex sha256 over the names (below `root`) and contents of files, and of all below folders, bytecode left out."""
    digest = hashlib.sha256()
    for name in names:
        inside = [root / name] if (root / name).is_file() else (root / name).rglob("*")
        for path in sorted(p for p in inside if p.is_file() and "__pycache__" not in p.parts):
            digest.update(f"{path.relative_to(root).as_posix()}\0{sha256_file(path)}\n".encode())
    return digest.hexdigest()
