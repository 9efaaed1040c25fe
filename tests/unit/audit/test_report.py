"""comparison.md is readable on its own; cv_scores.csv is what `dvc plots` reads."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from remodel.audit.forecast import Outlook
from remodel.audit.report import cv_scores, difference, markdown
from remodel.results.comparison import as_comparison, read_comparison_file
from tests.unit.audit.unpacked import whole

EXAMPLE = Path(__file__).parents[1] / "contract" / "examples" / "comparison" / "valid-two-environments.json"


@pytest.fixture
def comparison():
    return as_comparison(document())


def document():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


def tables(text):
    """The tables of a Markdown text, each as a list of rows of cells."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    split = re.compile(r"(?<!\\)\|")
    return [[[cell.strip() for cell in split.split(line)[1:-1]] for line in block.splitlines()] for block in blocks]


def test_every_table_is_well_formed(comparison):
    """A row with another number of cells than its header loses cells in every renderer."""
    for table in tables(markdown(comparison, ())):
        assert {len(row) for row in table} == {len(table[0])}
        assert set(table[1]) == {"---"}


def test_the_overview_has_a_row_a_model_and_a_column_an_environment(comparison):
    overview = tables(markdown(comparison, ()))[0]
    assert overview[0] == ["model", "sklearn-1.5 (baseline)", "sklearn-1.9"]
    assert overview[2:] == [
        ["credit_mlp", "0.8600 ± 0.0490", "**changed** 0.8000 ± 0.2449 (-0.0600)"],
        ["iris_svc", "0.8600 ± 0.0490", "**identical** 0.8600 ± 0.0490 (=)"],
    ]


def test_a_model_has_its_other_metrics_labels_probabilities_sizes_and_warnings(comparison):
    text = markdown(comparison, ())
    assert "### credit_mlp\n\nCross-validation stratified_5: 5 folds, 40 rows." in text
    _, scores, rest, *_ = tables(text)
    assert scores[0] == ["environment", "balanced accuracy", "log loss", "ROC AUC"]
    assert scores[3] == ["sklearn-1.9", *["0.8500 ± 0.0000 (=)", "0.4000 ± 0.0000 (=)", "0.9300 ± 0.0000 (=)"]]
    assert rest[2] == ["sklearn-1.5 (baseline)", "-", "-", "-", "-", "1.0 kB", "0.0 kB", "0"]
    assert rest[3] == [
        "sklearn-1.9",
        "92.50% (3 differ)",
        "all equal",
        "≤ 1e-02",
        "all equal",
        "1.0 kB",
        "none",
        "2, 1 came",
    ]


def test_what_is_outside_the_tolerances_and_what_may_be_the_cause_stand_below(comparison):
    text = markdown(comparison, ())
    assert "sklearn-1.9 is **changed**:\n\n- 3 of 40 labels out of fold flip (7.50%, allowed 3.00%)\n" in text
    assert "\n- candidate for the cause: defaults: classifier.tol 0.0001 -> 0.001\n" in text


def test_a_model_that_was_not_built_has_its_reason():
    text = markdown(read_comparison_file(EXAMPLE.parent / "valid-failed-and-retired.json"), ())
    overview = tables(text)[0]
    assert [row[2] for row in overview[2:]] == ["**failed**", "**retired**", "**retired**"]
    assert "sklearn-1.9 is **failed**:\n\n- fold 1 of 5: fit: classifier (MLPClassifier): no\n" in text
    assert "sklearn-1.5 is **retired**:\n\n- replaced by wine_forest\n" in text


def test_reasons_for_a_missing_onnx_file_stand_below(comparison):
    text = markdown(comparison, ())
    assert tables(text)[-1][2:] == [["credit_mlp", "sklearn-1.9", r"MLPClassifier: no \| converter"]]
    assert text.index("## Models without ONNX") > text.index("### iris_svc")


def test_without_a_missing_onnx_file_the_report_says_so():
    changed = document()
    for entry in changed["entries"]:
        entry["evidence"]["onnx"] = {"size": 4, "reason": None}
    assert markdown(as_comparison(changed), ()).endswith("Every model has one in every environment.\n")


def test_a_tiny_difference_is_not_called_equal():
    assert [difference(value) for value in (0.0, 1e-12, -0.25)] == ["=", "+0.0000", "-0.2500"]


def test_cv_scores_have_one_row_per_model_environment_and_fold(comparison):
    rows = list(csv.DictReader(io.StringIO(cv_scores(comparison))))
    assert len(rows) == 2 * 2 * 5
    assert list(rows[0]) == ["model", "environment", "fold", "accuracy", "balanced_accuracy", "log_loss", "roc_auc"]
    own = [row for row in rows if (row["model"], row["environment"]) == ("credit_mlp", "sklearn-1.9")]
    assert [row["fold"] for row in own] == ["0", "1", "2", "3", "4"]
    assert [float(row["accuracy"]) for row in own] == [1.0, 0.5, 1.0, 0.5, 1.0]


def test_scores_keep_every_digit():
    value, changed = 0.1 + 0.2, document()
    changed["entries"][0]["evidence"]["metrics"]["log_loss"]["folds"][0] = value
    assert float(next(csv.DictReader(io.StringIO(cv_scores(as_comparison(changed)))))["log_loss"]) == value


def told(**changes):
    """The example, with more evidence in the newer environment's entry."""
    content = document()
    entry = next(entry for entry in content["entries"] if entry["environment"] == "sklearn-1.9" and entry["evidence"])
    entry["evidence"]["warnings"].update(changes.pop("warnings", {}))
    entry["evidence"].update(changes)
    content["release_environment"] = "sklearn-1.9"
    return entry["model"], as_comparison(content)


def test_warnings_stand_where_the_scores_are():
    """In the report and on the page, a line a kind."""
    line = "ConvergenceWarning, 5 times: it stopped early"
    _, comparison = told(warnings={"kinds": [line]})
    assert f"\n- sklearn-1.9 warns: {line}\n" in markdown(comparison, ())
    assert f"<li>sklearn-1.9 warns: {line}</li>" in whole(comparison, ())


def test_what_later_versions_will_do_has_a_place_of_its_own(comparison):
    """A line a model, with what to write instead; where nothing is known, that is said."""
    outlook = Outlook("1.11", "breaks", "SVC", "it goes", "that", "here").document()
    model, changed = told(announced=[outlook])
    assert f"\n- {model}: 1.11 breaks SVC: it goes; instead: that (here)\n" in markdown(changed, ())
    assert "Announced for later versions" in whole(changed, ())
    assert "## Announced" in markdown(comparison, ()) and "\nNothing.\n" in markdown(comparison, ())
    assert "Announced for later versions" not in whole(comparison, ())
