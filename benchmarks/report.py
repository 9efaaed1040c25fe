"""The page of a hundred models in three environments: size, seconds to make it, seconds until Chromium has drawn it.

    python benchmarks/report.py [--models 100] [--shots FOLDER]

The models are those of reports/comparison.json many times over, so that their evidence is real: every ninth one is one
that has changed, the 51st fails in the release environment, and one change was accepted. With --shots, screenshots of
the page and the gate's text are put there.
"""

from __future__ import annotations

import argparse
import copy
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from remodel.audit.decisions import Decision
from remodel.audit.page import pages
from remodel.audit.rulings import failures, rulings
from remodel.results.comparison import Comparison, as_comparison

ROOT = Path(__file__).resolve().parents[1]

BROWSER = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
BROWSER += " --disable-component-update --disable-sync --hide-scrollbars"

SHOTS = ((1300, 1200, ""), (1300, 1200, "dark"), (800, 1500, ""), (500, 1500, ""))
"""Widths and heights in pixels."""


def main() -> None:
    """Print a line a figure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--shots", type=Path)
    arguments = parser.parse_args()
    comparison = fleet(arguments.models)
    decisions = [accepted(comparison)]
    print(dict(Counter(entry.verdict for entry in comparison.entries)))
    started = time.perf_counter()
    made = pages(comparison, decisions)
    print(f"made in {time.perf_counter() - started:.1f} s")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
            print(f"{name}: {len(text.encode()) / 1e6:.2f} MB")
        (folder / "empty.html").write_text("<!DOCTYPE html><title>empty</title>", encoding="utf-8")
        seen = [[seconds(folder / name) for name in ("empty.html", "index.html")] for _ in range(7)]
        empty, own = (statistics.median(column) for column in zip(*seen, strict=True))
        print(f"drawn in Chromium in {own:.2f} s, an empty page in {empty:.2f} s")
        if arguments.shots is not None:
            for width, height, scheme in SHOTS:
                name = f"report-{width}{'-' if scheme else ''}{scheme}.png"
                shoot(folder / "index.html", arguments.shots / name, width, height, scheme)
            lines = [f"failed: {', '.join(map(str, failures(comparison)))}", *map(str, rulings(comparison, decisions))]
            (arguments.shots / "gate.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def fleet(count: int) -> Comparison:
    """A comparison of so many models."""
    document = json.loads((ROOT / "reports" / "comparison.json").read_text(encoding="utf-8"))
    parts = {(entry["model"], entry["environment"]): entry for entry in document["entries"]}
    environments, release = document["environments"], document["release_environment"]
    changed = [name for name in document["models"] if parts[name, release]["verdict"] == "changed"]
    calm = [name for name in document["models"] if name not in changed]

    def entries() -> Iterator[dict[str, Any]]:
        for number in range(count):
            source = changed[number % len(changed)] if number % 9 == 4 else calm[number % len(calm)]
            for environment in environments:
                entry = copy.deepcopy(parts[source, environment]) | {"model": f"{source}_{number:03}"}
                if number == count // 2 and environment == release:
                    why = "fit: classifier (LogisticRegression): no parameter 'penalty'"
                    entry |= {"verdict": "failed", "reasons": [why], "evidence": None, "artifacts": {}}
                yield entry

    found = sorted(entries(), key=lambda entry: (entry["model"], environments.index(entry["environment"])))
    return as_comparison({**document, "models": sorted({entry["model"] for entry in found}), "entries": found})


def accepted(comparison: Comparison) -> Decision:
    """A decision on the first model that has changed."""
    entry = next(entry for entry in comparison.entries if entry.verdict == "changed")
    base = comparison.at(entry.model, comparison.baseline)
    artifacts = {"baseline": dict(base.artifacts), "artifacts": dict(entry.artifacts)}
    signed = {"by": "Ada Lovelace <ada@example.org>", "on": "2026-11-20"}
    reason = "two labels of 5,000, looked at row by row"
    return Decision(model=entry.model, environment=entry.environment, reason=reason, **signed, **artifacts)


def seconds(page: Path) -> float:
    """How long Chromium takes to start, to load a page, to run its script and to draw it."""
    started = time.perf_counter()
    browse(page, f"--screenshot={page.with_suffix('.png')}", "--window-size=1300,1200")
    return time.perf_counter() - started


def shoot(page: Path, path: Path, width: int, height: int, scheme: str) -> None:
    """A screenshot."""
    words = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if scheme else []
    budget = "--virtual-time-budget=3000"
    browse(page, f"--screenshot={path.resolve()}", f"--window-size={width},{height}", budget, *words)


def browse(page: Path, *words: str) -> str:
    """What Chromium prints of a page."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or "google-chrome"
    with tempfile.TemporaryDirectory() as profile:
        argv = [program, *BROWSER.split(), f"--user-data-dir={profile}", *words, f"file://{page}"]
        return subprocess.run(argv, capture_output=True, check=True, timeout=120).stdout.decode()


if __name__ == "__main__":
    main()
