"""A new production model: a free name, files that are written together or not at all, and a line in params.yaml."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.files import storage_errors, write_bytes
from remodel.recipes.params import read_params
from remodel.recipes.recipes import TRIAL

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_name(checkout: Checkout, name: str) -> None:
    """UsageError unless a production model may have this name."""
    if not NAME.fullmatch(name) or name.startswith(TRIAL):
        raise UsageError(f"{name!r} cannot be the name of a model", f"Use letters, digits, - and _, not {TRIAL}")
    if (checkout.conf / "model" / f"{name}.yaml").exists() or name in read_params(checkout).models:
        raise UsageError(f"there is a model {name} already", "Choose another name")


def model_text(name: str, choices: Mapping[str, str], own: Mapping[str, Any] | None = None, comment: str = "") -> str:
    """conf/model/<name>.yaml: a choice of each group, and what the model says of its own."""
    overrides = "".join(f"  - override /{group}: {choice}\n" for group, choice in choices.items())
    rest = yaml.safe_dump(dict(own), sort_keys=False, allow_unicode=True, width=120) if own else ""
    return f"# @package _global_\n{comment}defaults:\n{overrides}\nname: {name}\n{rest}"


@contextlib.contextmanager
def undone(*paths: Path) -> Iterator[None]:
    """Whatever goes wrong in the block, these files are as they were."""
    before = {path: path.read_bytes() if path.is_file() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_bytes(path, content)
        raise


def list_model(params: Path, name: str) -> None:
    """Add a name to `models` of params.yaml; every other byte stays, comments too. UsageError where it is no list."""
    with storage_errors(params, "read"):
        text = params.read_text(encoding="utf-8")
    before = yaml.safe_load(text)
    models = _models(text)
    if models is None:
        raise UsageError("params.yaml has no list `models`", f"Write it: models: [{name}]")
    last = models.value[-1]
    if models.flow_style:
        place, added = last.end_mark.index, f", {name}"
    else:
        line = text.rfind("\n", 0, last.start_mark.index) + 1
        indent = text[line : last.start_mark.index].partition("-")[0]
        end = text.find("\n", last.end_mark.index)
        place, added = (len(text), f"\n{indent}- {name}") if end < 0 else (end, f"\n{indent}- {name}")
    changed = f"{text[:place]}{added}{text[place:]}"
    if yaml.safe_load(changed) != {**before, "models": [*before["models"], name]}:
        raise UsageError("params.yaml has no list `models` that a line can be added to", f"Add to it: - {name}")
    write_bytes(params, changed.encode())


def _models(text: str) -> yaml.SequenceNode | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found = next((value for key, value in pairs if key.value == "models"), None)
    return found if isinstance(found, yaml.SequenceNode) and found.value else None
