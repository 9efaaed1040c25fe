"""What a model answers is one class: taken, put together, compared, scored, stored and exported by it alone."""

from __future__ import annotations

import io
import json

import numpy
import production
import pyarrow.parquet
import pytest
from labels_only import Labels
from sklearn import metrics

from builder import answers, data, instantiate, onnx, predictions, signature
from builder.answers import KINDS, LabelsWithProbabilities, kind_of
from builder.onnx import run
from builder.training import crossval, scoring
from container.errors import BuilderError
from container.progress import Progress
from serving.answers import KINDS as SERVED
from serving.session import open_session

LABELS = ["no", "yes", "no", "yes"]
CHANCES = [[0.9, 0.1], [0.25, 0.75], [0.5, 0.5], [0.0, 1.0]]


def some(labels=LABELS, chances=CHANCES):
    return LabelsWithProbabilities.of(numpy.array(labels, dtype=object), numpy.array(chances))


@pytest.fixture(scope="module")
def snapshot(iris):
    return data.load(iris, production.recipe(iris, "scale", "logistic"))


def fitted(iris, snapshot, classifier):
    """A fitted pipeline, and its recipe."""
    recipe = production.recipe(iris, "scale", classifier)
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema))
    return model.fit(snapshot.X, snapshot.y), recipe


def test_a_recipe_without_a_task_is_a_classification(iris):
    """Labels with probabilities; whoever serves the model has a class for each task, too, with the same outputs."""
    assert kind_of(production.recipe(iris, None, "tree")) is LabelsWithProbabilities
    assert {task: kind.OUTPUTS for task, kind in KINDS.items()} == {task: kind.OUTPUTS for task, kind in SERVED.items()}


def test_answers_of_folds_are_put_together(snapshot):
    """Row by row, whatever the order of the folds."""
    whole = LabelsWithProbabilities.of(snapshot.y, numpy.random.default_rng(0).uniform(size=(len(snapshot.y), 3)))
    again = LabelsWithProbabilities.blank(snapshot)
    assert not again.equals(whole)
    for test in snapshot.folds[::-1]:
        again.put(test, whole.take(test))
    assert again.equals(whole)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": ["no", "yes", "no", "no"]},
        {"chances": [[0.9, 0.1], [0.25, 0.75], [0.5, numpy.nextafter(0.5, 1)], [0.0, 1.0]]},
        {"chances": [[0.9, 0.1], [0.25, 0.75], [0.5, 0.5], [-0.0, 1.0]]},
    ],
    ids=["a label", "one bit", "the sign of zero"],
)
def test_equal_means_every_label_and_every_bit(change):
    """A NaN is the same as itself."""
    assert some().equals(some()) and not some().equals(some(**change))
    odd = [[numpy.nan, 0.1], *CHANCES[1:]]
    assert some(chances=odd).equals(some(chances=odd)) and not some(chances=odd).is_finite() and some().is_finite()


def test_apart_names_wrong_rows_and_the_largest_distance_of_each():
    """A probability that is no number is infinitely far away, and beyond every limit."""
    other = some(["no", "no", "no", "yes"], [[0.8, 0.1], [0.25, 0.75], [0.5, numpy.nan], [0.0, 1.0]])
    apart = some().apart(other)
    assert apart.wrong.tolist() == [False, True, False, False]
    assert apart.distance.tolist() == [pytest.approx(0.1), 0.0, numpy.inf, 0.0]
    assert apart.beyond(0.2).tolist() == [False, True, True, False]
    assert apart.beyond(0.05).tolist() == [True, True, True, False]


