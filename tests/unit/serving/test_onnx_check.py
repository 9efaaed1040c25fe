"""An ONNX file is read before ONNX Runtime reads it: what no exporter of ours writes never comes to a session.

tests/containers/hostile gives such files to the real runtimes.
"""

from __future__ import annotations

import struct

import pytest

from serving.onnx_file import check as checking
from serving.onnx_file.check import Declared, RefusedModel, check
from serving.onnx_file.messages import MOST_NODES, NESTED
from tests.unit.serving import onnx_bytes as onnx
from tests.unit.serving.onnx_bytes import DOUBLE, FLOAT, INT64, TEXT, message

IDENTITY = onnx.node("Identity", ["x"], ["label"])


def file(*nodes: bytes, tensors: tuple[bytes, ...] = (), inputs: dict[str, int] | None = None) -> bytes:
    """A file with these nodes and tensors."""
    columns = onnx.columns(**(inputs or {"x": DOUBLE}))
    return onnx.model(onnx.graph(nodes, columns, onnx.ANSWERS, *((5, item) for item in tensors)))


def refusal(content: bytes) -> str:
    """The one line that refuses a file."""
    with pytest.raises(RefusedModel) as caught:
        check(content)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 300
    return message


def loop(*inputs: str, body: bytes | None = None) -> bytes:
    """A loop over `inputs`."""
    inner = onnx.graph([onnx.node("Identity", ["going"], ["on"])], onnx.columns(step=INT64, going=9), [])
    return onnx.node("Loop", inputs, ["label"], message((1, "body"), (6, inner if body is None else body), (20, 5)))


def trees(**changes: list[int]) -> bytes:
    """A tree of three nodes."""
    lists = {
        "nodes_treeids": [0, 0, 0],
        "nodes_nodeids": [0, 1, 2],
        "nodes_featureids": [0, 0, 0],
        "nodes_truenodeids": [1, 0, 0],
        "nodes_falsenodeids": [2, 0, 0],
        "target_treeids": [0, 0],
        "target_nodeids": [1, 2],
        "target_ids": [0, 0],
        **changes,
    }
    weights = b"".join(b"\x3d" + struct.pack("<f", weight) for weight in (1.0, 2.0))
    modes = message((1, "nodes_modes"), *((9, mode) for mode in ("BRANCH_LEQ", "LEAF", "LEAF")), (20, 8))
    attributes = [onnx.ints(name, numbers) for name, numbers in lists.items()]
    attributes += [modes, message((1, "target_weights")) + weights + message((20, 6))]
    attributes += [message((1, "n_targets"), (3, 1), (20, 2))]
    return onnx.node("TreeEnsembleRegressor", ["x"], ["label"], *attributes, domain="ai.onnx.ml")


@pytest.mark.parametrize(
    "content",
    [
        file(IDENTITY),
        file(loop("rounds", "", "x"), tensors=(onnx.whole("rounds", 100),)),
        file(onnx.node("Expand", ["x", "shape"], ["label"]), tensors=(onnx.whole("shape", 3, 4),)),
        file(trees()),
    ],
    ids=["plain", "loop", "expand", "trees"],
)
def test_what_exporters_write_passes(content: bytes) -> None:
    """And says what it takes and gives."""
    assert check(content) == Declared({"x": "numeric"}, ("label", "probabilities"))


def test_columns_are_numbers_or_texts() -> None:
    """By the types of the inputs."""
    content = file(IDENTITY, inputs={"x": DOUBLE, "single": FLOAT, "city": TEXT})
    assert check(content).inputs == {"x": "numeric", "single": "numeric", "city": "categorical"}


EXTERNAL = message((1, "location"), (2, "/etc/passwd"))
"""A StringStringEntryProto that names another file."""


