"""Every call of a program in a container is one that the program understands: read by its own parser, paths mounted."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from remodel import engines
from remodel.adopt.inspect import inspect
from remodel.adopt.recipe import adopt
from remodel.builds.call import BENCH, BUILDER, CONTROL, PICKLES, PROFILES, SNAPSHOTS, call, make_job
from remodel.builds.model import build_model, make_snapshot
from remodel.builds.warm import WarmEnvironment
from remodel.checkout import Checkout
from remodel.datasets.profile import look, propose
from remodel.environments.environment import Environment, find_environment
from remodel.examine import explain as explaining
from remodel.examine.examples import ask_examples
from remodel.examine.explain import explain
from remodel.examine.measure import measure
from remodel.examine.predict import predict
from remodel.examine.verify.rebuild import Rebuilder
from remodel.files import write_json
from remodel.pipeline import stages
from remodel.pipeline.stage import STAGES
from remodel.results.recipe import Recipe
from remodel.results.target import Target
from remodel.zoo import vocabulary
from remodel.zoo.builds import Work, zoo_outcomes
from tests.unit.audit.folders import Folder
from tests.unit.audit.test_verdict import moved
from tests.unit.fake_engine import COMMANDS, Called, ParsingEngine, read_job

EXAMPLES = Path(__file__).parents[1] / "contract" / "examples"

BASELINE, NEW, MODEL = "sklearn-1.5", "sklearn-1.9", "credit_mlp"


@dataclass(frozen=True)
class Given:
    """A checkout with a recipe, a snapshot and a model built twice; an environment; an engine that only reads."""

    checkout: Checkout
    environment: Environment
    engine: ParsingEngine

    @property
    def recipe(self) -> Recipe:
        """A valid recipe of the model."""
        recipe = json.loads((EXAMPLES / "recipe" / "valid-steps.json").read_text())
        return Recipe({**recipe, "model": MODEL, "choices": {**recipe["choices"], "dataset": "credit"}})

    @property
    def snapshot(self) -> Path:
        """A folder that stands for its snapshot."""
        return self.checkout.data / "credit"

    @property
    def built(self) -> Path:
        """The model's folder."""
        return self.checkout.models / MODEL / BASELINE


