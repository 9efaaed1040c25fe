"""Making images: from nothing, after an interruption, by two at once, and never from the wrong wheel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout, cache_folder
from remodel.engines import Job
from remodel.engines.containers import ContainerEngine
from remodel.engines.images import INSPECTED, image_reference, read_inspected
from remodel.engines.podman import Podman
from remodel.environments.environment import Environment, find_environment
from remodel.environments.trees import lay_tree, tree_of
from remodel.errors import EngineError, LockError
from tests.containers.engines.tiny import make_tiny, make_wheel

PREPARE = textwrap.dedent(
    """
    import sys
    from remodel.engines.podman import Podman
    from remodel.environments.environment import find_environment
    from remodel.checkout import find_checkout
    Podman().prepare(find_environment(find_checkout(), "tiny"), lambda line: print(line, flush=True))
    """
)


@pytest.fixture
def built(podman: Podman, environment: Environment, tiny: Environment) -> Iterator[Environment]:
    """The tiny environment, on the base that the real one made; its image goes when the test ends."""
    assert environment.base == tiny.base
    yield tiny
    podman.client(["rmi", "--force", image_reference(tiny)])


def test_an_image_is_made_from_nothing(engine: ContainerEngine, built: Environment) -> None:
    """prepare fetches the wheel and builds; the image holds it, names its wheels and base, and is found again."""
    lines: list[str] = []
    assert engine.image_of(built) is None
    image = engine.prepare(built, lines.append)
    assert [line.split()[0] for line in lines] == ["fetching", "building"]
    assert image == engine.image_of(built)
    assert image.reference == image_reference(built)
    assert len(image.digest) == len(image.base_digest) == 64
    found: list[str] = []
    assert engine.run(Job(built, ("-c", "import tiny; print(tiny.__file__)"), ()), found.append) == 0
    assert found == ["/opt/remodel/wheels/tiny.py"]


def test_a_prepared_environment_costs_nothing(engine: ContainerEngine, built: Environment) -> None:
    """A second prepare reports nothing and gives the same image."""
    image = engine.prepare(built, lambda line: None)
    lines: list[str] = []
    assert engine.prepare(built, lines.append) == image
    assert lines == []


def test_two_environments_never_share_wheels(
    podman: Podman, built: Environment, copied: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine's cache of layers, which does not look into the build context, is kept out of it."""
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path / 'wheels'}")
    podman.prepare(built, print)
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path / 'others'}")
    other = make_tiny(copied, tmp_path / "others", "other")
    try:
        podman.prepare(other, print)
        words = []
        for environment in (built, other):
            podman.run(Job(environment, ("-c", "import tiny; print(tiny.WORD)"), ()), words.append)
        assert len(set(words)) == 2
    finally:
        podman.client(["rmi", "--force", image_reference(other)])


def test_a_reference_on_another_image_does_not_count(
    podman: Podman, environment: Environment, built: Environment
) -> None:
    """An image is known by the label with its wheels' digest: the right name on the wrong image is built anew."""
    podman.succeed(["tag", image_reference(environment), image_reference(built)])
    assert podman.image_of(built) is None
    image = podman.prepare(built, lambda line: None)
    assert image.digest != podman.prepare(environment, print).digest


@pytest.mark.parametrize("word", ["fetching", "building"])
def test_an_interrupted_prepare_completes_when_run_again(
    podman: Podman, built: Environment, copied: Checkout, word: str
) -> None:
    """Killed while it fetches or builds, prepare leaves nothing that the next one would take for finished."""
    argv = [sys.executable, "-c", PREPARE]
    child = subprocess.Popen(argv, cwd=copied.root, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert child.stdout is not None
    while not child.stdout.readline().startswith(word):
        assert child.poll() is None
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    assert podman.image_of(built) is None
    podman.prepare(built, print)
    assert podman.run(Job(built, ("-c", "import tiny"), ()), print) == 0


def test_two_at_once_build_once(podman: Podman, built: Environment) -> None:
    """Of two that prepare the same environment at once, one builds and the other waits for its image."""
    lines: list[str] = []
    threads = [threading.Thread(target=podman.prepare, args=(built, lines.append)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([line for line in lines if line.startswith("building")]) == 1


def test_a_tampered_wheel_is_refused(tiny: Environment, tmp_path: Path) -> None:
    """A wheel with other bytes than the locked ones is named, with both digests, and nothing is kept of it."""
    make_wheel(tmp_path / "wheels", "WORD = 'tampered'\n")
    with pytest.raises(LockError) as caught:
        lay_tree(tiny, print)
    message = str(caught.value)
    assert "tiny==1.0" in message
    assert tiny.pins[0].sha256 in message
    assert "pip config list" in message
    assert not tree_of(tiny).exists()
    assert [path.name for path in (cache_folder() / "trees").iterdir()] == []


def test_a_wheel_that_the_index_lacks_is_named(tiny: Environment, tmp_path: Path) -> None:
    """Where no index has the locked version, the error says which, and where to look."""
    (tmp_path / "wheels" / "tiny-1.0-py3-none-any.whl").unlink()
    with pytest.raises(LockError, match=r"tiny.*cannot fetch its wheels.*tiny.*pip config list"):
        lay_tree(tiny, print)


def test_a_laid_tree_is_laid_once(tiny: Environment) -> None:
    """A second call finds the tree and fetches nothing; the tree can be read by the container's user."""
    lines: list[str] = []
    tree = lay_tree(tiny, lines.append)
    assert lay_tree(tiny, lines.append) == tree
    assert len(lines) == 1
    assert tree.stat().st_mode & 0o755 == 0o755
    assert (tree / "tiny.py").is_file()


def test_other_wheels_base_or_recipe_are_another_image(copied: Checkout, tiny: Environment) -> None:
    """The image's name follows the wheels, the base's declaration and the Containerfile."""
    names = {image_reference(tiny)}
    with (copied.docker / "Containerfile").open("a") as stream:
        stream.write("# changed\n")
    names.add(image_reference(tiny))
    path = copied.docker / "base.yaml"
    path.write_text(path.read_text().replace("source_date_epoch: 1", "source_date_epoch: 2"))
    names.add(image_reference(find_environment(copied, "tiny")))
    assert len(names) == 3


@pytest.mark.parametrize("missing", ["", "<no value>"])
def test_an_image_without_labels_is_its_own_base(missing: str) -> None:
    """A pulled base has no label of ours: podman prints nothing there, docker "<no value>"."""
    found = read_inspected("x", f"sha256:abc|12|{missing}|{missing}")
    assert (found.image.digest, found.image.size, found.image.base_digest) == ("abc", 12, "abc")
    assert found.wheels_sha256 == ""
    assert INSPECTED.count("|") == 3


def test_a_failing_build_says_what_the_engine_said(podman: Podman, built: Environment, copied: Checkout) -> None:
    """Where the recipe of images fails, the engine's own words are in the error."""
    path = copied.docker / "Containerfile"
    path.write_text(path.read_text().replace("-m compileall", "-m no_such_module"))
    with pytest.raises(EngineError, match="no_such_module"):
        podman.prepare(built, print)
