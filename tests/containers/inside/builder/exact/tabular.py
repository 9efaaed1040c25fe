"""Small tabular data of the kind that models meet: scales apart, holes, words, unseen words."""

from __future__ import annotations

import numpy as np
import pandas as pd

NUMBERS = ("age", "income", "ratio", "count", "tiny", "wide")
WORDS = {
    "city": ("aachen", "bonn", "köln", "ulm"),
    "plan": ("free", "paid"),
    "job": tuple(f"job_{i}" for i in range(9)),
}


def make(
    rows: int, classes: int, seed: int, holes: bool = True, unseen: float = 0.0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Numbers, words and labels; a tenth of missing cells, and words that training never shows."""
    random = np.random.default_rng(seed)
    data = {
        "age": random.integers(18, 90, rows).astype(float),
        "income": np.exp(random.normal(10, 1, rows)),
        "ratio": random.uniform(0, 1, rows),
        "count": random.poisson(3, rows).astype(float),
        "tiny": random.normal(0, 1e-4, rows),
        "wide": random.normal(1e6, 3e5, rows),
    }
    words = {name: random.choice(np.array(choices, dtype=object), rows) for name, choices in WORDS.items()}
    score = (
        data["age"] / 40
        + np.log(data["income"]) / 2
        + 3 * data["ratio"]
        + data["tiny"] * 8e3
        + np.where(words["city"] == "bonn", 1.0, 0.0)
        + np.where(words["plan"] == "paid", 0.8, 0.0)
        + random.normal(0, 0.7, rows)
    )
    cuts = np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1])
    labels = np.array(["a", "b", "c", "d"])[np.searchsorted(cuts, score)]
    if holes:
        for name in data:
            data[name][random.uniform(size=rows) < 0.08] = np.nan
    for name in words:
        words[name][random.uniform(size=rows) < unseen] = "elsewhere"
        words[name][random.uniform(size=rows) < 0.06] = np.nan
    frame = pd.DataFrame({**data, **{name: pd.Series(values, dtype=object) for name, values in words.items()}})
    return frame, labels


def described(frame: pd.DataFrame) -> list:
    """The frame's columns as `export` takes them."""
    return [
        (name, "numeric", None) if frame[name].dtype.kind == "f" else (name, "categorical", None)
        for name in frame.columns
    ]