@pytest.fixture
def given(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> Given:
    """Whatever chooses an engine finds the one that only reads."""
    monkeypatch.setitem(engines.ENGINES, "parsing", ParsingEngine)
    monkeypatch.setenv(engines.VARIABLE, "parsing")
    found = Given(copied, find_environment(copied, BASELINE), ParsingEngine())
    found.snapshot.mkdir(parents=True)
    write_json(copied.recipes / f"{MODEL}.json", found.recipe.document)
    Folder(MODEL, BASELINE).write(copied.models)
    Folder(MODEL, NEW, oof=moved(0.2), seed=1).write(copied.models)
    return found


def _build(given: Given) -> None:
    build_model(given.checkout, given.engine, given.environment, given.recipe, given.snapshot, given.built)


def _explain(given: Given) -> None:
    # The folders are examples of results, and not what the recipe gives.
    (given.checkout.recipes / f"{MODEL}.json").unlink()
    explain(given.checkout, given.engine, f"{MODEL}@{NEW}", print)


def _verify(given: Given) -> None:
    Rebuilder(given.checkout, given.engine, given.environment).verify(MODEL)


def _verify_differences(given: Given) -> None:
    other = Folder(MODEL, BASELINE, oof=moved(0.2)).write(given.checkout.root / "other")
    Rebuilder(given.checkout, ParsingEngine(done={"train": other}), given.environment).verify(MODEL)


def _snapshot(given: Given) -> None:
    request = {"schema_version": 1, "dataset": {"name": "iris"}, "cv": {}}
    make_snapshot(given.checkout, given.engine, given.environment, request, None, given.snapshot)


def _snapshot_of_a_file(given: Given) -> None:
    request = {"schema_version": 1, "dataset": {"name": "own"}, "cv": {}}
    make_snapshot(given.checkout, given.engine, given.environment, request, given.checkout.params, given.snapshot)


def _propose(given: Given) -> None:
    propose(given.checkout, given.checkout.params, {"target": "y"}, given.checkout.root, print)


def _look(given: Given) -> None:
    look(given.checkout, given.snapshot, given.checkout.root / "page.html", print)


def _inspect(given: Given) -> None:
    inspect(given.checkout, [given.snapshot], None, print)


def _adopt(given: Given) -> None:
    adopt(given.checkout, given.checkout.params, "old_credit", "credit", None, print)


def _predict(given: Given) -> None:
    rows = given.checkout.root / "rows.csv"
    rows.write_text("a\n1\n")
    predict(given.checkout, given.built, rows)


def _measure(given: Given) -> None:
    (given.checkout.recipes / f"{MODEL}.json").unlink()
    measure(given.checkout, given.engine, Target(MODEL, BASELINE))


def _zoo(given: Given) -> None:
    zoo_outcomes(given.checkout, given.engine, given.environment, Work({"a": given.recipe}, given.checkout.data))


def _vocabulary(given: Given) -> None:
    vocabulary.ask(given.checkout, given.engine, given.environment)


def _examples(given: Given) -> None:
    ask_examples(given.checkout, given.checkout, given.engine, given.environment, given.checkout.models)


def _warm(given: Given) -> None:
    with WarmEnvironment(given.checkout, given.engine, given.environment) as warm:
        warm.wait()


def _recipes(given: Given) -> None:
    stages.run_stage(given.checkout, STAGES["recipes"])


def _compare(given: Given) -> None:
    stages.run_stage(given.checkout, STAGES["compare"])


def _package(given: Given) -> None:
    stages.run_stage(given.checkout, STAGES["package"])


CALLS: list[tuple[Callable[[Given], None], str, str]] = [
    (_build, BUILDER.name, "train"),
    (_explain, BUILDER.name, "train"),
    (_verify, BUILDER.name, "train"),
    (_verify_differences, BENCH.name, "diff"),
    (_snapshot, SNAPSHOTS.name, "take"),
    (_snapshot_of_a_file, SNAPSHOTS.name, "take"),
    (_propose, PROFILES.name, "propose"),
    (_look, PROFILES.name, "show"),
    (_inspect, PICKLES.name, "inspect"),
    (_adopt, PICKLES.name, "recipe"),
    (_predict, BENCH.name, "predict"),
    (_measure, BENCH.name, "measure"),
    (_zoo, BENCH.name, "batch"),
    (_vocabulary, BENCH.name, "parameters"),
    (_examples, BENCH.name, "examples"),
    (_warm, BENCH.name, "warm"),
    (_recipes, CONTROL.name, "recipes"),
    (_compare, CONTROL.name, "compare"),
    (_package, CONTROL.name, "package"),
]


@pytest.mark.parametrize(("function", "program", "command"), CALLS, ids=lambda value: getattr(value, "__name__", value))
def test_a_program_understands_what_it_is_called_with(
    given: Given, function: Callable[[Given], None], program: str, command: str
) -> None:
    """Every option that it requires is there, none that it does not know, and every path is in a mount."""
    with pytest.raises(Called) as called:
        function(given)
    assert (called.value.program, called.value.command) == (program, command)


def test_a_job_that_borrows_distributions_is_understood_too(given: Given) -> None:
    """`remodel model explain` starts the builder through a program text of its own."""
    lent = explaining.with_lent(_job(given), ())
    assert read_job(lent).command == "train"


@pytest.mark.parametrize("spoil", ["option", "mount", "file"])
def test_what_a_program_would_not_understand_is_seen(given: Given, spoil: str) -> None:
    """A required option that was forgotten, a mount that was forgotten, a document that was not written."""
    job = _job(given)
    at = job.argv.index("--trust")
    if spoil == "option":
        job = replace(job, argv=(*job.argv[:at], *job.argv[at + 2 :]))
    elif spoil == "mount":
        job = replace(job, mounts=tuple(mount for mount in job.mounts if mount.target != "/snapshot"))
    else:
        (folder,) = (mount.source for mount in job.mounts if mount.target == "/in")
        (folder / "trust.json").unlink()
    with pytest.raises(AssertionError):
        read_job(job)


def test_every_call_in_the_source_is_tried_here(checkout: Checkout) -> None:
    """The commands that src/remodel calls are those above, and every command of every program is called."""
    tried = {(program, command) for _, program, command in CALLS}
    assert tried == {(program, command) for program, commands in COMMANDS.items() for command in commands}
    programs = {"BUILDER": BUILDER.name, "SNAPSHOTS": SNAPSHOTS.name, "BENCH": BENCH.name, "CONTROL": CONTROL.name}
    programs |= {"PROFILES": PROFILES.name, "PICKLES": PICKLES.name}
    written = {(programs[name], command) for name, command in _calls(checkout.source / "remodel")}
    assert {(program, command) for program, command in written if command} <= tried
    assert {program for program, _ in written} == set(programs.values())


def _job(given: Given):
    documents = {"recipe": given.recipe.document, "environment": {}, "trust": {}}
    called = call(BUILDER, "train", documents, {"snapshot": given.snapshot})
    out = given.checkout.root / "out"
    out.mkdir()
    job = make_job(given.checkout, given.environment, called, given.checkout.root / "scratch", "test")
    return replace(job, mounts=(*job.mounts, engines.Mount(out, "/out", writable=True)))


def _calls(folder: Path) -> Iterator[tuple[str, str]]:
    """The program and the command of every `call(PROGRAM, "command", ...)`; "" where the command is a variable."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "call":
                program, command = node.args[:2]
                assert isinstance(program, ast.Name)
                yield program.id, command.value if isinstance(command, ast.Constant) else ""
