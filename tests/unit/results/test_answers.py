"""What a model answers is one class on the host: read, compared, judged and shown as evidence by it alone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from remodel.audit.differences import KINDS as PASSES
from remodel.audit.differences import Differences
from remodel.audit.paired_test import paired_test
from remodel.audit.verdict import Verdict, decide
from remodel.errors import StorageError
from remodel.recipes.params import Tolerances
from remodel.results.answers.answers import AnswerDifference, Predictions
from remodel.results.answers.decisions import LabelsWithDecisions
from remodel.results.answers.kinds import KINDS, kind_of
from remodel.results.answers.labels import ROWS_LISTED, Labels
from remodel.results.answers.numbers import Numbers
from remodel.results.answers.predictions import read_predictions
from remodel.results.answers.probabilities import LabelsWithProbabilities
from remodel.results.answers.scorers import Scorer
from tests.unit.audit.folders import CLASSES, ROWS, TOLERANCES, Folder, labels, probabilities

SOURCE = Path(__file__).parents[3] / "src"
ALLOWED = Tolerances.model_validate(TOLERANCES)


def answers(flip=(), step=0.0, rows=ROWS):
    """The planted answers of a folder, some labels flipped and all probabilities moved."""
    given = np.array([CLASSES.index(label) for label in labels()], dtype=np.int32)
    given[list(flip)] = 1 - given[list(flip)]
    chances = probabilities() + np.array([-step, step])
    times = -(-rows // ROWS)
    return LabelsWithProbabilities(CLASSES, np.tile(given, times)[:rows], np.tile(chances, (times, 1))[:rows])


def named(kind):
    """The names of a kind's scores."""
    return [scorer.name for scorer in kind.SCORERS]


def test_the_scores_tell_the_kind(tmp_path):
    """Predictions come out as labels with probabilities, of all rows and in the order of the classes."""
    folder = Folder().write(tmp_path)
    kind = kind_of(["log_loss", "accuracy", "roc_auc", "balanced_accuracy"])
    predictions = read_predictions(folder / "predictions.parquet", kind)
    assert kind is predictions.kind is LabelsWithProbabilities
    assert (predictions.rows, predictions.classes) == (ROWS, CLASSES)
    assert predictions.out_of_fold.probabilities.tolist() == probabilities().tolist()
    assert [CLASSES[place] for place in predictions.in_sample.labels] == labels().tolist()


def test_scores_that_are_better_when_they_are_less_say_so():
    """The one place that knows the direction."""
    scorers = {scorer.name: scorer for scorer in LabelsWithProbabilities.SCORERS}
    assert list(scorers) == ["accuracy", "balanced_accuracy", "log_loss", "roc_auc"]
    assert [name for name, scorer in scorers.items() if scorer.less_is_better] == ["log_loss"]
    assert scorers["roc_auc"].title == "ROC AUC"


def test_the_difference_names_flipped_rows_and_the_largest_step():
    """Rows by their numbers; |dp| is the largest over the classes."""
    difference = answers(flip=(3, 7), step=0.004).difference(answers(), ALLOWED)
    assert difference.flipped == (3, 7)
    assert difference.largest == pytest.approx(0.004) and difference.moved.tail == pytest.approx(0.004)
    assert not difference.identical


@pytest.mark.parametrize(
    ("changed", "identical"),
    [({}, True), ({"flip": (0,)}, False), ({"step": 1e-16}, False)],
    ids=["nothing", "a label", "a bit"],
)
def test_identical_is_to_the_last_bit(changed, identical):
    """A label alone is enough, and so is one bit."""
    assert answers(**changed).difference(answers(), ALLOWED).identical is identical


def test_each_rule_objects_in_its_own_place():
    """None where a rule holds: the verdict asks one rule after the other."""

    def objections(**changed):
        return answers(**changed).difference(answers(), ALLOWED).objections("in sample", ALLOWED)

    assert objections() == (None, None)
    assert objections(flip=(0, 1)) == ("2 of 40 labels in sample flip (5.00%, allowed 3.00%)", None)
    words = "probabilities in sample move by 0.02 at the 95.0% quantile (allowed 0.01)"
    assert objections(step=0.02) == (None, words)


