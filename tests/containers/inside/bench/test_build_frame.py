"""Rows of a request become the frame that the builder would have made of them."""

from __future__ import annotations

import json

import numpy
import pandas
import production

from bench import receiver
from bench.frame import frame
from builder import data
from contract import files


def test_a_frame_is_what_the_builder_hands_to_scikit_learn(credit):
    """Numbers are float64, texts objects, what is missing is nan, also in a column that holds nothing else."""
    recipe = production.recipe(credit, "tabular", "logistic")
    snapshot = data.load(credit, recipe)
    values = {name: snapshot.X[name].astype(object).where(snapshot.X[name].notna(), None) for name in snapshot.X}
    again = frame(snapshot.schema["columns"], {name: list(column) for name, column in values.items()})
    pandas.testing.assert_frame_equal(again, snapshot.X)
    empty = frame(snapshot.schema["columns"], {name: [None] for name in values})
    assert empty.dtypes.tolist() == snapshot.X.dtypes.tolist() and empty.isna().all().all()


def test_a_receiver_gets_what_both_files_answer(credit, tmp_path):
    """Labels and probabilities of every row of the example, of scikit-learn and of ONNX Runtime."""
    recipe = production.recipe(credit, "tabular", "logistic", "ordered")
    built = production.build(credit, recipe)
    folder = tmp_path / "credit"
    for name, content in built.artifacts.items():
        files.write_bytes(folder / name, content)
    files.write_bytes(folder / "schema.json", (credit / "schema.json").read_bytes())
    files.write_json(folder / "trust.json", {"types": dict.fromkeys(production.TRUSTED, "reviewed")})
    snapshot = data.load(credit, recipe)
    rows = snapshot.X.iloc[:3].astype(object).where(snapshot.X.iloc[:3].notna(), None)
    request = {"columns": list(rows)[::-1], "data": [list(row)[::-1] for row in rows.to_numpy()]}
    files.write_json(folder / "example.json", {"request": request})
    out = tmp_path.parent / f"{tmp_path.name}-out"
    receiver.write(tmp_path, out)
    assert [path.name for path in out.iterdir()] == ["answers.json"]
    answers = json.loads((out / "answers.json").read_bytes())["credit"]
    assert answers == json.loads(json.dumps(answers)) and set(answers) == {"skops", "onnx"}
    model = json.loads(built.artifacts["signature.json"])
    assert set(answers["skops"]["labels"]) <= set(model["classes"])
    gaps = numpy.subtract(answers["skops"]["probabilities"], answers["onnx"]["probabilities"])
    assert answers["skops"]["labels"] == answers["onnx"]["labels"] and numpy.abs(gaps).max() <= 1e-9
