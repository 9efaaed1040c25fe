"""Where a dataset comes from: bundled with scikit-learn, generated from a seed, or a user's own file."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from snapshots.table import Table


def load(dataset: dict, file: Optional[Path]) -> Table:
    """The table that a request's `dataset` part asks for; `file` is the user's own, where it names one.

    Imports only what this source needs. Raises data errors.
    """
    if "bundled" in dataset:
        from snapshots.sources import bundled

        return bundled.load(dataset["bundled"])
    if "generator" in dataset:
        from snapshots.sources import credit, prices, sensors

        make = {"credit": credit.generate, "prices": prices.generate, "sensors": sensors.generate}[dataset["generator"]]
        return make(dataset["rows"], dataset["seed"])
    from snapshots.sources import user_file

    return user_file.load(file or Path(dataset["file"]), dataset)
