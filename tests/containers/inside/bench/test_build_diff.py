"""A difference of two builds is named down to the value: each kind of file, made by hand with one thing changed."""

from __future__ import annotations

import json
import subprocess
import sys

import child
import numpy
import pyarrow
import pytest
import scipy.sparse
import skops.io
from onnx import TensorProto, helper
from sklearn.preprocessing import StandardScaler

import contract
from bench import diff
from bench.diff.compare import differing
from bench.diff.difference import WIDTH, ByteDifference
from builder.export.canonical_skops import canonical
from container.parquet import parquet_bytes


def named(file, left, right):
    """The differences as tuples."""
    return [(one.place, one.left, one.right) for one in differing(file, left, right)]


def skops_bytes(**attributes):
    """A canonical skops file of an estimator with these attributes."""
    model = StandardScaler().fit(numpy.arange(12.0).reshape(6, 2))
    for name, value in attributes.items():
        setattr(model, name, value)
    return canonical(skops.io.dumps(model))


def onnx_bytes(weights=(1.0, 2.0), alpha=0.5, names=("first", "second"), opset=17, words=("no", "yes")):
    """A small model: a constant of weights, a Gemm with an attribute, two outputs."""
    classes = helper.make_attribute("classes", list(words))
    nodes = [
        helper.make_node("Gemm", ["x", "w"], ["y"], name=names[0], alpha=alpha),
        helper.make_node("Identity", ["y"], ["z"], name=names[1]),
    ]
    nodes[1].attribute.append(classes)
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1])]
    outputs = [helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 2])]
    initializer = helper.make_tensor("w", TensorProto.FLOAT, [1, 2], list(weights))
    graph = helper.make_graph(nodes, "model", inputs, outputs, [initializer])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]).SerializeToString()


def table_bytes(**columns):
    """A Parquet file of these columns."""
    return parquet_bytes(pyarrow.table(columns))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"a_": 1.5}, {"a_": 2.5}, ("a_", "'1.5'", "'2.5'")),
        ({"a_": {"b": [1, "x"]}}, {"a_": {"b": [1, "y"]}}, ("a_.b[1]", "'\"x\"'", "'\"y\"'")),
        ({"a_": ["p", "q"]}, {"a_": ["q", "p"]}, ("a_[0]", "'\"p\"'", "'\"q\"'")),
        ({"a_": numpy.array([[1, 2], [3, 4]])}, {"a_": numpy.array([[1, 2], [0, 4]])}, ("a_[1, 0]", "3", "0")),
        ({"a_": numpy.array([0.0])}, {"a_": numpy.array([-0.0])}, ("a_[0]", "0.0", "-0.0")),
        ({"a_": numpy.zeros(2)}, {"a_": numpy.zeros(3)}, ("a_.shape", "(2,)", "(3,)")),
        ({"a_": numpy.zeros(2)}, {"a_": numpy.zeros(2, int)}, ("a_.dtype", "'float64'", "'int64'")),
        ({"a_": b"one"}, {"a_": b"two"}, ("a_", "b'one'", "b'two'")),
    ],
)
def test_a_skops_file_names_attribute_index_and_values(left, right, expected):
    """The path is the attribute's as Python has it; an array is told by its first differing index."""
    assert expected in named("model.skops", skops_bytes(**left), skops_bytes(**right))


def test_only_what_differs_in_a_skops_file_is_named():
    """Other numbers of objects and other names of members follow from the content, and are not told."""
    left = skops_bytes(a_=numpy.arange(5.0), b_=numpy.arange(7.0))
    right = skops_bytes(a_=numpy.arange(5.0), b_=numpy.array([0, 1, 2, 3.000000000001, 4, 5, 6]))
    assert named("model.skops", left, right) == [("b_[3]", "3.0", "3.000000000001")]


def test_a_field_of_a_struct_array_is_named():
    """The nodes of a tree are records."""
    dtype = [("left", "<i8"), ("threshold", "<f8")]
    left, right = (skops_bytes(nodes_=numpy.array([(1, 0.5), (2, value)], dtype)) for value in (0.25, 0.75))
    assert named("model.skops", left, right) == [("nodes_.threshold[1]", "0.25", "0.75")]


def test_the_order_of_keys_in_a_skops_file_is_named():
    """A dictionary filled in another order has other bytes and equal values."""
    left, right = skops_bytes(a_={"x": 1, "y": 2}), skops_bytes(a_={"y": 2, "x": 1})
    assert named("model.skops", left, right)[0] == ("a_, order of keys", "['x', 'y']", "['y', 'x']")


def test_sparse_matrices_of_two_kinds_are_told_by_their_arrays():
    """One kind keeps other arrays than the other: that is a difference, and no file that cannot be read."""
    kinds = (scipy.sparse.csr_matrix, scipy.sparse.coo_matrix)
    found = named("model.skops", *(skops_bytes(a_=kind(numpy.eye(2))) for kind in kinds))
    assert any(place == "a_, its arrays" for place, _, _ in found), found


