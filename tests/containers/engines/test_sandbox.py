"""Tries to break, from inside a real container, each setting that `engines/sandbox.py` makes."""

from __future__ import annotations

import json
import os
import socket
import textwrap
import threading
from pathlib import Path

import pytest

from remodel.engines import Job, Mount
from remodel.engines.containers import ContainerEngine
from remodel.engines.ownership import NOBODY
from remodel.engines.sandbox import mount_option
from remodel.environments.environment import Environment
from remodel.environments.variables import fixed_environment
from remodel.errors import EngineError
from remodel.takeover.removal import remove_folder

TRY = textwrap.dedent(
    """
    import os, sys
    def attempt(name, action):
        try:
            action()
        except OSError as error:
            print(name, type(error).__name__)
        else:
            print(name, "allowed")
    """
)


def answers(lines: list[str]) -> dict[str, str]:
    return dict(line.rsplit(" ", 1) for line in lines)


def test_nothing_outside_can_be_reached(engine: ContainerEngine, inside) -> None:
    """A server that listens on every address of the host is out of reach, by loopback and by the host's own address."""
    with socket.create_server(("0.0.0.0", 0)) as server:
        threading.Thread(target=_accept, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        addresses = {"127.0.0.1", "10.0.2.2", "192.0.2.1", *_own_addresses()}
        for address in ("127.0.0.1", *_own_addresses()):
            socket.create_connection((address, port), timeout=3).close()
        code = f"{TRY}\nimport socket\nfor address in {sorted(addresses)}:\n"
        code += f"    attempt(address, lambda: socket.create_connection((address, {port}), timeout=3))"
        _, lines = inside(engine, code)
    assert set(answers(lines)) == addresses
    assert "allowed" not in answers(lines).values()


def test_there_is_no_interface_but_loopback(engine: ContainerEngine, inside) -> None:
    """The container's network holds its own loopback and nothing else; names do not resolve."""
    code = "import socket; print([name for _, name in socket.if_nameindex()])"
    assert inside(engine, code) == (0, ["['lo']"])


def test_only_tmp_and_writable_mounts_can_be_written(engine: ContainerEngine, inside, tmp_path: Path) -> None:
    """The root, the wheels, the source and every read-only mount refuse a write; /tmp and the out folder take it."""
    for name in ("src", "in", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "in" / "recipe.json").write_text("{}")
    tmp_path.joinpath("in").chmod(0o777)
    mounts = (
        Mount(tmp_path / "src", "/src"),
        Mount(tmp_path / "in", "/in"),
        Mount(tmp_path / "out", "/out", writable=True),
    )
    places = ["/", "/etc", "/usr/bin", "/opt/remodel/wheels", "/home", "/src", "/in", "/out", "/tmp"]
    code = f"{TRY}\nfor place in {places}:\n    attempt(place, lambda: open(place + '/written', 'w').write('x'))\n"
    code += "attempt('change', lambda: open('/in/recipe.json', 'a').write('x'))\n"
    code += "attempt('remove', lambda: os.remove('/in/recipe.json'))"
    _, lines = inside(engine, code, mounts)
    found = answers(lines)
    assert [name for name, answer in found.items() if answer == "allowed"] == ["/out", "/tmp"]
    assert len(found) == len(places) + 2
    assert (tmp_path / "in" / "recipe.json").read_text() == "{}"
    assert (tmp_path / "out" / "written").read_text() == "x"


def test_the_user_has_no_power(engine: ContainerEngine, inside) -> None:
    """Not root, no capability in any set, no way to gain one, and the kernel's system call filter is on."""
    code = "import os, json; print(json.dumps([os.getuid(), os.getgid(), dict("
    code += "line.split(':', 1) for line in open('/proc/self/status') if line[:3] in ('Cap', 'NoN', 'Sec'))]))"
    _, lines = inside(engine, code)
    user, group, status = json.loads(lines[-1])
    assert user != 0 and group != 0
    assert {
        name: int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
    } == dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0)
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Seccomp"].strip() == "2"


def test_becoming_somebody_else_is_refused(engine: ContainerEngine, inside, tmp_path: Path) -> None:
    """setuid, setgid, chown, chroot, mknod, a new name and a mount are all refused."""
    tmp_path.joinpath("out").mkdir()
    code = TRY + textwrap.dedent(
        """
        import ctypes, socket
        open('/out/mine', 'w').close()
        attempt('setuid', lambda: os.setuid(0))
        attempt('setgid', lambda: os.setgid(0))
        attempt('setgroups', lambda: os.setgroups([0]))
        attempt('chown', lambda: os.chown('/out/mine', 0, 0))
        attempt('chroot', lambda: os.chroot('/tmp'))
        attempt('mknod', lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0)))
        attempt('sethostname', lambda: socket.sethostname('other'))
        print('mount', ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None))
        """
    )
    _, lines = inside(engine, code, (Mount(tmp_path / "out", "/out", writable=True),))
    found = answers(lines)
    assert found.pop("mount") == "-1"
    assert set(found.values()) == {"PermissionError"}
    assert len(found) == 7


