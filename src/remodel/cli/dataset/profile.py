"""How `remodel dataset add` and `show` print what a file holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def print_profile(profile: Mapping[str, Any], as_json: bool) -> None:
    """Print a table of the columns, or all of it as JSON."""
    if as_json:
        print(json.dumps(profile, indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    from remodel.display.tables import profile_table

    Console().print(profile_table(profile))
