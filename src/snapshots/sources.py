"""Where a dataset comes from: bundled with scikit-learn, generated from a seed, or a user's own file."""

from __future__ import annotations

from pathlib import Path

from builder.snapshot.table import Table


def load(dataset: dict, folder: Path) -> Table:
    """The table that a request's `dataset` part asks for; user's files are in `folder`.

    Imports only what this source needs. Raises data errors.
    """
    if "bundled" in dataset:
        from builder.snapshot import bundled

        return bundled.load(dataset["bundled"])
    if "generator" in dataset:
        from builder.snapshot import credit

        return credit.generate(dataset["rows"], dataset["seed"])
    from builder.snapshot import user_file

    return user_file.load(folder / dataset["file"], dataset)
