"""A real registry on loopback: Debian's docker-registry, with its own configuration, started and ended by a test."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.containers.cli.project import wait_until

PROGRAM = "docker-registry"

USER, WORD = "publisher", "open sesame"

HTPASSWD = f"{USER}:$2b$04$3R5MCH5GMQnoBC9FmhPwQeU03PIrSBup9Udeup3bbzfE7FtK71TzK\n"
"""The line of `htpasswd -B` for USER and WORD."""


@dataclass
class Running:
    """A registry process; `ca` is the certificate of its authority where it speaks TLS."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    ca: Path | None = None

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def reference(self, repository: str = "team/models") -> str:
        """As a user types it."""
        return f"oci://{self.host}/{repository}"

    def kill(self) -> None:
        """At once, as when the machine it runs on dies."""
        self.process.kill()
        self.process.wait()

    def log(self) -> str:
        return (self.folder / "log").read_text()


@contextlib.contextmanager
def registry(folder: Path, password: bool = False, tls: bool = False, storage: Path | None = None) -> Iterator[Running]:
    """A registry whose files are in `folder`, on a port that is free now; it has ended when the block has."""
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"{PROGRAM} is not installed (apt-get install {PROGRAM})")
    folder.mkdir(parents=True, exist_ok=True)
    ca = certificate(folder) if tls else None
    running = start(folder, free_port(), password, ca, storage or folder / "storage")
    try:
        yield running
    finally:
        running.kill()


def start(folder: Path, port: int, password: bool, ca: Path | None, storage: Path) -> Running:
    """Start a registry and wait until it answers."""
    http = {"addr": f"localhost:{port}"}
    if ca is not None:
        http["tls"] = {"certificate": str(ca), "key": str(ca.with_suffix(".key"))}  # type: ignore[assignment]
    config = {"version": 0.1, "storage": {"filesystem": {"rootdirectory": str(storage)}}, "http": http}
    if password:
        (folder / "htpasswd").write_text(HTPASSWD)
        config["auth"] = {"htpasswd": {"realm": "registry", "path": str(folder / "htpasswd")}}
    (folder / "config.yml").write_text(json.dumps(config))
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([PROGRAM, "serve", str(folder / "config.yml")], stdout=log, stderr=log)
    running = Running(folder, port, process, ca)
    wait_until(lambda: listens(port) or process.poll() is not None)
    assert process.poll() is None, running.log()
    return running


def listens(port: int) -> bool:
    """Whether something takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("localhost", port)) == 0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> Path:
    """A certificate for localhost that is its own authority, with its key beside it."""
    path = folder / "ca.pem"
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    argv += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(path.with_suffix(".key")), "-out", str(path)]
    subprocess.run(argv, check=True, capture_output=True)
    return path


def tags(running: Running, repository: str = "team/models") -> list[str]:
    """What the registry itself lists, over plain HTTP without a password; it may not know the repository yet."""
    try:
        with urllib.request.urlopen(f"http://{running.host}/v2/{repository}/tags/list") as answer:
            return sorted(json.load(answer)["tags"] or [])
    except urllib.error.HTTPError as error:
        assert error.code == 404
        return []