@pytest.mark.parametrize("threads", [1, 2])
def test_the_environment_is_the_pinned_one(
    engine: ContainerEngine, inside, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    """Not a variable more or less than the fixed ones: neither the host's nor the engine's own."""
    monkeypatch.setenv("SECRET_TOKEN", "leak")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    _, lines = inside(engine, "import json, os; print(json.dumps(dict(os.environ)))", threads=threads)
    assert json.loads(lines[-1]) == fixed_environment(threads)


def test_the_host_is_not_to_be_told(engine: ContainerEngine, inside) -> None:
    """The host name, the folder and the time zone are the same everywhere."""
    code = "import os, socket, time; print(socket.gethostname(), os.getcwd(), time.tzname[0])"
    assert inside(engine, code) == (0, ["remodel / UTC"])


def test_only_the_given_folders_are_mounted(engine: ContainerEngine, inside, tmp_path: Path) -> None:
    """Of the host's files only the mounts are there, besides the few files that an engine makes for each container."""
    tmp_path.joinpath("a").mkdir()
    code = "print([line.split()[4] for line in open('/proc/self/mountinfo')])"
    _, lines = inside(engine, code, (Mount(tmp_path / "a", "/in/a"),))
    kernel = ("/proc", "/sys", "/dev")
    made = {
        "/",
        "/tmp",
        "/etc/hosts",
        "/etc/hostname",
        "/etc/resolv.conf",
        "/etc/passwd",
        "/etc/group",
        "/run/.containerenv",
    }
    # A daemon that podman serves cannot be told to leave these two temporary file systems out.
    made |= {"/run", "/var/tmp"} if engine.name == "docker" else set()
    found = {place for place in eval(lines[-1]) if not place.startswith(kernel)}
    assert "/in/a" in found
    assert found - made == {"/in/a"}


def test_the_interpreter_and_the_libraries_are_the_locks(
    engine: ContainerEngine, inside, environment: Environment
) -> None:
    """Python's minor version is the lock's, and every distribution inside has exactly the locked version."""
    code = "import sys, json, importlib.metadata as m; print('%d.%d' % sys.version_info[:2]); print(json.dumps("
    code += "{d.metadata['Name'].lower().replace('_', '-').replace('.', '-'): d.version for d in m.distributions()}))"
    _, lines = inside(engine, code)
    assert lines[0] == environment.python
    assert json.loads(lines[1]) == environment.versions


@pytest.mark.parametrize("code", [0, 1, 3, 42])
def test_exit_codes_come_through(engine: ContainerEngine, inside, code: int) -> None:
    """The job's own exit code is returned, its lines of both streams are passed on."""
    ended, lines = inside(engine, f"import sys; print('out'); print('error', file=sys.stderr); sys.exit({code})")
    assert ended == code
    assert sorted(lines) == ["error", "out"]


def test_results_can_be_read_and_removed(engine: ContainerEngine, inside, tmp_path: Path) -> None:
    """By who started the job, however it closed them; no owner is changed, and a link is not followed."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.write_text("mine")
    code = "import os; os.makedirs('/out/a/b'); open('/out/a/b/c', 'w').write('x')\n"
    code += f"os.symlink({str(elsewhere)!r}, '/out/l'); os.chmod('/out/a/b', 0)"
    assert inside(engine, code, (Mount(out, "/out", writable=True),))[0] == 0
    owners = {path.lstat().st_uid for path in (out, *out.rglob("*"))}
    assert owners == {NOBODY if os.getuid() == 0 else os.getuid()}
    assert elsewhere.stat().st_uid == os.getuid()
    remove_folder(out)
    assert not out.exists()
    assert elsewhere.read_text() == "mine"


def test_a_job_that_wants_too_much_memory_says_so(engine: ContainerEngine, inside) -> None:
    """Above its memory limit a job is killed, and the error names memory."""
    with pytest.raises(EngineError, match="out of memory"):
        inside(engine, "b'x' * (400 << 20)", memory="100m")


def test_the_number_of_processes_is_limited(engine: ContainerEngine, inside) -> None:
    """A fork bomb ends at the limit of the container's control group."""
    code = (
        "import glob; print([open(p).read().strip() for p in glob.glob('/sys/fs/cgroup/**/pids.max', recursive=True)])"
    )
    assert inside(engine, code) == (0, ["['4096']"])


def test_an_image_that_is_not_there_is_never_pulled(engine: ContainerEngine, tiny: Environment) -> None:
    """A job of an environment that was not prepared is an EngineError of the engine, not a pull."""
    with pytest.raises(EngineError, match="could not start it"):
        engine.run(Job(tiny, ("-V",), ()), print)


def test_awkward_folder_names_can_be_mounted(engine: ContainerEngine, inside, tmp_path: Path) -> None:
    """A folder with a space, a colon, a comma or a quote in its name is mounted as it is."""
    # podman's service does not quote again what docker's client unquoted: docker's own daemon gets no text at all.
    folder = tmp_path / ("a b:c" if engine.name == "docker" else 'a b:c,d"e')
    folder.mkdir()
    (folder / "file").write_text("content")
    assert inside(engine, "print(open('/in/file').read())", (Mount(folder, "/in"),)) == (0, ["content"])


@pytest.mark.skipif(os.getuid() != 0, reason="only root's jobs run as somebody else")
def test_a_mount_that_the_user_could_not_read_is_named(engine: ContainerEngine, inside, tmp_path: Path) -> None:
    """A checkout made with a strict umask: the file is named, and the command that mends it."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "recipe.json").write_text("{}")
    (folder / "recipe.json").chmod(0o600)
    with pytest.raises(EngineError, match=rf"recipe\.json cannot be read.*chmod -R o\+rX {folder}"):
        inside(engine, "", (Mount(folder, "/in"),))


def test_mount_option_quotes_as_csv() -> None:
    """Fields with a comma or a quote are quoted as CSV has it; read-only is the default."""
    assert mount_option(Mount(Path("/a,b"), "/in")) == 'type=bind,"source=/a,b",target=/in,readonly'
    assert mount_option(Mount(Path("/a"), "/in", writable=True)) == "type=bind,source=/a,target=/in"


def _accept(server: socket.socket) -> None:
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


def _own_addresses() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which address would be used
        except OSError:
            return []
        return [probe.getsockname()[0]]
