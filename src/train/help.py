"""`python -m train --help`: what can be chosen, read from the names of the files under conf/, without loading Hydra."""

from __future__ import annotations

from remodel.checkout import Checkout

GROUPS = ("dataset", "preprocessing", "classifier", "regressor", "outlier", "cv", "environment", "model")

TEXT = """usage: python -m train [group=choice ...] [key=value ...]

Builds one model in a locked container, prints its scores and where its artifacts are.

{groups}

  key=value         any key of the composed configuration, such as classifier.C=0.1 or seed=1
  --multirun, -m    build every combination of group=a,b
  --cfg job         print the composed configuration, and build nothing
  --hydra-help      the other options of Hydra
"""


def text(checkout: Checkout) -> str:
    """The whole help."""
    return TEXT.format(groups="\n".join(f"  {group}={'|'.join(choices(checkout, group))}" for group in GROUPS))


def choices(checkout: Checkout, group: str) -> list[str]:
    """The choices of one group."""
    return sorted(path.stem for path in (checkout.conf / group).glob("*.yaml"))
