"""What a model answers is one class: taken, put together, compared, scored, stored and exported by it alone."""

from __future__ import annotations

import io
import json

import numpy
import production
import pyarrow.parquet
import pytest
from sklearn import metrics

from builder import answers, data, instantiate, onnx, predictions, signature
from builder.answers import KINDS, Labels, LabelsWithDecisions, LabelsWithProbabilities, kind_of
from builder.onnx import run
from builder.training import crossval, scoring
from container.errors import BuilderError
from container.progress import Progress
from serving.answers import KINDS as SERVED
from serving.session import open_session

LINEAR = {"_target_": "sklearn.svm.LinearSVC", "random_state": 0, "max_iter": 5000}
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


def test_what_is_answered_is_all_that_can_be_asked(iris, snapshot):
    """Or less, where the recipe says so; whoever serves the model has a class for each kind, with the same outputs."""
    for classifier, kind in (
        ("tree", LabelsWithProbabilities),
        (LINEAR, LabelsWithDecisions),
        ({"_target_": "sklearn.multiclass.OutputCodeClassifier", "estimator": LINEAR}, Labels),
    ):
        model, recipe = fitted(iris, snapshot, classifier)
        assert kind_of(recipe, model.steps[-1][1]) is kind
        assert kind_of({**recipe, "answers": "labels"}, model.steps[-1][1]) is Labels
    assert {name: kind.OUTPUTS for name, kind in KINDS.items()} == {name: kind.OUTPUTS for name, kind in SERVED.items()}


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


SVC = {"_target_": "sklearn.svm.SVC"}


@pytest.mark.parametrize(
    ("classifier", "changes", "message", "advice"),
    [
        (
            {"_target_": "sklearn.linear_model.RidgeClassifier"},
            {"answers": "probabilities"},
            "RidgeClassifier gives no probabilities (no predict_proba)",
            "Choose another classifier, or wrap it in CalibratedClassifierCV",
        ),
        (
            {**SVC, "probability": False},
            {"answers": "probabilities"},
            "SVC gives no probabilities (no predict_proba)",
            "Set probability: true",
        ),
        (
            "tree",
            {"answers": "decisions"},
            "DecisionTreeClassifier gives no decision scores (no decision_function)",
            "Choose another classifier",
        ),
        (
            {**SVC, "decision_function_shape": "ovo"},
            {},
            "SVC gives a score for each pair of classes",
            "Set decision_function_shape: ovr",
        ),
    ],
    ids=["no probabilities", "none yet", "no scores", "pairs"],
)
def test_a_model_that_offers_less_is_refused(iris, classifier, changes, message, advice):
    """By name, with what to do."""
    with pytest.raises(BuilderError) as caught:
        production.build(iris, production.recipe(iris, None, classifier, **changes))
    assert caught.value.message == f"pipeline.classifier: {message}"
    assert caught.value.advice == advice


WITHOUT = {
    "scores": (LINEAR, {}, LabelsWithDecisions),
    "labels": (LINEAR, {"answers": "labels"}, Labels),
}
"""Classifiers without probabilities, what the recipe says of answers, and their kind."""


@pytest.mark.parametrize("name", WITHOUT)
def test_classifiers_without_probabilities_are_built_whole(iris, snapshot, name):
    """They are cross-validated, scored, stored, exported and signed; a wrong file is refused in their words."""
    classifier, changes, kind = WITHOUT[name]
    recipe = production.recipe(iris, "scale", classifier, **changes)
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema))
    out_of_fold = crossval.cross_validate(recipe, model, snapshot, Progress(io.StringIO()))
    summary = scoring.summary(out_of_fold.scores)
    assert tuple(summary) == kind.METRICS and summary["accuracy"]["mean"] > 0.7
    said = crossval.predict(kind, model.fit(snapshot.X, snapshot.y), snapshot.X, "predict")
    table = pyarrow.parquet.read_table(io.BytesIO(predictions.document(snapshot, out_of_fold, said)))
    columns = ["label", *(f"d_{label}" for label in snapshot.classes)] if kind is LabelsWithDecisions else ["label"]
    expected = [f"{which}_{column}" for which in ("oof", "fit") for column in columns]
    assert table.column_names == ["row", "fold", "label", *expected]
    assert table.column("fit_label").to_pylist() == model.predict(snapshot.X).tolist()
    exported = onnx.export_checked(model, snapshot, said, recipe)
    assert exported.summary["status"] == "exported" and exported.summary["adversarial_rows"] > 500
    assert exported.summary["exporter"] == "exact" and exported.summary["difference_below"] == "1e-09"
    names = {"model": "m", "environment": "e"}
    signed = signature.document(kind, model, snapshot, exported.content, 1e-9, names)
    assert signed["classes"] == snapshot.classes and signed["columns"][0]["maximum"] > 100
    assert signed["answers"] == kind.NAME
    model.fit(snapshot.X, numpy.roll(snapshot.y, 50))
    assert "labels differ" in onnx.export_checked(model, snapshot, said, recipe).summary["reason"]


@pytest.mark.parametrize("name", WITHOUT)
def test_single_precision_writes_the_same_outputs(iris, snapshot, name):
    """What the exact exporter is not asked for goes to skl2onnx, whose file has the outputs of the kind alone."""
    classifier, changes, kind = WITHOUT[name]
    recipe = production.recipe(iris, "scale", classifier, **changes, onnx="float32")
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema)).fit(snapshot.X, snapshot.y)
    said = crossval.predict(kind, model, snapshot.X, "predict")
    exported = onnx.export_checked(model, snapshot, said, recipe)
    assert exported.summary["exporter"] == "skl2onnx", exported.summary["reason"]
    if exported.content:
        outputs = open_session(exported.content).get_outputs()
        assert [entry.name for entry in outputs] == list(kind.OUTPUTS)


def test_scores_of_two_classes_are_the_second_ones():
    """The labels' scores are scikit-learn's; a fold of one class has no ROC AUC, and says so as nan."""
    truth = numpy.array(["no", "yes", "yes", "no"])
    said = LabelsWithDecisions.of(numpy.array(["no", "yes", "no", "no"]), numpy.array([-2.0, 1.0, -0.5, 0.5]))
    two = data.Snapshot({"target": {"classes": ["no", "yes"]}}, None, None, ())
    scores = said.scores(truth, two)
    assert tuple(scores) == LabelsWithDecisions.METRICS
    assert scores["roc_auc"] == metrics.roc_auc_score(truth == "yes", said.decisions[:, 0]) == 0.75
    assert scores["average_precision"] == metrics.average_precision_score(truth == "yes", said.decisions[:, 0])
    assert scores["f1_macro"] == metrics.f1_score(truth, said.labels, average="macro")
    assert scores["matthews_corrcoef"] == metrics.matthews_corrcoef(truth, said.labels)
    assert numpy.isnan(said.take([0, 3]).scores(truth[[0, 3]], two)["roc_auc"])
    assert said.apart(said).distance.tolist() == [0.0] * 4
    large = LabelsWithDecisions.of(said.labels, said.decisions * 1e12)
    assert large.apart(LabelsWithDecisions.of(said.labels, said.decisions * 1e12 + 1)).distance.max() < 1e-11


def test_the_table_of_kinds_is_whole():
    """Every class in it says all that is asked of it."""
    for kind in KINDS.values():
        assert issubclass(kind, answers.Answers) and not kind.__abstractmethods__
        assert len(kind.METHODS) == len(kind.OUTPUTS)
