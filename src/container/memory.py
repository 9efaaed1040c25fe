"""Tells want of memory from every other error: libraries catch it, and raise it again as something else."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator

WORDS = re.compile(
    r"bad_alloc|bad allocation|cannot allocate memory|failed to allocate memory|unable to allocate"
    r"|failed to map segment|can't start new thread",
    re.IGNORECASE,
)
"""What C++ libraries, the linker, ONNX Runtime and Python's threads say."""


def ran_out(error: BaseException) -> bool:
    """Whether an exception, or one that it came from, is for want of memory."""
    return any(_is_memory(cause) for cause in _chain(error))


def _is_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return WORDS.search(str(error)) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    left = [error]
    while left:
        cause = left.pop()
        if id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            left += [other for other in (cause.__cause__, cause.__context__) if other is not None]
