"""conf/ holds data: what of Hydra's language would run something, or read what is not in conf/, is refused before Hydra
reads a file.

Hydra makes whatever a `_target_` under `hydra:` names, in this process; its resolvers read variables and the clock; and
a package header puts any file's content anywhere. A pipeline's own `_target_`s are made in a container, by a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from remodel.checkout import Checkout, once_a_checkout
from remodel.errors import UnknownName, UsageError
from remodel.recipes.choices import Composed
from remodel.yaml import read_yaml

HEADER = re.compile(r"^\s*#\s*@(?P<what>\S*)\s*(?P<value>.*?)\s*$", re.MULTILINE)
"""What Hydra reads in a comment."""

OVERRIDDEN = re.compile(r"(override )?/?(?P<group>[A-Za-z0-9_]+)")
"""A group in a defaults list, as all files of ours name it."""

CHOICE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""The name of a file in a group: no path leads out of it."""

LOGGING = ("override hydra/job_logging", "override hydra/hydra_logging")
SETTINGS = {"output_subdir", "run", "run.dir", "sweep", "sweep.dir", "sweep.subdir"}
"""What conf/config.yaml may say under `hydra:`: where outputs go."""

JOB_NUMBER = "${hydra.job.num}"

FLAGS = {"-m", "--multirun", "-c", "--cfg", "--resolve", "-p", "--package", "-i", "--info", "--hydra-help", "--version"}
"""Hydra's own options that a command line may have. Others read configurations, or pickles, from anywhere."""

ONLY_PATHS = "Only paths of the configuration can be read, such as ${seed} or ${preprocessing.k}"
ITS_PLACE = "Remove it: conf/ holds the choices of a recipe, and nothing that is run"


@once_a_checkout(lambda checkout: [checkout.conf])
def check_conf(checkout: Checkout) -> None:
    """UsageError, with file and key, for the first thing under conf/ that is more than data."""
    for path in sorted(checkout.conf.rglob("*")):
        if path.is_symlink() and path.is_dir():
            name = path.relative_to(checkout.root).as_posix()
            raise UsageError(f"{name} is a link to a folder, whose files nobody would look at", "Put the files there")
    for path in sorted(checkout.conf.rglob("*.yaml")) + sorted(checkout.conf.rglob("*.yml")):
        check_file(path, path.relative_to(checkout.root).as_posix())


def check_file(path: Path, name: str) -> Any:
    """The content of one file of conf/, called `name` from the checkout. UsageError where it is more than data."""
    content = read_yaml(path, name)
    is_model, is_top = name.startswith("conf/model/"), name == "conf/config.yaml"
    for header in HEADER.finditer(path.read_text(encoding="utf-8")):
        if not (is_model and (header["what"], header["value"]) == ("package", "_global_")):
            raise UsageError(f"{name}: the comment @{header['what']} {header['value']} is refused here", ITS_PLACE)
    if not isinstance(content, dict):
        return content
    _check_defaults(content.get("defaults"), name, is_top)
    if "hydra" in content:
        _check_hydra(content["hydra"], name, is_top)
    if is_top:
        check_keys(content, name)
    own = {key: value for key, value in content.items() if not (is_top and key == "hydra")}
    check_interpolations(own, name)
    return content


def check_keys(content: Iterable[Any], name: str) -> None:
    """UnknownName for a key that no file with choices of all groups may have."""
    for key in map(str, content):
        if key not in (*Composed.model_fields, "defaults", "hydra"):
            raise UnknownName("key", key, Composed.model_fields, name)


def check_words(words: Sequence[str]) -> None:
    """UsageError where a command line asks Hydra for more than a recipe."""
    for word in words:
        if word.startswith("-") and word.partition("=")[0] not in FLAGS:
            raise UsageError(f"{word.partition('=')[0]} is no option of this program", "See: python -m train --help")
        if re.match(r"[+~/\s]*hydra\b", word):
            raise UsageError(
                f"{word}: how Hydra itself works is not for the command line", "See: python -m train --help"
            )
        if "@" in word.partition("=")[0]:
            raise UsageError(f"{word}: a choice has its own place, which cannot be another one", "Leave the @ out")


def check_choices(choices: Mapping[str, Any], where: str) -> None:
    """UsageError where a choice is a path instead of a name."""
    for group, choice in choices.items():
        if choice is not None and not CHOICE.fullmatch(str(choice)):
            raise UsageError(f"{where}: {group}={choice} is no name of a file in conf/{group}/", "Use one of its files")


def check_interpolations(content: Any, where: str, place: str = "") -> None:
    """UsageError where a text anywhere in `content` reads something else than the configuration itself."""
    for key, text in _texts(content, place):
        for inside in _interpolations(text):
            if ":" in inside or re.match(r"\.*hydra\b", inside):
                raise UsageError(f"{where}: {key} is {text!r}, which reads ${{{inside}}}", ONLY_PATHS)


def _check_defaults(defaults: Any, name: str, is_top: bool) -> None:
    """The defaults list of a file: choices of groups of ours, by name."""
    if defaults is None:
        return
    if not isinstance(defaults, list):
        raise UsageError(f"{name}: defaults is no list", "Write one line a group: - classifier: mlp")
    for entry in defaults:
        if entry == "_self_":
            continue
        if not isinstance(entry, dict) or len(entry) != 1:
            raise UsageError(f"{name}: defaults holds {entry!r}", "Write one line a group: - classifier: mlp")
        ((group, choice),) = entry.items()
        if is_top and group in LOGGING and choice == "none":
            continue
        matched = OVERRIDDEN.fullmatch(str(group))
        if matched is None or matched["group"] == "hydra":
            raise UsageError(f"{name}: defaults holds {group!r}, which is no group under conf/", ITS_PLACE)
        if choice is not None:
            check_choices({matched["group"]: choice}, name)


def _check_hydra(settings: Any, name: str, is_top: bool) -> None:
    """What a file says under `hydra:`."""
    if not is_top:
        raise UsageError(f"{name} has a key 'hydra', which only conf/config.yaml may have", ITS_PLACE)
    for key, text in _leaves(settings, ""):
        if key not in SETTINGS:
            raise UsageError(f"{name}: hydra.{key} is refused", f"It may hold {', '.join(sorted(SETTINGS))}")
        if text is not None and text != JOB_NUMBER:
            check_interpolations(text, name, f"hydra.{key}")


def _leaves(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every value that is no mapping, and every mapping's own name with None."""
    if not isinstance(node, dict):
        yield place, node
        return
    if place:
        yield place, None
    for key, value in node.items():
        yield from _leaves(value, f"{place}.{key}".lstrip("."))


def _texts(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text in a document, keys included, with its place."""
    if isinstance(node, str):
        yield place or "a text", node
    elif isinstance(node, dict):
        for key, value in node.items():
            inner = f"{place}.{key}".lstrip(".")
            yield from _texts(str(key), inner)
            yield from _texts(value, inner)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _texts(value, f"{place}[{number}]")


def _interpolations(text: str) -> Iterator[str]:
    """What stands in each `${...}` of a text, inner ones included; to the text's end where one is not closed."""
    start = text.find("${")
    while start >= 0:
        depth = 0
        for end in range(start, len(text)):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            if text[end] == "}" and depth == 0:
                break
        yield text[start + 2 : end if text[end] == "}" else len(text)]
        start = text.find("${", start + 2)
