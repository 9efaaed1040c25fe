"""Make .venv, the host's own environment, from the top-level lock: python3 -m remodel.environments.bootstrap.

Standard library only, and any Python can start it: the interpreter that .venv needs is looked for, or fetched.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from remodel import process
from remodel.environments.index import read_index
from remodel.environments.interpreters import find_interpreter, find_uv
from remodel.environments.lockfile import LOCK_NAME, WHEEL_PLATFORM, Pin, read_pins, read_python, requirements
from remodel.errors import LockError, RemodelError
from remodel.files import sha256_file, write_bytes

ROOT = Path(__file__).resolve().parents[3]
STAMP = ".remodel-lock"
AGAIN = "then run the same command again"
LOCKED_PLATFORM = ("Linux", "x86_64")


def main() -> int:
    """Exit code: 0, or that of the error that was printed."""
    try:
        bootstrap(ROOT)
    except RemodelError as error:
        print(f"remodel: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def bootstrap(root: Path) -> None:
    """Make root/.venv hold what root/conda-lock.yml pins; nothing to do where it does already."""
    folder, lock = root / ".venv", root / LOCK_NAME
    stamp, digest = folder / STAMP, f"{sha256_file(lock)}\n"
    if stamp.is_file() and stamp.read_text() == digest:
        stamp.touch()
        return
    pins, python = read_pins(lock), read_python(lock)
    stamp.unlink(missing_ok=True)
    say(f"making {folder} with Python {python}")
    _make_venv(interpreter(python), folder)
    say(f"installing {len(pins)} locked packages")
    _install(folder, pins, root)
    # Last: a bootstrap killed before this line starts again from nothing.
    write_bytes(stamp, digest.encode())
    say("done")


def say(line: str) -> None:
    """One line of progress."""
    print(f"remodel: {line}", flush=True)


def interpreter(version: str) -> str:
    """A CPython of the minor version `version`: one that is here, or one that uv fetches."""
    return find_interpreter(version) or _fetched(version)


def _fetched(version: str) -> str:
    """A Python that uv downloads into its own folder."""
    advice = f"Install Python {version} (Debian, Ubuntu: apt-get install python{version}-venv) and run this again"
    uv = find_uv() or _temporary_uv()
    if uv is None:
        raise LockError(f"Python {version} is not installed, and neither is uv, which could fetch it", advice)
    say(f"fetching Python {version} with uv")
    process.run([uv, "python", "install", version])
    fetched = process.run([uv, "python", "find", version])
    if not fetched.ok:
        raise LockError(f"Python {version} is not installed, and uv could not fetch it", advice)
    return fetched.output.splitlines()[-1].strip()


def _temporary_uv() -> str | None:
    """The locked uv, installed by the running Python's pip into a folder that lives as long as the machine wants."""
    folder = Path(tempfile.gettempdir()) / f"remodel-uv-{os.getuid()}"
    if not _pip_install_uv(sys.executable, ["--target", str(folder)]).ok:
        return None
    return str(folder / "bin" / "uv")


def _make_venv(python: str, folder: Path) -> None:
    if not process.run([python, "-c", "import ensurepip"]).ok:
        _install_ensurepip(python)
    made = process.run([python, "-m", "venv", "--clear", folder])
    if not made.ok:
        raise LockError(f"{python} cannot make {folder}: {made.last_line()}", f"Remove it (rm -r {folder}); {AGAIN}")


def _install_ensurepip(python: str) -> None:
    """Debian ships Python without ensurepip: the package that has it is installed where this user may."""
    package = f"{Path(python).resolve().name}-venv"
    command = ["apt-get", "install", "-y", "--no-install-recommends", package]
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        raise LockError(f"{python} has no ensurepip", f"Install it: sudo {' '.join(command[:2])} {package}")
    say(f"installing {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    process.run(["apt-get", "update"], env=environment)
    installed = process.run(command, env=environment)
    if not installed.ok:
        raise LockError(f"{package} cannot be installed: {installed.last_line()}", f"Install it by hand; {AGAIN}")


def _install(folder: Path, pins: tuple[Pin, ...], root: Path) -> None:
    """uv by pip, everything else by uv; setuptools first, because one source package is built with it."""
    python = str(folder / "bin" / "python")
    done = _pip_install_uv(python, [], root)
    if not done.ok:
        raise LockError(f"uv cannot be installed: {done.last_line()}", "Check pip's index settings: pip config list")
    _uv_install(folder, tuple(pin for pin in pins if pin.name == "setuptools"))
    _uv_install(folder, pins)
    _uv(folder, ["--no-deps", "--editable", str(root)])


def _uv_install(folder: Path, pins: tuple[Pin, ...]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text(_requirements(pins))
        hashed = ["--require-hashes", "--python-platform", WHEEL_PLATFORM] if _has_hashes() else []
        _uv(folder, [*hashed, "--no-deps", "--requirements", str(listed)])


def _uv(folder: Path, arguments: list[str]) -> None:
    index = read_index(str(folder / "bin" / "python"))
    programs = folder / "bin"
    argv = [str(programs / "uv"), "pip", "install", "--python", str(programs / "python"), "--no-build-isolation"]
    done = process.run([*argv, *index.options(), *arguments], env={**os.environ, **index.environment()})
    if not done.ok:
        raise LockError(f"uv cannot install what {LOCK_NAME} pins: {done.output.strip()}", f"Mend that; {AGAIN}")


def _pip_install_uv(python: str, arguments: list[str], root: Path = ROOT) -> process.Finished:
    pins = tuple(pin for pin in read_pins(root / LOCK_NAME) if pin.name == "uv")
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text(_requirements(pins))
        return process.run(
            [python, "-m", "pip", "install", "--quiet", "--no-deps", *arguments, "--requirement", listed]
        )


def _has_hashes() -> bool:
    return (platform.system(), platform.machine()) == LOCKED_PLATFORM


def _requirements(pins: tuple[Pin, ...]) -> str:
    """The lock pins the files for linux-64; elsewhere the host's own tools are taken by version alone."""
    if _has_hashes():
        return requirements(pins)
    return "".join(f"{pin.name}=={pin.version}\n" for pin in pins)


if __name__ == "__main__":
    sys.exit(main())
