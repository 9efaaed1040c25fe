"""The environment variables of every job, in every engine: another one of them can change a byte of a model."""

from __future__ import annotations

WHEELS = "/opt/remodel/wheels"
"""Where an image holds the locked wheels."""

SOURCE = "/src"
"""Where a job's caller mounts the packages that its `python -m` starts."""

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def fixed_environment(threads: int) -> dict[str, str]:
    """Every variable that a job sees, the same in all engines: nothing of the host's gets in.

    The CPU is pinned to x86-64-v3: OpenBLAS and glibc would choose other code, with other last bits, on newer ones.
    """
    count = str(threads)
    return {
        "PATH": PATH,
        "HOME": "/tmp",
        "PYTHONPATH": f"{WHEELS}:{SOURCE}",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "OPENBLAS_CORETYPE": "Haswell",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD,-AVX512ER,-AVX512PF,-FMA4",
    }
