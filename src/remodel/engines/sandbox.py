"""The options that lock a job into its container. A pure function: `tests/containers/engines` tries to break each."""

from __future__ import annotations

from remodel.engines.engine import Job, Mount
from remodel.limits import LARGEST_FILE, OPEN_FILES, TMP

PLATFORM = "linux/amd64"
"""Said everywhere, so that a machine of another kind builds the same bytes under emulation."""

SANDBOX = (
    "--pull=never",
    f"--platform={PLATFORM}",
    "--network=none",
    "--read-only",
    f"--tmpfs=/tmp:rw,nosuid,nodev,mode=1777,size={TMP}",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    # Mounts keep the host's SELinux labels: relabelling a user's folders for good is not ours to do.
    "--security-opt=label=disable",
    # Not /tmp: Python looks for modules where it is started, and every build could put some there.
    "--workdir=/",
    # A signal ends the client at once; the container is removed by name then. Passed on, it would reach a process
    # number one, which ignores SIGTERM.
    "--sig-proxy=false",
)


def ulimits(open_files: int = OPEN_FILES, processes: int | None = None) -> list[str]:
    """The options for what each process of a job may have. Where one is given, the engine's own defaults are gone."""
    most = {"core": 0, "fsize": LARGEST_FILE, "nofile": open_files, "nproc": processes}
    return [f"--ulimit={name}={value}:{value}" for name, value in most.items() if value is not None]


def run_arguments(job: Job, image: str, name: str, options: list[str]) -> list[str]:
    """What follows `podman` or `docker` to run a job in a container called `name`."""
    mounts = [f"--mount={mount_option(mount)}" for mount in job.mounts]
    reads = ["--interactive"] if job.stdin is not None else []
    named = [f"--name={name}", f"--hostname={job.conditions.hostname}"]
    return ["run", *named, *reads, *SANDBOX, *options, *mounts, image, *command(job)]


def command(job: Job) -> list[str]:
    """The job's program: engines add variables of their own (TERM, HOSTNAME, container), `env -i` leaves ours only."""
    variables = [f"{key}={value}" for key, value in job.variables.items()]
    return ["/usr/bin/env", "-i", *variables, *job.conditions.starter, f"python{job.environment.python}", *job.argv]


def mount_option(mount: Mount) -> str:
    """The value of --mount: comma-separated fields, quoted as CSV where a path has a comma or a quote."""
    fields = ["type=bind", f"source={mount.source.resolve()}", f"target={mount.target}"]
    return ",".join(_quoted(field) for field in fields + ([] if mount.writable else ["readonly"]))


def _quoted(field: str) -> str:
    if "," in field or '"' in field:
        doubled = field.replace('"', '""')
        return f'"{doubled}"'
    return field
