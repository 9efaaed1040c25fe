"""Operators of ai.onnx.ml whose attributes are indices and sizes, which ONNX Runtime follows more or less unchecked.

1.19 ends with a segmentation fault at a negative feature number; releases before 1.18 follow a tree that leads back to
itself for ever. A tree is written here as scikit-learn makes it: a child has a larger number than its parent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from serving.onnx_file.wire import Malformed

LEAF = b"LEAF"

MOST_COLUMNS = 1 << 20
"""A tree asks for no column beyond this one."""

SIZES = ("nodes_falsenodeids", "nodes_featureids", "nodes_modes", "nodes_nodeids", "nodes_treeids", "nodes_truenodeids")
"""Attributes of a tree ensemble that say one thing of each node."""

OPTIONAL = ("nodes_hitrates", "nodes_missing_value_tracks_true", "nodes_values")

FORMS = ("", "_as_tensor")
"""How the names of attributes with numbers end: in single precision, and in double."""


def check(operator: str, attributes: Mapping[str, dict]) -> None:
    """Raise Malformed where an operator of ai.onnx.ml has attributes that do not fit each other."""
    if operator.startswith("TreeEnsemble"):
        _check_trees(attributes, "class" if operator.endswith("Classifier") else "target")
    elif operator.startswith("SVM"):
        _check_vectors(attributes)


def _check_trees(attributes: Mapping[str, dict], answers: str) -> None:
    import numpy

    nodes = [_values(attributes, name) for name in SIZES]
    count = len(nodes[0])
    if any(len(values) != count for values in nodes) or count == 0:
        raise Malformed("holds trees with another number of entries for each node")
    for name in (f"{name}{form}" for name in OPTIONAL for form in FORMS):
        if name in attributes and _length(attributes[name]) not in (0, count):
            raise Malformed("holds trees with another number of entries for each node")
    no, features, modes, own, trees, yes = nodes
    inner = numpy.array([mode != LEAF for mode in modes], dtype=bool)
    _require(((features >= 0) & (features < MOST_COLUMNS))[inner], features[inner], "trees that ask for the column")
    keys = _keys(trees, own)
    if len(numpy.unique(keys)) < count:
        raise Malformed("holds a tree with two nodes of one number")
    for child in (yes, no):
        ahead = (child > own) & numpy.isin(_keys(trees, child), keys)
        _require(ahead[inner], child[inner], "a tree with the child")
    _check_answers(attributes, answers, keys)


def _check_answers(attributes: Mapping[str, dict], kind: str, keys: Any) -> None:
    """The values of leaves: each for a node that there is, and an answer that there is."""
    import numpy

    trees, nodes, answers = (_values(attributes, f"{kind}_{name}") for name in ("treeids", "nodeids", "ids"))
    count = max(_length(attributes.get(f"{kind}_weights{form}", {})) for form in FORMS)
    if not len(trees) == len(nodes) == len(answers) == count:
        raise Malformed("holds trees with another number of entries for each leaf")
    _require(numpy.isin(_keys(trees, nodes), keys), nodes, "trees with a value for the node")
    labels = ("classlabels_strings", "classlabels_int64s")
    most = attributes.get("n_targets", {}).get("i", 0) if kind == "target" else 0
    most = most or max(_length(attributes.get(name, {})) for name in labels)
    _require((answers >= 0) & (answers < most), answers, f"trees with {most} answers and the answer")


def _check_vectors(attributes: Mapping[str, dict]) -> None:
    """A support vector machine: each class's vectors, each pair's coefficients."""
    vectors = _values(attributes, "vectors_per_class")
    total, coordinates = int(vectors.sum()), _length(attributes.get("support_vectors", {}))
    weights = _length(attributes.get("coefficients", {}))
    if len(vectors) and ((vectors < 0).any() or not total or coordinates % total or weights != total * _pairs(vectors)):
        raise Malformed("holds support vectors that do not fit their coefficients")
    offsets = _length(attributes.get("rho", {}))
    if len(vectors) and offsets != len(vectors) * _pairs(vectors) // 2:
        raise Malformed("holds support vectors with another number of pairs")
    for name in ("prob_a", "prob_b"):
        if _length(attributes.get(name, {})) not in (0, offsets):
            raise Malformed("holds support vectors with another number of pairs")


def _pairs(vectors: Any) -> int:
    return len(vectors) - 1


def _keys(trees: Any, nodes: Any) -> Any:
    """One number for each node of each tree. Raises Malformed where there is none."""
    for values in (trees, nodes):
        _require((values >= 0) & (values < 1 << 31), values, "trees with the node")
    return trees << 31 | nodes


def _values(attributes: Mapping[str, dict], name: str) -> Any:
    import numpy

    attribute = attributes.get(name, {})
    if name.endswith("modes"):
        return attribute.get("strings", [])
    return attribute.get("ints", numpy.zeros(0, numpy.int64))


def _length(attribute: Mapping[str, Any]) -> int:
    """How many entries an attribute that is a list has."""
    for name in ("ints", "strings"):
        if name in attribute:
            return len(attribute[name])
    if "t" in attribute:
        return int(math.prod(int(size) for size in attribute["t"].get("dims", ())))
    return int(attribute.get("floats") or 0)


def _require(right: Any, values: Any, what: str) -> None:
    if not right.all():
        raise Malformed(f"holds {what} {int(values[int((~right).argmax())])}")
