"""The host's own stages in the control container: `python -m remodel.pipeline.in_container STAGE --root R --out O`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import contract
from contract import LAST_WORDS, USER_ERROR
from remodel.checkout import Checkout
from remodel.errors import RemodelError, StorageError
from remodel.files import write_bytes, write_json
from remodel.recipes.params import read_params


def recipes(checkout: Checkout, out: Path) -> None:
    """Write one resolved recipe a model."""
    from remodel.recipes.recipes import compose_all

    for model, recipe in compose_all(checkout).items():
        write_json(out / f"{model}.json", recipe.document)


def compare(checkout: Checkout, out: Path) -> None:
    """Write comparison.json, comparison.md, index.html and cv_scores.csv."""
    from remodel.audit import compare, page, report
    from remodel.audit.decisions import read_decisions
    from remodel.results.endings import read_endings

    params, decisions = read_params(checkout), read_decisions(checkout.root)
    endings = read_endings(checkout.models, params.models, params.environments)
    comparison = compare.compare(params, endings)
    write_json(out / "comparison.json", comparison.document)
    write_bytes(out / "comparison.md", report.markdown(comparison, decisions).encode())
    write_bytes(out / "index.html", page.render(comparison, decisions).encode())
    write_bytes(out / "cv_scores.csv", report.cv_scores(comparison).encode())


def package(checkout: Checkout, out: Path) -> None:
    """Write a folder a model, and index.json."""
    from remodel.builds import trust
    from remodel.pipeline import package

    params = read_params(checkout)
    trust.check_released(checkout, params)
    package.package(params, checkout.models, out)


STAGES: dict[str, Callable[[Checkout, Path], None]] = {"recipes": recipes, "compare": compare, "package": package}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one stage; an error that a user caused goes to error.json (contract kind "error")."""
    options = _parse(argv)
    try:
        STAGES[options.stage](Checkout(options.root), options.out)
    except RemodelError as error:
        _report(error, options.root, options.out)
        return USER_ERROR
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m remodel.pipeline.in_container", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--root", type=Path, required=True, help="the checkout, or what the stage reads of it")
    parser.add_argument("--out", type=Path, required=True, help="the folder that gets the stage's output")
    return parser.parse_args(argv)


def _report(error: RemodelError, root: Path, out: Path) -> None:
    """One line each, with paths as seen from the checkout: the user does not know where it stands in the container."""
    message, advice = (" ".join(text.replace(f"{root}/", "").split()) for text in (error.message, error.advice))
    version = contract.version("error")
    document = {"schema_version": version, "kind": "host", "message": message, "advice": advice}
    document["exit_code"] = error.exit_code
    try:
        write_json(out / "error.json", document)
    except StorageError as second:
        print(f"{LAST_WORDS}{message}. {advice} ({second.message})", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