def test_the_evidence_lists_the_first_rows_and_counts_all():
    """With the truth, and what either model says."""
    rows = 3 * ROWS_LISTED
    base = answers(rows=rows)
    own = LabelsWithProbabilities(CLASSES, 1 - base.labels, base.probabilities)
    truth = base.labels
    every = np.arange(rows)
    pair = Predictions(truth, own, own, every), Predictions(truth, base, base, every)
    differences = {which: own.difference(base, ALLOWED) for which in PASSES}
    evidence = LabelsWithProbabilities.evidence(*pair, differences)
    assert set(evidence) == {"classes", "labels", "probabilities", "quality"}
    listed = evidence["labels"]["out_of_fold"]
    assert (listed["different"], listed["equal"], len(listed["rows"])) == (rows, 0.0, ROWS_LISTED)
    assert listed["rows"][0] == {"row": 0, "label": "yes", "baseline": "yes", "here": "no"}
    assert evidence["probabilities"]["in_sample"]["difference_at_most"] == "0"
    assert evidence["quality"]["confusion"][0][0] == 0 == evidence["quality"]["confusion"][1][1]


@dataclass(frozen=True)
class Estimates(AnswerDifference):
    """The difference of another kind: numbers, with two rules."""

    step: float
    flipped: tuple[int, ...] = ()

    @property
    def largest(self):
        return self.step

    @property
    def identical(self):
        return self.step == 0

    def objections(self, which, allowed):
        first = f"numbers {which} move by {self.step}" if self.step > allowed.labels else None
        return first, f"{which} is far off" if self.step > 1 else None


def test_the_verdict_asks_the_class_and_knows_no_kind():
    """Another kind's rules are named one after the other, out of fold before in sample; its scores by title."""

    def verdict(out_of_fold, in_sample, *new):
        test = paired_test(new or (1.0, 2.0, 3.0), (1.0, 2.0, 3.0), 0.25, 0.01, 0.95)
        parts = dict(zip(PASSES, (Estimates(out_of_fold), Estimates(in_sample)), strict=True))
        return decide(Differences(parts, {Scorer("r2", "R squared"): test}), ALLOWED)

    assert verdict(0, 0) == Verdict("identical")
    assert verdict(0, 0.01) == Verdict("equivalent")
    assert verdict(2, 3).reasons == (
        "numbers out of fold move by 2",
        "numbers in sample move by 3",
        "out of fold is far off",
        "in sample is far off",
    )
    assert verdict(0.01, 0, 0.5, 1.5, 2.5).reasons == ("R squared may be worse by 0.5000, mean 0.5000 (allowed 0.01)",)


def test_the_table_of_kinds_is_whole():
    """Every class in it says all that is asked of it, and no two of its scores have one name."""
    for kind in KINDS:
        assert not kind.__abstractmethods__ and kind.NAME and kind.TITLE and kind_of(named(kind)) is kind
        assert len({scorer.name for scorer in kind.SCORERS}) == len(kind.SCORERS)


def test_who_reads_scores_alone_needs_neither_numpy_nor_pyarrow():
    """Names and titles of scores are there without the classes."""
    program = "import sys; import remodel.results.scores; print(*({'numpy', 'pyarrow'} & {*sys.modules}))"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    finished = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert (finished.returncode, finished.stdout.strip()) == (0, ""), finished.stderr


def numbers(move=0.0, rows=ROWS, unit=2.0):
    """Numbers from 100 on, one of which moves."""
    given = np.arange(rows, dtype=np.float64) + 100.0
    given[5] += move
    return Numbers(given, unit)


def test_errors_of_numbers_are_better_when_they_are_less():
    """And the share of the variance that is explained is not."""
    assert [scorer.name for scorer in Numbers.SCORERS if scorer.less_is_better] == [
        "root_mean_squared_error",
        "mean_absolute_error",
        "median_absolute_error",
    ]


def test_numbers_move_in_units_of_the_baselines_error():
    """A row that moves by one, where the error is two, moves by a half; relatively by less than a hundredth."""
    difference = numbers(move=1.0).difference(numbers(), ALLOWED)
    assert difference.moved.quantiles[1.0] == 0.5
    assert 0.005 < difference.largest < 0.01
    assert not difference.identical and numbers().difference(numbers(), ALLOWED).identical
    assert not numbers(move=1e-13).difference(numbers(), ALLOWED).identical, "one bit is enough"


