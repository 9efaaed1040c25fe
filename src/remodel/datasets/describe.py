"""conf/dataset/<name>.yaml written for the user: everything spelled out, so that reading is the same for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from remodel.yaml import parse_text

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*")

READING = {
    "encoding": "how its letters are written",
    "separator": "between cells",
    "quote": "around cells that hold a separator",
    "decimal": "before the decimals of a number",
    "trim": "blanks around names and words are none of theirs",
    "missing": "besides an empty cell: no value, in columns of numbers, dates and truth values",
}


def to_yaml(name: str, file: str, sha256: str, profile: Mapping[str, Any], where: str | None = None) -> str:
    """The text of the file; `profile` is a document of contract kind "profile"."""
    return "\n".join(_lines(name, file, sha256, profile, where)) + "\n"


def _lines(name: str, file: str, sha256: str, profile: Mapping[str, Any], where: str | None) -> Iterator[str]:
    target = profile["target"]
    yield f"# {file}: {profile['rows']} rows, {len(profile['columns'])} columns besides the target."
    yield "# Proposed by `remodel dataset add`: correct what is wrong. Kinds: numeric, categorical, boolean, text, date"
    yield "# and, for what no model sees: ignored, id (beside predictions), weight, group (no fold splits one), time."
    yield f"name: {name}"
    yield f"file: {word(file)}"
    yield f"sha256: {word(sha256)}"
    if profile.get("reading"):
        yield "reading:"
        for key, value in profile["reading"].items():
            yield f"  {key}: {_value(value)}".ljust(28) + f"  # {READING[key]}"
    yield f"target: {word(target['name'])}".ljust(28) + f"  # {_comment(_classes(target))}"
    if "task" in target:
        yield f"task: {target['task']}".ljust(28) + "  # the target is a number"
    if where:
        yield f"where: {word(where)}"
    yield "columns:"
    for column in profile["columns"]:
        yield f"  {word(column['name'])}: {_kind(column)}".ljust(34) + _remark(column, profile["rows"])


def _classes(target: Mapping[str, Any]) -> str:
    if "minimum" in target:
        return f"from {target['minimum']:g} to {target['maximum']:g}"
    shown = ", ".join(f"{entry['label']} ({entry['rows']})" for entry in target["largest"][:5])
    more = f" and {target['classes'] - 5} more" if target["classes"] > 5 else ""
    return f"{shown}{more}"


def _kind(column: Mapping[str, Any]) -> str:
    about = column.get("about", {})
    if not about:
        return str(column["kind"])
    return (
        "{" + ", ".join([f"kind: {column['kind']}", *(f"{key}: {_value(about[key])}" for key in sorted(about))]) + "}"
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(word(each) for each in value)}]"
    return word(str(value))


def _remark(column: Mapping[str, Any], rows: int) -> str:
    parts = [f"{column['missing'] / rows:.0%} missing"] if column["missing"] else []
    parts += list(column["remarks"]) or ([f"such as {', '.join(column['examples'])}"] if column["examples"] else [])
    return f"  # {_comment('; '.join(parts))}" if parts else ""


def _comment(text: str) -> str:
    """On one line, and without what would be a header of Hydra's."""
    return " ".join(text.split()).replace("@", "(at)")[:160]


def word(text: str) -> str:
    """A text as YAML has it: without quotes only where every reader takes it for that word."""
    if PLAIN.fullmatch(text) and parse_text(text) == text and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
