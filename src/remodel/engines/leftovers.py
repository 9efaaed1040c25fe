"""Name containers by who started them, and remove those whose starter is gone: SIGKILL leaves it no time to."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from remodel.environments.lockfile import sha256_text
from remodel.process import Finished

Client = Callable[[list[str]], Finished]

NAME = re.compile(r"^remodel-.*-(?P<home>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}$")


def container_name(job: str) -> str:
    """A name that no other container has, and that says which process of which home started it."""
    label = re.sub(r"[^A-Za-z0-9_.-]", "-", job)
    return f"remodel-{label}-{home()}-{os.getpid()}-{secrets.token_hex(4)}"


def remove(client: Client) -> list[str]:
    """Remove every container of ours whose starter is gone; their names."""
    listed = client(["ps", "--all", "--filter", "name=remodel-", "--format", "{{.Names}}"])
    gone = orphans(listed.output.split() if listed.ok else [], home(), alive)
    for name in gone:
        remove_container(client, name)
    return gone


def orphans(names: list[str], here: str, is_alive: Callable[[int], bool]) -> list[str]:
    """The names whose home is `here` and whose starter no longer runs."""
    parsed = [(name, NAME.match(name)) for name in names]
    return [name for name, parts in parsed if parts and parts["home"] == here and not is_alive(int(parts["pid"]))]


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


def home() -> str:
    """Eight digits for where process numbers mean what they mean here: this boot, and this process namespace.

    Containers that other machines or namespaces started behind the same engine are thereby never taken for leftovers.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return sha256_text(f"{boot}:{Path('/proc/self/ns/pid').readlink().name}")[:8]
    except OSError:
        return sha256_text(os.uname().nodename)[:8]