def test_an_attribute_of_one_side_is_named():
    """Nothing stands on the other side."""
    found = named("model.skops", skops_bytes(a_=1), skops_bytes())
    assert ("a_", "'1'", None) in found


def test_one_object_or_two_is_named():
    """Where all values are equal, the numbers of objects tell whether a value is shared."""
    shared = numpy.arange(3.0)
    found = named("model.skops", skops_bytes(a_=shared, b_=shared), skops_bytes(a_=shared, b_=shared.copy()))
    assert found and all(place.endswith("__id__") for place, _, _ in found)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ("$.a.b[1]", "2", "3")),
        ({"a": 1}, {"a": 1.0}, ("$.a", "1", "1.0")),
        ({"model.onnx": 1}, {}, ('$["model.onnx"]', "1", None)),
        ({"a": [1]}, {"a": [1, 2]}, ("$.a", "[1]", "[1, 2]")),
        ({"a": None}, {"a": "x"}, ("$.a", "null", '"x"')),
    ],
)
def test_a_json_file_names_path_and_values(left, right, expected):
    """Each difference by its JSON path."""
    assert named("scores.json", json.dumps(left).encode(), json.dumps(right).encode()) == [expected]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"p": [0.5, 0.25]}, {"p": [0.5, 0.75]}, ("column p, row 1", "0.25", "0.75")),
        ({"p": [0.0]}, {"p": [-0.0]}, ("column p, row 0", "0.0", "-0.0")),
        ({"p": [None, 1.0]}, {"p": [float("nan"), 1.0]}, ("column p, row 0", "None", "nan")),
        ({"label": ["a"]}, {"label": ["b"]}, ("column label, row 0", "'a'", "'b'")),
        ({"p": [1.0]}, {"p": [1]}, ("column p, type", "'double'", "'int64'")),
        ({"p": [1.0]}, {"q": [1.0]}, ("columns", "['p']", "['q']")),
        ({"p": [1.0]}, {"p": [1.0, 2.0]}, ("rows", "1", "2")),
    ],
)
def test_a_parquet_file_names_column_row_and_values(left, right, expected):
    """The first differing row of each column; a NaN is equal to itself."""
    assert named("predictions.parquet", table_bytes(**left), table_bytes(**right)) == [expected]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"weights": (1.0, 3.0)}, ("graph.initializer[w][0, 1]", "2.0", "3.0")),
        ({"alpha": 0.75}, ("graph.node[first].attribute[alpha].f", "0.5", "0.75")),
        ({"opset": 18}, ("opset_import[ai.onnx].version", "17", "18")),
        ({"names": ("first", "x")}, ("graph.node", "['first', 'second']", "['first', 'x']")),
        ({"words": ("no", "oh")}, ("graph.node[second].attribute[classes].strings[1]", "b'yes'", "b'oh'")),
    ],
)
def test_an_onnx_file_names_node_attribute_initializer_and_values(change, expected):
    """Parts are told by their names, tensors by the first differing index."""
    assert named("model.onnx", onnx_bytes(), onnx_bytes(**change)) == [expected]


def test_bytes_that_mean_the_same_are_told_by_their_number():
    """White space in a JSON file is no difference of values, and still one of bytes."""
    assert named("scores.json", b'{"a": 1}', b'{"a":1}') == [("byte 5", "0x20", "0x31")]
    assert named("notes.txt", b"ab", b"abc") == [("byte 2", None, "0x63")]


def test_a_damaged_file_is_no_crash():
    """A file that cannot be read is a difference, too."""
    assert named("model.skops", skops_bytes(), b"x")[0][0] == "cannot be read (BadZipFile)"


def test_long_values_are_cut():
    """A line is for reading."""
    found = named("scores.json", json.dumps("x" * 999).encode(), b"1")
    assert len(found[0][1]) == WIDTH and found[0][1].endswith("...")
    assert ByteDifference("a", "b", None) == ByteDifference("a", "b", None)


def test_the_command_writes_a_document_of_its_contract(tmp_path):
    """Files of one side, files that differ, and how many differences were left out; equal and volatile ones are not."""
    for side, value in (("left", 1), ("right", 2)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "same.json").write_text("{}")
        (tmp_path / side / "record.json").write_text(str(value))
        (tmp_path / side / "scores.json").write_text(json.dumps({f"m{n}": value for n in range(diff.LIMIT + 3)}))
    (tmp_path / "left" / "model.onnx").write_bytes(b"onnx")
    words = [word for side in ("left", "right", "out") for word in (f"--{side}", str(tmp_path / side))]
    subprocess.run([sys.executable, "-m", "bench", "diff", *words], env=child.environment(), check=True)
    document = json.loads((tmp_path / "out" / "differences.json").read_bytes())
    contract.check("differences", document, "differences.json")
    onnx, scores = document["files"]
    assert onnx == {
        "file": "model.onnx",
        "differences": [{"place": "the file", "left": "4 bytes", "right": None}],
        "more": 0,
    }
    assert (scores["file"], len(scores["differences"]), scores["more"]) == ("scores.json", diff.LIMIT, 3)
