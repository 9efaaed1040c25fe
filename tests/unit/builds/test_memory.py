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

LIMIT = MemoryLimit(200 << 20, "200MiB", "conf/model/credit_mlp.yaml")
LINE = (
    "credit_mlp needs more than the 200MiB of memory that conf/model/credit_mlp.yaml allows it. "
    "Raise resources.memory there"
)


def described(out: Path) -> RemodelError:
    """What guard writes down of a MemoryError."""
    document = {"schema_version": 1, "kind": "memory", "message": "not enough memory", "advice": "Give it more"}
    write_json(out / "error.json", document)
    return job_error(USER_ERROR, (out, out), [], out / "log")


def crashed(code: int, *last: str) -> RemodelError:
    """A job that ended without describing anything."""
    return job_error(code, (Path("/nowhere"), Path("/nowhere")), last, Path("log"))


def ended(code: int) -> RemodelError:
    """A child of a warm environment that left no log."""
    return warm._error(code, "credit_mlp@sklearn-1.9", (Path("/nowhere"), Path("/nowhere")), Path("/nowhere/log"))


@pytest.mark.parametrize("name", ["described", "killed", "abort", "bad_alloc", "traceback", "exhausted child"])
def test_a_build_that_took_more_than_its_limit_says_so(tmp_path: Path, name: str) -> None:
    """In one line with the model, the limit as it was written and where; never recorded as the model's failure."""
    error = {
        "described": lambda: described(tmp_path),
        "killed": lambda: OutOfMemory("the container ended with exit code 137, out of memory"),
        "abort": lambda: crashed(134),
        "bad_alloc": lambda: crashed(134, "  what():  std::bad_alloc"),
        "traceback": lambda: crashed(1, "MemoryError"),
        "exhausted child": lambda: ended(UNWRITABLE + errno.ENOMEM),
    }[name]()
    with pytest.raises(BuildError) as told, within(LIMIT, "credit_mlp"):
        raise error
    assert str(told.value) == LINE
    assert told.value.exit_code == 4
    assert not is_recorded(told.value, "sklearn-1.9", "sklearn-1.5")


def test_without_a_limit_the_error_stays_what_it_was(tmp_path: Path) -> None:
    """There is nothing to raise."""
    for error in (described(tmp_path), OutOfMemory("killed"), ended(UNWRITABLE + errno.ENOMEM)):
        with pytest.raises(type(error)) as told, within(None, "credit_mlp"):
            raise error
        assert told.value is error
        assert not is_recorded(error, "sklearn-1.9", "sklearn-1.5")


def test_another_crash_is_told_with_the_limit_beside_it() -> None:
    """A library that does not look at what malloc returns dies of a segmentation fault, but not only it does."""
    with pytest.raises(BuildError) as told, within(LIMIT, "credit_mlp"):
        raise crashed(139, "something")
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
