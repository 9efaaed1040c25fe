"""ONNX files that attack whoever answers with them. Made inside an environment, by its own onnx; named on the host.

Each is a function of the folder in which it is placed, with the words that refuse it. They stay near one that answers
(`good`): label is the column `city`, probabilities are made of the column `x`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CANARY = "canary-5f2c"
"""Stands in every file that an attack wants to read; no answer and no message may hold it."""

SECRET = "secret.txt"
"""The file's name: below the working folder, beside the model, above it."""

DAMAGED = "is not given to ONNX Runtime: it "


@dataclass(frozen=True)
class Attack:
    """One file; `why` stands in the line that refuses it. `late`: only running it shows it."""

    make: Callable[[Path], bytes]
    why: str
    late: bool = False


ATTACKS: dict[str, Attack] = {}


def attack(why: str, late: bool = False) -> Callable[[Callable[[Path], bytes]], Callable[[Path], bytes]]:
    """Register a function under its own name."""

    def register(make: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
        ATTACKS[make.__name__.replace("_", "-")] = Attack(make, why if late else DAMAGED + why, late)
        return make

    return register


def constant(name: str, values: list) -> Any:
    """A tensor of float64, int64 or texts, with one dimension."""
    from onnx import TensorProto, helper

    kind = {float: TensorProto.DOUBLE, int: TensorProto.INT64, str: TensorProto.STRING}[type(values[0])]
    texts = [value.encode() if isinstance(value, str) else value for value in values]
    return helper.make_tensor(name, kind, [len(values)], texts)


def node(operator: str, inputs: list, outputs: list, **attributes: Any) -> Any:
    from onnx import helper

    return helper.make_node(operator, inputs, outputs, **attributes)


def value(name: str, kind: str, shape: Any) -> Any:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape)


def graph(nodes: list, inputs: list, outputs: list, tensors: tuple = ()) -> Any:
    from onnx import helper

    return helper.make_graph(nodes, "g", inputs, outputs, list(tensors))


def model(nodes: list, tensors: tuple = (), opset: int = 17, **changes: Any) -> Any:
    """A file whose `nodes` make the column of probabilities `p`, of shape [rows, 2]."""
    from onnx import helper

    inputs = changes.pop("inputs", [value("x", "DOUBLE", ["N", 1]), value("city", "STRING", ["N", 1])])
    outputs = changes.pop("outputs", [value("label", "STRING", None), value("probabilities", "DOUBLE", None)])
    ends = [
        node("Reshape", ["city", "flat"], ["label"]),
        node("Identity", ["p"], ["probabilities"]),
    ]
    whole = graph([*nodes, *ends], inputs, outputs, (constant("flat", [-1]), *tensors))
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3), *changes.pop("domains", [])]
    made = helper.make_model(whole, opset_imports=opsets, **changes)
    made.ir_version = 8
    return made


def plain() -> list:
    """Nodes that make `p` honestly."""
    return [node("Concat", ["x", "x"], ["p"], axis=1)]


def good(folder: Path) -> bytes:
    """A file that answers."""
    return model(plain()).SerializeToString()


def outside(location: str, name: str = "secret") -> Any:
    """A tensor whose data stand in another file."""
    from onnx import TensorProto

    tensor = TensorProto(name=name, data_type=TensorProto.UINT8, dims=[len(CANARY)])
    tensor.data_location = TensorProto.EXTERNAL
    for key, text in (("location", location), ("offset", "0"), ("length", str(len(CANARY)))):
        tensor.external_data.add(key=key, value=text)
    return tensor


def telling(secret: str = "secret") -> list:
    """Nodes that answer with the bytes of `secret`: a row of them beside every row of x."""
    return [
        node("Cast", [secret], ["numbers"], to=11),
        node("Add", ["x", "numbers"], ["p"]),
    ]


ELSEWHERE = "holds a tensor whose data stand in another file"


