"""One build, and the next in the same environment: what a recipe's own code does reaches nobody else's build."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hydra.core.hydra_config import HydraConfig

from remodel.builds.pool import Pool
from remodel.builds.snapshots import ensure_snapshot
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.environments.environment import Environment, find_environment
from remodel.errors import EngineError, RemodelError
from remodel.recipes.composition import compose_config
from remodel.recipes.recipes import make_recipe, select
from remodel.results.recipe import Recipe
from tests.conftest import copy_checkout

EVIL = '''

class Evil(TransformerMixin, BaseEstimator):
    """Runs what a recipe says."""

    def __init__(self, code=""):
        self.code = code

    def fit(self, X, y=None):
        exec(self.code, {"X": X, "y": y})
        raise RuntimeError("done")

    def transform(self, X):
        return X
'''

PLANT = """
import os, site, sys
text = "import sys, os\\nraise SystemExit('the neighbour is here')\\n"
for folder in {folders}:
    for name in ("json", "numpy", "pandas", "sklearn", "joblib", "builder", "sitecustomize", "usercustomize"):
        for place in (name + ".py", name + "/__init__.py", "__pycache__/" + name + ".cpython-311.pyc", name + ".pth"):
            try:
                os.makedirs(os.path.dirname(os.path.join(folder, place)), exist_ok=True)
                open(os.path.join(folder, place), "w").write(text)
            except OSError:
                pass
"""

EACH = """
import ctypes, os, signal, sys
others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
for pid in others:
    try:
        {what}
    except Exception:
        pass
"""

FORGED = r"""
import glob, json, os
lines = "".join(json.dumps({"event": "ended", "request": f"{n}-victim", "code": 0}) + "\n" for n in range(1, 200))
for fd in glob.glob("/proc/*/fd/*") + ["/dev/stdout", "/dev/stderr", "/proc/1/fd/1"]:
    try:
        with open(fd, "w") as stream:
            stream.write(lines)
    except Exception:
        pass
"""

ORPHAN = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for _ in range(200):
            for folder, _, files in os.walk("/out"):
                for name in files:
                    try:
                        open(os.path.join(folder, name), "w").write("the neighbour was here")
                    except Exception:
                        pass
            time.sleep(0.05)
    os._exit(0)
"""


def indent(code: str) -> str:
    """The code of a block."""
    return "".join(f"    {line}\n" for line in code.splitlines())


FOLDERS = {
    "the working folder": "[os.getcwd(), '.', '']",
    "/tmp": "['/tmp']",
    "its temporary folder": "[os.environ.get('TMPDIR', '/tmp'), os.path.dirname(os.environ.get('TMPDIR', '/tmp'))]",
    "its home": "[os.path.expanduser('~')]",
    "the user's site": "[site.getusersitepackages(), site.getuserbase()]",
    "every import path": "[path for path in sys.path if path]",
    "the output folder": "['/out', '/out/..']",
    "the requests": "['/requests', '/in', '/snapshot']",
    "the source": "['/src', '/src/builder', '/src/container']",
    "the wheels": "['/opt/remodel/wheels']",
    "shared memory": "['/dev/shm']",
    "run and var": "['/run', '/var/tmp', '/var/lib', '/etc']",
}

SIGNALS = ("SIGKILL", "SIGSTOP", "SIGTERM", "SIGINT", "SIGSEGV", "SIGCHLD")

