"""`remodel environment record`: asks every locked environment which estimators, parameters and defaults it has.

The answers become src/builder/compat/history.json, from which the builder knows the baseline's defaults and since when
a parameter exists.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment
from remodel.files import read_json, write_bytes
from remodel.takeover.expected import Files
from remodel.versions import minor, version_key

ABSENT = {"_absent_": True}
"""Stands in the history where a version has no such parameter."""


def record(checkout: Checkout, engine: Engine, environments: Iterable[Environment]) -> int:
    """Write the history of these environments; the number of estimators in it."""
    documents = [ask(checkout, engine, environment) for environment in environments]
    history = merged(documents)
    write_bytes(checkout.history, to_text(history).encode())
    return len(history["estimators"])


def ask(checkout: Checkout, engine: Engine, environment: Environment) -> dict[str, Any]:
    """What one environment says of itself (contract kind "parameters")."""
    with scratch_folder(checkout) as scratch:
        job = make_job(checkout, environment, call(BENCH, "parameters"), scratch, f"parameters@{environment.name}")
        out = run_job(checkout, engine, job, scratch, Files({"parameters.json": "parameters"}))
        document: dict[str, Any] = read_json(out / "parameters.json")
        return document


def merged(documents: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One history of several versions: of each default only where it begins."""
    ordered = {minor(document["scikit_learn"]): document["estimators"] for document in documents}
    ordered = dict(sorted(ordered.items(), key=lambda item: version_key(item[0])))
    names = sorted({name for estimators in ordered.values() for name in estimators})
    return {"versions": list(ordered), "estimators": {name: _estimator(name, ordered) for name in names}}


def to_text(history: Mapping[str, Any]) -> str:
    """The history as JSON with one line an estimator, which a diff can show."""
    lines = [
        f"    {json.dumps(name)}: {json.dumps(estimator, sort_keys=True)}"
        for name, estimator in history["estimators"].items()
    ]
    head = '{\n  "made_by": "remodel environment record",\n  "schema_version": 1,\n'
    listed = ",\n".join(lines)
    return f'{head}  "versions": {json.dumps(history["versions"])},\n  "estimators": {{\n{listed}\n  }}\n}}\n'


def _estimator(name: str, ordered: Mapping[str, Any]) -> dict[str, Any]:
    having = {version: estimators[name] for version, estimators in ordered.items() if name in estimators}
    keys = sorted({key for estimator in having.values() for key in estimator["parameters"]})
    over_time = {
        key: {version: estimator["parameters"].get(key, ABSENT) for version, estimator in having.items()}
        for key in keys
    }
    return {
        "module": list(having.values())[-1]["module"],
        "in": list(having),
        "parameters": {key: _spans(defaults) for key, defaults in over_time.items()},
    }


def _spans(defaults: Mapping[str, Any]) -> list[list[Any]]:
    """[version, default] wherever another default begins; 0 is not False and 1 is not 1.0."""
    spans: list[list[Any]] = []
    for version, default in defaults.items():
        if not spans or json.dumps(spans[-1][1]) != json.dumps(default):
            spans.append([version, default])
    return spans


def news(history: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """What a version has, lacks or sets otherwise, compared with the newest version of the history; a line each."""
    lines = []
    for name, estimator in document["estimators"].items():
        known = history["estimators"].get(name)
        if known is None:
            lines.append(f"{name} is new")
            continue
        before = {key: spans[-1][1] for key, spans in known["parameters"].items() if spans[-1][1] != ABSENT}
        lines += [f"{name}: {line}" for line in _changes(before, estimator["parameters"])]
    return lines + [f"{name} is gone" for name in history["estimators"] if name not in document["estimators"]]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    lines = [f"{key} is new" for key in after if key not in before]
    lines += [f"{key} is gone" for key in before if key not in after]
    both = [key for key in after if key in before and json.dumps(after[key]) != json.dumps(before[key])]
    return lines + [f"{key} is {json.dumps(after[key])}, was {json.dumps(before[key])}" for key in both]
