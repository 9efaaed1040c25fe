"""Tables for the terminal: the comparison, a model's scores, the environments. Each is readable at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remodel.lines import visible
from remodel.results.answers.scorers import scorers_of
from remodel.results.comparison import Comparison, Entry
from remodel.results.scores import Scores

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from remodel.audit.decisions import Decision
    from remodel.audit.rulings import Decided

DIGEST = 12
"""How many digits of a digest are shown."""


@dataclass(frozen=True)
class EnvironmentRow:
    """One line of `remodel environment list`; `size` in bytes. Empty texts and None: there is none."""

    name: str
    python: str
    versions: Mapping[str, str]
    lock_sha256: str
    image_digest: str | None
    size: int | None
    state: str


def results_table(comparison: Comparison, decisions: Iterable[Decision]) -> Table:
    """Models as rows, environments as columns: the verdict, what was decided of it, the accuracy, and what differs."""
    # Here and below, not above: it loads numpy, which the other tables do without.
    from remodel.audit.rulings import decided

    standing = decided(comparison, decisions)
    table = _table(caption=_legend(comparison.baseline), caption_justify="left")
    table.add_column("model", overflow="fold", min_width=12)
    for environment in comparison.environments:
        baseline = "\nbaseline" if environment == comparison.baseline else ""
        table.add_column(f"{environment}{baseline}", min_width=7)
    for model in comparison.models:
        entries = comparison.of(model).values()
        table.add_row(_text(model), *(_text(*_cell(entry, standing.get(entry.target))) for entry in entries))
    return table


def _legend(baseline: str) -> str:
    return (
        f"The verdict against {baseline} and the accuracy of the cross-validation (R² where numbers are predicted), "
        "mean ± spread. n/m labels: n rows out of fold and m in sample get another label. no ONNX: there is no "
        "model.onnx, the report says why. accepted: decisions.yaml has a decision for these artifacts; stale decision: "
        "for others."
    )


def _cell(entry: Entry, standing: Decided | None) -> list[str]:
    from remodel.audit.report import spread
    from remodel.audit.rulings import ACCEPTED
    from remodel.audit.verdict import BASELINE
    from remodel.results.answers.kinds import kind_of

    lines = [] if entry.verdict == BASELINE else [entry.verdict]
    if standing is not None:
        lines.append(ACCEPTED if standing.holds else "stale decision")
    if not entry.evidence:
        return lines
    headline = scorers_of(entry.evidence["metrics"])[0].name
    lines.append(spread(entry.evidence["metrics"][headline], digits=3).replace("± ", "±"))
    lines += kind_of(entry.evidence["metrics"]).in_short(entry.evidence)
    if entry.evidence["onnx"]["size"] is None:
        lines.append("no ONNX")
    return lines


def scores_table(scores: Scores) -> Table:
    """A cross-validation: the metrics of each fold (numbered from 1), their mean and spread."""
    metrics = {scorer.title: scores.metrics[scorer.name] for scorer in scores.scorers}
    table = _table()
    table.add_column("fold", justify="right")
    for title in metrics:
        table.add_column(title, justify="right")
    folds = zip(*(metric.folds for metric in metrics.values()), strict=True)
    for number, values in enumerate(folds, start=1):
        table.add_row(str(number), *map(_number, values))
    table.add_section()
    table.add_row("mean", *(_number(metric.mean) for metric in metrics.values()), style="bold")
    table.add_row("spread", *(_number(metric.std) for metric in metrics.values()))
    return table


def _number(value: float) -> str:
    return f"{value:.4f}" if abs(value) < 10000 else f"{value:.1f}"


def environments_table(rows: Sequence[EnvironmentRow]) -> Table:
    """One line an environment, two where there is an image: the lock's digest stands above the image's."""
    table = _table(padding=0, show_edge=False)
    for title in ("name", "Python", "scikit-\nlearn", "numpy", "skops", "onnx\nruntime"):
        table.add_column(title)
    table.add_column("lock\nimage", min_width=DIGEST)
    table.add_column("MB", justify="right")
    table.add_column("state")
    for row in rows:
        versions = [row.versions.get(name, "-") for name in ("scikit-learn", "numpy", "skops", "onnxruntime")]
        digests = [digest.removeprefix("sha256:")[:DIGEST] for digest in (row.lock_sha256, row.image_digest or "-")]
        size = "-" if row.size is None else f"{row.size / 1e6:.0f}"
        cells = [row.name, row.python, *versions, "\n".join(digests), size, row.state]
        table.add_row(*map(_text, cells))
    return table


def profile_table(profile: Mapping[str, Any]) -> Table:
    """The columns of a table: what each is, how much of it is missing, a few values, and what is remarkable."""
    target = profile["target"]
    labels = ", ".join(f"{entry['label']} ({entry['rows']:,})" for entry in target["largest"][:6])
    more = f" and {target['classes'] - 6} more" if target["classes"] > 6 else ""
    if "minimum" in target:
        labels, more = f"a number from {target['minimum']:g} to {target['maximum']:g}", ""
    table = _table(
        caption=f"{profile['rows']:,} rows; target {visible(target['name'])}: {visible(labels)}{more}",
        caption_justify="left",
    )
    for title in ("column", "kind"):
        table.add_column(title, overflow="fold")
    table.add_column("missing", justify="right")
    table.add_column("distinct", justify="right")
    table.add_column("such as; remarks", overflow="fold")
    rows = profile["rows"]
    for column in (*profile["columns"], *([_of_target(target)] if target["remarks"] else ())):
        share = f"{column['missing'] / rows:.1%}" if column["missing"] else ""
        about = column.get("about", {})
        kind = " ".join([column["kind"], *([about["format"]] if "format" in about else [])])
        lines = [visible(", ".join(column["examples"]))] if column["examples"] else []
        lines += [f"! {visible(remark)}" for remark in column["remarks"]]
        cells = (visible(column["name"]) or "(no name)", kind, share, f"{column['distinct']:,}", "\n".join(lines))
        table.add_row(*map(_text, cells))
    return table


def _of_target(target: Mapping[str, Any]) -> Mapping[str, Any]:
    examples = [entry["label"] for entry in target["largest"][:3]]
    about = {"name": target["name"], "kind": "target", "missing": target["missing"], "distinct": target["classes"]}
    return {**about, "examples": examples, "remarks": target["remarks"]}


def leaderboard_table(board: Mapping[str, Any]) -> Table:
    """A ranking: what each try is called, its words, its score; "=" beside those that cannot be told from the best."""
    places = board["places"]
    table = _table(
        title=f"{board['dataset']}, {len(places[0]['folds'])} folds ({board['cv']}), by {places[0]['score']}",
        title_justify="left",
        caption="= cannot be told from the best on these folds" if any(one["tied_with_best"] for one in places) else "",
        caption_justify="left",
    )
    table.add_column("", justify="right")
    table.add_column("experiment", overflow="fold")
    table.add_column("words that differ", overflow="fold")
    table.add_column("score", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    for number, place in enumerate(places, start=1):
        mark = "=" if place["tied_with_best"] else ""
        seconds = "" if place["seconds"] is None else f"{place['seconds']:.0f}"
        score = f"{_number(place['mean'])} ± {_number(place['std'])}"
        table.add_row(*map(_text, (f"{mark}{number}", place["id"], "\n".join(place["words"]), score, seconds)))
    return table


def pickles_table(rows: Iterable[tuple[str, str, str, str, str]]) -> Table:
    """Pickles: what each holds, of which version it is, what is to be done with it and why."""
    table = _table()
    for title in ("file", "holds", "scikit-learn", "verdict"):
        table.add_column(title, overflow="fold")
    for path, holds, version, verdict, why in rows:
        told = "" if verdict == "unreadable" else version
        table.add_row(
            *map(_text, (visible(path), visible(holds), told, f"{verdict}\n{visible(why)}" if why else verdict))
        )
    return table


def differences_table(found: Mapping[str, Any]) -> Table:
    """The words in which two tries differ."""
    table = _table()
    for title in ("word", *found["ids"]):
        table.add_column(title, overflow="fold")
    for one in found["differ"]:
        table.add_row(_text(one["word"]), *map(_text, one["values"]))
    return table


def folds_table(found: Mapping[str, Any]) -> Table:
    """Every score of every fold of two tries, and the difference of the means."""
    table = _table()
    table.add_column("score")
    table.add_column("fold", justify="right")
    for title in found["ids"]:
        table.add_column(title, justify="right", overflow="fold")
    table.add_column("difference", justify="right")
    for name, score in found["scores"].items():
        for number, (left, right) in enumerate(zip(*score["folds"], strict=True), start=1):
            table.add_row(_text(name if number == 1 else ""), str(number), _number(left), _number(right), "")
        means = [sum(folds) / len(folds) for folds in score["folds"]]
        table.add_row("", "mean", *map(_number, means), f"{score['difference']:+.4f}", end_section=True)
    return table


def _table(**options: Any) -> Table:
    """Imported here: rich costs more than many a command that prints no table."""
    from rich import box
    from rich.table import Table

    return Table(**{"box": box.SIMPLE_HEAD, "padding": (0, 1, 0, 0), **options})


def _text(*lines: str) -> Text:
    """Lines as they are: a bracket in a name is no markup."""
    from rich.text import Text

    return Text("\n".join(lines))
