"""Want of memory in the middle of a build says nothing about the model: neither that it cannot be fitted, nor that it
cannot be exported."""

from __future__ import annotations

import json

import production
import pytest
from sklearn.tree import DecisionTreeClassifier

from builder.onnx import impossible
from container.guard import guarded


def test_a_fit_that_runs_out_of_memory_is_no_refusal(iris, tmp_path, monkeypatch):
    """What the pipeline raised is what the build ends with, through every layer that explains a refusal."""

    def fit(*arguments, **options):
        raise MemoryError("Unable to allocate 40 GiB")

    monkeypatch.setattr(DecisionTreeClassifier, "fit", fit)
    assert guarded(tmp_path, lambda: production.build(iris, production.recipe(iris, "scale", "tree"))) == 3
    assert json.loads((tmp_path / "error.json").read_bytes())["kind"] == "memory"


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("[ONNXRuntimeError] : 6 : std::bad_alloc")], ids=repr)
def test_an_export_that_runs_out_of_memory_is_no_fact_of_the_model(error):
    """A result without model.onnx would be recorded, and depend on the machine."""
    with pytest.raises(MemoryError):
        impossible.impossible("ONNX Runtime", error)
    assert impossible.impossible("skl2onnx", ValueError("no converter")).reason == "skl2onnx: no converter"
