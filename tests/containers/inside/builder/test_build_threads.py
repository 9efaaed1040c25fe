"""The libraries that add numbers up have as many threads as the recipe says, or nothing is fitted."""

from __future__ import annotations

import pytest
import threadpoolctl

from builder.training import threads
from container.errors import BuilderError


@pytest.fixture(autouse=True)
def one_afterwards():
    yield
    threadpoolctl.threadpool_limits(1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_library_gets_as_many(count):
    """More than this machine has cores, too."""
    threads.hold(count)
    assert {each["num_threads"] for each in threadpoolctl.threadpool_info()} == {count}


def test_another_number_is_refused():
    """With the library, both numbers, and what to do."""
    threads.hold(1)
    with pytest.raises(BuilderError, match="computes with 1 threads here, and the recipe says 2: ") as caught:
        threads.check(2)
    assert caught.value.kind == "machine" and caught.value.advice == "Build where the process may use 2 cores"
