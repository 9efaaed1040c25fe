"""What podman and docker have in common: images from a base and a tree of wheels, and jobs locked into containers."""

from __future__ import annotations

import os
import tempfile
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from remodel import process
from remodel.checkout import cache_folder
from remodel.engines import leftovers
from remodel.engines.engine import Engine, Image, Job, OutOfMemory
from remodel.engines.images import (
    BASE,
    INSPECTED,
    Inspected,
    base_reference,
    build_arguments,
    containerfile,
    image_reference,
    read_inspected,
)
from remodel.engines.ownership import check_readable, hand_over
from remodel.engines.sandbox import PLATFORM, run_arguments
from remodel.environments.bases import Base, base_archive, can_make
from remodel.environments.environment import Environment
from remodel.environments.trees import lay_tree, locked
from remodel.errors import EngineError
from remodel.limits import too_long
from remodel.lines import LONGEST

ENGINE_FAILURES = {
    125: "the engine could not start it",
    126: "its program cannot be run",
    127: "its program is missing",
}
KILL = 137
"""What a container ends with that SIGKILL has ended."""

KILLED = {KILL: "killed: out of memory, or by hand", 143: "ended by SIGTERM from outside"}
"""Of a container that was within its limit: the memory is the machine's then."""

OOM = "oom"
"""The file that podman's monitor leaves where it was started, when the kernel kills for the container's limit."""

AGAIN = "Run the same command again: what was finished is kept"
KILLED_ADVICE = f"Free some memory if it was short. {AGAIN}"
RUN_ADVICE = "Mend the engine, or set REMODEL_ENGINE=venv to build without isolation"


