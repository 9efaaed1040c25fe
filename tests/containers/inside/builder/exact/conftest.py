"""Make the tests' own modules importable, and histogram boosting, which is hidden up to scikit-learn 0.24."""

import importlib.util
import sys
import warnings
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[2]))  # last: it has a conftest of its own
if importlib.util.find_spec("sklearn") is None:
    # The host has no scikit-learn.
    collect_ignore_glob = ["test_*.py"]
else:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import_module("sklearn.experimental.enable_hist_gradient_boosting")
