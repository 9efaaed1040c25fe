"""A word in a YAML file means what is written, or one line says which line to put in quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.recipes.composition import compose_config
from remodel.yaml import read_yaml


def test_a_key_is_the_word_that_is_written(tmp_path: Path) -> None:
    """Also where other readers see a truth value, a number or nothing."""
    path = tmp_path / "x.yaml"
    path.write_text("{NO: 3, yes: 1, on: x, Off: 2, 2019: 1, 007: 2, 1e3: 4, null: 5, ~: 6, True: 7}\n")
    assert list(read_yaml(path)) == ["NO", "yes", "on", "Off", "2019", "007", "1e3", "null", "~", "True"]


@pytest.mark.parametrize("word", ["no", "NO", "yes", "on", "Off", "010", "0x1f", "1_000", "12:30", "0b11"])
@pytest.mark.parametrize("text", ["a: {}\n", "a: [x, {}]\n", "a:\n  - {}\n"])
def test_a_value_that_others_read_otherwise_is_refused_by_its_line(tmp_path: Path, word: str, text: str) -> None:
    """Until it is in quotes."""
    path = tmp_path / "x.yaml"
    path.write_text("b: 1\n" + text.replace("{}", word))
    with pytest.raises(UsageError, match=f"line [23]: {word} is a (truth value|number) to some readers") as caught:
        read_yaml(path)
    assert "put it in quotes" in str(caught.value)
    path.write_text("b: 1\n" + text.replace("{}", f"'{word}'"))
    assert word in str(read_yaml(path)["a"])


def test_numbers_and_truth_values_are_what_they_were(tmp_path: Path) -> None:
    """Decimal ones, with an exponent too; a day is a word."""
    path = tmp_path / "x.yaml"
    path.write_text("[1e3, 1.5, .5, 5., -3, +4, true, False, 2019-01-01, null, ~, '', 1e-3, .inf, 1.2.3]\n")
    expected = [1000.0, 1.5, 0.5, 5.0, -3, 4, True, False, "2019-01-01", None, None, "", 0.001, float("inf"), "1.2.3"]
    assert read_yaml(path) == expected


def test_what_hydra_reads_is_read_alike(copied: Checkout) -> None:
    """Weights of countries, of whom Norway is one."""
    path = copied.conf / "classifier" / "logreg.yaml"
    path.write_text("_target_: sklearn.linear_model.LogisticRegression\nclass_weight: {NO: 3, SE: 1, on: 2}\n")
    composed = compose_config(copied, ["classifier=logreg"])
    assert dict(composed.classifier.class_weight) == {"NO": 3, "SE": 1, "on": 2}
