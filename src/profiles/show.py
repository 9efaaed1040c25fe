"""A look at a snapshot: its columns in numbers, and one page with a small picture of each and of the target."""

from __future__ import annotations

import base64
import datetime
import io
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.compute

import contract
from container import documents
from contract import bounded, files
from profiles import kinds
from profiles.propose import EXAMPLES, FEW, short

compute = pyarrow.compute

BARS = 12
"""So many categories are drawn, the others together."""

DRAWN = 400
"""So many columns get a picture."""


def run(snapshot: Path, out: Path) -> None:
    """Write profile.json and page.html for the snapshot in a folder."""
    schema = documents.read("snapshot", snapshot / "schema.json", "data")
    table = bounded.parquet(snapshot / "data.parquet")
    profile = describe(schema, table)
    files.write_bytes(out / "profile.json", documents.to_bytes("profile", profile))
    files.write_bytes(out / "page.html", page(schema, table, profile).encode())


def describe(schema: dict, table: pyarrow.Table) -> dict[str, Any]:
    """The document of contract kind "profile" of a snapshot."""
    target = table.column(schema["target"]["name"]).combine_chunks()
    about = schema["target"]
    counts = sorted(about.get("counts", {}).items(), key=lambda pair: (-pair[1], pair[0]))
    small = [f"class {label!r} has {count} rows" for label, count in counts if count < FEW]
    columns = [_column(column, table, target) for column in schema["columns"]]
    columns += [
        _column({"name": name, "kind": role, "about": {}}, table, target)
        for name, role in schema.get("roles", {}).items()
    ]
    return {
        "schema_version": contract.version("profile"),
        "file": schema["dataset"],
        "rows": schema["rows"],
        "target": {
            "name": schema["target"]["name"],
            "classes": len(counts) or compute.count_distinct(target).as_py(),
            "largest": [{"label": label, "rows": count} for label, count in counts[:BARS]],
            "missing": 0,
            "remarks": small[:3],
            **({} if counts else {"task": "regression", "minimum": about["minimum"], "maximum": about["maximum"]}),
        },
        "columns": columns,
    }


def _column(column: dict, table: pyarrow.Table, target: pyarrow.Array) -> dict[str, Any]:
    values = table.column(column["name"]).combine_chunks()
    about = {key: value for key, value in column.get("about", {}).items() if key in ("format", "values")}
    seen = [value for value in values[:2000].unique().to_pylist() if value is not None]
    distinct = compute.count_distinct(values).as_py()
    remarks = []
    if values.null_count == len(values):
        remarks.append("no value in any row")
    elif distinct == 1 and not values.null_count:
        remarks.append("the same value in every row")
    elif column["kind"] not in ("id", "weight", "group", "time") and kinds.leaks(values, target, distinct):
        remarks.append("tells the target by itself: is it known before?")
    return {
        "name": column["name"],
        "kind": column["kind"],
        **({"about": about} if about else {}),
        "missing": values.null_count,
        "distinct": distinct,
        "examples": [short(_shown(value, column)) for value in seen[:EXAMPLES]],
        "remarks": remarks,
    }


def _shown(value: Any, column: dict) -> str:
    if column["kind"] == "date":
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(days=value)
        return moment.strftime("%Y-%m-%d" if value == int(value) else "%Y-%m-%d %H:%M:%S")
    if column["kind"] == "boolean":
        return str(column.get("about", {}).get("values", ("false", "true"))[int(value)])
    return f"{value:g}" if isinstance(value, float) else str(value)


def page(schema: dict, table: pyarrow.Table, profile: dict) -> str:
    """The page: nothing in it is loaded from anywhere."""
    from jinja2 import Environment

    world = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    described = {column["name"]: column for column in schema["columns"]}
    drawn = []
    for column in profile["columns"]:
        values = table.column(column["name"]).combine_chunks()
        picture = _picture(described.get(column["name"], column), values) if len(drawn) < DRAWN else None
        drawn.append({**column, "picture": picture})
    labels = table.column(profile["target"]["name"]).combine_chunks()
    return world.from_string(PAGE).render(profile=profile, columns=drawn, target=_target(labels))


