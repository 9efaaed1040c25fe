"""Adding an environment: the nearest one's versions, and nothing left where it cannot be done."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.environments import locking, new_environment
from remodel.environments.environment import all_environments
from remodel.environments.lockfile import LOCK_NAME
from remodel.environments.new_environment import (
    add_environment,
    check_known,
    check_name,
    free_name,
    name_of,
    nearest,
    source_of,
)
from remodel.errors import LockError, StorageError, UsageError
from remodel.process import Finished

NO_SOLUTION = """Traceback (most recent call last):
    raise SolverProblemError(e)
conda_lock.exceptions.SolverProblemError: Because onnxruntime (1.17.3) depends on numpy (>=1.26.0)
 and -dummy-package- depends on numpy (==1.23.5), onnxruntime is forbidden.
So, because -dummy-package- depends on onnxruntime (==1.17.3), version solving failed.

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
"""


def test_the_nearest_environment_is_the_newest_that_is_not_newer(checkout: Checkout) -> None:
    """1.10 after 1.9, not after 1.1; older than all: the oldest."""
    existing = all_environments(checkout)
    for version, name in (("1.10.0", "1.9"), ("1.4.1", "1.3"), ("1.4.2", "1.4"), ("0.23.2", "0.24"), ("2.0.0", "1.9")):
        assert nearest(version, existing).name == f"sklearn-{name}"


def test_the_source_differs_in_the_library_only(checkout: Checkout) -> None:
    """The nearest environment.yml, with its own name in the comment."""
    like = nearest("1.10.0", all_environments(checkout))
    before = (like.folder / "environment.yml").read_text().splitlines()
    after = source_of(like, "1.10.0", "sklearn-1.10").splitlines()
    changed = [line for line in after if line not in before]
    assert changed == [
        "# scikit-learn 1.10. Lock it again after every change: python -m remodel environment lock sklearn-1.10",
        "      - scikit-learn==1.10.0",
    ]


@pytest.mark.parametrize("version", ["newest", "1.10", "1.10.0rc1", "../1.9.1", "1.9.1 "])
def test_what_is_no_version_is_refused(version: str) -> None:
    """Before anything is asked or written."""
    with pytest.raises(UsageError, match=r"is not a version of scikit-learn\. Write all its numbers, as in 1\.5\.2"):
        name_of(version)


def test_an_unknown_version_gets_the_newest_and_the_nearest() -> None:
    """What the index has, near what was asked for."""
    with pytest.raises(UsageError, match=r"the package index has no scikit-learn 1\.9\.7: the newest is 1\.9\.1, near"):
        check_known("1.9.7", ["1.9.1", "1.9.0", "0.24.2"])


def test_an_environment_that_exists_is_not_overwritten(copied: Checkout) -> None:
    """The error says how to change it."""
    with pytest.raises(UsageError, match=r"sklearn-1\.5 exists already, with scikit-learn 1\.5\.2\. Edit docker/"):
        add_environment(copied, "1.5.1", print, "sklearn-1.5")
    with pytest.raises(UsageError, match=r"sklearn-1\.5 exists already, with scikit-learn 1\.5\.2\. See what it"):
        add_environment(copied, "1.5.2", print)


def test_another_patch_version_stands_beside_the_first(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under its whole number, or as the person wants it."""
    existing = all_environments(copied)
    assert free_name("1.4.1.post1", existing) == "sklearn-1.4.1.post1"
    assert free_name("1.10.0", existing) == "sklearn-1.10"
    text = source_of(nearest("1.4.1.post1", existing), "1.4.1.post1", "sklearn-1.4.1.post1")
    assert text.startswith(
        "# scikit-learn 1.4.1.post1. Lock it again after every change: "
        "python -m remodel environment lock sklearn-1.4.1.post1\n"
    )
    for name in ("../x", "a b", "-x", ""):
        with pytest.raises(UsageError, match="cannot be the name of an environment"):
            check_name(name)
    assert check_name("production-2024") == "production-2024"


