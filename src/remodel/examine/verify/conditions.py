"""What is different in each rebuild: everything that a build must not depend on and that a job's starter can change.

The clock is not among it: a container shares the host's, and Debian's libfaketime is preloaded into a process, which
needs a copy for each base's libc. A rebuild runs later than the build it is compared with, and that has to do; its
local date is another one as a rule (`TZ`), and `SOURCE_DATE_EPOCH` says a third one to whatever obeys it.
"""

from __future__ import annotations

import os

from remodel.engines.engine import Conditions

TIME_ZONES = ("AHEAD-13:45", "BEHIND+11:15", "WEST+09:30", "EAST-05:45")
"""As POSIX writes them, because a base holds no time zone data: hours to add to get UTC."""

LOCALES = ("POSIX", "C")
"""The fixed one is C.UTF-8; bases hold no others."""

ALLOCATORS = ("debug", "malloc", "pymalloc_debug")
"""Those with debug fill fresh and freed memory with bytes of their own."""

UMASKS = ("0077", "0000", "0027")

DAY = 86400
YEAR_2001 = 978307200

CORES = "taskset -cp {core} $$ >/dev/null 2>&1; "
"""Leaves one core to the shell and to what it becomes. Every other rebuild has all of them."""

RUN = 'umask {umask}; exec "$@"'
"""Sets what no variable can, and becomes the program that follows."""


def varied(number: int, threads: int, run: str = RUN) -> Conditions:
    """The conditions of the rebuild `number` (0, 1, ...) of a recipe with so many threads."""
    return Conditions(
        variables=_variables(number, threads),
        hostname=f"rebuild-{number}",
        starter=("sh", "-c", _cores(number) + run.format(umask=_turn(UMASKS, number)), "sh"),
    )


def _cores(number: int) -> str:
    return "" if number % 2 else CORES.format(core=min(os.sched_getaffinity(0)))


def _variables(number: int, threads: int) -> dict[str, str]:
    """Threads too: the recipe's number is the builder's to set, whatever it is started with."""
    locale, count = _turn(LOCALES, number), str(threads + 1 + number % 2)
    return {
        "PYTHONHASHSEED": str((number + 1) * 7919 % 2**32),
        "PYTHONMALLOC": _turn(ALLOCATORS, number),
        "MALLOC_PERTURB_": str(1 + (165 + 31 * number) % 255),
        "TZ": _turn(TIME_ZONES, number),
        "LC_ALL": locale,
        "LANG": locale,
        "SOURCE_DATE_EPOCH": str(YEAR_2001 + DAY * number),
        "COLUMNS": str(40 + number),
        "USER": f"user{number}",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), count),
    }


def _turn(choices: tuple[str, ...], number: int) -> str:
    return choices[number % len(choices)]
