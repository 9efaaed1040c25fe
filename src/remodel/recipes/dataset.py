"""conf/dataset/<name>.yaml: where rows come from, and of a user's own file how it is read and what its columns are."""

from __future__ import annotations

import codecs
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from remodel.yaml import Choice

KINDS = ("numeric", "categorical", "boolean", "text", "date")
"""What a column may be to a model."""

ROLES = ("ignored", "id", "weight", "group", "time")
"""What a column may be that no model sees: left out; kept beside the predictions; the weight of its row; rows that no
fold may split; when a row was, for folds that go forward."""

ONCE = ("weight", "group", "time")
"""Roles that one column may have."""

FORMATS = {"csv": "csv", "tsv": "csv", "txt": "csv", "parquet": "parquet", "jsonl": "jsonl", "ndjson": "jsonl"}
"""The format of a file by the ending of its name, in any case; .gz may follow, but for Parquet."""


NUMBERS = ("diabetes", "prices")
"""Datasets of our own whose target is a number."""

Word = Annotated[str, Field(min_length=1)]
Letter = Annotated[str, Field(min_length=1, max_length=1)]


class Column(Choice):
    """What a column is. `values` are the words for false and true of a boolean one, `format` is how dates and times are
    written (as Python's strptime has it), and `missing` what else than an empty cell says that there is no value."""

    kind: Literal["numeric", "categorical", "boolean", "text", "date", "ignored", "id", "weight", "group", "time"]
    values: tuple[Word, Word] | None = None
    format: Word | None = None
    missing: list[str] | None = None
    decimal: Literal[".", ","] | None = None
    """Before the decimals, where that is not what the file's `reading` says."""

    @model_validator(mode="after")
    def _own_keys(self) -> Column:
        takers = {"values": ("boolean",), "format": ("date", "time"), "missing": KINDS}
        takers["decimal"] = ("numeric", "weight", "time")
        for key, kinds in takers.items():
            if getattr(self, key) is not None and self.kind not in kinds:
                raise ValueError(f"a column of the kind {self.kind} does not take the key {key!r}")
        if self.kind == "date" and self.format is None:
            raise ValueError("a date needs a format, such as '%Y-%m-%d'")
        if self.values is not None and self.values[0] == self.values[1]:
            raise ValueError("the two values of a boolean column are the same")
        return self

    def request(self) -> Any:
        """The kind alone where there is nothing else."""
        content = self.model_dump(exclude_none=True, mode="json")
        return content if len(content) > 1 else self.kind