@attack(ELSEWHERE)
def external_data_at_an_absolute_path(folder):
    return model(telling(), (outside(str(folder / SECRET)),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_above_the_folder(folder):
    return model(telling(), (outside(f"../{SECRET}"),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_below_the_working_folder(folder):
    return model(telling(), (outside(SECRET),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_through_a_link(folder):
    (folder / "link").symlink_to(folder / SECRET)
    return model(telling(), (outside("link"),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_of_the_process(folder):
    return model(telling(), (outside("/proc/self/environ"),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_without_an_end(folder):
    return model(telling(), (outside("/dev/zero"),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_in_a_constant(folder):
    return model([node("Constant", [], ["secret"], value=outside(SECRET, "")), *telling()]).SerializeToString()


def body(inner: list, tensors: tuple = ()) -> Any:
    """The body of a loop whose state is a number."""
    inputs = [value("step", "INT64", []), value("going", "BOOL", []), value("state", "DOUBLE", None)]
    nodes = [node("Identity", ["going"], ["on"]), *inner]
    return graph(nodes, inputs, [value("on", "BOOL", []), value("after", "DOUBLE", None)], tensors)


def looping(inner: Any, rounds: str = "rounds") -> list:
    return [node("Loop", [rounds, "", "x"], ["p"], body=inner)]


@attack(ELSEWHERE)
def external_data_in_a_loop(folder):
    inner = body(
        [node("Cast", ["secret"], ["numbers"], to=11), node("Add", ["x", "numbers"], ["after"])], (outside(SECRET),)
    )
    return model(looping(inner), (constant("rounds", [1]),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_in_a_constant_of_a_loop(folder):
    inner = [
        node("Constant", [], ["secret"], value=outside(SECRET, "")),
        node("Cast", ["secret"], ["numbers"], to=11),
        node("Add", ["x", "numbers"], ["after"]),
    ]
    return model(looping(body(inner)), (constant("rounds", [1]),)).SerializeToString()


@attack(ELSEWHERE)
def external_data_in_a_branch(folder):
    branch = graph(telling(), [], [value("p", "DOUBLE", None)], (outside(SECRET),))
    nodes = [node("If", ["yes"], ["p"], then_branch=branch, else_branch=branch)]
    yes = constant("yes", [1])
    yes.data_type, yes.int64_data[:], yes.int32_data[:], yes.dims[:] = 9, [], [1], []
    return model(nodes, (yes,)).SerializeToString()


@attack("holds a sparse tensor")
def external_data_in_a_sparse_tensor(folder):
    made = model(telling())
    sparse = made.graph.sparse_initializer.add(dims=[len(CANARY)])
    sparse.values.CopyFrom(outside(SECRET))
    sparse.indices.CopyFrom(constant("", [*range(len(CANARY))]))
    return made.SerializeToString()


@attack("holds functions of its own")
def external_data_in_a_function(folder):
    from onnx import helper

    nodes = [node("Constant", [], ["secret"], value=outside(SECRET, "")), *telling()]
    own = helper.make_function("mine", "F", ["x"], ["p"], nodes, [helper.make_opsetid("", 17)])
    made = model([node("F", ["x"], ["p"], domain="mine")], functions=[own], domains=[helper.make_opsetid("mine", 1)])
    return made.SerializeToString()


@attack("holds a tensor that says where its data stand")
def external_data_that_are_not_named(folder):
    tensor = outside(SECRET)
    del tensor.external_data[:]
    return model(telling(), (tensor,)).SerializeToString()


@attack(ELSEWHERE)
def external_data_beside_its_own(folder):
    tensor = outside(SECRET)
    tensor.raw_data = b"x" * len(CANARY)
    return model(telling(), (tensor,)).SerializeToString()


@attack("holds operators of the domain 'com.microsoft'")
def a_context_in_another_file(folder):
    from onnx import helper

    nodes = [node("EPContext", ["x"], ["p"], domain="com.microsoft", embed_mode=0, ep_cache_context=SECRET)]
    return model(nodes, domains=[helper.make_opsetid("com.microsoft", 1)]).SerializeToString()


@attack("holds the operator com.microsoft.Trilu")
def an_operator_of_a_domain_that_is_not_declared(folder):
    return model([node("Trilu", ["x"], ["p"], domain="com.microsoft")]).SerializeToString()


@attack("holds functions of its own")
def functions_of_its_own(folder):
    from onnx import helper

    own = helper.make_function(
        "", "Concat", ["x", "y"], ["p"], [node("Add", ["x", "y"], ["p"])], [helper.make_opsetid("", 17)]
    )
    return model(plain(), functions=[own]).SerializeToString()


@attack("holds a graph for training")
def a_graph_for_training(folder):
    made = model(plain())
    made.training_info.add().initialization.initializer.append(outside(SECRET))
    return made.SerializeToString()


@attack("holds the operator ai.onnx.RandomNormal")
def an_operator_that_is_not_listed(folder):
    return model([node("RandomNormal", [], ["p"], shape=[3, 2], dtype=11)]).SerializeToString()


@attack("holds the operator ai.onnx.StringNormalizer")
def an_operator_on_texts(folder):
    return model([node("StringNormalizer", ["city"], ["c"], locale="../../etc"), *plain()]).SerializeToString()


@attack("holds version 21 of the operators ai.onnx")
def newer_operators(folder):
    return model(plain(), opset=21).SerializeToString()


def endless() -> Any:
    return body([node("Sin", ["state"], ["after"])])


NO_END = "holds a loop without a constant number of rounds"


@attack(NO_END)
def a_loop_without_an_end(folder):
    return model(looping(endless(), rounds="")).SerializeToString()


@attack(NO_END)
def a_loop_whose_end_is_computed(folder):
    nodes = [
        node("Shape", ["x"], ["s"]),
        node("Mul", ["s", "many"], ["m"]),
        node("Gather", ["m", "zero"], ["rounds"], axis=0),
    ]
    return model(
        [*nodes, *looping(endless())], (constant("many", [1 << 50]), constant("zero", [0]))
    ).SerializeToString()


@attack("holds loops of 1099511627776 rounds")
def a_loop_of_many_rounds(folder):
    return model(looping(endless()), (constant("rounds", [1 << 40]),)).SerializeToString()


@attack("holds loops of 1000000000 rounds")
def loops_inside_each_other(folder):
    middle = body([node("Loop", ["rounds", "", "state"], ["after"], body=endless_named("b"))])
    outer = body([node("Loop", ["rounds", "", "state"], ["after"], body=renamed(middle, "c"))])
    return model(looping(outer), (constant("rounds", [1000]),)).SerializeToString()


def endless_named(suffix: str) -> Any:
    return renamed(endless(), suffix)


def renamed(inner: Any, suffix: str) -> Any:
    """The same body with other names, so that no name is hidden."""
    names = {item.name for item in inner.input} | {name for item in inner.node for name in item.output}
    for item in inner.node:
        item.input[:] = [name + suffix if name in names else name for name in item.input]
        item.output[:] = [name + suffix for name in item.output]
    for item in [*inner.input, *inner.output]:
        item.name += suffix
    return inner


@attack("holds a constant 'rounds' that is an input")
def a_loop_whose_end_may_be_given(folder):
    inputs = [value("x", "DOUBLE", ["N", 1]), value("city", "STRING", ["N", 1]), value("rounds", "INT64", [1])]
    return model(looping(endless()), (constant("rounds", [3]),), inputs=inputs).SerializeToString()


@attack("holds more than 4 graphs inside each other")
def graphs_inside_each_other(folder):
    inner = endless()
    for depth in range(30):
        inner = body([node("Loop", ["rounds", "", "state"], ["after"], body=renamed(inner, f"d{depth}"))])
    return model(looping(inner), (constant("rounds", [1]),)).SerializeToString()


@attack("holds the operator Expand with the shape [1048576, 1048576]")
def a_tensor_without_measure(folder):
    nodes = [node("Expand", ["x", "shape"], ["big"]), node("ReduceSum", ["big"], ["p"])]
    return model(nodes, (constant("shape", [1 << 20, 1 << 20]),)).SerializeToString()


@attack("holds the operator ConstantOfShape with the shape [1099511627776]")
def a_constant_without_measure(folder):
    nodes = [node("ConstantOfShape", ["shape"], ["big"]), node("ReduceSum", ["big"], ["s"]), *plain()]
    return model(nodes, (constant("shape", [1 << 40]),)).SerializeToString()


@attack("holds the operator Tile with the shape [1, 1099511627776]")
def a_tile_without_measure(folder):
    return model([node("Tile", ["x", "shape"], ["p"])], (constant("shape", [1, 1 << 40]),)).SerializeToString()


@attack("does not run: ", late=True)
def a_tensor_whose_size_is_computed(folder):
    nodes = [
        node("Shape", ["x"], ["s"]),
        node("Mul", ["s", "many"], ["shape"]),
        node("Expand", ["x0", "shape"], ["big"]),
        node("ReduceSum", ["big"], ["p"]),
    ]
    one = node("Gather", ["x", "zero"], ["x0"], axis=0)
    return model([one, *nodes], (constant("many", [1 << 20, 1 << 12]), constant("zero", [0]))).SerializeToString()


@attack("model.onnx ", late=True)
def a_tensor_that_doubles(folder):
    nodes = [node("Concat", [f"d{step}", f"d{step}"], [f"d{step + 1}"], axis=1) for step in range(48)]
    nodes = [node("Identity", ["x"], ["d0"]), *nodes, node("ReduceSum", ["d48"], ["p"])]
    return model(nodes).SerializeToString()


@attack("gave no answer", late=True)
def a_file_that_takes_minutes_to_load(folder):
    nodes = [node("Expand", ["one", "shape"], ["big"])]
    nodes += [node("MatMul", ["big" if step == 0 else f"m{step}", "big"], [f"m{step + 1}"]) for step in range(40)]
    nodes += [node("ReduceSum", ["m40"], ["s"]), node("Add", ["x", "s"], ["p"])]
    return model(nodes, (constant("shape", [4000, 4000]), constant("one", [1.0]))).SerializeToString()


@attack("it has not answered within", late=True)
def a_file_that_takes_minutes_to_answer(folder):
    inner = body([node("MatMul", ["state", "state"], ["after"])])
    nodes = [
        node("Gather", ["x", "zero"], ["first"], axis=0),
        node("Expand", ["first", "shape"], ["big"]),
        node("Loop", ["rounds", "", "big"], ["p"], body=inner),
    ]
    tensors = (constant("zero", [0]), constant("shape", [700, 700]), constant("rounds", [1 << 20]))
    return model(nodes, tensors).SerializeToString()


def trees(classifier: bool = False, **changes: Any) -> bytes:
    """A file with one tree of three nodes on the column x."""
    attributes = {
        "nodes_treeids": [0, 0, 0],
        "nodes_nodeids": [0, 1, 2],
        "nodes_featureids": [0, 0, 0],
        "nodes_values": [0.5, 0.0, 0.0],
        "nodes_hitrates": [1.0, 1.0, 1.0],
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
        "nodes_truenodeids": [1, 0, 0],
        "nodes_falsenodeids": [2, 0, 0],
        "nodes_missing_value_tracks_true": [0, 0, 0],
        "target_treeids": [0, 0, 0, 0],
        "target_nodeids": [1, 1, 2, 2],
        "target_ids": [0, 1, 0, 1],
        "target_weights": [1.0, 2.0, 1.0, 2.0],
        "n_targets": 2,
        **changes,
    }
    nodes = [
        node("Cast", ["x"], ["single"], to=1),
        node("TreeEnsembleRegressor", ["single"], ["t"], domain="ai.onnx.ml", **attributes),
        node("Cast", ["t"], ["p"], to=11),
    ]
    return model(nodes).SerializeToString()


@attack("holds trees that ask for the column -1073741824")
def a_tree_with_a_negative_column(folder):
    return trees(nodes_featureids=[-(1 << 30), 0, 0])


@attack("holds trees that ask for the column 1073741824")
def a_tree_with_a_far_column(folder):
    return trees(nodes_featureids=[1 << 30, 0, 0])


@attack("does not run: ", late=True)
def a_tree_with_a_column_too_many(folder):
    return trees(nodes_featureids=[1000, 0, 0])


@attack("holds a tree with the child 0")
def a_tree_that_leads_back(folder):
    return trees(nodes_truenodeids=[0, 0, 0], nodes_falsenodeids=[0, 0, 0])


@attack("holds a tree with the child 77")
def a_tree_that_leads_nowhere(folder):
    return trees(nodes_truenodeids=[77, 0, 0])


@attack("holds trees with 2 answers and the answer 1000000000")
def a_tree_that_answers_beyond_its_answers(folder):
    return trees(target_ids=[0, 1000000000, 0, 1])


@attack("holds trees with 2 answers and the answer -1000000000")
def a_tree_that_answers_before_its_answers(folder):
    return trees(target_ids=[0, -1000000000, 0, 1])


@attack("holds support vectors that do not fit their coefficients")
def support_vectors_that_are_not_there(folder):
    nodes = [
        node("Cast", ["x"], ["single"], to=1),
        node(
            "SVMClassifier",
            ["single"],
            ["l", "t"],
            domain="ai.onnx.ml",
            vectors_per_class=[1000000, 1000000],
            support_vectors=[1.0, 2.0],
            coefficients=[1.0, 2.0],
            rho=[0.0],
            kernel_type="LINEAR",
            classlabels_strings=["a", "b"],
        ),
        node("Cast", ["t"], ["p"], to=11),
    ]
    return model(nodes).SerializeToString()


@attack("holds a tensor with the dimensions [1099511627776] and another number of values")
def a_tensor_of_other_dimensions(folder):
    tensor = constant("c", [1.0, 2.0])
    tensor.dims[:] = [1 << 40]
    return model([node("Add", ["x", "c"], ["p"])], (tensor,)).SerializeToString()


@attack("holds a tensor with the dimensions [-2]")
def a_tensor_of_negative_dimensions(folder):
    tensor = constant("c", [1.0, 2.0])
    tensor.dims[:] = [-2]
    return model([node("Add", ["x", "c"], ["p"])], (tensor,)).SerializeToString()


@attack("is in ONNX Runtime's own format")
def another_format_behind_the_same_name(folder):
    made = model(plain())
    made.producer_name = "ORTM" + "x" * 60
    content = made.SerializeToString()
    assert content[4:8] == b"ORTM"
    return content


@attack("holds Model.graph twice")
def two_graphs_that_are_read_as_one(folder):
    made = model(plain())
    more = type(made)()
    more.graph.initializer.append(outside(SECRET))
    return made.SerializeToString() + more.SerializeToString()


@attack("holds field 999 of Model")
def a_field_that_nobody_knows(folder):
    return good(folder) + b"\xba\x3e\x03abc"


@attack("is damaged")
def a_number_that_is_spelled_too_long(folder):
    return b"\x08\x88\x80\x00" + good(folder)[2:]


@attack("holds an input 'x' that takes neither numbers nor texts")
def an_input_that_is_a_list(folder):
    from onnx import TensorProto, helper

    kind = helper.make_tensor_type_proto(TensorProto.BFLOAT16, ["N", 1])
    inputs = [helper.make_value_info("x", kind), value("city", "STRING", ["N", 1])]
    return model(
        [node("Cast", ["x"], ["d"], to=11), node("Concat", ["d", "d"], ["p"], axis=1)], inputs=inputs
    ).SerializeToString()


@attack("model.onnx has an input 'income' that signature.json does not describe", late=True)
def an_input_more(folder):
    inputs = [value("x", "DOUBLE", ["N", 1]), value("city", "STRING", ["N", 1]), value("income", "DOUBLE", ["N", 1])]
    return model(plain(), inputs=inputs).SerializeToString()


@attack("model.onnx has an input 'x' that signature.json does not describe", late=True)
def an_input_of_another_type(folder):
    inputs = [value("x", "STRING", ["N", 1]), value("city", "STRING", ["N", 1])]
    nodes = [node("Cast", ["x"], ["d"], to=11), node("Concat", ["d", "d"], ["p"], axis=1)]
    return model(nodes, inputs=inputs).SerializeToString()


@attack("model.onnx has other outputs than label and probabilities", late=True)
def an_output_more(folder):
    outputs = [
        value(name, kind, None) for name, kind in (("label", "STRING"), ("probabilities", "DOUBLE"), ("p", "DOUBLE"))
    ]
    return model(plain(), outputs=outputs).SerializeToString()


@attack("holds the operator ai.onnx.?[31mEvil?]0;title?")
def names_that_command_a_terminal(folder):
    return model([node("\x1b[31mEvil\x1b]0;title\x07", ["x"], ["p"])]).SerializeToString()


@attack("holds a text of 1048576 bytes")
def a_name_without_measure(folder):
    return model([node("Identity", ["x"], ["n" * (1 << 20)]), *plain()]).SerializeToString()


@attack("holds more than 50000 nodes")
def nodes_without_number(folder):
    made = model(plain())
    one = type(made.graph)()
    one.node.add(op_type="Abs")
    return _with_nodes(made, one.SerializeToString())


def _with_nodes(made: Any, node_bytes: bytes) -> bytes:
    """The same file with a node fifty thousand times."""
    text = made.graph.SerializeToString() + node_bytes * 50_001
    made.ClearField("graph")
    size, head = len(text), b""
    while size >= 0x80:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return made.SerializeToString() + b"\x3a" + head + bytes([size]) + text


@attack("is damaged")
def a_file_that_is_cut_off(folder):
    return good(folder)[:-7]


@attack("holds no graph")
def an_empty_file(folder):
    return b""


@attack("holds field 10 of Model")
def a_file_of_another_kind(folder):
    return b"PK\x03\x04" + bytes(4000)
