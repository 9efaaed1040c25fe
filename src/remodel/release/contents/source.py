"""The commit that a release is made from: git knows it, and nothing in the work tree differs from it."""

from __future__ import annotations

from pathlib import Path, PurePath

from remodel import process
from remodel.errors import UsageError

UNTRACKED = "?? "
"""How git's line of a file begins that no commit knows."""


def is_released(root: Path, name: str) -> bool:
    """Whether a file lies in a release: a folder that says it is an OCI layout."""
    return any((root / folder / "oci-layout").is_file() for folder in PurePath(name).parents if folder.name)


def clean_commit(root: Path) -> str:
    """The commit that is checked out in `root`; UsageError where a file is not the one that it names.

    An earlier release that was written into the work tree is none of its files, and nothing reads it.
    """
    lines = git(root, "status", "--porcelain", "--untracked-files=all").splitlines()
    changed = [line for line in lines if not (line.startswith(UNTRACKED) and is_released(root, line[3:].strip('"')))]
    if changed:
        first, more = changed[0][3:], f" and {len(changed) - 1} more" if changed[1:] else ""
        raise UsageError(
            f"the work tree is not what the commit says: {first}{more}",
            "Commit or remove what differs: a release names the commit that it can be built from",
        )
    return git(root, "rev-parse", "--verify", "HEAD").strip()


def git(root: Path, *arguments: str) -> str:
    """What git prints; UsageError with its own message where it fails."""
    done = process.run(["git", "-C", root, *arguments])
    if not done.ok:
        raise UsageError(f"git {arguments[0]} failed in {root}: {done.last_line()}", "A release needs a commit to name")
    return done.output
