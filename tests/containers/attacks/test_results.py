"""Nothing that comes back from a container is trusted: what is not expected is refused, and nothing of it kept."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remodel.builds.warm import WarmEnvironment
from remodel.engines.docker import Docker
from remodel.engines.engine import Engine
from remodel.engines.venv import Venv
from remodel.errors import BuildError, RemodelError
from remodel.files import sha256_file
from tests.containers.attacks.conftest import Hostile
from tests.containers.attacks.results import ATTACKS, EVENTS, LOGS
from tests.containers.engines.conftest import docker, podman, socket  # noqa: F401, fixtures

Case = tuple[str, str]

pytestmark = pytest.mark.attack("results")


def cases(attacks: dict[str, Case], *parts: str) -> list[object]:
    """The attacks whose name begins with one of `parts`; all of them without any."""
    chosen = {name: case for name, case in attacks.items() if not parts or name.startswith(parts)}
    return [pytest.param(case, id=name) for name, case in chosen.items()]


@contextmanager
def refused(words: str, kind: type[RemodelError] = BuildError) -> Iterator[None]:
    """It ends, with an error of ours in one line, without a control character, that says these words."""
    with ending(), pytest.raises(RemodelError) as told:
        yield
    line = told.value.message
    assert line.isprintable() and len(line) < 2500
    assert re.search(words, line), line
    assert isinstance(told.value, kind)
    assert told.value.kind in ("", "build")


@contextmanager
def ending(seconds: int = 120) -> Iterator[None]:
    """What hangs fails."""

    def over(number: int, frame: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_an_honest_build_is_taken_over(hostile: Hostile, engine: Engine, canary: Path) -> None:
    """The same files with the same bytes, owned by who asked; without this nothing below would mean anything."""
    hostile.build(engine, "os.write(2, b'all is well\\n')", canary)
    hostile.check_unharmed()
    assert {path.stat().st_uid for path in hostile.destination.iterdir()} == {os.getuid()}
    assert hostile.log.read_text() == "all is well\n"


@pytest.mark.parametrize("case", cases(ATTACKS))
def test_what_is_not_as_expected_is_refused(hostile: Hostile, engine: Engine, canary: Path, case: Case) -> None:
    """Whatever a build leaves in place of its result, nothing of it is kept and no file of the host is touched."""
    code, words = case
    with refused(words):
        hostile.build(engine, code, canary)
    hostile.check_unharmed()


SOME = ("a link for m", "a FIFO for r", "extra folder", "one bit", "error that is a list", "model larger")


@pytest.mark.parametrize("case", cases(ATTACKS, *SOME))
def test_docker_is_no_other(hostile: Hostile, docker: Docker, canary: Path, case: Case) -> None:  # noqa: F811
    """What docker's containers leave is taken over in the same way."""
    code, words = case
    with refused(words):
        hostile.build(docker, code, canary)
    hostile.check_unharmed()


@pytest.fixture(scope="session")
def venv(hostile: Hostile) -> Venv:
    """The engine without isolation."""
    made = Venv()
    made.prepare(hostile.environment, print)
    return made


@pytest.mark.parametrize("case", cases(ATTACKS, *SOME, "record that", "a folder for"))
def test_without_isolation_results_are_no_more_trusted(hostile: Hostile, venv: Venv, canary: Path, case: Case) -> None:
    """The venv engine isolates nothing, but what comes back is looked at as closely."""
    code, words = case
    with refused(words):
        hostile.build(venv, code, canary)
    hostile.check_unharmed()


FLIPS = """
if os.fork() == 0:
    os.setsid()
    for n in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), n)
    end = time.monotonic() + 20
    while time.monotonic() < end and (out / 'model.skops').exists():
        for name, other in (('model.onnx', 'a'), ('scores.json', 'b')):
            try:
                os.symlink(canary / 'secret', out / other)
                os.rename(out / other, out / name)
                shutil.copyfile(HONEST / name, out / other)
                os.rename(out / other, out / name)
            except OSError:
                pass
    os._exit(0)
time.sleep(0.3)
"""


