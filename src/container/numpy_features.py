"""Names of numpy's CPU features above x86-64-v3, which are switched off; they depend on numpy's version.

Source: numpy's "CPU dispatcher" page and `numpy.show_config()`; 2.4 grouped the features by x86-64 level.
"""

from __future__ import annotations

from container.versions import at_least

SINGLE = ["AVX512F", "AVX512CD", "AVX512_KNL", "AVX512_KNM", "AVX512_SKX", "AVX512_CLX", "AVX512_CNL", "AVX512_ICL"]
SAPPHIRE_RAPIDS = ["AVX512_SPR"]
GROUPED = ["X86_V4", "AVX512_ICL", "AVX512_SPR"]


def features_above_v3() -> list[str]:
    """The value of NPY_DISABLE_CPU_FEATURES for the installed numpy."""
    if at_least("numpy", "2.4"):
        return GROUPED
    if at_least("numpy", "1.25"):
        return SINGLE + SAPPHIRE_RAPIDS
    return SINGLE
