"""conf/ composed by Hydra, and what Hydra says of a slip in it or on the command line, in one line of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel

from remodel.checkout import Checkout
from remodel.errors import UnknownName, UsageError
from remodel.recipes.choices import Composed, CrossValidation, EnvironmentChoice
from remodel.recipes.dataset import Dataset
from remodel.recipes.plain import check_conf, check_keys
from remodel.recipes.source import plain_source
from remodel.yaml import invalid_yaml, parse, read_yaml

COMMAND_LINE = "the command line"

SLIPS = (HydraException, OmegaConfBaseException, yaml.YAMLError)
"""What composing raises where conf/ or the command line is wrong."""

NO_SUCH_KEY = re.compile(r"(In '(?P<file>[^']+)': )?Could not override '(?P<key>[^']+)'")

SEVERAL = re.compile(r"Ambiguous value for argument '(?P<key>[^'=]+)=(?P<values>[^']*)'")
IN_ROUND_BRACKETS = re.compile(r"Error parsing override '(?P<key>[^'=]+)=\((?P<values>[^']*)\)'")

CHECKED: dict[str, type[BaseModel]] = {"dataset": Dataset, "cv": CrossValidation, "environment": EnvironmentChoice}
"""The groups whose files have a fixed set of keys. The others hold whatever their estimator takes."""


def compose_config(checkout: Checkout, overrides: Sequence[str]) -> DictConfig:
    """What Hydra makes of conf/ with these overrides, its own settings included. Raises SLIPS, and UsageError where
    conf/ is more than data."""
    check_conf(checkout)
    with plain_source(checkout, overrides), initialize_config_dir(str(checkout.conf), version_base="1.3"):
        return compose("config", list(overrides), return_hydra_config=True)


def value_of(text: str) -> Any:
    """What the right side of a word means to Hydra: 1e-3 is a number, [1, 2] a list, and null nothing."""
    return OverridesParser.create().parse_override(f"x={text}").value()


def compose_model(checkout: Checkout, model: str) -> DictConfig:
    """What Hydra makes of conf/ for one production model; UsageError where it cannot."""
    words = [f"model={model}"]
    try:
        return compose_config(checkout, words)
    except SLIPS as error:
        raise as_usage_error(checkout, words, error, f"conf/model/{model}.yaml") from error


def as_usage_error(checkout: Checkout, words: Sequence[str], error: Exception, where: str = COMMAND_LINE) -> UsageError:
    """The UsageError for what composing raised on the command line `words`."""
    if isinstance(error, yaml.YAMLError):
        return invalid_yaml(error, "a file of conf/", checkout.root)
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        group, _, name = error.missing_cfg_file.rpartition("/")
        return _unknown_choice(checkout, words, group, name)
    if match := NO_SUCH_KEY.search(str(error)):
        file = match["file"]
        return _unknown_key(checkout, words, match["key"], f"conf/{file}.yaml" if file else "")
    if slip := _slip(words, str(error)):
        return slip
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("See http")]
    return UsageError(f"{where} is not understood: {': '.join(lines[:2])}", "See: python -m train --help")


def _slip(words: Sequence[str], message: str) -> UsageError | None:
    """What people type again and again, with what to type instead; None where it is something else."""
    if match := SEVERAL.search(message):
        word = f"{match['key']}={match['values']}"
        return UsageError(
            f"{word} names several values for one build",
            f"Build each: --multirun {word}; or, where one value is a list: '{match['key']}=[{match['values']}]'",
        )
    if match := IN_ROUND_BRACKETS.search(message):
        key, values = match["key"], match["values"]
        return UsageError(f"{key}=({values}) is not understood", f"Lists have square brackets: '{key}=[{values}]'")
    return None


def check_names(words: Sequence[str]) -> None:
    """UsageError where the command line gives a choice another name, instead of choosing another one."""
    for word in words:
        key = word.lstrip("+~").partition("=")[0]
        group, _, last = key.rpartition(".")
        if last == "name" and group in CHECKED:
            raise UsageError(f"{word}: what is called {group}.name is the file's own", f"Choose a file: {group}=NAME")


def check_files(checkout: Checkout, choices: Mapping[str, str]) -> None:
    """Raise the UsageError of the first chosen file with a wrong key: it is told by its file's name, not as a slip of
    the command line that chose it."""
    top = [checkout.conf / "config.yaml"]
    if model := choices.get("model"):
        top.insert(0, checkout.conf / "model" / f"{model}.yaml")
    for path in top:
        check_keys(read_yaml(path) or {}, str(path.relative_to(checkout.root)))
    for group, kind in CHECKED.items():
        path = checkout.conf / group / f"{choices[group]}.yaml"
        parse(kind, read_yaml(path), str(path.relative_to(checkout.root)))


def _unknown_choice(checkout: Checkout, words: Sequence[str], group: str, name: str) -> UsageError:
    """A group or a choice without its file, and the file that asks for it unless the command line does."""
    typed = any(name in word for word in words)
    where = "" if typed else _asking(checkout, words, f"{group}: {name}")
    if not (checkout.conf / group).is_dir():
        return UnknownName("group", group, _groups(checkout), where)
    return UnknownName(group, name, [path.stem for path in (checkout.conf / group).glob("*.yaml")], where)


def _asking(checkout: Checkout, words: Sequence[str], line: str) -> str:
    """The file whose defaults list holds this line: the chosen model's or conf/config.yaml."""
    models = [word.partition("=")[2] for word in words if word.startswith("model=")]
    for name in [*(f"model/{model}.yaml" for model in models), "config.yaml"]:
        path = checkout.conf / name
        if path.is_file() and line in path.read_text(encoding="utf-8"):
            return f"conf/{name}"
    return "conf/"


def _unknown_key(checkout: Checkout, words: Sequence[str], key: str, where: str) -> UsageError:
    """The nearest keys, at the deepest level of the configuration that the key reaches."""
    valid = _keys(checkout, [word for word in words if "=" in word and not word.split("=")[0].endswith(key)])
    parent, _, last = key.rpartition(".")
    if parent and valid.get(parent):
        return UnknownName("parameter", last, valid[parent], f"{parent} (one more is added with +{key}=...)")
    return UnknownName("group or key", key.split(".")[0], {*_groups(checkout), *valid[""]}, where)


def _keys(checkout: Checkout, words: Sequence[str]) -> dict[str, list[str]]:
    """The keys of every mapping of the composed configuration, by the mapping's dotted name."""
    for tried in (words, []):
        try:
            config = compose_config(checkout, tried)
        except SLIPS:
            continue
        own = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
        return dict(_mappings(OmegaConf.to_container(own), ""))
    return {"": list(Composed.model_fields)}


def _mappings(node: object, name: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(node, dict):
        yield name, [str(key) for key in node]
        for key, value in node.items():
            yield from _mappings(value, f"{name}.{key}".lstrip("."))


def _groups(checkout: Checkout) -> list[str]:
    return [path.name for path in sorted(Path(checkout.conf).iterdir()) if path.is_dir()]
