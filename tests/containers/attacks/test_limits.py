"""What takes more than it may ends with one line that names the limit, and hurts nobody beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from remodel.builds.pool import Pool
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine, Job, Mount, OutOfMemory
from remodel.environments.environment import Environment, find_environment
from remodel.errors import BuildError, EngineError, RemodelError
from remodel.limits import memory_share
from remodel.results.endings import is_recorded
from tests.conftest import copy_checkout

HOGS = {
    "memory": "x = []\nwhile True: x.append(bytearray(1 << 24))",
    "memory of its children": "import os\nfor _ in range(4):\n    if os.fork() == 0:\n        x = []\n"
    "        while True: x.append(bytearray(1 << 24))\nwhile True: os.wait()",
    "a mapping": "import mmap\nm = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): m[i] = 1",
    "/tmp": "f = open('/tmp/x', 'wb')\nwhile True: f.write(bytes(1 << 24))",
    "shared memory": "f = open('/dev/shm/x', 'wb')\nwhile True: f.write(bytes(1 << 20))",
    "processes": "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(60); os._exit(0)",
    "threads": "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,)).start()",
    "open files": "x = []\nwhile True: x.append(open('/dev/null'))",
    "one large file": "f = open('/out/x', 'wb')\nf.truncate(1 << 40)",
    "a core": "import resource\nassert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\nraise SystemExit(9)",
}
"""Each ends by itself, with an error, long before its time is over."""

STAYERS = {
    "a loop": "while True: pass",
    "sleep": "import time; time.sleep(1000)",
    "deaf to signals": "import signal, time\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
    "    except OSError: pass\ntime.sleep(1000)",
    "a child that stays": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\nos.wait()",
    "stopped": "import os, signal\nif os.fork() == 0: os.kill(os.getpid(), signal.SIGSTOP)\nos.wait()",
    "reads what never comes": "import os; os.mkfifo('/tmp/f'); open('/tmp/f').read()",
}

ENGINES = ("podman", "venv")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine of this machine."""
    try:
        return choose_engine(request.param)
    except EngineError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def environment(checkout: Checkout) -> Environment:
    return find_environment(checkout, "sklearn-1.9")


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "out").mkdir(mode=0o777)
    (tmp_path / "out").chmod(0o777)
    yield tmp_path / "out"


def job_of(environment: Environment, out: Path, code: str, **limits: float) -> Job:
    """A job that runs this code."""
    job = Job(environment, ("-c", code), (Mount(out, "/out", writable=True),), name="attack")
    return replace(job, memory=256 << 20, **limits)


@pytest.mark.attack("limits")
@pytest.mark.parametrize("hog", HOGS)
def test_what_takes_more_than_it_may_ends(environment: Environment, out: Path, hog: str) -> None:
    """Memory, /tmp, processes, files and output have a limit, and what reaches one ends with an error."""
    engine = choose_engine("podman")
    engine.prepare(environment, lambda line: None)
    started = time.monotonic()
    try:
        code = engine.run(job_of(environment, out, HOGS[hog], seconds=120), lambda line: None)
    except OutOfMemory:
        code = 137
    except EngineError as error:
        assert "out of memory" in str(error)
        code = 137
    assert code != 0
    assert time.monotonic() - started < 100
    assert sum(path.stat().st_blocks for path in out.iterdir()) < 1 << 20


@pytest.mark.attack("limits")
@pytest.mark.parametrize("stayer", STAYERS)
def test_what_never_ends_is_ended(environment: Environment, engine: Engine, out: Path, stayer: str) -> None:
    """A job that takes longer than it may is ended, whatever it does about it, with one line that says so."""
    engine.prepare(environment, lambda line: None)
    if engine.name == "venv" and stayer == "reads what never comes":
        pytest.skip("the venv engine has the host's /tmp")
    with pytest.raises(
        BuildError, match=r"attack was ended: it took longer than the 2 s that it may take\. If"
    ) as told:
        engine.run(job_of(environment, out, STAYERS[stayer], seconds=2), lambda line: None)
    assert told.value.kind == "time" and not is_recorded(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.attack("limits")
def test_a_build_that_never_ends_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    """In a warm container the one build is ended; the container and the builds beside it go on."""
    from tests.containers.attacks.test_neighbours import recipe_of

    checkout = copy_checkout(tmp_path / "checkout")
    slow = checkout.conf / "model" / "slow.yaml"
    slow.write_text("# @package _global_\nname: slow\nresources: {time: 1s}\n")
    environment = find_environment(checkout, "sklearn-1.9")
    engine = choose_engine("podman")
    engine.prepare(environment, lambda line: None)
    words = ["name=slow", "classifier=mlp", "classifier.hidden_layer_sizes=[400,400]", "classifier.max_iter=100000"]
    recipe, snapshot = recipe_of(checkout, *words, "+classifier.tol=0", "+classifier.n_iter_no_change=100000")
    with Pool(checkout, engine) as pool:
        warm = pool.prewarm(environment)
        warm.wait()
        with pytest.raises(BuildError, match="slow was ended: it took longer than the 1 s that it may take"):
            pool.build(environment, recipe, snapshot, tmp_path / "slow")
        other, snapshot = recipe_of(checkout, "name=other")
        pool.build(environment, other, snapshot, tmp_path / "other")
        assert pool.prewarm(environment) is warm
    assert (tmp_path / "other" / "manifest.json").is_file() and not (tmp_path / "slow").exists()


def test_a_job_without_a_limit_has_a_share_of_the_memory(environment: Environment, out: Path) -> None:
    """The host keeps the rest."""
    engine = choose_engine("podman")
    engine.prepare(environment, lambda line: None)
    lines: list[str] = []
    code = "import glob\nfor f in ('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'):\n"
    code += "    for name in glob.glob(f): print(open(name).read())"
    engine.run(replace(job_of(environment, out, code), memory=None), lines.append)
    numbers = [int(line) for line in lines if line.isdigit()]
    if not numbers:
        pytest.skip("this container does not see its control group")
    assert abs(numbers[0] - memory_share()) < 1 << 20


def test_a_time_is_written_with_its_unit(checkout: Checkout, copied: Checkout) -> None:
    """And what is no time is refused where it stands."""
    from remodel.recipes.resources import declared_seconds

    path = copied.conf / "model" / "credit_mlp.yaml"
    text = path.read_text()
    assert declared_seconds(copied, "credit_mlp") is None
    for written, seconds in (("90s", 90), ("1.5 min", 90), ("3h", 10800), ("1d", 86400)):
        path.write_text(f"{text}resources: {{time: {written}}}\n")
        assert declared_seconds(copied, "credit_mlp") == seconds
    for wrong in ("3", "3 hours", "0s", "-1h"):
        path.write_text(f"{text}resources: {{time: {wrong}}}\n")
        with pytest.raises(RemodelError, match=r"conf/model/credit_mlp\.yaml: .*not a time, write it like 30min or 3h"):
            declared_seconds(copied, "credit_mlp")
