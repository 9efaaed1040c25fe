"""Canonical bytes: what differs between two writings of one model is gone, and what matters is still there."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import child
import numpy
import production
import scipy.sparse
import skops.io
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from builder import data, instantiate, onnx
from builder.answers import LabelsWithProbabilities
from builder.compat.storage import make_storable
from builder.export.canonical_skops import canonical, cleaned
from builder.onnx import skl2onnx_export
from builder.onnx.canonical import canonical as canonical_onnx

WORDS = ["car", "furniture", "education", "business", "travel", "renovation"]


def estimator(**extra):
    """A fitted estimator with attributes of every kind that skops writes differently each time."""
    model = StandardScaler().fit(numpy.arange(12.0).reshape(6, 2))
    for name, value in extra.items():
        setattr(model, name, value)
    return model


def loaded(content):
    return skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))


def test_two_writings_of_one_model_become_the_same():
    """Names, ids and times of skops' own bytes differ; the canonical bytes do not."""
    model = estimator(words_=set(WORDS), blob_=b"\x00\x01", grid_=scipy.sparse.csr_matrix(numpy.eye(3)))
    first, second = skops.io.dumps(model), skops.io.dumps(model)
    assert first != second
    assert canonical(first) == canonical(second)


def test_canonical_bytes_are_a_fixed_point():
    """Writing canonical bytes canonically changes nothing."""
    once = canonical(skops.io.dumps(estimator(words_=set(WORDS))))
    assert canonical(once) == once


def test_sets_do_not_depend_on_the_hash_seed():
    """A set planted in a model is written in one order by interpreters with different hash seeds."""
    script = (
        "import sys, skops.io; from builder.export.canonical_skops import canonical;"
        "from sklearn.preprocessing import StandardScaler; m = StandardScaler(); m.words_ = set(sys.argv[1:]);"
        "sys.stdout.buffer.write(canonical(skops.io.dumps(m)))"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", script, *WORDS],
            env=child.environment(PYTHONHASHSEED=seed),
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate()[0] for process in children)
    assert first == second
    assert loaded(first).words_ == set(WORDS)


def test_shared_objects_stay_shared():
    """Two attributes that are one array are one array after loading, too; numbers stay what they were."""
    array = numpy.arange(3.0)
    model = loaded(canonical(skops.io.dumps(estimator(a_=array, b_=array, c_=[array], d_=array.copy()))))
    assert model.a_ is model.b_ and model.a_ is model.c_[0]
    assert model.d_ is not model.a_ and model.d_.tolist() == [0.0, 1.0, 2.0]


def test_equal_values_are_written_alike_whether_they_are_one_object_or_two():
    """Interning of strings and numbers is the interpreter's own business."""
    word = "".join(["sol", "ver"])
    one = estimator(a_=word, b_=word, c_=(1.5, word))
    two = estimator(a_="".join(["sol", "ver"]), b_=word, c_=(1.5, "".join(["solve", "r"])))
    assert canonical(skops.io.dumps(one)) == canonical(skops.io.dumps(two))


def test_padding_of_struct_arrays_is_zero():
    """What memory held between the fields does not reach the file; the fields do."""
    dtype = numpy.dtype([("feature", numpy.int64), ("left", numpy.uint8)], align=True)
    memory = numpy.frombuffer(bytes(range(64)), dtype=numpy.uint8).copy()
    dirty = memory.view(dtype)
    clean = numpy.zeros(len(dirty), dtype)
    for name in dtype.names:
        clean[name] = dirty[name]
    written = []
    for array in (dirty, clean):
        buffer = io.BytesIO()
        numpy.save(buffer, array)
        written.append(buffer.getvalue())
    assert written[0] != written[1]
    assert cleaned(".npy", written[0]) == cleaned(".npy", written[1])
    assert numpy.array_equal(numpy.load(io.BytesIO(cleaned(".npy", written[0]))), dirty)


def test_the_archive_has_no_time_and_one_order():
    """Entries are stored, sorted by name, and of one date."""
    content = canonical(skops.io.dumps(estimator(words_=set(WORDS))))
    entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}


def test_equal_arrays_are_stored_once():
    """Members are named after their content."""
    model = estimator(a_=numpy.arange(999.0), b_=numpy.arange(999.0))
    names = zipfile.ZipFile(io.BytesIO(canonical(skops.io.dumps(model)))).namelist()
    raw = zipfile.ZipFile(io.BytesIO(skops.io.dumps(model))).namelist()
    assert len(names) < len(raw)


def test_functions_and_types_survive(iris):
    """A transformer that holds a function loads with that very function."""
    model = loaded(canonical(skops.io.dumps(FunctionTransformer(func=numpy.log1p))))
    assert model.func is numpy.log1p


def test_a_pandas_index_is_made_storable(credit):
    """Versions whose ColumnTransformer keeps one are mended, before and after which it predicts the same."""
    recipe = production.recipe(credit, "tabular", "naive_bayes")
    snapshot = data.load(credit, recipe)
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema)).fit(snapshot.X, snapshot.y)
    before = model.predict_proba(snapshot.X)
    make_storable(model)
    assert "pandas" not in json.dumps(_schema(skops.io.dumps(model)))
    assert model.predict_proba(snapshot.X).tobytes() == before.tobytes()


def _schema(content):
    return json.loads(zipfile.ZipFile(io.BytesIO(content)).read("schema.json"))


def test_onnx_bytes_do_not_depend_on_names_times_and_order(iris):
    """Opsets in another order, another producer and texts give the same canonical bytes."""
    import onnx as onnx_library

    recipe = production.recipe(iris, "scale", "naive_bayes")
    snapshot = data.load(iris, recipe)
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema)).fit(snapshot.X, snapshot.y)
    content = skl2onnx_export.export(model, snapshot.schema, LabelsWithProbabilities.OUTPUTS)
    changed = onnx_library.load_from_string(content)
    opsets = list(changed.opset_import)[::-1]
    del changed.opset_import[:]
    changed.opset_import.extend(opsets)
    changed.producer_name, changed.doc_string, changed.graph.name = "someone", "today", "0f3a"
    changed.graph.node[0].name = "at 0x7f"
    assert len(opsets) > 1
    assert canonical_onnx(changed, LabelsWithProbabilities.OUTPUTS) == content


def test_columns_with_the_names_of_outputs_are_reported(iris):
    """A column called "label" would be an input and an output at once."""
    schema = json.loads((iris / "schema.json").read_bytes())
    schema["columns"][0]["name"] = "label"
    outputs = LabelsWithProbabilities.OUTPUTS
    reason = skl2onnx_export.export(None, schema, outputs).reason
    assert reason == "a column is called 'label', which is the name of an output"


def test_columns_may_have_the_names_of_inner_values(iris, tmp_path):
    """A column called "variable", as skl2onnx calls values inside, is still an input of its own."""
    recipe = production.recipe(iris, "scale", "naive_bayes")
    snapshot = data.load(iris, recipe)
    names = ["variable", "columns", "input", "output_probability"]
    X = snapshot.X.set_axis(names, axis=1)
    schema = {**snapshot.schema, "columns": [{"name": name, "kind": "numeric", "dtype": "float64"} for name in names]}
    model = instantiate.pipeline(recipe, instantiate.columns_of(schema)).fit(X, snapshot.y)
    renamed = data.Snapshot(schema, X, snapshot.y, snapshot.folds)
    from builder.training import crossval

    expected = crossval.predict(LabelsWithProbabilities, model, X, "predict")
    found = onnx.export_checked(model, renamed, expected, {"pipeline": {}})
    assert found.summary["status"] == "exported", found.summary
