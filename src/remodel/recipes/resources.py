"""What a model declares that its build needs: memory and threads, the key `resources` of conf/model/<name>.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ByteSize, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.yaml import parse, read_yaml

SIZE: TypeAdapter[ByteSize] = TypeAdapter(Annotated[ByteSize, Field(gt=0)])

WRITTEN = re.compile(r"\d+(\.\d+)? ?[A-Za-z]*")
"""pydantic reads the beginning of any text: "1.5.5GiB" would be one byte."""


UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}

LASTING = re.compile(r"(?P<number>\d+(\.\d+)?) ?(?P<unit>s|min|h|d)")


@dataclass(frozen=True)
class Memory:
    """An amount of memory in bytes, and as its user wrote it: "4GiB" counts in powers of 1024, "4GB" of 1000."""

    size: int
    text: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_memory)


def _memory(value: Any) -> Memory:
    text = str(value).strip()
    try:
        if WRITTEN.fullmatch(text):
            return Memory(SIZE.validate_python(text), text)
    except ValidationError:
        pass
    raise ValueError("not a size, write it like 4GiB or 512MiB")


@dataclass(frozen=True)
class Duration:
    """A time in seconds, and as its user wrote it: "90s", "30min", "3h" or "1d"."""

    seconds: float
    text: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_duration)


def _duration(value: Any) -> Duration:
    text = str(value).strip()
    match = LASTING.fullmatch(text)
    if match is None or not float(match["number"]):
        raise ValueError("not a time, write it like 30min or 3h")
    return Duration(float(match["number"]) * UNITS[match["unit"]], text)


class Resources(BaseModel):
    """What a model needs while it is built: memory as "4GiB", threads of BLAS and OpenMP, time as "3h"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory: Memory | None = None
    threads: int | None = Field(default=None, ge=1)
    time: Duration | None = None


class _Declared(BaseModel):
    """The key `resources` among all other keys of the file, which are Hydra's to check."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    resources: Resources = Resources()


@dataclass(frozen=True)
class MemoryLimit:
    """How many bytes a build may take; as its user wrote it, and where. No part of a recipe: it changes no byte."""

    size: int
    text: str
    where: str


def file_of(model: str) -> str:
    """Where a model declares what it needs, seen from the checkout."""
    return f"conf/model/{model}.yaml"


def read_resources(checkout: Checkout, model: str) -> Resources:
    """What a model's file declares; nothing where there is no such file. UsageError where it cannot be."""
    path = checkout.root / file_of(model)
    return parse(_Declared, read_yaml(path), file_of(model)).resources if path.is_file() else Resources()


def declared_seconds(checkout: Checkout, model: str) -> float | None:
    """How long a model's build may take, as its file declares; None: as any job."""
    time = read_resources(checkout, model).time
    return time.seconds if time else None


def declared_limit(checkout: Checkout, model: str) -> MemoryLimit | None:
    """The limit that a model's file declares."""
    memory = read_resources(checkout, model).memory
    return MemoryLimit(memory.size, memory.text, file_of(model)) if memory else None


def chosen_limit(checkout: Checkout, model: str, resources: Resources) -> MemoryLimit | None:
    """The limit of a composed configuration, which may be the model's file's or the command line's."""
    declared = declared_limit(checkout, model)
    if resources.time != read_resources(checkout, model).time:
        raise UsageError("resources.time is not for the command line", f"Write it into {file_of(model)}")
    memory = resources.memory
    if memory is None or (declared is not None and declared.text == memory.text):
        return declared if memory else None
    return MemoryLimit(memory.size, memory.text, "the command line")
