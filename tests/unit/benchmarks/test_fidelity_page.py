"""docs/fidelity.md is what the benchmark's figures say."""

from __future__ import annotations

import json
import sys

import pytest

from remodel.checkout import Checkout


def test_the_page_is_written_from_the_stored_figures(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither was edited; there are a million rows, and no label of ours is another one."""
    monkeypatch.syspath_prepend(str(checkout.root / "benchmarks"))
    sys.modules.pop("fidelity_page", None)
    from fidelity_page import page

    figures = json.loads((checkout.root / "benchmarks" / "fidelity.json").read_bytes())
    assert (checkout.root / "docs" / "fidelity.md").read_text(encoding="utf-8") == page(figures)
    cells = [cell for environment in figures.values() for cell in environment["cells"].values()]
    assert sum(cell["rows"] for cell in cells) >= 1_000_000
    assert all(cell["ours"]["labels"] == 0 and cell["ours"]["largest"] <= 1e-9 for cell in cells)


def test_every_kind_of_cell_has_its_words(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal, different, exempt rows, and no file with its reason."""
    monkeypatch.syspath_prepend(str(checkout.root / "benchmarks"))
    from fidelity_page import page

    ours = {"labels": 0, "largest": 2.2e-16, "exempt": 3}
    cells = {
        "Tree": {"rows": 10, "ours": ours, "stock": {"labels": 4, "largest": 1.0}},
        "Boosting": {"rows": 20, "ours": {**ours, "exempt": 0}, "stock": {"reason": "skl2onnx 1.20.0: X: none (why)"}},
    }
    text = page({"sklearn-1.10": {"versions": {"scikit-learn": "1.10.0"}, "cells": cells}})
    assert "30 rows in all" in text
    assert "| Tree | 0 / 2e-16 (3 exempt) |" in text and "| Tree | 4 / 1.00 |" in text
    assert "| Boosting | 0 / 2e-16 |" in text and "| Boosting | none |" in text
    assert "- skl2onnx: X: none\n" in text
    assert "| labels different | 0 | 4 |" in text and "| without a file | 0 | 1 |" in text
