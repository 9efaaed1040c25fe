"""Which images are looked for and made before a build, and which containers are kept. The engine is made by hand."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator

import pytest

from remodel.checkout import Checkout
from remodel.display.choose import choose_reporter
from remodel.engines.engine import Engine, Image, Job
from remodel.environments.environment import Environment
from remodel.errors import UsageError
from remodel.files import write_json
from remodel.rebuild import builders as module
from remodel.rebuild.budget import Budget
from remodel.rebuild.builders import Builders, lacking
from remodel.rebuild.plan import Step
from remodel.rebuild.work import OwnStage, Train

BUDGET = Budget(2, 1 << 40)


class Fake(Engine):
    """An engine with some images; a job in it lasts until its standard input ends."""

    name = "podman"
    isolated = True

    def __init__(self, *images: str) -> None:
        self.images = set(images)
        self.looked: list[str] = []
        self.prepared: list[str] = []
        self.ran: list[str] = []
        self.ended: list[str] = []
        self.started = threading.Semaphore(0)

    def check(self) -> None:
        """It works."""

    def image_of(self, environment: Environment) -> Image | None:
        self.looked.append(environment.name)
        return Image(environment.name, "", 0, "") if environment.name in self.images else None

    def prepare(self, environment: Environment, report: Callable[[str], None]) -> Image:
        self.prepared.append(environment.name)
        if environment.name not in self.images:
            report("fetching 38 wheels")
        self.images.add(environment.name)
        return Image(environment.name, "", 0, "")

    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        assert job.stdin is not None
        self.ran.append(job.environment.name)
        self.started.release()
        with open(job.stdin, closefd=False) as requests:
            requests.read()
        self.ended.append(job.environment.name)
        return 0


def train(environment: str) -> Step:
    """A stage that builds a model of this checkout."""
    return Step(f"train@iris_decision_tree-{environment}", Train("iris_decision_tree", environment), ())


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """What is chosen as engine: it has the images of two environments."""
    fake = Fake("control", "sklearn-1.9")
    monkeypatch.setattr(module, "choose_engine", lambda name: fake)
    monkeypatch.setenv("REMODEL_ENGINE", "")
    return fake


@pytest.fixture
def made(copied: Checkout, engine: Fake) -> Iterator[Builders]:
    """Builders, and their end."""
    builders = Builders(copied, None, choose_reporter(stream=io.StringIO()))
    yield builders
    builders.end()


def test_every_image_is_looked_for_once_and_leftovers_are_removed_once(made: Builders, engine: Fake) -> None:
    """Each look is a program that has to start."""
    builds = [made.build_of(train("sklearn-1.9"), BUDGET), made.build_of(train("sklearn-1.5"), BUDGET)]
    builds.append(made.build_of(Step("compare", OwnStage("compare"), ()), BUDGET))
    for _ in range(2):
        assert [made.has_image(build) for build in builds] == [True, False, True]
    assert sorted(engine.looked) == ["control", "sklearn-1.5", "sklearn-1.9"]
    assert engine.prepared == ["sklearn-1.9"]


def test_what_is_missing_is_made_and_nothing_else(copied: Checkout, engine: Fake) -> None:
    """And whose wheels are fetched is said."""
    stream = io.StringIO()
    made = Builders(copied, None, choose_reporter(stream=stream))
    builds = [made.build_of(train(name), BUDGET) for name in ("sklearn-1.9", "sklearn-1.5", "sklearn-0.24")]
    assert made.has_image(builds[0])
    engine.prepared.clear()
    made.prepare(builds)
    assert sorted(engine.prepared) == ["sklearn-0.24", "sklearn-1.5"]
    assert "sklearn-1.5: fetching 38 wheels\n" in stream.getvalue()
    assert all(made.has_image(build) for build in builds)


def test_images_that_somebody_has_made_are_not_looked_for(copied: Checkout, engine: Fake) -> None:
    """`remodel repro` does so before it rebuilds."""
    made = Builders(copied, None, choose_reporter(stream=io.StringIO()), images_there=True)
    assert made.has_image(made.build_of(train("sklearn-1.5"), BUDGET))
    assert (engine.looked, engine.prepared) == ([], [])


def test_a_container_is_kept_while_its_environment_has_stages_left(made: Builders, engine: Fake) -> None:
    """Then it ends, and nobody waits for it before the end."""
    builds = [made.build_of(train("sklearn-1.9"), BUDGET), made.build_of(train("sklearn-1.5"), BUDGET)]
    made.prewarm(builds[1])
    assert engine.ran == []  # its image is not there
    made.prewarm(builds[0])
    made.prewarm(builds[0])
    assert engine.started.acquire(timeout=20)
    made.keep({"sklearn-1.9", ""})
    assert (engine.ran, engine.ended) == (["sklearn-1.9"], [])
    made.keep({"sklearn-1.5", ""})
    made.end()
    assert (engine.ran, engine.ended) == (["sklearn-1.9"], ["sklearn-1.9"])


def test_the_first_environment_that_lacks_a_model_is_warm_early(made: Builders, engine: Fake, copied: Checkout) -> None:
    """The recipe is there, the model is not: it will most likely be built."""
    assert lacking(copied) is None
    write_json(copied.recipes / "iris_decision_tree.json", {})
    write_json(copied.models / "iris_decision_tree" / "sklearn-0.24" / "result.json", {})
    assert lacking(copied) == "sklearn-1.5"
    engine.images.add("sklearn-1.5")
    made.start_early()
    assert engine.started.acquire(timeout=20)
    assert engine.ran == ["sklearn-1.5"]


def test_a_model_that_needs_more_memory_than_there_is(made: Builders) -> None:
    """It could never run."""
    step = Step("train@credit_mlp-sklearn-1.9", Train("credit_mlp", "sklearn-1.9"), ())
    path = made._checkout.conf / "model" / "credit_mlp.yaml"
    path.write_text(path.read_text() + "\nresources:\n  memory: 64GiB\n")
    with pytest.raises(UsageError, match="credit_mlp needs 64GiB of memory"):
        made.build_of(step, Budget(2, 1 << 30))