@pytest.mark.parametrize(
    "content, why",
    [
        (b"", "holds no graph"),
        (b"onnx", "is damaged"),
        (b"\x00" * 40, "is damaged: a field at byte 0 has the number 0"),
        (file(IDENTITY)[:-3], "is damaged: a field at byte"),
        (file(IDENTITY) + b"\x0b", "is damaged: a field at byte"),
        (file(IDENTITY) + b"\x08\x88\x00", "is damaged: a number at byte"),
        (message((1, 8), (2, "ORTM" + 40 * "x")), "ONNX Runtime's own format"),
        (file(IDENTITY) + message((7, onnx.graph([], [], []))), "Model.graph twice"),
        (file(IDENTITY) + message((99, 1)), "field 99 of Model"),
        (file(IDENTITY) + message((25, b"")), "functions of its own"),
        (file(IDENTITY) + message((20, b"")), "a graph for training"),
        (file(IDENTITY) + message((8, message((1, "com.microsoft"), (2, 1)))), "the domain 'com.microsoft'"),
        (file(IDENTITY) + message((8, message((2, 17)))), "an operator set twice"),
        (onnx.model(b"").replace(b"\x10\x11", b"\x10\x16"), "version 22 of the operators ai.onnx"),
        (file(IDENTITY, tensors=(onnx.whole("c", 1) + message((13, EXTERNAL)),)), "whose data stand in another file"),
        (file(IDENTITY, tensors=(onnx.whole("c", 1) + message((14, 1)),)), "says where its data stand"),
        (file(IDENTITY, tensors=(onnx.tensor("c", INT64, [3], bytes(8)),)), "another number of values"),
        (file(IDENTITY, tensors=(onnx.tensor("c", INT64, [-1], bytes(8)),)), "with the dimensions [-1]"),
        (file(IDENTITY, tensors=(onnx.tensor("c", INT64, [1 << 62, 4], b""),)), "another number of values"),
        (file(IDENTITY, tensors=(onnx.tensor("c", TEXT, [1], bytes(8)),)), "a tensor of texts as raw bytes"),
        (file(IDENTITY, tensors=(onnx.tensor("c", 99, [1], bytes(8)),)), "a tensor of the type 99"),
        (file(IDENTITY, tensors=(onnx.whole("x", 1),)), "constant 'x' that is an input"),
        (onnx.model(onnx.graph([IDENTITY], onnx.columns(x=DOUBLE), onnx.ANSWERS, (15, b""))), "a sparse tensor"),
        (file(onnx.node("Identity", ["x"], ["label"], domain="mine")), "the operator mine.Identity"),
        (file(onnx.node("NonMaxSuppression", ["x"], ["label"])), "the operator ai.onnx.NonMaxSuppression"),
        (file(onnx.node("RandomNormal", [], ["label"])), "the operator ai.onnx.RandomNormal"),
        (file(onnx.node("If", ["x"], ["label"])), "the operator ai.onnx.If"),
        (file(loop("", "", "x")), "a loop without a constant number of rounds"),
        (file(loop("x", "", "x")), "a loop without a constant number of rounds"),
        (file(loop("rounds", "", "x"), tensors=(onnx.whole("rounds", 1 << 40),)), "loops of 1099511627776 rounds"),
        (
            file(onnx.node("Expand", ["x", "c"], ["label"]), tensors=(onnx.whole("c", 1 << 20, 1 << 20),)),
            "Expand with the shape [1048576, 1048576]",
        ),
        (file(IDENTITY, inputs={"x": 16}), "takes neither numbers nor texts"),
        (file(trees(nodes_featureids=[-5, 0, 0])), "trees that ask for the column -5"),
        (file(trees(nodes_truenodeids=[0, 0, 0])), "a tree with the child 0"),
        (file(trees(nodes_truenodeids=[9, 0, 0])), "a tree with the child 9"),
        (file(trees(nodes_nodeids=[0, 1, 1])), "two nodes of one number"),
        (file(trees(nodes_treeids=[0, 0])), "another number of entries for each node"),
        (file(trees(target_ids=[0, 7])), "trees with 1 answers and the answer 7"),
        (file(trees(target_nodeids=[1, 7])), "trees with a value for the node 7"),
        (file(trees(target_nodeids=[1])), "another number of entries for each leaf"),
        (file(onnx.node("Identity", ["x" * (1 << 17)], ["label"])), "a text of 131072 bytes"),
    ],
)
def test_what_no_exporter_writes_is_refused(content: bytes, why: str) -> None:
    """In one line, without ONNX Runtime."""
    assert why in refusal(content)


def test_loops_in_loops_are_multiplied() -> None:
    """A thousand times a thousand times a thousand rounds."""
    inner = onnx.graph([loop("rounds", "", "x")], onnx.columns(step=INT64, going=9), [])
    middle = onnx.graph([loop("rounds", "", "x", body=inner)], onnx.columns(step=INT64, going=9), [])
    content = file(loop("rounds", "", "x", body=middle), tensors=(onnx.whole("rounds", 1000),))
    assert refusal(content) == "it holds loops of 1000000000 rounds, and 1048576 is the most"


def test_a_constant_that_a_body_hides_is_none() -> None:
    """The name of an outer constant may be an input of the body."""
    body = onnx.graph([loop("rounds", "", "x")], onnx.columns(step=INT64, going=9, rounds=INT64), [])
    content = file(loop("rounds", "", "x", body=body), tensors=(onnx.whole("rounds", 2),))
    assert "a loop without a constant number of rounds" in refusal(content)


def test_graphs_inside_each_other_are_counted() -> None:
    """Reading does not go as deep as a file says."""
    body = onnx.graph([], [], [])
    for _ in range(NESTED + 2000):
        body = onnx.graph([loop("rounds", "", "x", body=body)], [], [])
    assert refusal(onnx.model(body)) == f"it holds more than {NESTED} graphs inside each other"


def test_nodes_are_counted() -> None:
    """A small node has seven bytes, and takes a hundred times as much once it is read."""
    nodes = message((1, onnx.node("Abs", [], []))) * (MOST_NODES + 1)
    assert refusal(onnx.model(nodes)) == f"it holds more than {MOST_NODES} nodes"


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is a gigabyte; here it is less."""
    monkeypatch.setattr(checking, "LARGEST", 10)
    assert refusal(file(IDENTITY)).endswith("bytes, and 10 is the most")


def test_long_lists_are_read_in_windows() -> None:
    """Numbers of one to ten bytes, over more than one window, come out as they went in."""
    from serving.onnx_file import wire

    numbers = [sign << shift for shift in range(63) for sign in (1, -1)] * 300
    content = b"zz" + b"".join(b"\x40" + onnx.varint(number) for number in numbers) + b"\xa0\x01\x07"
    values, stop = wire.run_of_varints(content, 2, len(content), 8)
    assert values.tolist() == numbers and stop == len(content) - 3
    with pytest.raises(wire.Malformed, match="cut off"):
        wire.run_of_varints(content[:-5], 2, len(content) - 5, 8)
