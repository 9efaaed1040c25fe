"""What the real index answers before an environment is written."""

from __future__ import annotations

import pytest

from remodel.environments.new_environment import check_wheel
from remodel.errors import LockError


def test_a_version_without_a_wheel_for_this_python_is_named() -> None:
    """Asked of the real index: 0.23 was released before CPython 3.9."""
    with pytest.raises(LockError, match=r"scikit-learn 0\.23\.2 has no wheel for CPython 3\.9 on linux-64\. Add"):
        check_wheel("0.23.2", "3.9")