def test_a_process_that_stays_and_swaps_names_gains_nothing(hostile: Hostile, venv: Venv, canary: Path) -> None:
    """A build leaves a process behind that swaps results and links while they are taken over: either the honest bytes
    are kept, or nothing."""
    for _ in range(5):
        try:
            with ending():
                hostile.build(venv, FLIPS, canary)
        except BuildError as error:
            assert re.search(r"left a (link|file)|did not leave|left (model.onnx|scores.json) with", error.message)
        hostile.check_unharmed()


@pytest.mark.parametrize("case", cases(LOGS))
def test_a_log_is_bounded_and_clean(hostile: Hostile, engine: Engine, canary: Path, case: Case) -> None:
    """What a build prints costs the host no more than 64 MiB of disk, and says nothing to a terminal."""
    code, words = case
    with refused(words, RemodelError):
        hostile.build(engine, code, canary)
    hostile.check_unharmed()
    with hostile.log.open(encoding="utf-8", newline="\n") as stream:
        for line in stream:
            assert line.rstrip("\n").isprintable() and len(line) < 66000


def test_a_line_of_half_a_gigabyte_is_not_held(hostile: Hostile, engine: Engine, canary: Path) -> None:
    """The host's process does not grow with what a build prints."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    hostile.build(engine, "[os.write(2, b'x' * 1000000) for n in range(300)]", canary)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kilobytes"


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in EVENTS.items()])
def test_a_forged_event_is_a_line_of_the_log(hostile: Hostile, engine: Engine, canary: Path, line: str) -> None:
    """A progress event has these keys with values of these kinds, or is none."""
    events: list[object] = []
    code = f"os.write(progress._stream.fileno(), {line.encode()!r} + b'\\n')"
    hostile.build(engine, code, canary, events.append)
    hostile.check_unharmed()
    known = line.startswith('{"event": "ended"') and "true" not in line
    assert hostile.log.read_text() == ("" if known else f"{line}\n")
    assert events == ([{"event": "ended", "request": "17-other", "code": 0}] if known else [])


@pytest.mark.parametrize("name", ["secret", "nothing"])
def test_a_log_that_is_a_link_is_replaced(hostile: Hostile, engine: Engine, canary: Path, name: str) -> None:
    """Whatever has the name of a log, a host file behind it is not written."""
    hostile.log.unlink(missing_ok=True)
    hostile.log.symlink_to(canary / name)
    hostile.build(engine, "os.write(2, b'attack\\n')", canary)
    assert hostile.log.read_text() == "attack\n"
    hostile.check_unharmed()


@pytest.fixture(scope="module")
def warm(hostile: Hostile, engine: Engine) -> Iterator[WarmEnvironment]:
    """A warm environment with the hostile builder in it."""
    with WarmEnvironment(hostile.checkout, engine, hostile.environment) as made:
        made.wait()
        yield made


def build_warm(hostile: Hostile, warm: WarmEnvironment, code: str, canary: Path) -> None:
    """Build in the container that is there."""
    warm.build(hostile.attacked(code, canary), hostile.checkout.data / "iris", hostile.destination)


def check_warm(hostile: Hostile, warm: WarmEnvironment, canary: Path) -> None:
    """The next build is as it should be, and of this one nothing is left."""
    build_warm(hostile, warm, "", canary)
    digests = {path.name for path in hostile.destination.iterdir()}
    assert digests == hostile.honest.keys()
    (scratch,) = (hostile.checkout.state / "scratch").iterdir()
    assert [path for path in scratch.rglob("*/*") if path.parent.name in ("out", "taken", "requests")] == []
    assert not hostile.log.is_symlink()


AWAY = "own = out.parent; os.rename(own, '/out/x'); "
A_LINK = "left a link in place of a folder"

WARM = {
    "folder replaced by a link": (f"{AWAY}own.symlink_to(canary); shutil.rmtree('/out/x')", A_LINK),
    "folder replaced by a FIFO": (f"{AWAY}os.mkfifo(own); shutil.rmtree('/out/x')", "left a FIFO in place of a folder"),
    "folder gone": ("shutil.rmtree(out.parent)", "did not leave"),
    "result replaced by a link": ("shutil.rmtree(out); out.symlink_to(canary / 'result')", f"{A_LINK} result"),
    "result replaced by a file": ("shutil.rmtree(out); out.write_text('x')", "left a file in place of a folder result"),
    "result of a neighbour": ("shutil.rmtree(out); out.symlink_to('../1-other/result')", f"{A_LINK} result"),
    "error behind a link": ("shutil.rmtree(out); out.symlink_to(canary); os._exit(3)", f"{A_LINK} result"),
}
LOG = {
    "log replaced by a link": "log = out.parent / 'log'; log.unlink(); log.symlink_to(canary / 'log')",
    "log replaced by a FIFO": "log = out.parent / 'log'; log.unlink(); os.mkfifo(log)",
    "log replaced by a folder": "log = out.parent / 'log'; log.unlink(); log.mkdir()",
    "log with a second name": "os.link(out.parent / 'log', out.parent / 'other')",
}


@pytest.mark.parametrize("case", cases(WARM))
def test_a_warm_build_is_trusted_no_more(hostile: Hostile, warm: WarmEnvironment, canary: Path, case: Case) -> None:
    """A build that replaces its own folder in a warm container harms neither the host nor the next build."""
    code, words = case
    with refused(words):
        build_warm(hostile, warm, code, canary)
    check_warm(hostile, warm, canary)


SOME_WARM = ("a link for", "a FIFO for", "extra", "empty model", "record that", "error", "one bit", "one file")


@pytest.mark.parametrize("case", cases(ATTACKS, *SOME_WARM))
def test_a_warm_result_is_trusted_no_more(hostile: Hostile, warm: WarmEnvironment, canary: Path, case: Case) -> None:
    """Whatever a build in a warm container leaves in place of its result is refused like any other's."""
    code, words = case
    with refused(words):
        build_warm(hostile, warm, code, canary)
    check_warm(hostile, warm, canary)


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in LOG.items()])
def test_a_warm_log_is_a_file_of_ours(hostile: Hostile, warm: WarmEnvironment, canary: Path, code: str) -> None:
    """What a build puts in place of its log is never moved, opened or followed by the host."""
    with refused("left (a link|a FIFO|a folder) in place of the file log|left log under 2 names"):
        build_warm(hostile, warm, code, canary)
    check_warm(hostile, warm, canary)


