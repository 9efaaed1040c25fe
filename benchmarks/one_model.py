"""Wall time of `python -m train classifier=logreg` against the same work in a bare script, in pairs.

    python benchmarks/one_model.py [PAIRS]

Both run in the same locked wheels; the bare script as a plain process of the host, the product as a user starts it,
in its container. Prints the median of both and of the ratio of each pair.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from first_run import seconds

from remodel.checkout import find_checkout
from remodel.engines.venv import Venv, venv_of
from remodel.environments.environment import find_environment
from remodel.environments.variables import fixed_environment

ENVIRONMENT = "sklearn-1.9"


def main() -> None:
    """Measure and print."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    checkout = find_checkout(Path(__file__).parent)
    environment = find_environment(checkout, ENVIRONMENT)
    Venv().prepare(environment, print)
    ratios, floors, products = [], [], []
    with tempfile.TemporaryDirectory() as out:
        python = venv_of(environment) / "bin" / "python"
        bare = [str(python), str(checkout.root / "benchmarks" / "bare.py"), out]
        for number in range(pairs + 1):
            floor = seconds(bare, checkout.root, {**fixed_environment(1), "PYTHONPATH": ""})
            # Another seed is another recipe: an experiment that is there already would not be built again.
            seed = f"seed={int(time.time())}"
            product = seconds([sys.executable, "-m", "train", "classifier=logreg", seed], checkout.root, None)
            if number:  # the first pair warms the disk's cache
                floors.append(floor)
                products.append(product)
                ratios.append(product / floor)
    print(f"bare script             {statistics.median(floors):6.2f} s")
    print(f"python -m train         {statistics.median(products):6.2f} s")
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}, {pairs} pairs"
    print(f"ratio of each pair      {statistics.median(ratios):6.2f} ({spread})")


if __name__ == "__main__":
    main()
