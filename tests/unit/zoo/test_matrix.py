"""From outcomes to cells and from cells to the page: every cell says something, every reason is explained."""

from __future__ import annotations

import re
from collections.abc import Mapping

from remodel.checkout import Checkout
from remodel.environments.environment import all_environments
from remodel.zoo.builds import Outcome
from remodel.zoo.command import known_reasons
from remodel.zoo.matrix import GROUPS, Cell, KnownReason, cell, general, table, unexplained, why_not
from remodel.zoo.matrix_page import TITLES, letter, page, page_of_cells, shown
from remodel.zoo.zoo import read_zoo

GOOD = Outcome("classifier", "svc", "scale", "two", exporter="exact")
ROUGH = Outcome("classifier", "svc", "none", "two", exporter="skl2onnx")
NO_ONNX = Outcome("classifier", "svc", "pca", "two", no_onnx="skl2onnx 1.18.0: SVC: no converter")
REFUSED = Outcome("classifier", "svc", "tabular", "two_gaps", refusal="fold 1 of 3, fit: SVC: no")


def test_a_cell_counts_and_collects_reasons() -> None:
    """What was built, what was exported and by whom, and every reason once, without numbers that vary."""
    mixed = cell([GOOD, ROUGH, NO_ONNX, REFUSED])
    assert mixed == Cell(4, 3, 1, 1, ("fit: SVC: no", "skl2onnx: SVC: no converter"))
    assert not mixed.complete
    assert cell([GOOD]).complete


def test_reasons_are_the_same_in_every_environment() -> None:
    """Versions and counts are left out."""
    assert general("parity: 3 of 178 labels differ") == general("parity: 12 of 500 labels differ")
    assert general("pipeline.classifier: scikit-learn 1.0.2 has no 'SVC2'") == "this scikit-learn has no 'SVC2'"


def test_a_difference_of_predictions_names_the_classifier() -> None:
    """The check itself cannot know which estimator made it."""
    reason = why_not(
        Outcome("classifier", "svc", "scale", "two", no_onnx="parity: 3 of 178 labels differ from scikit-learn's")
    )
    assert reason == "svc: parity: some labels differ from scikit-learn's"
    assert why_not(GOOD) is None


def test_a_cell_is_never_blank() -> None:
    """What is missing is said in numbers, with the letters of the reasons."""
    letters = {"fit: SVC: no": "b", "skl2onnx: SVC: no converter": "a"}
    assert shown(cell([GOOD]), letters) == "✓"
    assert shown(cell([GOOD, ROUGH]), letters) == "2/1+1"
    assert shown(cell([REFUSED, NO_ONNX]), letters) == "1/0 a, b"
    assert [letter(number) for number in (0, 25, 26, 52)] == ["a", "z", "aa", "ba"]


def test_a_reason_that_nobody_explained_is_found() -> None:
    """The first explanation that fits counts."""
    known = [KnownReason("no converter", "because", "there")]
    assert unexplained(cell([NO_ONNX, REFUSED]).reasons, known) == ["fit: SVC: no"]


def test_the_page_is_the_same_for_the_same_outcomes(checkout: Checkout) -> None:
    """Environments by version, estimators in the order of the zoo, no time and no path."""
    environments = all_environments(checkout)[:2]
    outcomes = {environment.name: [GOOD, NO_ONNX] for environment in environments}
    known, absent = [KnownReason("no converter", "it has none", "somewhere#1")], {"TSNE": "no new rows"}
    text = page(environments, outcomes, known, absent)
    assert text == page(environments, dict(outcomes), known, absent)
    assert "| TSNE | no new rows |" in text and "| Classifiers | 1 | 1 | 0 | 0% |" in text
    assert "| a | skl2onnx: SVC: no converter | it has none | somewhere#1 |" in text
    assert "| `svc` | 2 | 2/1 a | 2/1 a |" in text
    assert list(table("classifier", outcomes)) == [("svc", environment.name) for environment in environments]


def test_the_committed_page_has_no_blank_and_no_unexplained_cell(checkout: Checkout) -> None:
    """docs/matrix.md has a row of every estimator and a column of every environment, and every letter is explained."""
    text = (checkout.root / "docs" / "matrix.md").read_text(encoding="utf-8")
    columns = [environment.name.removeprefix("sklearn-") for environment in all_environments(checkout)]
    assert f"| classifier | recipes | {' | '.join(columns)} |" in text
    assert "UNEXPLAINED" not in text
    cells = [cell for line in text.splitlines() if line.startswith("| `") for cell in line.split(" | ")[1:]]
    assert all(re.match(r"✓|\d+", cell) for cell in cells)
    letters = {word for cell in cells for word in re.findall(r"\b[a-z]{1,2}\b", cell)}
    explained = {line.split(" | ")[0].removeprefix("| ") for line in text.partition("## Reasons")[2].splitlines()}
    assert letters <= explained


def test_every_explanation_says_where_to_read_on(checkout: Checkout) -> None:
    """Each names an upstream issue, or a page or test that a reader can check."""
    for reason in known_reasons(checkout):
        assert reason.because and reason.see, reason


def test_the_committed_page_is_what_its_own_cells_give(checkout: Checkout) -> None:
    """Nothing was edited: the text around the cells, the locks' versions and the explanations are those of today."""
    text = (checkout.root / "docs" / "matrix.md").read_text(encoding="utf-8")
    reasons = {row[0]: row[1] for row in rows_below("## Reasons", text)}
    environments = all_environments(checkout)
    tables = {
        group: {
            (name.strip("`"), environment.name): read_cell(int(recipes), shown, reasons)
            for name, recipes, *cells in rows_below(f"## {TITLES[group]}", text)
            for environment, shown in zip(environments, cells, strict=True)
        }
        for group in GROUPS
    }
    assert page_of_cells(environments, tables, known_reasons(checkout), read_zoo(checkout).absent) == text


def rows_below(title: str, text: str) -> list[list[str]]:
    """The rows of the table below a title, without its head."""
    lines = text.partition(f"{title}\n\n")[2].partition("\n\n")[0].splitlines()
    return [re.sub(r"^\| | \|$", "", line).split(" | ") for line in lines[2:]]


def read_cell(recipes: int, text: str, reasons: Mapping[str, str]) -> Cell:
    """The cell of so many recipes that is shown like this."""
    if text == "✓":
        return Cell(recipes, recipes, recipes, 0, ())
    parts = re.fullmatch(r"(\d+)/(\d+)(?:\+(\d+))?(?: (.*))?", text)
    assert parts is not None, text
    built, exact, single, letters = parts.groups()
    marks = letters.split(", ") if letters else []
    return Cell(recipes, int(built), int(exact), int(single or 0), tuple(sorted(reasons[mark] for mark in marks)))
