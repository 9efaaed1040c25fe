"""What a model's recipe says has to hold of it: least scores, and no label that is answered nearly always."""

from __future__ import annotations

from collections import Counter
from typing import Any

from container.errors import build_error

ADVICE = "Look at what changed; where the model is right, correct `checks` in its YAML file"


def run(recipe: dict, metrics: dict, labels: Any) -> list[dict[str, str]]:
    """Each check of the recipe and what was found, in words; `labels` are the answers out of fold, shape (rows,).

    Raises a build error for the first that does not hold. Checks of the data held when the snapshot was made.
    """
    checks = recipe.get("checks", {})
    found = []
    for name, least in sorted(checks.get("scores", {}).items()):
        if name not in metrics:
            raise build_error(
                f"checks: there is no score {name!r}; the scores are {', '.join(sorted(metrics))}", ADVICE
            )
        value, loss = metrics[name]["mean"], name.endswith(("loss", "error"))
        wanted = f"{name} at {'most' if loss else 'least'} {least:g}"
        _require(value <= least if loss else value >= least, wanted, f"{value:.4f} in the mean of the folds")
        found.append({"check": wanted, "found": f"{value:.4f}"})
    if "label_share" in checks:
        label, count = max(Counter(labels.tolist()).items(), key=lambda pair: (pair[1], pair[0]))
        share = count / len(labels)
        wanted = f"no label in more than {checks['label_share']:.0%} of the answers"
        _require(share <= checks["label_share"], wanted, f"{label!r} in {share:.1%} of the rows out of fold")
        found.append({"check": wanted, "found": f"{label!r} in {share:.1%}"})
    return found + [{"check": line, "found": "holds"} for line in _of_data(checks.get("data", {}))]


def _require(holds: bool, wanted: str, value: str) -> None:
    if not holds:
        raise build_error(f"a check of the model does not hold: {wanted}, and it is {value}", ADVICE)


def _of_data(checks: dict) -> list[str]:
    lines = [f"{key.replace('_', ' ')}: at least {checks[key]}" for key in ("rows", "class_rows") if key in checks]
    for name, rules in sorted(checks.get("columns", {}).items()):
        lines += [f"column {name!r}: {key} {value}" for key, value in sorted(rules.items())]
    return lines
