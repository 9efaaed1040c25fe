"""A small project with several models, for rebuilds: nothing of it is built, or all of it is forgotten again."""

from __future__ import annotations

import json
import shutil
from typing import Any

from tests.containers.cli.project import Ended, Project, podman

DEPTHS = {"shallow": "1", "middle": "2", "deep": "3"}
"""The models by the depth of their tree."""

STAGES = 8
"""One snapshot, recipes, the project's own model and the three of DEPTHS, compare, package."""


def fleet(project: Project) -> None:
    """More models in the project, none of them built."""
    model = (project.root / "conf" / "model" / f"{project.model}.yaml").read_text()
    for name, depth in DEPTHS.items():
        text = model.replace(project.model, name) + f"classifier:\n  max_depth: {depth}\n"
        (project.root / "conf" / "model" / f"{name}.yaml").write_text(text)
    project.edit("params.yaml", f"models: [{project.model}]", f"models: [{', '.join([*DEPTHS, project.model])}]")


def forget_all(project: Project) -> None:
    """As a fresh clone without dvc.lock and without a cache."""
    for name in ("data", "recipes", "models", "metrics", "reports", "release", ".dvc/cache", ".remodel"):
        shutil.rmtree(project.root / name, ignore_errors=True)
    (project.root / "dvc.lock").unlink(missing_ok=True)


def rebuild(project: Project, *words: str, **variables: str) -> tuple[Ended, dict[str, set[str]]]:
    """`remodel rebuild --json`: how it ended, and the stages of each kind of event."""
    ended = project.run("remodel", "rebuild", "--json", *words, **variables)
    stages: dict[str, set[str]] = {}
    for event in events(ended):
        if "stage" in event:
            stages.setdefault(event["event"], set()).add(event["stage"])
    return ended, stages


def events(ended: Ended) -> list[dict[str, Any]]:
    """Every event of a rebuild."""
    return [json.loads(line) for line in ended.out.splitlines()]


def containers(project: Project) -> list[str]:
    """Every container, running or not, that sees a file of the project."""
    names = podman("ps", "--all", "--format", "{{.Names}}").split()
    sources = {name: podman("inspect", name, "--format", "{{range .Mounts}}{{.Source}}\n{{end}}") for name in names}
    return [name for name, mounted in sources.items() if f"{project.root}/" in mounted]
