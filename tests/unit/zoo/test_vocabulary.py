"""The history of estimators: merged from what every version says, and what is new in the next one."""

from __future__ import annotations

import json
from typing import Any

from remodel.zoo.vocabulary import merged, news, to_text


def version(number: str, **estimators: dict[str, Any]) -> dict[str, Any]:
    described = {name: {"module": "sklearn.svm", "parameters": own} for name, own in estimators.items()}
    return {"schema_version": 1, "scikit_learn": number, "estimators": described}


OLD = version("1.9.1", SVC={"C": 1.0, "verbose": False}, NuSVC={})
NEW = version("1.10.0", SVC={"C": 1, "gamma": "scale"}, LinearSVC={"dual": True})


def test_a_default_is_written_where_it_begins() -> None:
    """Oldest version first, whatever the order of asking; 1 is not 1.0."""
    history = merged([NEW, OLD])
    assert history["versions"] == ["1.9", "1.10"]
    absent = {"_absent_": True}
    assert history["estimators"]["SVC"]["parameters"] == {
        "C": [["1.9", 1.0], ["1.10", 1]],
        "gamma": [["1.9", absent], ["1.10", "scale"]],
        "verbose": [["1.9", False], ["1.10", absent]],
    }
    assert history["estimators"]["LinearSVC"]["in"] == ["1.10"]
    assert json.loads(to_text(history))["estimators"] == history["estimators"]


def test_what_is_new_is_told_line_by_line() -> None:
    """Parameters and estimators that came, went, or have another default."""
    assert news(merged([OLD]), NEW) == [
        "SVC: gamma is new",
        "SVC: verbose is gone",
        "SVC: C is 1, was 1.0",
        "LinearSVC is new",
        "NuSVC is gone",
    ]
