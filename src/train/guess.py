"""The environment that a command line most likely builds in, told before Hydra is there to compose it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from remodel.builds.daemon import socket_of
from remodel.checkout import Checkout

DEFAULT = re.compile(r"^ +- environment: *(?P<name>[\w.-]+)", re.MULTILINE)
"""The environment that conf/config.yaml chooses."""

CHOSEN = re.compile(r"environment=(?P<name>[\w.-]+)")


def guess(checkout: Checkout, arguments: Sequence[str]) -> str | None:
    """The environment that a command line asks for, or the default; None where it builds nothing, or nobody can say."""
    if any(word.startswith("-") and word not in ("-m", "--multirun") for word in arguments):
        return None
    chosen = [match["name"] for word in arguments if (match := CHOSEN.fullmatch(word))]
    config = checkout.conf / "config.yaml"
    if chosen or not config.is_file():
        return chosen[-1] if chosen else None
    default = DEFAULT.search(config.read_text(encoding="utf-8"))
    return default["name"] if default else None


def to_warm(checkout: Checkout, arguments: Sequence[str]) -> str | None:
    """The environment to start a container of; none where a daemon seems to hold it."""
    name = guess(checkout, arguments)
    return name if name is not None and not socket_of(checkout, name).exists() else None