def test_too_large_a_move_is_objected_to():
    """At the quantile that the tolerances name: one row of many is none."""
    few, many = numbers(move=50.0), numbers(move=50.0, rows=1000)
    [objection] = few.difference(numbers(), ALLOWED).objections("in sample", ALLOWED)
    assert "numbers in sample move by 25 of the baseline's error (2) at the 99.0% quantile" in objection
    assert many.difference(numbers(rows=1000), ALLOWED).objections("in sample", ALLOWED) == (None,)


def test_evidence_of_numbers_says_how_far_they_are_from_the_truth():
    """The bias is the mean of prediction minus truth; what moved is told by quantiles."""
    truth = numbers().numbers
    every = np.arange(ROWS)
    own = Predictions(truth, numbers(move=4.0), numbers(), every)
    base = Predictions(truth, numbers(), numbers(), every)
    differences = {
        which: getattr(own, which).difference(getattr(base, which), ALLOWED) for which in ("out_of_fold", "in_sample")
    }
    evidence = Numbers.evidence(own, base, differences)
    assert evidence["errors"]["bias"] == 4.0 / ROWS
    assert evidence["numbers"]["in_sample"]["same_bits"] and not evidence["numbers"]["out_of_fold"]["same_bits"]
    assert Numbers.cells(evidence) == ["≤ 1e-01 of it", "all equal"]
    assert Numbers.in_short(evidence) == ["moves 2.000 RMSE"]


def forward(path, column, change):
    """Predictions whose first ten rows no fold tests, as folds leave them that go forward."""
    table = pyarrow.parquet.read_table(path)
    content = {name: table.column(name).to_pylist() for name in table.column_names}
    content["fold"] = [-1] * 10 + content["fold"][10:]
    content[column] = [change] * 10 + content[column][10:]
    pyarrow.parquet.write_table(pyarrow.table(content, pyarrow.schema(table.schema)), path)


def test_rows_that_no_fold_tests_have_no_answer_out_of_fold(tmp_path):
    """They are told by the final model's answers alone, and a row keeps its number."""
    folder = Folder().write(tmp_path)
    forward(folder / "predictions.parquet", "oof_label", "")
    predictions = read_predictions(folder / "predictions.parquet", LabelsWithProbabilities)
    assert (predictions.rows, len(predictions.out_of_fold)) == (ROWS, ROWS - 10)
    moved = predictions.out_of_fold.labels.copy()
    moved[0] = 1 - moved[0]
    other = replace(predictions, out_of_fold=replace(predictions.out_of_fold, labels=moved))
    differences = {which: getattr(other, which).difference(getattr(predictions, which), ALLOWED) for which in PASSES}
    evidence = LabelsWithProbabilities.evidence(other, predictions, differences)
    [listed] = evidence["labels"]["out_of_fold"]["rows"]
    assert listed["row"] == 10 and listed["label"] == CLASSES[predictions.truth[10]]
    assert sum(map(sum, evidence["quality"]["confusion"])) == ROWS - 10


def test_errors_of_numbers_are_those_of_rows_that_were_tested(tmp_path):
    """A row that no fold tests is stored as a zero, which is no answer."""
    truth = [100.0 + row for row in range(ROWS)]
    content = {
        "row": list(range(ROWS)),
        "fold": [-1] * 10 + [0] * (ROWS - 10),
        "target": truth,
        "oof_prediction": [0.0] * 10 + [value + 2.0 for value in truth[10:]],
        "fit_prediction": truth,
    }
    path = tmp_path / "predictions.parquet"
    pyarrow.parquet.write_table(pyarrow.table(content), path)
    predictions = read_predictions(path, Numbers)
    assert predictions.out_of_fold.unit == 2.0
    differences = {
        which: getattr(predictions, which).difference(getattr(predictions, which), ALLOWED) for which in PASSES
    }
    assert Numbers.evidence(predictions, predictions, differences)["errors"]["bias"] == 2.0
    content["fold"] = [-1] * ROWS
    pyarrow.parquet.write_table(pyarrow.table(content), path)
    with pytest.raises(StorageError, match="no fold tests any of its rows"):
        read_predictions(path, Numbers)


