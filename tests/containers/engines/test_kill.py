"""A job that is killed in the middle: by hand, by Ctrl-C, by SIGTERM, or with its starter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.engines import Job, leftovers
from remodel.engines.containers import ContainerEngine
from remodel.environments.environment import Environment
from remodel.errors import EngineError

SLEEP = ("-c", "import time; print('started', flush=True); time.sleep(60)")

STARTER = textwrap.dedent(
    """
    import signal, sys
    from remodel.engines import ENGINES, Job
    from remodel.environments.environment import find_environment
    from remodel.checkout import find_checkout

    def stop(number, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    engine = ENGINES[sys.argv[1]]()
    job = Job(find_environment(find_checkout(), "sklearn-1.9"), ("-c", sys.argv[3]), (), name=sys.argv[2])
    engine.run(job, lambda line: print(line, flush=True))
    """
)


def containers(engine: ContainerEngine, name: str) -> list[str]:
    """The containers of the job `name`, running or not."""
    return engine.client(["ps", "--all", "--quiet", "--filter", f"name=remodel-{name}-"]).output.split()


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_container_killed_by_hand_is_an_engine_error(engine: ContainerEngine, environment: Environment) -> None:
    """`podman kill` in the middle ends the job with an error that says so and what to do, and leaves nothing behind."""
    name = f"killed-{engine.name}"

    def kill(line: str) -> None:
        threading.Thread(target=lambda: engine.client(["kill", *containers(engine, name)])).start()

    with pytest.raises(EngineError, match=r"exit code 137, killed.*Run the same command again"):
        engine.run(Job(environment, SLEEP, (), name=name), kill)
    assert wait_until(lambda: not containers(engine, name))


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_job_leaves_no_container(
    engine: ContainerEngine, environment: Environment, checkout: Checkout, sent: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM end the job's container within seconds."""
    name = f"interrupted-{engine.name}-{sent.name}"
    starter = start(engine, checkout, name)
    began = time.monotonic()
    starter.send_signal(sent)
    starter.wait(15)
    assert time.monotonic() - began < 5
    assert containers(engine, name) == []


def test_a_killed_starters_container_goes_with_the_next_preparation(
    engine: ContainerEngine, environment: Environment, checkout: Checkout
) -> None:
    """SIGKILL leaves the starter no time: whoever prepares an image next removes what it left."""
    name = f"orphan-{engine.name}"
    starter = start(engine, checkout, name)
    starter.kill()
    starter.wait(15)
    assert len(containers(engine, name)) == 1
    engine.prepare(environment, print)
    assert wait_until(lambda: not containers(engine, name))


def test_a_running_job_is_no_leftover(engine: ContainerEngine, environment: Environment, checkout: Checkout) -> None:
    """A container whose starter lives is left alone, whoever asks."""
    name = f"alive-{engine.name}"
    starter = start(engine, checkout, name)
    try:
        leftovers.remove(engine.client)
        assert len(containers(engine, name)) == 1
    finally:
        starter.send_signal(signal.SIGTERM)
        starter.wait(15)


def test_orphans_are_of_this_home_and_without_starter() -> None:
    """Another machine's or namespace's container behind the same engine is nobody's leftover here."""
    here, other = "0" * 8, "1" * 8
    names = [f"remodel-a-b-{home}-{pid}-0123abcd" for home in (here, other) for pid in (1, 2)]
    assert leftovers.orphans([*names, "remodel-else", "else"], here, lambda pid: pid == 2) == [names[0]]


def test_containers_are_named_by_their_starter() -> None:
    """A name holds the starter's home and number, and is another one each time."""
    first, second = (leftovers.container_name("a/b @c") for _ in range(2))
    assert first != second
    parts = leftovers.NAME.match(first)
    assert parts is not None
    assert (parts["home"], int(parts["pid"])) == (leftovers.home(), os.getpid())
    assert first.startswith("remodel-a-b--c-")


def start(engine: ContainerEngine, checkout: Checkout, name: str) -> subprocess.Popen[str]:
    """A process of its own that runs a sleeping job, once the job has said that it runs."""
    argv = [sys.executable, "-c", STARTER, engine.name, name, SLEEP[1]]
    starter = subprocess.Popen(
        argv, cwd=Path(checkout.root), env=dict(engine.variables), stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "started\n"
    return starter
