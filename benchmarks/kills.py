"""Kills a rebuild and a release at random moments, again and again; then all has to be as if nothing had happened.

    python benchmarks/kills.py [--kills 200] [--releases 100] [--seed 0]

Every kill is SIGKILL to the command's process group. Every tenth rebuild that was killed is followed by the whole
command, which has to leave the same dvc.lock and results as where nothing was killed, and no entry in DVC's locks.
Every release that was killed is made again: it is published then, or was already, and every tenth time the versions
since the last time are verified.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from fleet import make

from remodel.files import sha256_file

MODELS = [("iris", "none", "decision_tree"), ("wine", "scale", "logreg"), ("iris", "scale", "gaussian_nb")]

REBUILD = ("-m", "remodel", "rebuild")

KEPT = ("data", "recipes", "models", "metrics", "reports", "release")


def main() -> None:
    """Kill, check and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--releases", type=int, default=100, help="how many releases are killed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="kills.") as name:
        folder = make(Path(name) / "checkout", MODELS, ["sklearn-1.9"])
        run(folder, *REBUILD)
        expected, whole = state(folder), timed(folder)
        for number in range(1, options.kills + 1):
            forget(folder, chance)
            kill(folder, REBUILD, chance.uniform(0, whole))
            if number % 10 == 0:
                run(folder, *REBUILD)
                if (found := state(folder)) != expected:
                    sys.exit(f"after kill {number}: {differing(found, expected)}")
                print(f"{number} kills: everything is as before", flush=True)
        run(folder, *REBUILD)
        if options.releases:
            kill_releases(folder, Path(name), options.releases, chance)


def kill_releases(folder: Path, scratch: Path, count: int, chance: random.Random) -> None:
    """Kill releases into one folder, make each again, and verify every version that is there."""
    key, target, versions = scratch / "key.pem", scratch / "published", []
    subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", str(key)], check=True)
    public = scratch / "key.pub"
    subprocess.run(["openssl", "ec", "-in", str(key), "-pubout", "-out", str(public)], check=True, capture_output=True)
    author = ("-c", "user.name=Releaser", "-c", "user.email=releaser@example.com")
    for words in (("add", "-A"), (*author, "commit", "--quiet", "-m", "as it is")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    release = ("-m", "remodel", "release", "publish", "--to", str(target), "--key", str(key), "--version")
    started = time.monotonic()
    run(folder, *release, "0.0.0")
    whole = time.monotonic() - started
    for number in range(1, count + 1):
        version = f"0.0.{number}"
        kill(folder, (*release, version), chance.uniform(0, whole))
        ended = ask(folder, *release, version)
        if ended.returncode and f"has {version} with other content" not in ended.stderr:
            sys.exit(f"after kill {number}: the release ended with {ended.returncode}: {ended.stderr}")
        versions.append(version)
        if number % 10 == 0:
            for each in versions[-10:]:
                run(folder, "-m", "remodel", "release", "verify", f"{target}:{each}", "--key", str(public))
            print(f"{number} releases killed: every version is there and verified", flush=True)


def timed(folder: Path) -> float:
    """Seconds that a rebuild of everything takes."""
    forget(folder, random.Random(0), everything=True)
    started = time.monotonic()
    run(folder, *REBUILD)
    return time.monotonic() - started


def forget(folder: Path, chance: random.Random, everything: bool = False) -> None:
    """Take something away that a rebuild has to bring back."""
    models = sorted((folder / "models").glob("*/*")) if (folder / "models").is_dir() else []
    for path in models:
        if everything or chance.random() < 0.5:
            shutil.rmtree(path, ignore_errors=True)
    if everything or chance.random() < 0.5:
        (folder / "dvc.lock").unlink(missing_ok=True)
        shutil.rmtree(folder / ".dvc" / "cache", ignore_errors=True)


def kill(folder: Path, words: Sequence[str], seconds: float) -> None:
    """Start a command, and kill it with all that it started after so many seconds."""
    command = subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(command.pid, signal.SIGKILL)
    command.wait()


def state(folder: Path) -> dict[str, str]:
    """The sha256 of dvc.lock and of every result, and what is left in DVC's locks."""
    files = [path for name in KEPT for path in (folder / name).rglob("*") if path.is_file()]
    found = {str(path.relative_to(folder)): sha256_file(path) for path in [folder / "dvc.lock", *files]}
    locks = folder / ".dvc" / "tmp" / "rwlock"
    return {**found, "rwlock": str(json.loads(locks.read_text() or "{}")) if locks.exists() else "{}"}


def differing(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    """The names that have another value."""
    return [name for name in sorted({*found, *expected}) if found.get(name) != expected.get(name)]


def run(folder: Path, *words: str) -> None:
    """Run a command to its end, which has to be a good one."""
    ended = ask(folder, *words)
    if ended.returncode:
        sys.exit(f"{' '.join(words)} ended with {ended.returncode}: {ended.stderr}")


def ask(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever that is."""
    return subprocess.run([sys.executable, *words], cwd=folder, env=environment(folder), capture_output=True, text=True)


def environment(folder: Path) -> dict[str, str]:
    """The variables of a command of the checkout."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(folder / "src")}


if __name__ == "__main__":
    main()
