"""From outcomes to cells and from cells to the page: every cell says something, every reason is explained."""

from __future__ import annotations

import re

from remodel.checkout import Checkout
from remodel.environments.environment import all_environments
from remodel.zoo.builds import Outcome
from remodel.zoo.command import known_reasons
from remodel.zoo.matrix import Cell, Explanation, cell, general, table, unexplained, why_not
from remodel.zoo.matrix_page import letter, page, shown

GOOD = Outcome("svc", "scale", "two", difference_below="1e-09")
ROUGH = Outcome("svc", "none", "two", difference_below="1e-04")
NO_ONNX = Outcome("svc", "pca", "two", no_onnx="skl2onnx 1.18.0: SVC: no converter")
REFUSED = Outcome("svc", "tabular", "two_gaps", refusal="fold 1 of 3, fit: SVC: no")


def test_a_cell_counts_and_collects_reasons() -> None:
    """What was built, what was exported, the largest bound, and every reason once, without numbers that vary."""
    found = cell([GOOD, ROUGH, NO_ONNX, REFUSED])
    assert found == Cell(4, 3, 2, "1e-04", ("fit: SVC: no", "skl2onnx: SVC: no converter"))
    assert not found.complete
    assert cell([GOOD]).complete


def test_reasons_are_the_same_in_every_environment() -> None:
    """Versions and counts are left out."""
    assert general("parity: 3 of 178 labels differ") == general("parity: 12 of 500 labels differ")
    assert general("pipeline.classifier: scikit-learn 1.0.2 has no 'SVC2'") == "this scikit-learn has no 'SVC2'"


def test_a_difference_of_predictions_names_the_classifier() -> None:
    """The check itself cannot know which estimator made it."""
    found = why_not(Outcome("svc", "scale", "two", no_onnx="parity: 3 of 178 labels differ from scikit-learn's"))
    assert found == "svc: parity: some labels differ from scikit-learn's"
    assert why_not(GOOD) is None


def test_a_cell_is_never_blank() -> None:
    """Nothing built and nothing exported is said in words, with the letters of the reasons."""
    letters = {"fit: SVC: no": "b", "skl2onnx: SVC: no converter": "a"}
    assert shown(cell([GOOD]), letters) == "1 built, 1 ONNX ≤ 1e-09"
    assert shown(cell([REFUSED, NO_ONNX]), letters) == "1 of 2 built, no ONNX (a, b)"
    assert [letter(number) for number in (0, 25, 26, 52)] == ["a", "z", "aa", "ba"]


def test_a_reason_that_nobody_explained_is_found() -> None:
    """The first explanation that fits counts."""
    known = [Explanation("no converter", "because", "there")]
    assert unexplained(cell([NO_ONNX, REFUSED]).reasons, known) == ["fit: SVC: no"]


def test_the_page_is_the_same_for_the_same_outcomes(checkout: Checkout) -> None:
    """Environments by version, estimators in the order of the zoo, no time and no path."""
    environments = all_environments(checkout)[:2]
    outcomes = {one.name: [GOOD, NO_ONNX] for one in environments}
    text = page(environments, outcomes, [Explanation("no converter", "it has none", "somewhere#1")])
    assert text == page(environments, dict(outcomes), [Explanation("no converter", "it has none", "somewhere#1")])
    assert "| a | skl2onnx: SVC: no converter | it has none | somewhere#1 |" in text
    assert "| `svc` | 2 built, 1 ONNX ≤ 1e-09 (a) | 2 built, 1 ONNX ≤ 1e-09 (a) |" in text
    assert list(table("classifier", outcomes)) == [("svc", one.name) for one in environments]


def test_the_committed_page_has_no_blank_and_no_unexplained_cell(checkout: Checkout) -> None:
    """docs/matrix.md has a row of every estimator and a column of every environment, and every letter is explained."""
    text = (checkout.root / "docs" / "matrix.md").read_text(encoding="utf-8")
    columns = [one.name.removeprefix("sklearn-") for one in all_environments(checkout)]
    assert f"| classifier | {' | '.join(columns)} |" in text
    assert "UNEXPLAINED" not in text
    cells = [line.split(" | ")[1:] for line in text.splitlines() if line.startswith("| `")]
    assert all(re.match(r"\d+ (of \d+ )?built, ", one) for line in cells for one in line)
    letters = {word for line in cells for one in line for word in re.findall(r"\b[a-z]{1,2}\b", one.partition("(")[2])}
    explained = {line.split(" | ")[0].removeprefix("| ") for line in text.partition("## Reasons")[2].splitlines()}
    assert letters <= explained


def test_every_explanation_says_where_to_read_on(checkout: Checkout) -> None:
    """Each names an upstream issue, or a page or test that a reader can check."""
    for one in known_reasons(checkout):
        assert one.because and one.see, one
