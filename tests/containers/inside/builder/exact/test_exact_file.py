"""The file itself: its inputs and outputs, its names, its bytes, what it says of refused values."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from builds import one_hot, pipeline, tabular
from proof import adversarial, answers, compare
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, StackingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from tabular import NUMBERS, WORDS, described, make

from builder.onnx.exact import Unsupported, export, supported
from builder.onnx.run import feed
from serving.session import open_session


def fitted(classifier=None, preprocessing=None, classes=3):
    frame, labels = make(200, classes, seed=1)
    if classifier is None:  # an ensemble has a length, so its truth cannot be asked before it is fitted
        classifier = LogisticRegression(max_iter=300)
    return pipeline(classifier, preprocessing).fit(frame, labels), frame


def test_inputs_are_columns_and_outputs_label_and_probabilities():
    """One tensor a column under its own name; two outputs; opset 17, ai.onnx.ml 3, IR 8."""
    model, frame = fitted()
    file = onnx.load_from_string(export(model, described(frame)))
    assert [one.name for one in file.graph.input] == list(frame.columns)
    kinds = [one.type.tensor_type.elem_type for one in file.graph.input]
    assert kinds == [onnx.TensorProto.DOUBLE] * len(NUMBERS) + [onnx.TensorProto.STRING] * len(WORDS)
    assert [one.name for one in file.graph.output] == ["label", "probabilities"]
    assert {one.domain: one.version for one in file.opset_import} == {"": 17, "ai.onnx.ml": 3}
    assert file.ir_version == 8
    onnx.checker.check_model(file, full_check=False)


def test_every_node_has_a_name_of_its_own_and_nothing_is_volatile():
    """Names are unique; there is no doc string and no producer version."""
    model, frame = fitted(SVC(probability=True, random_state=0))
    file = onnx.load_from_string(export(model, described(frame)))
    names = [node.name for node in file.graph.node]
    assert all(names) and len(set(names)) == len(names)
    assert not file.doc_string and not file.producer_version and not file.graph.doc_string
    used = {name for node in file.graph.node for name in node.input}
    bodies = [a.g for node in file.graph.node for a in node.attribute if a.type == onnx.AttributeProto.GRAPH]
    used |= {name for body in bodies for node in body.node for name in node.input}
    assert {tensor.name for tensor in file.graph.initializer} <= used


SCRIPT = """
import sys, hashlib
sys.path.insert(0, {folder!r})
import warnings; warnings.simplefilter("ignore")
import conftest
from test_exact_file import fitted, RandomForestClassifier, SVC
from builder.onnx.exact import export
from tabular import described
out = []
for classifier in (None, RandomForestClassifier(5, random_state=0), SVC(probability=True, random_state=0)):
    model, frame = fitted(classifier)
    out.append(hashlib.sha256(export(model, described(frame))).hexdigest())
print(" ".join(out))
"""


def test_bytes_do_not_depend_on_the_hash_seed():
    """Two processes with different hash seeds write the same files."""
    script = SCRIPT.format(folder=str(Path(__file__).parent))
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and len(runs[0].split()) == 3
    model, frame = fitted()
    assert hashlib.sha256(export(model, described(frame))).hexdigest() == runs[0].split()[0]


def test_batches_of_any_size_and_no_rows():
    """A row answers alone as among others; an empty batch gives empty answers."""
    for classifier in (
        LogisticRegression(max_iter=300),
        RandomForestClassifier(5, random_state=0),
        SVC(probability=True, random_state=0),
        HistGradientBoostingClassifier(max_iter=5),
    ):
        model, frame = fitted(classifier, tabular(sparse_threshold=0))
        session = open_session(export(model, described(frame)))
        together, alone = answers(session, frame), answers(session, frame, batch=1)
        assert (together.labels == alone.labels).all()
        assert np.abs(together.probabilities - alone.probabilities).max() <= 1e-12
        empty = session.run(None, feed(session, frame.iloc[:0]))
        assert empty[0].shape == (0,) and empty[1].shape == (0, 3)


def test_a_wrong_file_is_found_wrong():
    """The proof fails when one threshold is moved by one float32."""
    model, frame = fitted(RandomForestClassifier(10, random_state=0), classes=2)
    file = onnx.load_from_string(export(model, described(frame)))
    node = next(n for n in file.graph.node if n.op_type == "TreeEnsembleRegressor")
    values = next(a for a in node.attribute if a.name == "nodes_values")
    rows = adversarial(model, frame, per_column=6)
    assert compare(model, file.SerializeToString(), rows).holds
    moved = np.nextafter(np.array(values.floats, np.float32), np.float32(np.inf))
    values.floats[:] = [float(v) for v in moved]
    assert compare(model, file.SerializeToString(), frame).holds, "ordinary rows do not notice"
    assert not compare(model, file.SerializeToString(), rows).holds, "adversarial rows do"


def test_what_is_unknown_is_refused_by_name():
    """The error names the class and what is not supported."""
    frame, labels = make(120, 2, seed=1, holes=False)
    cases = [
        (
            pipeline(LogisticRegression(), tabular(FunctionTransformer(np.abs), words="drop")),
            "FunctionTransformer: function",
        ),
        (pipeline(SVC(kernel=linear_kernel), tabular(sparse_threshold=0)), "SVC: kernel="),
        (pipeline(LogisticRegression(), tabular(Stranger())), "Stranger: is not a class of scikit-learn"),
    ]
    for model, words in cases:
        with pytest.raises(Unsupported, match=words):
            export(model.fit(frame, labels), described(frame))


def linear_kernel(a, b):
    return a @ b.T


class Stranger(StandardScaler):
    """A transformer of somebody else."""


def test_columns_that_cannot_be_named():
    """A column called like an output gets another input's name; an empty string as a category is refused."""
    frame, labels = make(120, 2, seed=1, holes=False)
    odd = frame.rename(columns={"age": "label"})
    model = pipeline(LogisticRegression(max_iter=300), Pipeline([("scale", StandardScaler())])).fit(
        odd[["label"]], labels
    )
    file = export(model, [("label", "numeric", None)])
    assert [entry.name for entry in open_session(file).get_inputs()] == ["column:label"]
    assert compare(model, file, odd[["label"]]).holds
    frame.loc[0, "city"] = ""
    with pytest.raises(Unsupported, match="OneHotEncoder: column 'city' has the empty string"):
        export(pipeline(LogisticRegression(max_iter=300)).fit(frame, labels), described(frame))


