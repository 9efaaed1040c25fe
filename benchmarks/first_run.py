"""Wall time of the first `make repro` by phase, from nothing: no cache, no image, no `.venv`; and of the second.

    python benchmarks/first_run.py

Clones the checkout into a temporary folder, with a cache, a wheel cache and (podman) a store of images of its own,
so that nothing of this machine's is used or changed. The floor is the same models built one after the other by the same
builder in plain processes, without containers and without DVC.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FETCH = """
from remodel.rebuild.repro import needed_environments
from remodel.recipes.params import read_params
from remodel.environments.trees import lay_tree
from remodel.checkout import find_checkout
checkout = find_checkout()
for environment in needed_environments(checkout, read_params(checkout)):
    lay_tree(environment, lambda line: None)
"""

IMAGES = """
from remodel.display.choose import choose_reporter
from remodel.engines import choose_engine
from remodel.recipes.params import read_params
from remodel.engines.prepare import prepare_all
from remodel.rebuild.repro import needed_environments
from remodel.checkout import find_checkout
checkout = find_checkout()
with choose_reporter() as reporter:
    prepare_all(choose_engine(), needed_environments(checkout, read_params(checkout)), reporter)
"""

FLOOR = """
import subprocess, tempfile, time
from pathlib import Path
from remodel.builds.provenance import describe
from remodel.environments.variables import fixed_environment
from remodel.engines.venv import Venv, venv_of
from remodel.environments.environment import find_environment
from remodel.files import write_json
from remodel.recipes.params import read_params
from remodel.pipeline.stages import read_recipe
from remodel.builds.trust import trust_document
from remodel.checkout import find_checkout
checkout = find_checkout()
params = read_params(checkout)
spent = 0.0
for name in params.environments:
    environment = find_environment(checkout, name)
    Venv().prepare(environment, lambda line: None)
    python = venv_of(environment) / "bin" / "python"
    variables = {**fixed_environment(1), "PYTHONPATH": str(checkout.source)}
    for model in params.models:
        recipe = read_recipe(checkout, model)
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            write_json(work / "recipe.json", recipe.document)
            write_json(work / "environment.json", describe(checkout, environment))
            (work / "out").mkdir()
            argv = [python, "-m", "builder", "train", "--recipe", work / "recipe.json"]
            write_json(work / "trust.json", trust_document(checkout))
            argv += ["--environment", work / "environment.json", "--trust", work / "trust.json", "--out", work / "out"]
            argv += ["--snapshot", checkout.data / recipe.dataset]
            started = time.monotonic()
            subprocess.run(list(map(str, argv)), env=variables, cwd=folder, check=True, capture_output=True)
            spent += time.monotonic() - started
print(spent)
"""

STORAGE = """[storage]
driver = "overlay"
graphroot = "{0}/images"
runroot = "{0}/run"
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="first-run.") as name:
        home = Path(name)
        clone = home / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        (home / "storage.conf").write_text(STORAGE.format(home))
        variables = {
            **os.environ,
            "REMODEL_CACHE": str(home / "cache"),
            "UV_CACHE_DIR": str(home / "uv"),
            "CONTAINERS_STORAGE_CONF": str(home / "storage.conf"),
            "PATH": f"{clone / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }
        python = str(clone / ".venv" / "bin" / "python")
        phases = {
            "host environment": ["make", ".venv"],
            "fetch wheels": [python, "-c", FETCH],
            "bases and images": [python, "-c", IMAGES],
            "stages": ["make", "repro"],
            "second make repro": ["make", "repro"],
        }
        spent = {phase: seconds(argv, clone, variables) for phase, argv in phases.items()}
        measured = subprocess.run([python, "-c", FLOOR], cwd=clone, env=variables, stdout=subprocess.PIPE, check=True)
        floor = float(measured.stdout)
        for phase, wall in spent.items():
            print(f"{phase:20} {wall:7.1f} s {wall / floor:6.2f} x floor")
        print(f"{'floor':20} {floor:7.1f} s")
        subprocess.run(["podman", "unshare", "rm", "-rf", str(home / "images")], env=variables, capture_output=True)


def seconds(argv: list[str], folder: Path, variables: dict[str, str] | None) -> float:
    """Wall time of a command that must succeed."""
    started = time.monotonic()
    done = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(argv)} failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - started


if __name__ == "__main__":
    main()
