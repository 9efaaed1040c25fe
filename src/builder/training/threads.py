"""As many threads as the recipe says, in every library that adds numbers up: with other ones the sums are others.

A variable is a wish: OpenBLAS, as it loads, takes no more threads than there are cores for the process, and gives them
when it is told to afterwards. So each library is told, and asked back.
"""

from __future__ import annotations

import importlib

import threadpoolctl

from container.errors import machine_error

LOADED = ("numpy.linalg", "scipy.linalg", "sklearn.utils._openmp_helpers")
"""What brings the libraries with threads of its own: numpy's and scipy's OpenBLAS, scikit-learn's OpenMP."""


def hold(threads: int) -> None:
    """Give every library with threads so many of them. Raises a machine error where one has another number."""
    for name in LOADED:
        importlib.import_module(name)
    if _wrong(threads):
        threadpoolctl.threadpool_limits(threads)
        check(threads)


def check(threads: int) -> None:
    """Raise a machine error where a library has another number of threads, one that was loaded meanwhile included."""
    if wrong := _wrong(threads):
        name, count = wrong[0]
        raise machine_error(
            f"{name} computes with {count} threads here, and the recipe says {threads}: the model would be another one",
            f"Build where the process may use {threads} cores",
        )


def _wrong(threads: int) -> list[tuple[str, int]]:
    """The libraries with another number of threads."""
    found = threadpoolctl.threadpool_info()
    return [(each["internal_api"], each["num_threads"]) for each in found if each["num_threads"] != threads]
