"""docker: a client that talks to a daemon, here or in a virtual machine."""

from __future__ import annotations

import os

from remodel import process
from remodel.engines.containers import KILL, ContainerEngine
from remodel.engines.engine import Job
from remodel.engines.ownership import NOBODY, is_root
from remodel.engines.podman import process_limit, read_host
from remodel.engines.sandbox import PLATFORM, ulimits
from remodel.errors import EngineError
from remodel.limits import memory_share

PIDS = 4096


class Docker(ContainerEngine):
    """Runs jobs with docker."""

    name = "docker"
    program = "docker"

    def check(self) -> None:
        if process.find_program(self.program) is None:
            raise EngineError(
                "docker is not installed", "Install it, or podman (Debian, Ubuntu: apt-get install podman)"
            )
        answer = self.client(["version", "--format", "{{.Server.Version}}"])
        if not answer.ok:
            message = answer.last_line()
            raise EngineError(
                f"docker's daemon does not answer: {message}", "Start it (systemctl start docker, or Docker Desktop)"
            )

    def import_options(self) -> list[str]:
        return ["--platform", PLATFORM]

    def user_options(self) -> list[str]:
        if is_root():
            return [f"--user={NOBODY}:{NOBODY}"]
        return [f"--user={os.getuid()}:{os.getgid()}"]

    def limits(self, job: Job) -> list[str]:
        memory = job.memory or memory_share()
        each = ulimits(processes=process_limit(read_host()))
        return [*each, f"--pids-limit={PIDS}", f"--memory={memory}", f"--memory-swap={memory}"]

    def clear(self, name: str) -> bool:
        # Not --rm: with it the client may lose the exit code (seen with podman's service), and 0 would be a lie.
        state = self.client(["inspect", "--format", "{{.State.OOMKilled}} {{.State.ExitCode}}", name])
        self.client(["rm", "--force", name])
        killed = state.ok and state.last_line() == f"false {KILL}"
        return (state.ok and state.last_line().startswith("true")) or (killed and not self._knows_why())

    def _knows_why(self) -> bool:
        """Whether the daemon says why a container was killed: podman's service says it of none (seen in 4.3)."""
        parts = self.client(["version", "--format", "{{range .Server.Components}}{{.Name}} {{end}}"])
        return "Podman" not in parts.output

    def starter(self, arguments: list[str]) -> list[str]:
        # docker's client stays at SIGTERM until its container has ended, which is what it should not wait for.
        return ["sh", "-c", 'trap "exit 143" TERM; "$@" & wait $!', "sh", self.program, *arguments]
