"""Reading a YAML file and checking what it holds, with one line for a slip: the file, the key, the nearest one.

A word means what is written. Keys are words, whatever they look like: NO, on, 2019. Of values only true, false, null
and decimal numbers are something else; what another reader of YAML takes for a number or a truth value is refused, by
its line, until it is in quotes or written out.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from remodel.errors import UsageError
from remodel.files import storage_errors

Model = TypeVar("Model", bound=BaseModel)


class Choice(BaseModel):
    """A mapping without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LARGEST = 16 << 20
"""Bytes of a file that a person writes: far beyond any that was ever seen."""

DEEPEST = 50
"""How deep mappings and lists may stand in each other."""


TEXT, BOOL, INT, FLOAT, NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "int", "float", "null"))

RESOLVED = (
    (BOOL, re.compile(r"true|True|TRUE|false|False|FALSE"), "tTfF"),
    (NULL, re.compile(r"~|null|Null|NULL|"), ["~", "n", "N", ""]),
    (INT, re.compile(r"[-+]?(0|[1-9][0-9]*)"), "-+0123456789"),
    (
        FLOAT,
        re.compile(
            r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
        ),
        "-+.0123456789",
    ),
)
"""What a scalar without quotes may be besides a word: those of YAML 1.2's core schema that are written in decimals."""

AMBIGUOUS = re.compile(
    r"(?P<truth>yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)"
    r"|(?P<number>[-+]?0[0-9_]+|[-+]?0[bxo][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
    r"|[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?)"
)
"""What YAML 1.1 reads as a truth value or a number (an octal one, one to the base of 60), and YAML 1.2 does not."""


class _Loader(LOADER):  # type: ignore[misc, valid-type]
    """Refuses a key that stands twice in one mapping: the last one would win without a word. Keys are words."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _marked(f"the key {key.value!r} stands there twice", key.start_mark)
            seen.add(key.value)
            key.tag, key.style = TEXT, '"'
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if isinstance(node, yaml.ScalarNode) and not node.style and node.tag == TEXT:
            _check_word(node)
        return super().construct_object(node, deep)


for tag, pattern, first in RESOLVED:
    _Loader.add_implicit_resolver(tag, re.compile(rf"(?:{pattern.pattern})\Z"), list(first))


def _check_word(node: yaml.ScalarNode) -> None:
    """YAMLError for a value that is a word here, and something else to other readers of YAML."""
    if matched := AMBIGUOUS.fullmatch(node.value):
        what, else_ = ("a truth value", "true or false") if matched["truth"] else ("a number", "it in decimals")
        raise _marked(
            f"{node.value} is {what} to some readers of YAML: put it in quotes where the word is meant, "
            f"else write {else_}",
            node.start_mark,
        )


def read_yaml(path: Path, name: str = "") -> Any:
    """The content of a YAML file, called `name` in errors; UsageError with the line where it does not parse.

    A file is data: aliases, which a few lines can turn into gigabytes, and tags, which name what to make, are refused.
    """
    name = name or path.name
    with storage_errors(path, "read"), path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    return read_bytes(content, name)


def read_bytes(content: bytes, name: str) -> Any:
    """The content of a YAML file's bytes; raises what `read_yaml` raises of them."""
    if len(content) > LARGEST:
        raise UsageError(f"{name} is larger than {LARGEST >> 20} MiB", "A table belongs into a file of its own")
    try:
        _check_plain(content)
        return yaml.load(content, Loader=_Loader)
    except yaml.YAMLError as error:
        raise invalid_yaml(error, name) from error
    except ValueError as error:
        raise UsageError(f"{name} is not valid YAML: {str(error).splitlines()[0]}", f"Correct {name}") from error


def parse_text(text: str) -> Any:
    """What a short text of our own means as YAML; None where it is refused."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError:
        return None


def _check_plain(content: bytes) -> None:
    """YAMLError for what is more than one document of mappings, lists and scalars. Nothing is made of it yet."""
    depth = documents = 0
    for event in yaml.parse(content, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if problem := _problem(event, depth, documents):
            raise _marked(problem, event.start_mark)


def _marked(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _problem(event: yaml.Event, depth: int, documents: int) -> str:
    """What is wrong with one event; empty: nothing."""
    if isinstance(event, yaml.AliasEvent):
        return f"the alias *{event.anchor} is refused: write it out"
    if (tag := getattr(event, "tag", None)) not in (None, "!"):
        return f"the tag {tag} is refused: write the value as it is"
    if depth > DEEPEST:
        return f"more than {DEEPEST} levels stand in each other"
    return "a second document begins" if documents > 1 else ""


def invalid_yaml(error: yaml.YAMLError, name: str, root: Path | None = None) -> UsageError:
    """The UsageError for a text that is no YAML: the file below `root` where the error knows it, else `name`."""
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    if mark is None:
        return UsageError(f"{name} is not valid YAML: {str(error).splitlines()[0]}", f"Correct {name}")
    path = Path(mark.name)
    if root is not None and path.is_relative_to(root):
        name = str(path.relative_to(root))
    reason = getattr(error, "problem", None) or "it cannot be read"
    return UsageError(f"{name} is not valid YAML: line {mark.line + 1}: {reason}", "Correct that line or the one above")


def parse(kind: type[Model], content: Any, where: str) -> Model:
    """`content`, from the file `where`, as a `kind`; UsageError with the key and the nearest valid one."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise UsageError(explain(kind, error, where)) from error


def explain(kind: type[BaseModel], error: ValidationError, where: str) -> str:
    """The problem to tell first: a misspelt key, because it is also why another key is missing."""
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{where} has an unknown key {place!r}: {_nearest(kind, first)}"
    if first["type"] == "missing":
        return f"{where} lacks the key {place!r}"
    reason = first["msg"].removeprefix("Value error, ")
    reason = reason[0].lower() + reason[1:]
    is_whole = not place or isinstance(first["input"], dict)
    return f"{where}: {reason}" if is_whole else f"{where}: {place} is {first['input']!r}: {reason}"


def _nearest(kind: type[BaseModel], problem: ErrorDetails) -> str:
    *parents, key = (str(part) for part in problem["loc"])
    inner: Any = kind
    for parent in parents:
        # A model's field, the values of a mapping, or the items of a sequence.
        items = [item for item in get_args(inner) if item is not ...]
        inner = inner.model_fields[parent].annotation if hasattr(inner, "model_fields") else items[-1]
    valid = sorted(inner.model_fields)
    near = difflib.get_close_matches(key, valid, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}valid: {', '.join(valid)}"
