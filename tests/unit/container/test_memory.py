"""Want of memory, however a library disguises it, ends as what it is: an error that says nothing about the model."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from container.errors import BuilderError, build_error
from container.guard import guarded
from container.memory import ran_out


def chained(cause: BaseException) -> BuilderError:
    """A build error that came from `cause`, as fitting raises it."""
    try:
        raise build_error("fold 2 of 5, fit: MLPClassifier refuses it") from cause
    except BuilderError as error:
        return error


CASES = [
    MemoryError(),
    chained(MemoryError("array is too big")),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    RuntimeError("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : std::bad_alloc"),
    RuntimeError("can't start new thread"),
    ImportError("libz.so: failed to map segment from shared object"),
]


@pytest.mark.parametrize("error", CASES, ids=repr)
def test_want_of_memory_is_described_as_such(tmp_path: Path, error: Exception) -> None:
    """Kind memory, exit code of an error of the user, whatever the library called it."""

    def run() -> None:
        raise error

    assert guarded(tmp_path, run) == 3
    assert json.loads((tmp_path / "error.json").read_text())["kind"] == "memory"


def test_other_errors_are_not(tmp_path: Path) -> None:
    """A refusal stays one, and a defect crashes."""
    assert not ran_out(chained(ValueError("n_components is too large")))
    with pytest.raises(ZeroDivisionError):
        guarded(tmp_path, lambda: print(1 / 0))