ATTACKS = {
    **{f"modules in {name}": PLANT.replace("{folders}", folders) for name, folders in FOLDERS.items()},
    **{f"{name} for all": EACH.replace("{what}", f"os.kill(pid, signal.{name})") for name in SIGNALS},
    "ptrace of all": EACH.replace("{what}", "ctypes.CDLL(None).ptrace(16, pid, 0, 0)"),
    "memory of all": EACH.replace("{what}", "open(f'/proc/{pid}/mem', 'r+b').write(b'x' * 4096)"),
    "descriptors of all": EACH.replace("{what}", "[open(f'/proc/{pid}/fd/{n}', 'w').write('x') for n in range(20)]"),
    "root of all": EACH.replace("{what}", "open(f'/proc/{pid}/root/tmp/json.py', 'w').write('x')"),
    "working folder of all": EACH.replace("{what}", "open(f'/proc/{pid}/cwd/json.py', 'w').write('x')"),
    "cores of all": EACH.replace("{what}", "os.sched_setaffinity(pid, {0})"),
    "priority of all": EACH.replace("{what}", "os.setpriority(os.PRIO_PROCESS, pid, 19)"),
    "limits of all": EACH.replace("{what}", "__import__('resource').prlimit(pid, 7, (3, 3))"),
    "namespaces of all": EACH.replace("{what}", "ctypes.CDLL(None).setns(os.open(f'/proc/{pid}/ns/mnt', 0), 0)"),
    "oom score of all": EACH.replace("{what}", "open(f'/proc/{pid}/oom_score_adj', 'w').write('1000')"),
    "forged ends": FORGED,
    "an orphan that writes": ORPHAN,
    "an orphan that forges": f"import os, time\nif os.fork() == 0:\n    os.setsid()\n{indent(FORGED)}",
    "modules to import": "import json\nfor f in ('/out/imported.json', '/out/../imported.json', 'imported.json'):\n"
    "    try: open(f, 'w').write(json.dumps(['antigravity', 'builder.transformers']))\n    except OSError: pass\n",
    "everything patched": "import builtins, json, numpy, sklearn.tree as t\njson.dumps = numpy.asarray = None\n"
    "t.DecisionTreeClassifier.fit = lambda *a, **k: 1 / 0\nbuiltins.open = None\n",
    "score patched": "import sklearn.metrics as m\nm.accuracy_score = lambda *a, **k: 1.0\n",
    "other variables": "import os\nos.environ.update(PYTHONPATH='/tmp', PYTHONSTARTUP='/tmp/x', OMP_NUM_THREADS='7')\n",
    "users": "import os\nfor u in (0, 1, 65532, 65533):\n    try: os.setuid(u)\n    except OSError: pass\n",
    "a new user namespace": "import ctypes\nctypes.CDLL(None).unshare(0x10000000 | 0x20000)\n",
    "a device": "import os\ntry: os.mknod('/tmp/kmem', 0o20666, os.makedev(1, 2))\nexcept OSError: pass\n",
    "a mount": "import ctypes\nctypes.CDLL(None).mount(b'/tmp', b'/src', b'', 4096, None)\n",
    "an abstract socket": "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0remodel')\ns.listen()\n",
    "a semaphore": "import multiprocessing\nmultiprocessing.get_context('spawn').Semaphore(0)\n",
    "System V memory": "import ctypes\nc = ctypes.CDLL(None)\nc.shmget(1, 1 << 20, 0o1666)\nc.semget(1, 1, 0o1666)\n",
    "a folder of every request": "import os\nfor n in range(1, 200):\n    for base in ('/out', '/tmp'):\n"
    "        try: os.makedirs(f'{base}/{n}-victim/result')\n        except OSError: pass\n",
    "links for every request": "import os\nfor n in range(1, 200):\n    for base in ('/out', '/tmp'):\n"
    "        try: os.symlink('/etc', f'{base}/build-{n}-victim')\n        except OSError: pass\n",
    "a crash": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
    "an exit": "import os\nos._exit(0)\n",
}
"""What an estimator does in `fit`."""


class World(NamedTuple):
    """A checkout whose builder has an evil transformer, its pool, and what a victim's build is without any attack."""

    checkout: Checkout
    pool: Pool
    environment: Environment
    snapshot: Path
    clean: dict[str, str]


def recipe_of(checkout: Checkout, *words: str) -> tuple[Recipe, Path]:
    """The recipe that a command line asks for, and its snapshot."""
    config = compose_config(checkout, ["dataset=iris", "classifier=decision_tree", *words])
    HydraConfig.instance().set_config(config)
    selection = select(config, config.hydra.runtime.choices, "the test")
    snapshot = ensure_snapshot(checkout, selection, lambda event: None)
    return make_recipe(selection, snapshot), snapshot


def digests(folder: Path) -> dict[str, str]:
    """sha256 of every file of a build."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One warm environment for all attacks, as a rebuild has it."""
    checkout = copy_checkout(tmp_path_factory.mktemp("neighbours") / "checkout")
    source = checkout.source / "builder" / "transformers.py"
    source.write_text(
        f"from sklearn.base import BaseEstimator, TransformerMixin\n{source.read_text()}{EVIL}".replace(
            "from __future__ import annotations\n", ""
        )
    )
    (checkout.conf / "preprocessing" / "evil.yaml").write_text("_target_: builder.transformers.Evil\ncode: ''\n")
    environment = find_environment(checkout, "sklearn-1.9")
    try:
        engine = choose_engine("podman")
    except EngineError as error:
        pytest.skip(f"podman cannot be used here: {error}")
    engine.prepare(environment, lambda line: None)
    victim, snapshot = recipe_of(checkout, "name=victim")
    with Pool(checkout, engine) as pool:
        out = checkout.root / "clean"
        pool.build(environment, victim, snapshot, out)
        yield World(checkout, pool, environment, snapshot, digests(out))


@pytest.mark.attack("neighbours")
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_next_build_is_as_without_it(world: World, tmp_path: Path, attack: str) -> None:
    """Code that a recipe brings changes no byte of a build that comes after it, nor keeps it from coming to its end."""
    attacker, snapshot = recipe_of(world.checkout, "name=attacker", "preprocessing=evil")
    document = {**attacker.pipeline, "preprocessing": {**attacker.pipeline["preprocessing"], "code": ATTACKS[attack]}}
    attacker = attacker.but(pipeline=document)
    assert attacker.has_own_code
    with suppress(RemodelError):
        world.pool.build(world.environment, attacker, snapshot, tmp_path / "attacker")
    victim, snapshot = recipe_of(world.checkout, "name=victim")
    assert not victim.has_own_code
    world.pool.build(world.environment, victim, snapshot, tmp_path / "victim")
    assert digests(tmp_path / "victim") == world.clean
