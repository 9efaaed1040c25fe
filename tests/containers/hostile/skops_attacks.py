"""Hostile .skops files. Made inside an environment, of honest ones; named on the host.

Each is a function without arguments, with the words that refuse it.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

CANARY = "canary-5f2c"


@dataclass(frozen=True)
class Attack:
    """One file; `why` stands in the line that refuses it."""

    make: Callable[[], bytes]
    why: str


ATTACKS: dict[str, Attack] = {}


def attack(why: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register a function under its own name."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        ATTACKS[make.__name__.replace("_", "-")] = Attack(make, why)
        return make

    return register


@cache
def good() -> bytes:
    """A fitted model as the builder writes it."""
    import numpy
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeClassifier

    rows = numpy.random.default_rng(0).normal(size=(40, 3))
    model = Pipeline([("scale", StandardScaler()), ("tree", DecisionTreeClassifier(random_state=0))])
    return written(model.fit(rows, rows[:, 0] > 0))


def written(model: Any) -> bytes:
    """Canonical bytes of a model."""
    import skops.io

    from builder.export.canonical_skops import canonical

    return canonical(skops.io.dumps(model))


def parts() -> tuple[dict, dict[str, bytes]]:
    """Schema and members of the honest file."""
    with zipfile.ZipFile(io.BytesIO(good())) as source:
        members = {name: source.read(name) for name in source.namelist()}
    return json.loads(members.pop("schema.json")), members


def packed(schema: Any, members: dict[str, bytes]) -> bytes:
    """A file as the builder packs it."""
    from builder.export.canonical_skops import archive

    text = schema if isinstance(schema, bytes) else json.dumps(schema).encode()
    return archive({**members, "schema.json": text})


def nodes(schema: Any) -> list[dict]:
    """Every node."""
    from builder.trust.nodes import walk

    return [node for node, _ in walk(schema)]


def with_array(content: bytes, suffix: str = ".npy") -> bytes:
    """The honest file with its first array replaced by other bytes, named after them."""
    import hashlib

    schema, members = parts()
    node = next(node for node in nodes(schema) if node["__loader__"] == "NdArrayNode" and "file" in node)
    node["file"] = hashlib.sha256(content).hexdigest()[:32] + suffix
    members[node["file"]] = content
    return packed(schema, members)


def array(header: str, data: bytes = b"", version: int = 1) -> bytes:
    """A .npy file with this header."""
    text = header.encode()
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text + data


def plain(descr: str = "'<f8'", shape: str = "(1,)") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n"


@attack("which no estimator needs")
def a_schema_of_repeated_numbers():
    """Lists in lists, all of it twelve times under the same numbers: comparing each pair anew takes minutes."""
    inner = [
        {"__loader__": "JsonNode", "content": str(number), "__id__": number} for number in range(10**6, 10**6 + 20_000)
    ]
    for depth in range(150):
        inner = [{"__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": inner}]
        inner[0]["__id__"] = 2 * 10**6 + depth
    schema, members = parts()
    schema["content"]["content"]["more"] = [*inner * 12, {"__loader__": "MethodNode"}]
    return packed(schema, members)


@attack("is damaged: a member is compressed")
def a_bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("schema.json", b"{" + b" " * (200 << 20) + b"}")
    return buffer.getvalue()


@attack("is damaged: a member stands in it twice")
def a_member_twice():
    content = good()
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as target:
        target.writestr("schema.json", "{}")
    return buffer.getvalue()


def renamed(name: str, **fields: Any) -> bytes:
    """The honest file and one member more, packed with these fields of its entry."""
    buffer = io.BytesIO(good())
    with zipfile.ZipFile(buffer, "a") as target:
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.create_system = 3
        for field, value in fields.items():
            setattr(entry, field, value)
        target.writestr(entry, b"/etc/passwd")
    return buffer.getvalue()


def better(name: str) -> bytes:
    """The honest file and one member more, as the builder packs."""
    schema, members = parts()
    return packed(schema, {**members, name: b"text"})


@attack("is not what its name says")
def a_member_at_an_absolute_path():
    return better("/etc/cron.d/x")


@attack("is not what its name says")
def a_member_above_the_folder():
    return better("../../x.npy")


@attack("is not what its name says")
def a_member_with_a_path_behind_its_digest():
    import hashlib

    return better(hashlib.sha256(b"text").hexdigest()[:32] + ".x/../../../etc/x")


@attack("is damaged: it is not packed as the builder packs")
def a_member_that_is_a_link():
    return renamed("a" * 32 + ".npy", external_attr=0o120777 << 16)


@attack("is damaged")
def a_member_with_a_password():
    content = bytearray(good())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(signature)
        content[place + offset] |= 1
    return bytes(content)


@attack("is damaged: it is not packed as the builder packs")
def bytes_before_the_file():
    return b"#!/bin/sh\nexit\n" + good()


@attack("is damaged: it is not packed as the builder packs")
def a_comment_behind_the_file():
    buffer = io.BytesIO(good())
    with zipfile.ZipFile(buffer, "a") as target:
        target.comment = b"x" * 40
    return buffer.getvalue()


@attack("is damaged: its members are larger than itself")
def members_that_overlap():
    return larger(good(), 1 << 20)


@attack("is damaged: its members are larger than itself")
def a_member_of_terabytes():
    return larger(good(), (1 << 32) - 2)


def larger(content: bytes, size: int) -> bytes:
    """The first entry of the directory says another size."""
    place = content.index(b"PK\x01\x02")
    return content[: place + 20] + struct.pack("<II", size, size) + content[place + 28 :]


@attack("is damaged: it has 100001 members, and 100000 is the most")
def members_without_number():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for number in range(100_001):
            target.writestr(zipfile.ZipInfo(str(number)), b"")
    return buffer.getvalue()


def pickled() -> bytes:
    """An array of objects whose pickle runs a command."""
    import numpy

    class Evil:
        def __reduce__(self):
            import os

            return os.system, (f"echo {CANARY} > planted",)

    buffer = io.BytesIO()
    numpy.save(buffer, numpy.array([Evil()], dtype=object), allow_pickle=True)
    return buffer.getvalue()


@attack("is damaged: an array holds objects")
def an_array_of_objects():
    return with_array(pickled())


@attack("is damaged: an array holds objects")
def a_struct_of_objects():
    return with_array(array(plain("[('a', '<f8'), ('b', '|O')]"), bytes(16)))


@attack("is damaged: an array holds objects")
def an_array_of_objects_in_an_archive():
    from builder.export.canonical_skops import archive

    return with_array(archive({"data.npy": pickled()}), ".npz")


@attack("which is no array")
def another_file_in_an_archive():
    from builder.export.canonical_skops import archive

    return with_array(archive({"../data.pkl": pickled()}), ".npz")


@attack("is damaged: a member is compressed")
def a_bomb_in_an_archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("data.npy", bytes(300 << 20))
    return with_array(buffer.getvalue(), ".npz")


@attack("is damaged: an array has a header of 30000000 bytes")
def a_header_without_measure():
    return with_array(array("(" * 30_000_000, version=2))


@attack("is damaged: an array has a header that is no plain mapping")
def a_header_of_brackets():
    return with_array(array("(" * 9_000))


@attack("is damaged: an array has a header that is no plain mapping")
def a_header_that_computes():
    return with_array(array(plain(shape="(10**10**10,)"), bytes(8)))


@attack("is damaged: an array has a header that is no plain mapping")
def a_header_that_calls():
    return with_array(array(plain(descr="__import__('os').system('id')"), bytes(8)))


@attack("has another number of bytes")
def an_array_of_terabytes():
    return with_array(array(plain(shape="(1000000000000,)"), bytes(8)))


@attack("is damaged: an array has the shape")
def an_array_of_negative_length():
    return with_array(array(plain(shape="(-1, -1)"), bytes(8)))


@attack("is damaged: an array has a type that numpy does not write")
def an_array_of_no_type():
    return with_array(array(plain(descr="{'names': 5}"), bytes(8)))


@attack("is damaged: an array has no header of numpy")
def an_array_that_is_none():
    return with_array(b"\x80\x04cos\nsystem\n.")


@attack("model.skops is ")
def a_schema_of_endless_depth():
    return packed(b'{"a":' * 200_000 + b"1" + b"}" * 200_000, {})


@attack("is damaged: a whole number has 3000000 digits")
def a_number_of_millions_of_digits():
    return packed(b'{"__loader__": "JsonNode", "__id__": ' + b"9" * 3_000_000 + b"}", {})


@attack("holds a node with the number [1]")
def a_number_that_is_a_list():
    schema, members = parts()
    nodes(schema)[0]["__id__"] = [1]
    return packed(schema, members)


@attack("which no estimator needs")
def a_node_that_calls_a_method():
    schema, members = parts()
    nodes(schema)[-1]["__loader__"] = "MethodNode"
    return packed(schema, members)


@attack("holds what nobody has reviewed: os.system")
def a_function_that_runs_a_command():
    schema, members = parts()
    node = next(node for node in nodes(schema) if node.get("__class__") == "StandardScaler")
    node["__module__"], node["__class__"] = "os", "system"
    return packed(schema, members)


def reading(kind: str, way: str) -> bytes:
    """A model that answers with what stands in the files that its rows name."""
    import sklearn.feature_extraction.text
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import MaxAbsScaler

    vectorizer = getattr(sklearn.feature_extraction.text, kind)(input=way)
    return written(Pipeline([("words", vectorizer), ("scale", MaxAbsScaler())]))


@attack("holds a CountVectorizer: input: filename opens files that a request names")
def rows_that_name_files_to_count():
    return reading("CountVectorizer", "filename")


@attack("holds a TfidfVectorizer: input: filename opens files that a request names")
def rows_that_name_files_to_weigh():
    return reading("TfidfVectorizer", "filename")


@attack("holds a HashingVectorizer: input: file opens files that a request names")
def rows_that_are_files_to_hash():
    return reading("HashingVectorizer", "file")


@attack("holds a Pipeline: memory keeps pickles in a folder")
def a_folder_of_pickles():
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import MaxAbsScaler

    return written(Pipeline([("scale", MaxAbsScaler()), ("again", MaxAbsScaler())], memory="/tmp/pickles"))