def decisions(flip=(), step=0.0, order=1.0):
    """Decision scores of two classes, whose sign is the label; `order` -1 turns their order around."""
    given = np.array([CLASSES.index(label) for label in labels()], dtype=np.int32)
    scores = (probabilities()[:, [1]] * 4 - 2) * order + step
    given[list(flip)] = 1 - given[list(flip)]
    return LabelsWithDecisions(CLASSES, given, scores)


def test_decision_scores_may_move_as_long_as_the_order_stays():
    """All by the same step is the same order; the other way round is none."""
    moved = decisions(step=5.0).difference(decisions(), ALLOWED)
    assert moved.rank == pytest.approx(1.0) and not moved.identical and moved.largest > 1
    assert moved.objections("in sample", ALLOWED) == (None, None)
    turned = decisions(order=-1.0).difference(decisions(), ALLOWED)
    words = "decision scores in sample put the rows in another order: rank correlation -1.0000 (at least 0.99)"
    assert turned.objections("in sample", ALLOWED) == (None, words)
    flipped = decisions(flip=(0, 1)).difference(decisions(), ALLOWED)
    assert flipped.objections("in sample", ALLOWED)[0].startswith("2 of 40 labels in sample flip")
    assert decisions().difference(decisions(), ALLOWED).identical


@pytest.mark.parametrize(("here", "there", "rank"), [(0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)])
def test_scores_that_are_all_alike_have_no_order(here, there, rank):
    """Two such models agree; one of them agrees with nothing."""
    own, base = decisions(order=here), decisions(order=there)
    assert own.difference(base, ALLOWED).rank == rank


def stored(path, names, chosen):
    """A table of labels, and of decision scores of the classes in `chosen`."""
    content = {"row": list(range(4)), "fold": [0, 1, 0, 1], "label": names, "oof_label": names, "fit_label": names}
    scores = {f"{which}_d_{name}": [0.5, -1.0, 2.0, 0.0] for which in ("oof", "fit") for name in chosen}
    pyarrow.parquet.write_table(pyarrow.table({**content, **scores}), path)
    return path


@pytest.mark.parametrize(("names", "chosen"), [("abca", "abc"), ("baba", "b")], ids=["three classes", "two classes"])
def test_labels_and_decision_scores_are_read(tmp_path, names, chosen):
    """The classes are those of the truth; of two the second one has the score."""
    path = stored(tmp_path / "p.parquet", list(names), chosen)
    predictions = read_predictions(path, LabelsWithDecisions)
    assert predictions.classes == tuple(sorted(set(names)))
    assert predictions.in_sample.decisions.shape == (4, len(chosen))
    assert read_predictions(path, Labels).out_of_fold.labels.tolist() == predictions.truth.tolist()


def test_labels_that_no_row_has_are_damage(tmp_path):
    """So is a truth of one class, and a score that is none."""
    path = stored(tmp_path / "one.parquet", ["a"] * 4, "")
    with pytest.raises(StorageError, match="less than two classes"):
        read_predictions(path, Labels)
    path = stored(tmp_path / "none.parquet", ["a", "b", "a", "b"], "")
    with pytest.raises(StorageError, match="no column 'oof_d_b'"):
        read_predictions(path, LabelsWithDecisions)


@pytest.mark.parametrize("kind", [Labels, LabelsWithDecisions])
def test_evidence_of_labels_fits_the_contract(tmp_path, kind):
    """What is said of labels is said of both; of scores their ranks and their ROC."""
    path = stored(tmp_path / "p.parquet", ["a", "b", "a", "b"], "b")
    own = read_predictions(path, kind)
    differences = {which: getattr(own, which).difference(getattr(own, which), ALLOWED) for which in PASSES}
    evidence = kind.evidence(own, own, differences)
    assert kind.cells(evidence)[:2] == ["all equal", "all equal"] and len(kind.cells(evidence)) == len(kind.COLUMNS)
    assert evidence["quality"]["confusion"] == [[2, 0], [0, 2]]
    assert ("decisions" in evidence, "roc" in evidence["quality"]) == (kind is LabelsWithDecisions,) * 2
