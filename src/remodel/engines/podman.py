"""podman: no daemon, and rootless where the user is not root."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from remodel import process
from remodel.checkout import cache_folder
from remodel.engines.containers import ContainerEngine
from remodel.engines.engine import Job
from remodel.engines.ownership import NOBODY, is_root
from remodel.engines.sandbox import ulimits
from remodel.environments.environment import Environment
from remodel.errors import EngineError
from remodel.files import write_bytes
from remodel.limits import memory_share

DEFAULT_LIMIT = 1048576
"""What podman gives a container unless told otherwise (nofile and nproc); more than the host's hard limit fails."""

ENOUGH = 4096
"""Files and processes for any job. Well below the hard limits: a limit exactly as high as the host's was refused."""

NEARLY_ALL = 0.9
"""Of the host's processes, for one user. The kernel counts them in all containers together, so what holds for a single
one is --pids-limit: else a container that starts processes without end would leave none to the others."""

OPTIONS = ("--rm", "--read-only-tmpfs=false")
"""podman removes a container itself, in a third of the time of a second command; and without the other option a
read-only container gets a writable /run and /var/tmp."""


@dataclass(frozen=True)
class Host:
    """What decides how podman has to be set up: control groups, hard limits, and whether runc is there."""

    root: bool
    cgroup_v2: bool
    nofile: int
    nproc: int
    runc: bool


def read_host() -> Host:
    """This host's facts. A limit that is infinite counts as podman's default."""

    def hard(kind: int) -> int:
        limit = resource.getrlimit(kind)[1]
        return DEFAULT_LIMIT if limit == resource.RLIM_INFINITY else limit

    # podman lowers its own limit to the highest process id, and no container of it may have more.
    ids = int(Path("/proc/sys/kernel/pid_max").read_text())

    return Host(
        root=is_root(),
        cgroup_v2=Path("/sys/fs/cgroup/cgroup.controllers").exists(),
        nofile=hard(resource.RLIMIT_NOFILE),
        nproc=min(hard(resource.RLIMIT_NPROC), ids),
        runc=process.find_program("runc") is not None or Path("/usr/sbin/runc").exists(),
    )


def containers_conf(host: Host) -> str:
    """The containers.conf that makes podman work on a host; "" where its own defaults do."""
    text = ""
    if min(host.nofile, host.nproc) < DEFAULT_LIMIT:
        nofile, nproc = min(host.nofile, ENOUGH), process_limit(host)
        text += f'[containers]\ndefault_ulimits = ["nofile={nofile}:{nofile}", "nproc={nproc}:{nproc}"]\n'
    if not host.cgroup_v2 and host.runc:
        # crun refuses control groups in hybrid mode.
        text += '[engine]\nruntime = "runc"\n'
    return text


def process_limit(host: Host) -> int:
    """How many processes a user of containers may have in all; docker may be podman's service, which has to be told."""
    with_groups = host.root or host.cgroup_v2
    return int(host.nproc * NEARLY_ALL) if with_groups else min(host.nproc, ENOUGH)


class Podman(ContainerEngine):
    """Runs jobs with podman."""

    name = "podman"
    program = "podman"
    build_options = ("--layers=false",)  # a build that fails would leave an image without name for each step

    @cached_property
    def host(self) -> Host:
        return read_host()

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """This process's environment, with a containers.conf of ours where the host needs one and names none."""
        text = containers_conf(self.host)
        if not text or "CONTAINERS_CONF" in os.environ:
            return os.environ
        path = cache_folder() / "containers.conf"
        if not path.is_file() or path.read_text() != text:
            write_bytes(path, text.encode())
        return {**os.environ, "CONTAINERS_CONF": str(path)}

    def check(self) -> None:
        if process.find_program(self.program) is None:
            raise EngineError("podman is not installed", "Install it (Debian, Ubuntu: apt-get install podman)")
        answer = self.client(["ps", "--quiet"])  # quicker than info (0.03 s), and opens the storage as well
        if not answer.ok:
            raise EngineError(f"podman does not work: {answer.last_line()}", "Mend it: podman info says more")

    def import_options(self) -> list[str]:
        return ["--quiet", "--os", "linux", "--arch", "amd64"]

    def user_options(self) -> list[str]:
        if self.host.root:
            return [f"--user={NOBODY}:{NOBODY}", *OPTIONS]
        return ["--userns=keep-id", f"--user={os.getuid()}:{os.getgid()}", *OPTIONS]

    def limits(self, job: Job) -> list[str]:
        each = ulimits(min(self.host.nofile, ENOUGH), process_limit(self.host))
        if not self.host.root and not self.host.cgroup_v2:
            return each  # control groups of version 1 cannot be used without root: podman refuses the options
        memory = job.memory or memory_share()
        return [*each, f"--pids-limit={ENOUGH}", f"--memory={memory}", f"--memory-swap={memory}"]

    def clear(self, name: str) -> bool:
        """Nothing to do: --rm. The file `oom` says what killed it."""
        return False

    def export(self, environment: Environment, layout: Path) -> None:
        image = self.image_of(environment)
        if image is None:
            raise EngineError(f"podman has no image of {environment.name}", "Make it: remodel repro")
        self.succeed(["push", "--quiet", "--format", "oci", image.reference, f"oci:{layout}:image"])