class ContainerEngine(Engine):
    """An engine that is driven by docker's command line, which podman shares."""

    isolated = True
    program: str
    build_options: tuple[str, ...] = ()

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The environment of the engine's client."""
        return os.environ

    @abstractmethod
    def user_options(self) -> list[str]:
        """Options of `run` that make the job's user somebody who is not root."""

    @abstractmethod
    def limits(self, job: Job) -> list[str]:
        """Options of `run` for what this host can limit."""

    @abstractmethod
    def import_options(self) -> list[str]:
        """Options of `import` that name the platform."""

    @abstractmethod
    def clear(self, name: str) -> bool:
        """Remove a container that has ended; whether, for all that the engine knows, its memory limit killed it."""

    def image_of(self, environment: Environment) -> Image | None:
        inspected = self.inspect(image_reference(environment))
        if inspected is None or inspected.wheels_sha256 != environment.wheels_sha256:
            return None
        return inspected.image

    def prepare(self, environment: Environment, report: Callable[[str], None]) -> Image:
        leftovers.remove(self.client)
        if image := self.image_of(environment):
            return image
        with locked(f"{self.name}-{environment.name}"):
            if image := self.image_of(environment):
                return image
            tree = lay_tree(environment, report)
            base = self.base_image(environment.base, report)
            report(f"building {image_reference(environment)}")
            self._build(environment, tree, base)
        return self._built(environment)

    def base_image(self, base: Base, report: Callable[[str], None]) -> Image:
        """The base's image, imported from its archive, or pulled where no archive can be made here."""
        reference = base_reference(base)
        with locked(f"{self.name}-base-{base.tag}"):
            if inspected := self.inspect(reference):
                return inspected.image
            if can_make():
                self._import(base, reference, report)
            else:
                self._pull(base, reference, report)
            if inspected := self.inspect(reference):
                return inspected.image
        raise EngineError(f"{self.program} made {reference}, but does not find it", f"Try: {self.program} images")

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        name = leftovers.container_name(job.name)
        options = [*self.user_options(), *self.limits(job)]
        argv = self.starter(run_arguments(job, image_reference(job.environment), name, options))
        check_readable([mount.source for mount in job.mounts if not mount.writable])
        hand_over([mount.source for mount in job.mounts if mount.writable])
        with tempfile.TemporaryDirectory(prefix="run-", dir=_cache()) as here:
            try:
                # From a folder of its own: podman's monitor leaves a file there.
                finished = process.run(
                    argv,
                    cwd=Path(here),
                    env=self.variables,
                    on_line=on_line,
                    stdin=job.stdin,
                    longest=LONGEST,
                    seconds=job.seconds,
                )
                if finished.code < 0:
                    # The client was killed; the container was not.
                    leftovers.remove_container(self.client, name)
                    out_of_memory = False
                else:
                    out_of_memory = self.clear(name) or (Path(here) / OOM).exists()
            except BaseException as error:
                # The client is dead by now; the container is not.
                leftovers.remove_container(self.client, name)
                if isinstance(error, process.TimeOver):
                    raise too_long(job.name, job.seconds) from error
                raise
        return self._exit_code(finished, job, out_of_memory)

    def starter(self, arguments: list[str]) -> list[str]:
        """The program that runs a job, which must end at SIGTERM at once."""
        return [self.program, *arguments]

    def client(self, arguments: list[str]) -> process.Finished:
        """One command of the engine's client."""
        return process.run([self.program, *arguments], env=self.variables)

    def succeed(self, arguments: list[str]) -> None:
        """One command that must succeed; EngineError with its last lines where it does not."""
        finished = self.client(arguments)
        if not finished.ok:
            message = " ".join(finished.output.split("\n")[-4:]).strip()
            raise EngineError(f"{self.program} {arguments[0]} failed: {message}", AGAIN)

    def inspect(self, reference: str) -> Inspected | None:
        """An image by reference, or None."""
        finished = self.client(["image", "inspect", "--format", INSPECTED, reference])
        return read_inspected(reference, finished.last_line()) if finished.ok else None

    def _import(self, base: Base, reference: str, report: Callable[[str], None]) -> None:
        archive = base_archive(base, report)
        report(f"base {base.name}: importing")
        label = f"LABEL {BASE}={archive.sha256}"
        self.succeed(["import", *self.import_options(), "--change", label, str(archive.path), reference])

    def _pull(self, base: Base, reference: str, report: Callable[[str], None]) -> None:
        report(f"base {base.name}: pulling {base.image}, because mmdebstrap is not installed")
        try:
            self.succeed(["pull", "--platform", PLATFORM, base.image])
        except EngineError as error:
            raise EngineError(
                error.message, "Or install mmdebstrap (Debian, Ubuntu), which needs no registry"
            ) from error
        self.succeed(["tag", base.image, reference])

    def _build(self, environment: Environment, tree: Path, base: Image) -> None:
        # --no-cache: a RUN that binds the build context counts as the same whatever the context holds (seen in
        # podman 4.3), and would give one environment the wheels of another.
        arguments = ["build", "--quiet", "--no-cache", "--network", "none", "--platform", PLATFORM]
        arguments += [
            *self.build_options,
            "--tag",
            image_reference(environment),
            "--file",
            str(containerfile(environment)),
        ]
        for name, value in build_arguments(environment, base).items():
            arguments += ["--build-arg", f"{name}={value}"]
        self.succeed([*arguments, str(tree)])

    def _built(self, environment: Environment) -> Image:
        if image := self.image_of(environment):
            return image
        reference = image_reference(environment)
        raise EngineError(f"{self.program} built something else than {reference}", f"Try: {self.program} system prune")

    def _exit_code(self, finished: process.Finished, job: Job, out_of_memory: bool) -> int:
        code = finished.code
        if code == KILL and job.memory and out_of_memory:
            raise OutOfMemory(f"{job.name}'s container ended with exit code {code}, out of memory", KILLED_ADVICE)
        if code < 0:
            raise EngineError(f"{self.program} was killed by signal {-code} in the middle of {job.name}", AGAIN)
        if reason := KILLED.get(code):
            raise EngineError(f"{job.name}'s container ended with exit code {code}, {reason}", KILLED_ADVICE)
        if reason := ENGINE_FAILURES.get(code):
            message = finished.last_line()
            raise EngineError(f"{self.program} ended {job.name} with exit code {code}, {reason}: {message}", RUN_ADVICE)
        return code


def _cache() -> Path:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
