"""Runs in a container: fits every recipe, exports it, and asks both about rows that the gate has never seen."""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime
import pandas as pd

from builder import answers, data, instantiate, signature
from builder.compat.arguments import Notes
from builder.onnx.exact import Unsupported, export

WORDS = [" ", "never seen", "\u00e9", "\u4e2d\u6587", "nan", "None", "0"]
"""Not the empty text, which means that there is none."""
TOLERANCE = 1e-9
GROUP = 40
"""Rows that are asked together: where scikit-learn refuses one, each is asked alone."""


def main(recipes: str, snapshots: str, out: str, count: int, seed: int) -> None:
    warnings.simplefilter("ignore")
    found = {}
    for number, (model, recipe) in enumerate(sorted(json.loads(Path(recipes).read_text()).items())):
        found[model] = of_one(recipe, Path(snapshots) / recipe["choices"]["dataset"], count, seed + number)
        print(model, found[model], flush=True)
    (Path(out) / "found.json").write_text(json.dumps(found))


def of_one(recipe: dict, folder: Path, count: int, seed: int) -> dict:
    """Figures of one recipe, or why there is no file."""
    snapshot = data.load(folder, recipe)
    try:
        columns = instantiate.columns_of(snapshot.schema)
        model = instantiate.pipeline(recipe, columns, Notes(recipe["defaults"]))
        model.fit(snapshot.X, snapshot.y)
        described = [
            (c["name"], "numeric" if c["dtype"] == "float64" else "categorical", c.get("categories"))
            for c in snapshot.schema["columns"]
        ]
        kind = kind_of(recipe, model)
        content = export(model, described, outputs=kind)
    except (Unsupported, Exception) as error:
        return {"reason": str(error).splitlines()[0][:120] if str(error) else type(error).__name__}
    rows = drawn(snapshot.X, count, np.random.default_rng(seed))
    taken = within(signed(recipe, model, snapshot, content), rows)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.enable_mem_pattern = 1, False
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    answered = other = unstable = 0
    sorts: dict[str, int] = {}
    for start in range(0, len(rows), GROUP):
        group = rows.iloc[start : start + GROUP][taken[start : start + GROUP]]
        if not len(group):
            continue
        for part in [group] if accepted(model, kind, group) else [group.iloc[[i]] for i in range(len(group))]:
            if not accepted(model, kind, part):
                continue
            mine, theirs = of_model(model, kind, part), of_file(session, kind, part)
            places = np.flatnonzero(differing(mine, theirs))
            answered, other = answered + len(part), other + len(places)
            for place in places:
                sort = NAMES[part.index[place] // (len(rows) // len(SORTS))]
                sorts[sort] = sorts.get(sort, 0) + 1
            unstable += sum(is_unstable(model, kind, part.iloc[[p]], [a[[p]] for a in mine]) for p in places)
    return {"rows": answered, "other": other, "unstable": unstable, "sorts": sorts}


def signed(recipe, model, snapshot, content) -> dict:
    """What the model's signature takes of each column: a server refuses numbers beyond."""
    chosen = answers.kind_of(recipe, model.steps[-1][1])
    return signature.document(chosen, model, snapshot, content, TOLERANCE, {"model": "m", "environment": "e"})


def within(document: dict, rows) -> np.ndarray:
    """Which rows hold no number beyond the signature's bounds; missing values are asked all the same."""
    taken = np.ones(len(rows), dtype=bool)
    for column in document["columns"]:
        low, high = column.get("minimum"), column.get("maximum")
        if low is not None:
            values = rows[column["name"]].to_numpy()
            taken &= ~((values < low) | (values > high))
    return taken


def kind_of(recipe: dict, model) -> tuple[str, ...]:
    last = model.steps[-1][1]
    if recipe.get("task") == "regression":
        return ("prediction",)
    if hasattr(last, "predict_proba"):
        return ("label", "probabilities")
    return ("label", "decision") if hasattr(last, "decision_function") else ("label",)


METHODS = {
    "prediction": "predict",
    "label": "predict",
    "probabilities": "predict_proba",
    "decision": "decision_function",
}


def of_model(model, kind, rows) -> list[np.ndarray]:
    return [shaped(getattr(model, METHODS[name])(rows), name) for name in kind]


def of_file(session, kind, rows) -> list[np.ndarray]:
    inputs = {}
    for one in session.get_inputs():
        name = one.name[len("column:") :] if one.name.startswith("column:") else one.name
        values = rows[name].to_numpy()
        if "string" in one.type:
            values = np.array(["" if v is None or v != v else v for v in values], dtype=object)
        inputs[one.name] = values.reshape(-1, 1)
    return [shaped(values, name) for values, name in zip(session.run(list(kind), inputs), kind)]


def shaped(values, name) -> np.ndarray:
    values = np.asarray(values)
    return values.astype(str).ravel() if name == "label" else values.astype(float).reshape(len(values), -1)


def accepted(model, kind, rows) -> bool:
    try:
        return all(np.isfinite(part).all() for part in of_model(model, kind, rows) if part.dtype.kind == "f")
    except Exception:
        return False


def differing(mine, theirs) -> np.ndarray:
    """Which rows are answered otherwise."""
    found = np.zeros(len(mine[0]), dtype=bool)
    for left, right in zip(mine, theirs):
        if left.dtype.kind != "f":
            found |= left != right
            continue
        least = np.median(np.abs(left)) if len(mine) == 1 else 1.0
        gap = np.abs(left - right) / np.maximum(np.maximum(np.abs(left), least), 1e-300)
        found |= ~(gap <= TOLERANCE).all(axis=1)
    return found


def is_unstable(model, kind, row, answer) -> bool:
    """Whether scikit-learn gives another answer to the row alone, or moved by some ulps."""
    random = np.random.default_rng(0)
    moved = [row]
    for _ in range(30):
        other = row.copy()
        for name in row.columns:
            if row[name].dtype.kind == "f":
                other[name] = row[name] * (1 + random.integers(-8, 9) * 2.0**-52)
        moved.append(other)
    return any(not accepted(model, kind, one) or differing(answer, of_model(model, kind, one)).any() for one in moved)


def drawn(X: pd.DataFrame, count: int, random) -> pd.DataFrame:
    """Rows of ten sorts, made of the rows of X."""
    share = max(1, count // 10)
    frames = [
        sort(X.iloc[random.integers(0, len(X), share)].reset_index(drop=True).copy(), X, random) for sort in SORTS
    ]
    return pd.concat(frames, ignore_index=True)


def numbers(rows) -> list[str]:
    return [name for name in rows.columns if rows[name].dtype.kind == "f"]


def as_they_are(rows, X, random):
    return rows


def between(rows, X, random):
    """Half way between two rows: as far from either."""
    others = X.iloc[random.integers(0, len(X), len(rows))].reset_index(drop=True)
    for name in numbers(rows):
        rows[name] = (rows[name] + others[name]) / 2
    return rows


def gaps(rows, X, random):
    for name in rows.columns:
        rows.loc[random.random(len(rows)) < 0.3, name] = np.nan
    return rows


def grid(rows, X, random):
    for name in numbers(rows):
        rows[name] = np.round(rows[name])
    return rows


def scaled(low, high):
    def sort(rows, X, random):
        factors = 10.0 ** random.uniform(low, high, len(rows))
        for name in numbers(rows):
            rows[name] = rows[name] * factors
        return rows

    return sort


def one_far(rows, X, random):
    for place in range(len(rows)):
        name = random.choice(numbers(rows))
        rows.loc[place, name] = random.choice([0.0, -0.0, 5e-324, -5e-324, 1e300, -1e300, 3.4e38, 1e-300, 2.0**53])
    return rows


def mixed(rows, X, random):
    for name in rows.columns:
        rows[name] = X[name].to_numpy()[random.integers(0, len(X), len(rows))]
    return rows


def noisy(rows, X, random):
    for name in numbers(rows):
        rows[name] = rows[name] + random.normal(0, 1e-7, len(rows)) * np.nanstd(X[name])
    return rows


def words(rows, X, random):
    for name in rows.columns:
        if name not in numbers(rows):
            rows[name] = np.array([random.choice(WORDS) for _ in range(len(rows))], dtype=object)
    return rows


SORTS = [as_they_are, between, gaps, grid, scaled(0, 3), scaled(-18, -3), one_far, mixed, noisy, words]
NAMES = ("as they are", "between", "gaps", "grid", "large", "tiny", "one far", "mixed", "noisy", "words")

if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5]))
