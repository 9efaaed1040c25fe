"""One CPU profile for every build, x86-64-v3: numbers that depend on the CPU's kernels are the same on every machine.

`pin` has to run before numpy is imported: BLAS, OpenMP and numpy read their settings once, while they load.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from pathlib import Path

from container.errors import machine_error
from container.numpy_features import features_above_v3

PROFILE = "x86-64-v3"

NEEDED = ("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave")
"""Flags of the x86-64-v3 level as Linux spells them (`abm` is LZCNT)."""

CPUINFO = Path("/proc/cpuinfo")

FIXED = {"OPENBLAS_CORETYPE": "Haswell", "ARROW_USER_SIMD_LEVEL": "AVX2"}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def facts(cpuinfo: Path = CPUINFO) -> dict[str, str]:
    """The first processor's fields of /proc/cpuinfo."""
    text = cpuinfo.read_text(errors="replace").split("\n\n")[0]
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def check(cpuinfo: Path = CPUINFO) -> None:
    """Raise a machine error unless this CPU has every instruction set of the profile."""
    found = facts(cpuinfo)
    missing = sorted(set(NEEDED) - set(found.get("flags", "").split()))
    if missing:
        raise machine_error(
            f"this CPU ({found.get('model name', 'unknown')}) lacks {', '.join(missing)} of the profile {PROFILE}",
            "Build on an x86-64 machine or an emulator with AVX2 and FMA (Intel Haswell or AMD Zen, or newer)",
        )


def pin(threads: int) -> None:
    """Set the profile and the number of threads, then import numpy under it."""
    os.environ.update(FIXED)
    os.environ.update({name: str(threads) for name in THREADS})
    os.environ["NPY_DISABLE_CPU_FEATURES"] = " ".join(features_above_v3())
    with warnings.catch_warnings():
        # numpy remarks on every feature that is off already because this machine does not have it.
        warnings.simplefilter("ignore")
        import numpy  # noqa: F401


def record() -> dict:
    """What the machine is, for the untracked build record."""
    found = facts()
    flags = " ".join(sorted(found.get("flags", "").split()))
    return {"model": found.get("model name", ""), "flags_sha256": hashlib.sha256(flags.encode()).hexdigest()}
