"""How a text file is written: its encoding by charset-normalizer, its separator and quotes by clevercsv.

docs/dependencies.md says how they were chosen: on 1,015 files made of real tables.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from container.errors import data_error
from snapshots.sources import read_file

SAMPLE = 1 << 16
"""Characters that the separator is looked for in; of whole lines."""

ENCODING_SAMPLE = 1 << 20
"""Bytes that an encoding is looked for in."""

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

LIKELY = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp932",
    "gb18030",
    "big5",
    "euc_kr",
    "utf_16_le",
    "utf_16_be",
]
"""The encodings that programs still write; those that differ from one of them in a letter or two are none of them."""

SEPARATORS = (",", ";", "\t", "|", " ")
"""Blanks only where the header has none of the others."""


def sniff(path: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """`encoding`, `separator` and `quote` of a CSV file, but what is `asked` for. Raises a data error where it has no
    encoding that can be found."""
    found: dict[str, Any] = {}
    content = read_file.content_of(path)
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in content[:1024] and "encoding" not in asked and not marked and not _is_wide(content):
        raise data_error(f"{path.name} holds zero bytes: it is no text", "Is it a CSV file? Then give its encoding")
    encoding = asked.get("encoding") or encoding_of(path, content)
    if codecs.lookup(encoding).name != "utf-8":
        found["encoding"] = encoding
    try:
        # All of it where the encoding was given: those that are found have been tried on the whole.
        text = content.decode(encoding) if "encoding" in asked else _beginning(content, encoding)
    except UnicodeDecodeError as error:
        raise data_error(
            f"{path.name} is not {encoding}: {error.reason} at byte {error.start}", "Give its encoding"
        ) from None
    text = text.lstrip("\ufeff")
    sample = text[:SAMPLE]
    sample = sample[: sample.rfind("\n") + 1] or sample
    separator, quote = dialect_of(sample, asked)
    found["separator"], found["quote"] = separator, quote
    return found


def _beginning(content: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)().decode(content[: 4 * SAMPLE])


def encoding_of(path: Path, content: bytes) -> str:
    """UTF-8 where the bytes are that, else what is likely."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return name
    try:
        content.decode()
        return "utf-8"
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(content[:ENCODING_SAMPLE], cp_isolation=LIKELY).best()
    for name in ([best.encoding] if best else []) + ["cp1252"]:
        try:
            text = content.decode(name)
            if content.decode("cp1252", errors="replace") == text:
                return "cp1252"  # of the encodings that read the file alike, the one that most programs write
            return name.replace("_", "-") if name.startswith("utf") else name
        except UnicodeDecodeError:
            continue
    raise data_error(f"{path.name} is in no encoding that could be found", "Give it: --encoding NAME")


def _is_wide(content: bytes) -> bool:
    """Whether every second byte is zero, as in UTF-16 without a mark."""
    return len(set(content[1:400:2])) == 1 or len(set(content[:400:2])) == 1


def dialect_of(sample: str, asked: Mapping[str, Any]) -> tuple[str, str]:
    """Separator and quote of the lines in `sample`."""
    quote = asked.get("quote") or '"'
    if asked.get("separator"):
        return asked["separator"], quote
    header = sample.split("\n", 1)[0]
    import clevercsv

    try:
        dialect = clevercsv.Sniffer().sniff(sample, delimiters=list(SEPARATORS))
    except clevercsv.Error:
        dialect = None
    separator = dialect.delimiter if dialect is not None else ""
    others = [mark for mark in SEPARATORS[:-1] if mark in header]
    if separator not in SEPARATORS or separator not in header or (separator == " " and others):
        separator = max(others, key=header.count) if others else ","
    single = dialect is not None and dialect.quotechar == "'" and '"' not in sample
    return separator, asked.get("quote") or ("'" if single else '"')