def _target(values: pyarrow.Array) -> str:
    return _bars(values) if pyarrow.types.is_string(values.type) else _histogram(values.to_numpy(), days=False)


def _picture(column: dict, values: pyarrow.Array) -> str | None:
    present = values.drop_null()
    if not len(present) or column["kind"] in ("id", "text", "group"):
        return None
    if column["kind"] == "boolean":
        names = column.get("about", {}).get("values", ["false", "true"])
        words = pyarrow.array([names[int(value)] for value in present.to_pylist()])
        return _bars(words)
    if pyarrow.types.is_string(present.type):
        return _bars(present)
    return _histogram(present.to_numpy(), column["kind"] in ("date", "time") and "format" in column.get("about", {}))


def _figure() -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "remodel"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2, 1.3), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_yticks([])
    axes.tick_params(labelsize=7)
    return figure, axes


def _histogram(numbers: Any, days: bool) -> str:
    import numpy
    from matplotlib.ticker import MaxNLocator

    figure, axes = _figure()
    if days:
        numbers = numpy.datetime64("1970-01-01") + (numbers * 86_400_000).astype("timedelta64[ms]")
    axes.hist(numbers, bins=30, color="#4472a8")
    if days:
        axes.tick_params(axis="x", rotation=20)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))
    return _encoded(figure)


def _bars(words: pyarrow.Array) -> str:
    counts = sorted(words.value_counts().to_pylist(), key=lambda entry: (-entry["counts"], str(entry["values"])))
    names = [short(str(entry["values"]))[:14] for entry in counts[:BARS]]
    heights = [entry["counts"] for entry in counts[:BARS]]
    if len(counts) > BARS:
        names.append(f"{len(counts) - BARS} more")
        heights.append(sum(entry["counts"] for entry in counts[BARS:]))
    figure, axes = _figure()
    axes.bar(range(len(names)), heights, color="#4472a8")
    # "$" begins a formula, and a font may lack a letter: what is drawn is text.
    shown = [name.replace("$", r"\$") for name in names]
    axes.set_xticks(
        range(len(names)), shown, rotation=35 if len(names) > 3 else 0, ha="right" if len(names) > 3 else "center"
    )
    return _encoded(figure)


def _encoded(figure: Any) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130, metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode()


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{{ profile.file }}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem; }
article { border: 1px solid #ddd; border-radius: 6px; padding: .7rem .9rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0; } h2 small { font-weight: normal; color: #666; }
p { margin: .3rem 0; } .remark { color: #9a3b00; } img { width: 100%; max-width: 24rem; }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } article { border-color: #444; }
  .remark { color: #ffb27a; } img { background: #fff; } h2 small { color: #aaa; } }
</style>
<h1>{{ profile.file }}</h1>
<p>{{ "{:,}".format(profile.rows) }} rows, {{ columns | length }} columns, target {{ profile.target.name }}:
{% if profile.target.task %}a number from {{ "%g" | format(profile.target.minimum) }} to {{ "%g" |
  format(profile.target.maximum) }}{% else %}{{ profile.target.classes }} classes{% endif %}.</p>
<article><h2>{{ profile.target.name }} <small>target</small></h2>
<img alt="rows of each class or number" src="data:image/png;base64,{{ target }}">
{% for remark in profile.target.remarks %}<p class="remark">{{ remark }}</p>{% endfor %}
</article>
<h2 style="margin: 1.5rem 0 .7rem">Columns</h2>
<main>
{% for column in columns %}
<article><h2>{{ column.name }} <small>{{ column.kind }}</small></h2>
{% if column.picture %}<img alt="distribution of {{ column.name }}" src="data:image/png;base64,{{ column.picture }}">
{% else %}<p>{{ column.examples | join(", ") }}</p>{% endif %}
<p>{{ "{:,}".format(column.distinct) }} different values{% if column.missing %}, {{ "%.1f" |
  format(100 * column.missing / profile.rows) }} % missing{% endif %}</p>
{% for remark in column.remarks %}<p class="remark">{{ remark }}</p>{% endfor %}
</article>
{% endfor %}
</main>
</html>
"""
