"""Finds out what moved a model: the baseline's build again, with one factor at a time from the other environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from remodel.builds import BUILDER, describe
from remodel.differences import Differences, measure
from remodel.endings import read_ending
from remodel.engines.engine import Engine, Mount
from remodel.environments import Environment, find_environment
from remodel.errors import RemodelError, UnknownName, UsageError
from remodel.evidence import power_of_ten
from remodel.factors import Trial, immovable, trials
from remodel.files import write_json
from remodel.jobs import Task, run_task, scratch_folder, source_mounts
from remodel.lending import START, TARGET, lent_mounts
from remodel.params import Params, Tolerances, read_params
from remodel.results import Result, read_result
from remodel.trees import lay_tree
from remodel.workspace import Workspace

Report = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    """What moving one factor did: rows with another label, largest |dp|, and whether it gave the new predictions."""

    factor: str
    detail: str
    labels: int
    difference_at_most: str
    is_new: bool
    failure: str = ""

    @property
    def moves(self) -> bool:
        """Whether this factor alone moves a prediction."""
        return bool(self.labels) or self.difference_at_most != "0"

    def __str__(self) -> str:
        if self.failure:
            return f"{self.factor} ({self.detail}): cannot be moved alone: {self.failure}"
        if not self.moves:
            return f"{self.factor} ({self.detail}): moves nothing"
        all_of_it = ", which is all of it" if self.is_new else ""
        return f"{self.factor} ({self.detail}): {self.labels} labels, |dp| <= {self.difference_at_most}{all_of_it}"


@dataclass(frozen=True)
class Explanation:
    """Every factor that was tried, those that cannot be moved alone, and the answer."""

    model: str
    environment: str
    baseline: str
    findings: tuple[Finding, ...]
    immovable: tuple[str, ...]
    answer: str


def explain(workspace: Workspace, engine: Engine, name: str, report: Report) -> Explanation:
    """Explain "model@environment"; the explanation is kept in `.remodel/explain/<name>.json` too.

    Raises UnknownName and UsageError where there is nothing to explain.
    """
    params = read_params(workspace)
    model, environment_name = split_name(name, params)
    own, base = (_result(workspace, model, one) for one in (environment_name, params.baseline))
    if measure(own, base, params.tolerances).identical:
        raise UsageError(f"{name} predicts what {params.baseline} predicts, bit for bit", "There is nothing to explain")
    lender, home = (find_environment(workspace, one) for one in (environment_name, params.baseline))
    engine.prepare(home, report)
    findings = []
    for trial in trials(own, base):
        report(f"moving {trial.factor}: {trial.detail}")
        findings.append(_find(workspace, engine, (home, lender), trial, (own, base), params.tolerances))
    fixed = immovable(own.manifest, base.manifest)
    told = Explanation(
        model, environment_name, params.baseline, tuple(findings), fixed, answer(findings, fixed, environment_name)
    )
    write_json(workspace.state / "explain" / f"{name}.json", asdict(told))
    return told


def answer(findings: Sequence[Finding], fixed: Sequence[str], environment: str) -> str:
    """Which factor it is, in one line."""
    whole = [f"{one.factor} ({one.detail})" for one in findings if one.is_new]
    moving = [f"{one.factor} ({one.detail})" for one in findings if one.moves]
    if whole:
        return f"cause: {' or '.join(whole)}, each alone" if len(whole) > 1 else f"cause: {whole[0]}"
    if moving:
        return f"cause: {' and '.join(moving)}, together with something else in {environment}"
    if fixed:
        return f"cause: the environment {environment} as a whole: {', '.join(fixed)} cannot be moved one by one"
    return f"cause: no factor alone; the environment {environment} as a whole"


def split_name(name: str, params: Params) -> tuple[str, str]:
    """ "model@environment" of params.yaml as two words."""
    model, _, environment = name.partition("@")
    if model not in params.models:
        raise UnknownName("model", model, params.models, "params.yaml")
    if environment not in params.environments:
        raise UnknownName("environment", environment, params.environments, "params.yaml")
    return model, environment


def _result(workspace: Workspace, model: str, environment: str) -> Result:
    ending = read_ending(workspace.models / model / environment, model, environment)
    if not isinstance(ending, Result):
        raise UsageError(f"{model}@{environment} is not built: result.json beside it says why")
    return ending


def _find(
    workspace: Workspace,
    engine: Engine,
    environments: tuple[Environment, Environment],
    trial: Trial,
    results: tuple[Result, Result],
    tolerances: Tolerances,
) -> Finding:
    own, base = results
    try:
        built = _build(workspace, engine, environments, trial)
    except RemodelError as error:
        return Finding(trial.factor, trial.detail, 0, "0", False, error.message)
    moved = measure(built, base, tolerances)
    return Finding(
        trial.factor,
        trial.detail,
        labels=sum(len(part.flipped) for part in moved.answers.values()),
        difference_at_most=_largest(moved),
        is_new=not moved.identical and measure(built, own, tolerances).identical,
    )


def _largest(moved: Differences) -> str:
    return power_of_ten(max(part.largest for part in moved.answers.values()))


def _build(workspace: Workspace, engine: Engine, environments: tuple[Environment, Environment], trial: Trial) -> Result:
    """One trial, built in the baseline's environment; nothing of it is kept."""
    home, lender = environments
    recipe = dict(trial.recipe)
    with scratch_folder(workspace) as scratch:
        write_json(scratch / "in" / "recipe.json", recipe)
        write_json(scratch / "in" / "environment.json", describe(workspace, home))
        lent = tuple(_lent(lender, home, trial))
        task = Task(
            name=f"explain-{recipe['model']}-{trial.factor}",
            environment=home,
            argv=(
                *(("-c", START, TARGET) if lent else ("-m", "builder")),
                *("train", "--recipe", "/in/recipe.json", "--environment", "/in/environment.json"),
                *("--snapshot", "/snapshot", "--out", "/out"),
            ),
            inputs=(
                Mount(scratch / "in", "/in"),
                Mount(workspace.data / recipe["choices"]["dataset"], "/snapshot"),
                *source_mounts(workspace, BUILDER),
                *lent,
            ),
            threads=recipe["threads"],
        )
        out = run_task(workspace, engine, task, scratch)
        return read_result(out, recipe["model"], home.name)


def _lent(lender: Environment, home: Environment, trial: Trial) -> Iterator[Mount]:
    if trial.lent:
        trees = [lay_tree(environment, lambda line: None) for environment in (lender, home)]
        yield from lent_mounts(trees[0], trees[1], trial.lent)