def test_a_lock_without_solution_leaves_nothing(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver's own words, shortened; no folder and no choice in conf/ stays."""
    monkeypatch.setattr(new_environment, "index_versions", lambda: ["1.10.0"])
    monkeypatch.setattr(new_environment, "check_wheel", lambda version, python: None)
    monkeypatch.setattr(locking, "_conda_lock", lambda *arguments: ["conda-lock"])
    monkeypatch.setattr(locking.process, "run", lambda argv, **options: Finished(tuple(argv), 1, NO_SOLUTION))
    monkeypatch.setattr(locking, "_environment", dict)
    before = sorted(path for path in copied.root.rglob("*") if "sklearn-1" in path.name)
    with pytest.raises(LockError) as caught:
        add_environment(copied, "1.10.0", lambda line: None)
    assert caught.value.message == (
        "conda-lock found no solution: Because onnxruntime (1.17.3) depends on numpy (>=1.26.0) and environment.yml "
        "depends on numpy (==1.23.5), onnxruntime is forbidden. So, because environment.yml depends on onnxruntime "
        "(==1.17.3), version solving failed"
    )
    assert sorted(path for path in copied.root.rglob("*") if "sklearn-1" in path.name) == before


def test_a_lock_that_can_be_solved_is_an_environment(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, its lock, and the choice of that name."""

    solved(monkeypatch)
    added = add_environment(copied, "1.10.0", lambda line: None)
    assert (added.name, added.versions["scikit-learn"]) == ("sklearn-1.10", "1.10.0")
    assert "name: sklearn-1.10" in (copied.conf / "environment" / "sklearn-1.10.yaml").read_text()
    with pytest.raises(UsageError, match=r"with scikit-learn 1\.10\.0\. See what it builds: remodel environment check"):
        add_environment(copied, "1.10.0", lambda line: None)


def test_after_a_kill_while_the_solver_works_nothing_is_there_and_the_next_run_does_it(
    copied: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL leaves no time to tidy up: a folder without its lock would stop every command that reads them all."""
    before = files_of(copied)
    command = [sys.executable, "-c", ADD_AND_STAY, copied.root]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=copied.root) as adding:
        assert adding.stdout is not None and adding.stdout.readline() == b"solving\n"
        adding.kill()
    assert adding.returncode == -signal.SIGKILL
    assert files_of(copied) == before
    solved(monkeypatch)
    assert add_environment(copied, "1.10.0", lambda line: None).name == "sklearn-1.10"


def test_after_a_kill_between_the_two_writes_the_next_run_does_both(
    copied: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice stands there without an environment: nothing reads it but whoever asks for it by name."""
    solved(monkeypatch)
    monkeypatch.setattr(new_environment, "replace_folder", lambda source, target: os.kill(os.getpid(), signal.SIGKILL))
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            add_environment(copied, "1.10.0", lambda line: None)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert (copied.conf / "environment" / "sklearn-1.10.yaml").is_file()
    assert [environment.name for environment in all_environments(copied)][-1] == "sklearn-1.9"
    monkeypatch.undo()
    solved(monkeypatch)
    assert add_environment(copied, "1.10.0", lambda line: None).name == "sklearn-1.10"
    assert [environment.name for environment in all_environments(copied)][-1] == "sklearn-1.10"


def test_a_folder_that_cannot_be_placed_leaves_no_choice(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the error is passed on, and both places are as they were."""

    def full(source: Path, target: Path) -> None:
        raise StorageError(f"cannot write {target}: no space left")

    solved(monkeypatch)
    monkeypatch.setattr(new_environment, "replace_folder", full)
    before = files_of(copied)
    with pytest.raises(StorageError, match="no space left"):
        add_environment(copied, "1.10.0", lambda line: None)
    assert files_of(copied) == before


ADD_AND_STAY = """
import sys, time
from pathlib import Path
from remodel.checkout import Checkout
from remodel.environments import new_environment
def solve(*arguments):
    print("solving", flush=True)
    time.sleep(60)
new_environment.index_versions = lambda: ["1.10.0"]
new_environment.check_wheel = lambda version, python: None
new_environment.lock_folder = solve
new_environment.add_environment(Checkout(Path(sys.argv[1])), "1.10.0", lambda line: None)
"""


def files_of(checkout: Checkout) -> list[Path]:
    """Every file and folder in the two places that an environment has."""
    return sorted(path for place in (checkout.docker, checkout.conf) for path in place.rglob("*"))


def solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index and a solver that give scikit-learn 1.10.0 the lock of 1.9.1."""

    def solve(checkout: Checkout, folder: Path, report: object) -> Path:
        text = (checkout.docker / "sklearn-1.9" / LOCK_NAME).read_text().replace("1.9.1", "1.10.0")
        body = text[text.index("version: 1\n") :]
        path = folder / LOCK_NAME
        path.write_text(locking.with_header(body, folder, ["environment.yml"], path))
        return path

    monkeypatch.setattr(new_environment, "index_versions", lambda: ["1.10.0"])
    monkeypatch.setattr(new_environment, "check_wheel", lambda version, python: None)
    monkeypatch.setattr(new_environment, "lock_folder", solve)
