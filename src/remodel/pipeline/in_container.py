"""`python -m remodel.inside STAGE --root DIR --out DIR`: the host's own stages, inside the control container."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from remodel.errors import RemodelError, StorageError
from remodel.files import write_bytes, write_json
from remodel.params import read_params
from remodel.workspace import Workspace

USER_ERROR = 3
"""Exit code where error.json in the out folder says what went wrong, as the builder's."""

LAST_WORDS = "remodel-builder: "
"""How the last line begins where error.json could not be written: `remodel.jobs` looks for it."""


def recipes(workspace: Workspace, out: Path) -> None:
    """Write one resolved recipe a model."""
    from remodel.recipes import compose_all

    for model, recipe in compose_all(workspace).items():
        write_json(out / f"{model}.json", recipe)


def compare(workspace: Workspace, out: Path) -> None:
    """Write comparison.json, comparison.md, index.html and cv_scores.csv."""
    from remodel import compare, endings, page, report

    params = read_params(workspace)
    found = endings.read_endings(workspace.models, params.models, params.environments)
    comparison = compare.compare(params, found)
    write_json(out / "comparison.json", comparison)
    write_bytes(out / "comparison.md", report.markdown(comparison).encode())
    write_bytes(out / "index.html", page.render(comparison).encode())
    write_bytes(out / "cv_scores.csv", report.cv_scores(comparison).encode())


def package(workspace: Workspace, out: Path) -> None:
    """Write a folder a model, and index.json."""
    from remodel import package, trust

    params = read_params(workspace)
    trust.check_released(workspace, params)
    package.package(params, workspace.models, out)


STAGES: dict[str, Callable[[Workspace, Path], None]] = {"recipes": recipes, "compare": compare, "package": package}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one stage; an error that a user caused goes to error.json (contract kind "error")."""
    options = _parse(argv)
    try:
        STAGES[options.stage](Workspace(options.root), options.out)
    except RemodelError as error:
        _report(error, options.root, options.out)
        return USER_ERROR
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m remodel.inside", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--root", type=Path, required=True, help="the checkout, or what the stage reads of it")
    parser.add_argument("--out", type=Path, required=True, help="the folder that gets the stage's output")
    return parser.parse_args(argv)


def _report(error: RemodelError, root: Path, out: Path) -> None:
    """One line each, with paths as seen from the checkout: the user does not know where it stands in the container."""
    message, advice = (" ".join(text.replace(f"{root}/", "").split()) for text in (error.message, error.advice))
    document = {"schema_version": 1, "kind": "host", "message": message, "advice": advice, "exit_code": error.exit_code}
    try:
        write_json(out / "error.json", document)
    except StorageError as second:
        print(f"{LAST_WORDS}{message}. {advice} ({second.message})", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
