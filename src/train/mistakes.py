"""What Hydra says of a slip on the command line, in one line of ours with the valid choices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hydra.errors import HydraException, MissingConfigException
from omegaconf import OmegaConf

from remodel.errors import UnknownName, UsageError
from remodel.recipes import compose_config
from remodel.workspace import Workspace

NO_SUCH_KEY = re.compile(r"Could not override '(?P<key>[^']+)'")


def as_usage_error(workspace: Workspace, words: Sequence[str], error: Exception) -> UsageError:
    """The UsageError for what Hydra or OmegaConf raised on the command line `words`."""
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        group, _, name = error.missing_cfg_file.rpartition("/")
        return UnknownName(group, name, error.options or [])
    if match := NO_SUCH_KEY.search(str(error)):
        return _unknown_key(workspace, words, match["key"])
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("See http")]
    return UsageError(f"the command line is not understood: {': '.join(lines[:2])}", "See: python -m train --help")


def _unknown_key(workspace: Workspace, words: Sequence[str], key: str) -> UsageError:
    """The nearest keys, at the deepest level of the configuration that the key reaches."""
    valid = _keys(workspace, [word for word in words if "=" in word and not word.split("=")[0].endswith(key)])
    parent, _, last = key.rpartition(".")
    if parent and valid.get(parent):
        return UnknownName("parameter", last, valid[parent], f"{parent} (one more is added with +{key}=...)")
    groups = [path.name for path in workspace.conf.iterdir() if path.is_dir()]
    return UnknownName("group or key", key.split(".")[0], {*groups, *valid[""]})


def _keys(workspace: Workspace, words: Sequence[str]) -> dict[str, list[str]]:
    """The keys of every mapping of the composed configuration, by the mapping's dotted name."""
    try:
        config = compose_config(workspace, words)
    except HydraException:
        config = compose_config(workspace, [])
    own = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
    found: dict[str, list[str]] = {}

    def walk(node: object, name: str) -> None:
        if isinstance(node, dict):
            found[name] = [str(key) for key in node]
            for key, value in node.items():
                walk(value, f"{name}.{key}".lstrip("."))

    walk(OmegaConf.to_container(own), "")
    return found
