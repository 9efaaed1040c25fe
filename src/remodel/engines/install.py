"""Install a container engine where root may: a fresh Debian or Ubuntu, as continuous integration has them."""

from __future__ import annotations

import os
from collections.abc import Callable

from remodel import process
from remodel.engines.ownership import is_root

PACKAGES = ("podman", "runc", "mmdebstrap")
COMMAND = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"


def install_podman(report: Callable[[str], None]) -> bool:
    """Install podman and what makes bases; False, with the command to run reported, where this user may not."""
    if process.find_program("apt-get") is None:
        report("no container engine is installed: install podman or docker for isolated builds")
        return False
    if not is_root():
        report(f"no container engine is installed: for isolated builds run: sudo sh -c '{COMMAND}'")
        return False
    report(f"no container engine is installed: installing {', '.join(PACKAGES)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    finished = process.run(["sh", "-c", COMMAND], env=environment)
    if not finished.ok:
        report(f"cannot install podman: {finished.last_line()}")
    return finished.ok
