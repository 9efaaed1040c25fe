"""Want of memory is told apart from every other end of a build, and says nothing about the model."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from contract import UNWRITABLE, USER_ERROR
from remodel.builds import warm
from remodel.builds.job import job_error
from remodel.builds.memory import within
from remodel.engines.engine import OutOfMemory
from remodel.errors import BuildError, DataError, EngineError, RemodelError
from remodel.files import write_json
from remodel.recipes.resources import MemoryLimit
from remodel.results.endings import is_recorded
from remodel.takeover.left import opened

LIMIT = MemoryLimit(200 << 20, "200MiB", "conf/model/credit_mlp.yaml")
LINE = (
    "credit_mlp needs more than the 200MiB of memory that conf/model/credit_mlp.yaml allows it. "
    "Raise resources.memory there"
)


def described(out: Path) -> RemodelError:
    """What guard writes down of a MemoryError."""
    document = {"schema_version": 1, "kind": "memory", "message": "not enough memory", "advice": "Give it more"}
    write_json(out / "error.json", document)
    with opened("credit_mlp", out) as left:
        return job_error(USER_ERROR, left, out, "", out / "log")


def crashed(out: Path, code: int, last: str = "") -> RemodelError:
    """A job that ended without describing anything."""
    with opened("credit_mlp", out) as left:
        return job_error(code, left, out, last, Path("log"))


def ended(out: Path, code: int) -> RemodelError:
    """A child of a warm environment that left no log."""
    with opened("credit_mlp@sklearn-1.9", out) as left:
        return warm._error(code, left, out, out / "log")


@pytest.mark.parametrize("name", ["described", "killed", "abort", "bad_alloc", "traceback", "exhausted child"])
def test_a_build_that_took_more_than_its_limit_says_so(tmp_path: Path, name: str) -> None:
    """In one line with the model, the limit as it was written and where; never recorded as the model's failure."""
    error = {
        "described": lambda: described(tmp_path),
        "killed": lambda: OutOfMemory("the container ended with exit code 137, out of memory"),
        "abort": lambda: crashed(tmp_path, 134),
        "bad_alloc": lambda: crashed(tmp_path, 134, "  what():  std::bad_alloc"),
        "traceback": lambda: crashed(tmp_path, 1, "MemoryError"),
        "exhausted child": lambda: ended(tmp_path, UNWRITABLE + errno.ENOMEM),
    }[name]()
    with pytest.raises(BuildError) as told, within(LIMIT, "credit_mlp"):
        raise error
    assert str(told.value) == LINE
    assert told.value.exit_code == 4
    assert not is_recorded(told.value)


def test_without_a_limit_the_error_stays_what_it_was(tmp_path: Path) -> None:
    """There is nothing to raise."""
    for error in (described(tmp_path), OutOfMemory("killed"), ended(tmp_path, UNWRITABLE + errno.ENOMEM)):
        with pytest.raises(type(error)) as told, within(None, "credit_mlp"):
            raise error
        assert told.value is error
        assert not is_recorded(error)


def test_another_crash_is_told_with_the_limit_beside_it(tmp_path: Path) -> None:
    """A library that does not look at what malloc returns dies of a segmentation fault, but not only it does."""
    with pytest.raises(BuildError) as told, within(LIMIT, "credit_mlp"):
        raise crashed(tmp_path, 139, "something")
    assert str(told.value) == (
        "the build ended with exit code 139: something. Its whole output is in log. "
        "conf/model/credit_mlp.yaml allows it 200MiB of memory, which may be too little"
    )


@pytest.mark.parametrize("error", [DataError("no such column"), EngineError("killed by hand")])
def test_what_has_nothing_to_do_with_memory_is_left_alone(error: RemodelError) -> None:
    """A limit explains neither the data nor the engine."""
    with pytest.raises(type(error)) as told, within(LIMIT, "credit_mlp"):
        raise error
    assert told.value is error and "memory" not in str(error)