def test_scores_are_scikit_learns(iris, snapshot):
    """For three classes and for two; log_loss is finite where a probability of 0 was wrong."""
    model, _ = fitted(iris, snapshot, "logistic")
    said = LabelsWithProbabilities.ask(model, snapshot.X)
    scores = said.scores(snapshot.y, snapshot)
    assert tuple(scores) == LabelsWithProbabilities.METRICS
    assert scores["accuracy"] == (model.predict(snapshot.X) == snapshot.y).mean()
    assert scores["balanced_accuracy"] == metrics.balanced_accuracy_score(snapshot.y, said.labels)
    assert scores["log_loss"] == pytest.approx(metrics.log_loss(snapshot.y, model.predict_proba(snapshot.X)))
    two = data.Snapshot({"target": {"classes": ["no", "yes"]}}, None, None, ())
    scores = some().scores(numpy.array(["no", "yes", "yes", "no"]), two)
    assert scores["roc_auc"] == 0.5 and 8 < scores["log_loss"] < 10


def test_the_document_keeps_every_bit():
    """Through JSON and back."""
    content = json.loads(json.dumps(some(chances=[[0.1 + 0.2, 1 / 3]] * 4).document()))
    assert content == {"labels": LABELS, "probabilities": [[0.1 + 0.2, 1 / 3]] * 4}


def test_a_file_answers_in_the_same_class(iris, snapshot):
    """The outputs of model.onnx are what the methods return, however many rows a call has."""
    model, recipe = fitted(iris, snapshot, "logistic")
    expected = crossval.predict(LabelsWithProbabilities, model, snapshot.X, "predict")
    session = open_session(onnx.export_checked(model, snapshot, expected, recipe).content)
    assert [entry.name for entry in session.get_outputs()] == list(LabelsWithProbabilities.OUTPUTS)
    for batch in (1, 7, 4096):
        assert not expected.apart(run.answers(type(expected), session, snapshot.X, batch)).beyond(1e-12).any()


def test_a_model_that_offers_less_is_refused(iris):
    """By name, with what to do."""
    with pytest.raises(BuilderError) as caught:
        production.build(iris, production.recipe(iris, None, {"_target_": "sklearn.linear_model.RidgeClassifier"}))
    assert caught.value.message == "pipeline.classifier: RidgeClassifier gives no probabilities (no predict_proba)"
    assert caught.value.advice == "Choose another classifier, or wrap it in CalibratedClassifierCV"


def test_a_new_kind_needs_nothing_but_its_class(iris, snapshot):
    """Labels alone are cross-validated, scored, stored, exported and signed; a wrong file is refused in its words."""
    recipe = production.recipe(iris, "scale", {"_target_": "sklearn.linear_model.RidgeClassifier"})
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema))
    out_of_fold = crossval.cross_validate(Labels, model, snapshot, Progress(io.StringIO()))
    assert scoring.summary(out_of_fold.scores)["accuracy"]["mean"] > 0.7
    said = crossval.predict(Labels, model.fit(snapshot.X, snapshot.y), snapshot.X, "predict")
    table = pyarrow.parquet.read_table(io.BytesIO(predictions.document(snapshot, out_of_fold, said)))
    assert table.column_names == ["row", "fold", "label", "oof_label", "fit_label"]
    assert table.column("fit_label").to_pylist() == model.predict(snapshot.X).tolist()
    exported = onnx.export_checked(model, snapshot, said, recipe)
    assert exported.summary["status"] == "exported" and exported.summary["adversarial_rows"] > 500
    names = {"model": "m", "environment": "e"}
    signed = signature.document(Labels, model, snapshot, exported.content, 1e-9, names)
    assert signed["classes"] == snapshot.classes and signed["columns"][0]["maximum"] > 100
    model.fit(snapshot.X, numpy.roll(snapshot.y, 50))
    assert "labels differ" in onnx.export_checked(model, snapshot, said, recipe).summary["reason"]


def test_the_table_of_kinds_is_whole():
    """Every class in it says all that is asked of it."""
    for kind in KINDS.values():
        assert issubclass(kind, answers.Answers) and not kind.__abstractmethods__
        assert len(kind.METHODS) == len(kind.OUTPUTS)