def test_a_warm_log_has_an_end(hostile: Hostile, warm: WarmEnvironment, canary: Path) -> None:
    """A log of gigabytes without a line is kept up to 64 MiB."""
    with ending():
        build_warm(hostile, warm, "os.write(2, b'begin\\n'); os.truncate(2, 12 << 30)", canary)
    assert hostile.log.read_text().startswith("begin\n")
    assert hostile.log.stat().st_size < 66 << 20
    check_warm(hostile, warm, canary)


def test_a_neighbour_that_swaps_names_gains_nothing(hostile: Hostile, warm: WarmEnvironment, canary: Path) -> None:
    """While one build's result is taken over, another one of the same container swaps its files for links."""
    wait = "end = time.monotonic() + 8\nwhile time.monotonic() < end:\n"
    swap = (
        "    for own in Path('/out').glob('*/result'):\n"
        "        if own != out and (own / 'result.json').exists():\n"
        "            try:\n"
        "                os.symlink(canary / 'secret', own / 'x'); os.rename(own / 'x', own / 'model.onnx')\n"
        "            except OSError: pass\n"
    )
    thread = threading.Thread(target=lambda: build_warm(hostile, warm, wait + swap, canary))
    thread.start()
    try:
        for _ in range(10):
            try:
                build_warm(hostile, warm, "", canary)
            except BuildError as error:
                assert re.search("left a link (x|in place)|left something x|did not leave", error.message), error
            assert b"secret" not in (hostile.destination / "model.onnx").read_bytes()
    finally:
        thread.join()
    build_warm(hostile, warm, "", canary)
    assert {path.name: sha256_file(path) for path in hostile.destination.iterdir()} == hostile.honest
