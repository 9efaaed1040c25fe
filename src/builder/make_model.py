"""Makes every artifact of one model in memory: load, cross-validate, fit, export, describe.

Nothing is written here, so a build that fails leaves no half of a model.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import contract
from builder import data, instantiate, manifest, onnx, predictions, signature
from builder.answers import check_kind
from builder.compat.arguments import Notes
from builder.compat.storage import make_storable
from builder.export import skops_file
from builder.training import captured, checks, crossval, scoring, threads
from container import documents
from container.progress import Progress


@dataclass(frozen=True)
class Built:
    """Bytes of each file of the model, and the exact ONNX numbers, which are too volatile to be among them."""

    artifacts: dict[str, bytes]
    onnx_facts: dict


def run(recipe: dict, environment: dict, folder: Path, trusted: Collection[str], progress: Progress) -> Built:
    """The model that `recipe` describes, from the snapshot in `folder`, with no type in its skops file that neither
    skops nor `trusted` trusts. Raises BuilderError."""
    notes = Notes(recipe["defaults"])
    with captured.all_warnings() as raised:
        with progress.phase("load"):
            snapshot = data.load(folder, recipe)
            model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema), notes)
            check_kind(recipe, model.steps[-1][1])
            threads.hold(recipe["threads"])
        with progress.phase("fold", len(snapshot.folds)):
            out_of_fold = crossval.cross_validate(recipe, model, snapshot, progress)
            kind = type(out_of_fold.answers)
            scores = scoring.document(recipe, environment, len(snapshot.y), out_of_fold.scores)
            checked = checks.run(recipe, scores["metrics"], out_of_fold.answers.arrays()[0][out_of_fold.fold >= 0])
        with progress.phase("fit"):
            crossval.fit_final(model, snapshot)
            zeroed = make_storable(model)
            fitted = crossval.predict(kind, model, snapshot.X, "final predict")
            threads.check(recipe["threads"])
        with progress.phase("skops"):
            stored = skops_file.export(model, snapshot.X, fitted, trusted)
        with progress.phase("onnx"):
            exported = onnx.export_checked(model, snapshot, fitted, recipe)
            names = {"model": recipe["model"], "environment": environment["name"]}
            signed = signature.document(
                kind, model, snapshot, exported.content, float(exported.summary["limit"]), names
            )
    warnings = captured.counted(raised)
    captured.show(warnings)
    artifacts = {
        "model.skops": stored.content,
        **({"model.onnx": exported.content} if exported.content else {}),
        "signature.json": documents.to_bytes("signature", signed),
        "scores.json": documents.to_bytes("scores", scores),
        "predictions.parquet": predictions.document(snapshot, out_of_fold, fitted),
    }
    result = _result(recipe, environment, notes, stored, exported, warnings)
    result.update({**({"checks": checked} if checked else {}), **({"zeroed": zeroed} if zeroed else {})})
    about = {
        "manifest.json": documents.to_bytes("manifest", manifest.document(recipe, environment, scores, artifacts)),
        "result.json": documents.to_bytes("result", result),
    }
    return Built({**artifacts, **about}, exported.facts)


def _result(recipe: dict, environment: dict, notes: Notes, stored, exported, warnings: list) -> dict:
    """The result.json of one model (contract kind "result")."""
    return {
        "schema_version": contract.version("result"),
        "model": recipe["model"],
        "environment": environment["name"],
        "status": "built",
        "defaults": {"taken": notes.defaults, "differing": notes.differing},
        "translated": notes.translated,
        "onnx": exported.summary,
        "untrusted_types": stored.untrusted_types,
        "warnings": warnings,
    }
