"""The options that lock a job into its container. A pure function: `tests/containers/engines` tries to break each."""

from __future__ import annotations

from remodel.engines.engine import Job, Mount

PLATFORM = "linux/amd64"
"""Said everywhere, so that a machine of another kind builds the same bytes under emulation."""

SANDBOX = (
    "--pull=never",
    f"--platform={PLATFORM}",
    "--network=none",
    "--read-only",
    "--tmpfs=/tmp:rw,nosuid,nodev,mode=1777",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    # Mounts keep the host's SELinux labels: relabelling a user's folders for good is not ours to do.
    "--security-opt=label=disable",
    "--workdir=/tmp",
    # A signal ends the client at once; the container is removed by name then. Passed on, it would reach a process
    # number one, which ignores SIGTERM.
    "--sig-proxy=false",
)


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
