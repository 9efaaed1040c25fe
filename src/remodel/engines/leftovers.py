"""Remove containers whose starter was killed: SIGKILL leaves it no time to do it itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from remodel.process import Finished

Client = Callable[[list[str]], Finished]

LABEL = "remodel.starter"


def starter() -> str:
    """This process, as nobody else can be called: the machine's boot, the process namespace, the process number.

    Containers of other machines or namespaces behind one engine are thereby never taken for leftovers.
    """
    return f"{_home()}:{os.getpid()}"


def label() -> list[str]:
    """The options of `run` that say who started a container."""
    return ["--label", f"{LABEL}={starter()}"]


def remove(client: Client) -> list[str]:
    """Remove every container of ours whose starter is gone; their names."""
    listed = client(
        ["ps", "--all", "--filter", f"label={LABEL}", "--format", f'{{{{.Names}}}} {{{{.Label "{LABEL}"}}}}']
    )
    gone = orphans(listed.output if listed.ok else "", _home(), alive)
    for name in gone:
        remove_container(client, name)
    return gone


def orphans(listing: str, home: str, is_alive: Callable[[int], bool]) -> list[str]:
    """The names in a listing of "name home:pid" lines whose home is this one and whose process is gone."""
    found = []
    for line in listing.splitlines():
        name, _, owner = line.strip().partition(" ")
        place, _, pid = owner.rpartition(":")
        if place == home and pid.isdigit() and not is_alive(int(pid)):
            found.append(name)
    return found


def remove_container(client: Client, name: str) -> None:
    """Kill and remove a container; `rm --force` alone would wait for a process number one that ignores SIGTERM."""
    client(["kill", name])
    client(["rm", "--force", name])


def alive(pid: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _home() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}:{Path('/proc/self/ns/pid').readlink().name}"
    except OSError:
        return os.uname().nodename
