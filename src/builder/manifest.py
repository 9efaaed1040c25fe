"""manifest.json: what a model was made from, everything that scikit-learn's persistence guide asks to keep with it."""

from __future__ import annotations

import contract
from container import cpu, versions
from container.errors import build_error, machine_error
from contract import files


def document(recipe: dict, environment: dict, scores: dict, artifacts: dict[str, bytes]) -> dict:
    """The manifest of one model. Raises a build error where an item is missing: no model goes without one."""
    return complete(
        {
            "schema_version": contract.version("manifest"),
            "model": recipe["model"],
            "data": {"dataset": recipe["choices"]["dataset"], "files": recipe["snapshot"]},
            "source": _source(recipe, environment),
            "versions": {"python": versions.interpreter()["version"], **versions.distributions()},
            "cross_validation": _cross_validation(scores),
            "environment": _environment(environment),
            "cpu_profile": cpu.PROFILE,
            "threads": recipe["threads"],
            "artifacts": {name: _artifact(content) for name, content in artifacts.items()},
        }
    )


def complete(manifest: dict) -> dict:
    """The manifest itself. Raises a build error that names the item which is missing."""
    try:
        return contract.check("manifest", manifest, "manifest.json")
    except contract.ContractError as error:
        advice = "No model is written without its manifest"
        raise build_error(f"the manifest is not complete: {error}", advice) from None


def check_interpreter(environment: dict) -> None:
    """Raise a machine error unless this interpreter's minor version is the environment's."""
    version = versions.interpreter()["version"]
    if version != environment["python"]:
        raise machine_error(
            f"environment {environment['name']} needs Python {environment['python']}, this is Python {version}",
            "Build the environment's image again",
        )


def _source(recipe: dict, environment: dict) -> dict:
    return {
        "builder_sha256": environment["source_sha256"],
        "recipe": recipe,
        "recipe_sha256": files.sha256_bytes(files.canonical_json(recipe)),
    }


def _cross_validation(scores: dict) -> dict:
    metrics = {name: {"mean": metric["mean"], "std": metric["std"]} for name, metric in scores["metrics"].items()}
    return {"cv": scores["cv"], "metrics": metrics}


def _environment(environment: dict) -> dict:
    named = {key: environment[key] for key in ("name", "lock_sha256", "base")}
    return {**named, "interpreter": versions.interpreter()}


def _artifact(content: bytes) -> dict:
    return {"sha256": files.sha256_bytes(content), "size": len(content)}