def test_refused_text_is_noted_in_the_file():
    """An encoder that refuses unseen words says so in the metadata, since ONNX Runtime cannot."""
    frame, labels = make(200, 2, seed=1)
    words = Pipeline([("impute", SimpleImputer(strategy="most_frequent")), ("encode", OneHotEncoder())])
    model = pipeline(LogisticRegression(max_iter=300), tabular(words=words)).fit(frame, labels)
    file = onnx.load_from_string(export(model, described(frame)))
    notes = {one.key: one.value for one in file.metadata_props}
    assert json.loads(notes["refused"]) == [[name, "unseen"] for name in sorted(WORDS)]
    assert notes["missing_category"] == ""


def test_categories_of_the_description_are_known():
    """A category that the training rows lacked is answered like any unseen word."""
    frame, labels = make(200, 2, seed=1)
    model = pipeline(LogisticRegression(max_iter=300)).fit(frame, labels)
    columns = [(n, k, ("zzz",) if k == "categorical" else None) for n, k, _ in described(frame)]
    test = frame.copy()
    test.loc[::3, "city"] = "zzz"
    assert compare(model, export(model, columns), test).holds
    words = Pipeline([("impute", SimpleImputer(strategy="most_frequent")), ("encode", OneHotEncoder())])
    strict = pipeline(LogisticRegression(max_iter=300), tabular(words=words)).fit(frame, labels)
    early = [(n, k, ("aaa",) if k == "categorical" else None) for n, k, _ in described(frame)]
    assert compare(strict, export(strict, early), frame).holds, "a refused category hides no other column"


def test_supported_lists_what_is_registered():
    """The lists are sorted and hold the classes that are promised."""
    transformers, classifiers = supported()
    assert transformers == sorted(transformers) and {"PCA", "OneHotEncoder", "SimpleImputer"} <= set(transformers)
    assert classifiers == sorted(classifiers) and {"SVC", "StackingClassifier", "Pipeline"} <= set(classifiers)


def test_a_dense_one_hot_gives_the_same_file_answers():
    """Sparse and dense encoders are the same table."""
    option = {"sparse_output": False} if "sparse_output" in OneHotEncoder().get_params() else {"sparse": False}
    words = Pipeline([("impute", SimpleImputer(strategy="most_frequent")), ("encode", one_hot(**option))])
    model, frame = fitted(LogisticRegression(max_iter=300), tabular(words=words))
    assert compare(model, export(model, described(frame)), frame).holds


def test_no_factor_can_be_folded_into_a_matmul():
    """ONNX Runtime 1.26 and later would fold a one-element factor beside a MatMul in as float32."""
    one = tabular(StandardScaler(), TruncatedSVD(1), MaxAbsScaler(), sparse_threshold=0, words="drop")
    for classifier, preprocessing in (
        (LogisticRegression(fit_intercept=False), one),
        (SVC(probability=True, random_state=0), None),
        (CalibratedClassifierCV(LinearSVC(fit_intercept=False), cv=2), None),
        (StackingClassifier([("ridge", RidgeClassifier())], cv=2), None),
    ):
        model, frame = fitted(classifier, preprocessing, classes=2)
        file = onnx.load_from_string(export(model, described(frame)))
        sizes = {tensor.name: list(tensor.dims) for tensor in file.graph.initializer}
        products = [node for node in file.graph.node if node.op_type == "MatMul"]
        assert all(min(sizes[node.input[1]]) > 1 for node in products)
        touched = {name for node in products for name in (node.input[0], node.output[0])}
        for node in file.graph.node:
            if node.op_type in ("Mul", "Div") and touched.intersection([*node.input, *node.output]):
                assert all(np.prod(sizes[name]) > 1 for name in node.input if name in sizes), node


@pytest.mark.parametrize(
    "classifier", [SVC(probability=True, random_state=0), KNeighborsClassifier(3, algorithm="kd_tree")]
)
def test_no_loop_plans_its_memory(classifier):
    """onnxruntime 1.17 and 1.18 reuse memory too early in a loop whose state has a shape: probabilities of 6197."""
    model, frame = fitted(classifier, tabular(sparse_threshold=0))
    file = onnx.load_from_string(export(model, described(frame)))
    bodies = [a.g for node in file.graph.node for a in node.attribute if a.type == onnx.AttributeProto.GRAPH]
    states = [entry for body in bodies for entry in body.input[2:]]
    assert not any(entry.type.tensor_type.HasField("shape") for entry in states)
    assert states
