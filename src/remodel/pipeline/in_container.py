"""The host's own stages in the control container: `python -m remodel.pipeline.in_container STAGE --root R --out O`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import contract
from contract import LAST_WORDS, USER_ERROR
from remodel.checkout import Checkout
from remodel.errors import RemodelError, StorageError
from remodel.files import write_json
from remodel.pipeline.stage import STAGES


def main(argv: Sequence[str] | None = None) -> int:
    """Run one stage; an error that a user caused goes to error.json (contract kind "error")."""
    options = _parse(argv)
    try:
        STAGES[options.stage].function(Checkout(options.root), options.out)
    except RemodelError as error:
        _report(error, options.root, options.out)
        return USER_ERROR
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m remodel.pipeline.in_container", description=__doc__)
    parser.add_argument("stage", choices=[stage.name for stage in STAGES.values() if stage.in_control])
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
