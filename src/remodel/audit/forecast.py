"""What versions to come will do to a model: announced by scikit-learn, or said by the warnings of its own build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from remodel.results.result import Result
from remodel.versions import minor, version_key
from remodel.yaml import parse, read_yaml

TABLE = Path(__file__).with_name("announced.yaml")

BREAKS, CHANGES = "breaks", "changes"

PLACE = r"[^.]*?\b(?:in|from)\s+(?:version\s+|scikit-learn\s+|v)?(\d+\.\d+)\b"

SAID = {
    BREAKS: re.compile(rf"\b(?:removed|error|exception|disallowed)\b{PLACE}"),
    CHANGES: re.compile(rf"\bchang(?:e|es|ed|ing)\b{PLACE}"),
}
"""What a warning says of a version to come."""


class Announcement(BaseModel):
    """One entry of announced.yaml, whose head says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    estimators: list[str]
    parameter: str | None = None
    values: list[Any] | None = None
    below: float | None = None
    default: bool = False
    held: bool = True
    effect: Literal["breaks", "changes"]
    what: str
    instead: str
    source: str

    def concerns(self, spec: Mapping[str, Any], pinned: bool) -> bool:
        """Whether it is about this estimator of a recipe."""
        if str(spec["_target_"]).rpartition(".")[2] not in self.estimators:
            return False
        if self.parameter is None:
            return True
        if self.parameter not in spec:
            return self.default and not (pinned and self.held)
        value = spec[self.parameter]
        if self.below is not None:
            return isinstance(value, int | float) and value < self.below
        return not self.default and (self.values is None or value in self.values)

    def outlook(self, spec: Mapping[str, Any]) -> Outlook:
        """What it says of an estimator of a recipe."""
        estimator = str(spec["_target_"]).rpartition(".")[2]
        return Outlook(self.version, self.effect, estimator, self.what, self.instead, self.source)


class Announced(BaseModel):
    """The content of announced.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    announced: list[Announcement]


@dataclass(frozen=True)
class Outlook:
    """What a version will do to a model: "breaks" or "changes" it, because of which class, what to write instead, and
    where that is said."""

    version: str
    effect: str
    estimator: str
    what: str
    instead: str
    source: str

    def __str__(self) -> str:
        instead = f"; instead: {self.instead}" if self.instead else ""
        return f"{self.version} {self.effect} {self.estimator}: {self.what}{instead} ({self.source})"

    def document(self) -> dict[str, str]:
        """As a comparison holds it."""
        return asdict(self)


@cache
def announcements() -> list[Announcement]:
    """All that is known."""
    return parse(Announced, read_yaml(TABLE), TABLE.name).announced


def forecast(result: Result) -> list[Outlook]:
    """What newer versions than the one that built a model will do to it, nearest first."""
    recipe, here = result.manifest.recipe.document, minor(result.manifest.versions["scikit-learn"])
    pinned = recipe["defaults"] == "pinned"
    known = [
        each.outlook(spec)
        for spec in _specifications(recipe["pipeline"])
        for each in announcements()
        if each.concerns(spec, pinned)
    ]
    place = f"a warning of {result.manifest.environment}"
    warned = (outlook for key in result.outcome.warnings for outlook in _said(*key, place))
    said = [outlook for outlook in warned if not _is_known(outlook, known)]
    newer = {outlook for outlook in (*known, *said) if version_key(outlook.version) > version_key(here)}
    return sorted(newer, key=lambda one: (version_key(one.version), one.effect, one.estimator, one.what))


def _specifications(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if "_target_" in node:
            yield node
        for value in node.values():
            yield from _specifications(value)
    elif isinstance(node, list):
        for item in node:
            yield from _specifications(item)


def _said(category: str, message: str, place: str) -> Iterator[Outlook]:
    """What a warning says of a version: of a deprecation the one in which something goes."""
    if category not in ("FutureWarning", "DeprecationWarning"):
        return
    for effect, pattern in SAID.items():
        if found := pattern.search(message):
            yield Outlook(found[1], effect, "a step", message.strip(), "", place)
            return


def _is_known(outlook: Outlook, known: list[Outlook]) -> bool:
    """Whether the table says the same of the same version: by the parameter, or by the class."""
    for other in known:
        names = [other.estimator, *re.findall(r"`(\w+)", other.what)]
        if other.version == outlook.version and any(re.search(rf"\b{name}\b", outlook.what) for name in names):
            return True
    return False
