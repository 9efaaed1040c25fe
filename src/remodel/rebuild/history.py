"""How long builds took here the last time, from their records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress

from remodel.checkout import Checkout
from remodel.rebuild.plan import Step
from remodel.rebuild.work import Train


def past_seconds(checkout: Checkout, steps: Iterable[Step]) -> dict[str, float]:
    """Seconds of each model's last build without its imports, by stage; no entry where it was never built here."""
    seconds: dict[str, float] = {}
    for step in steps:
        if isinstance(step.work, Train):
            with suppress(OSError, ValueError, KeyError, TypeError):
                record = json.loads((checkout.state / "builds" / f"{step.work.log}.json").read_bytes())
                seconds[step.name] = sum(taken for name, taken in record["seconds"].items() if name != "import")
    return seconds