def _mapping(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


class Reading(Choice):
    """How a file is written. What is not said is as in a CSV file: UTF-8, commas, double quotes, decimal points."""

    encoding: str | None = None
    separator: Letter | None = None
    quote: Letter | None = None
    decimal: Literal[".", ","] | None = None
    trim: bool | None = None
    """Whether blanks around names and words are none of theirs."""
    missing: list[str] | None = None
    """What in columns of numbers, dates and truth values says that there is none, beside an empty cell."""

    @model_validator(mode="after")
    def _fits(self) -> Reading:
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise ValueError(f"{self.encoding!r} is no encoding, such as utf-8, cp1252 or utf-16") from None
        if self.decimal is not None and self.decimal == (self.separator or ","):
            raise ValueError(f"{self.decimal!r} cannot be the decimal mark and the separator")
        return self


Share = Annotated[float, Field(ge=0, le=1)]


class ColumnCheck(Choice):
    """What has to hold of the values of a column; dates are written as in the file."""

    minimum: float | str | None = None
    maximum: float | str | None = None
    values: list[str] | None = None
    missing: Share | None = None
    """The largest share of rows without a value."""


class DataChecks(Choice):
    """What has to hold of a table before anything is learnt from it."""

    columns: dict[str, ColumnCheck] | None = None
    rows: int | None = Field(default=None, ge=1)
    """The least number of rows."""
    class_rows: int | None = Field(default=None, ge=1)
    """The least number of rows of each class."""


class Dataset(Choice):
    """conf/dataset/<name>.yaml: exactly one of `bundled`, `generator` and `file` says where the rows come from."""

    name: str
    task: Literal["regression"] | None = None
    """What there is to predict: a number; a class where this is left out."""
    bundled: Literal["breast_cancer", "diabetes", "digits", "iris", "wine"] | None = None
    outlier: Word | None = None
    """Of rows that may be outliers, the class of those that are; nothing of the snapshot hangs on it."""
    generator: Literal["credit", "prices", "sensors"] | None = None
    rows: int | None = Field(default=None, ge=100)
    seed: int | None = None
    file: str | None = None
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    reading: Reading | None = None
    target: str | None = None
    columns: dict[str, Annotated[Column, BeforeValidator(_mapping)]] | None = None
    where: Word | None = None
    """An expression over columns: the rows for which it holds are the dataset."""
    train_where: Word | None = None
    """An expression over columns: only rows for which it holds are learnt from; scores are those of all rows."""
    checks: DataChecks | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Dataset:
        needed = {"bundled": (), "generator": ("rows", "seed"), "file": ("sha256", "target", "columns")}
        sources = [source for source in needed if getattr(self, source) is not None]
        if len(sources) != 1:
            raise ValueError(f"exactly one of bundled, generator and file is needed, found {sources or 'none'}")
        for source, keys in needed.items():
            for key in keys:
                if (getattr(self, key) is not None) != (source == sources[0]):
                    verb = "needs" if source == sources[0] else "does not take"
                    raise ValueError(f"a dataset with {sources[0]!r} {verb} the key {key!r}")
        own = self.bundled or self.generator
        if own is not None and (own in NUMBERS) != (self.task == "regression"):
            raise ValueError(f"the dataset {own!r} {'needs' if own in NUMBERS else 'does not take'} `task: regression`")
        if self.task == "regression" and self.checks is not None and self.checks.class_rows is not None:
            raise ValueError("a dataset with `task: regression` has no classes: leave `class_rows` out")
        if self.task == "regression" and self.outlier is not None:
            raise ValueError("a dataset with `task: regression` has no classes: leave `outlier` out")
        if self.file is None and self.reading is not None:
            raise ValueError(f"a dataset with {sources[0]!r} does not take the key 'reading'")
        return self

    @model_validator(mode="after")
    def _columns_fit(self) -> Dataset:
        kinds: list[str] = [column.kind for column in (self.columns or {}).values()]
        for role in ONCE:
            if kinds.count(role) > 1:
                raise ValueError(f"{kinds.count(role)} columns have the role {role!r}, one may")
        if "group" in kinds and "time" in kinds:
            raise ValueError("a dataset with a column `group` cannot have a column `time`: folds go by one of them")
        if self.columns is not None and not set(kinds) & set(KINDS):
            raise ValueError(f"no column is left to learn from: one has to be {', '.join(KINDS[:-1])} or {KINDS[-1]}")
        return self

    @model_validator(mode="after")
    def _file_is_read(self) -> Dataset:
        if self.file is not None and format_of(self.file) is None:
            endings = ", ".join(f".{ending}" for ending in FORMATS)
            raise ValueError(f"{PurePath(self.file).name!r} is no file of a kind that is read: {endings} (or with .gz)")
        return self

    def has(self, role: str) -> bool:
        """Whether a column has this role."""
        return any(column.kind == role for column in (self.columns or {}).values())

    def request(self) -> dict[str, Any]:
        """What the builder needs to make the snapshot; its digest is the snapshot's identity.

        A file is known to the builder by its name: where it stands on this machine is no part of the identity.
        """
        content = self.model_dump(exclude_none=True, exclude={"outlier"}, mode="json")
        if self.columns is not None:
            content["columns"] = {name: column.request() for name, column in self.columns.items()}
        return {**content, "file": PurePath(self.file).name} if self.file else content


def format_of(file: str) -> str | None:
    """What a file holds, by its name: "csv", "parquet" or "jsonl"; None where nobody knows."""
    parts = PurePath(file).name.lower().split(".")
    packed = len(parts) > 2 and parts[-1] == "gz"
    kind = FORMATS.get(parts[-2 if packed else -1]) if len(parts) > 1 else None
    return None if packed and kind == "parquet" else kind
