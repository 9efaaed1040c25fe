"""Finds out what moved a model: the baseline's build again, with one factor at a time from the other environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from remodel.audit.differences import Differences, measure
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.model import build_job
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Mount
from remodel.environments.environment import Environment, find_environment
from remodel.environments.trees import lay_tree
from remodel.errors import RemodelError, UnknownName, UsageError
from remodel.examine.factors import Trial, immovable, trials
from remodel.examine.overlay import lent_mounts, with_lent
from remodel.files import write_json
from remodel.recipes.params import Params, Tolerances, read_params
from remodel.results.answers.rounding import power_of_ten
from remodel.results.endings import read_ending
from remodel.results.result import Result, read_result

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


def explain(checkout: Checkout, engine: Engine, name: str, report: Report) -> Explanation:
    """Explain "model@environment"; the explanation is kept in `.remodel/explain/<name>.json` too.

    Raises UnknownName and UsageError where there is nothing to explain.
    """
    params = read_params(checkout)
    model, environment_name = split_name(name, params)
    own, base = (_result(checkout, model, one) for one in (environment_name, params.baseline))
    if measure(own, base, params.tolerances).identical:
        raise UsageError(f"{name} predicts what {params.baseline} predicts, bit for bit", "There is nothing to explain")
    lender, home = (find_environment(checkout, one) for one in (environment_name, params.baseline))
    engine.prepare(home, report)
    findings = []
    for trial in trials(own, base):
        report(f"moving {trial.factor}: {trial.detail}")
        findings.append(_find(checkout, engine, (home, lender), trial, (own, base), params.tolerances))
    fixed = immovable(own.manifest, base.manifest)
    told = Explanation(
        model, environment_name, params.baseline, tuple(findings), fixed, answer(findings, fixed, environment_name)
    )
    write_json(checkout.state / "explain" / f"{name}.json", asdict(told))
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


def _result(checkout: Checkout, model: str, environment: str) -> Result:
    ending = read_ending(checkout.models / model / environment, model, environment)
    if not isinstance(ending, Result):
        raise UsageError(f"{model}@{environment} is not built: result.json beside it says why")
    return ending


def _find(
    checkout: Checkout,
    engine: Engine,
    environments: tuple[Environment, Environment],
    trial: Trial,
    results: tuple[Result, Result],
    tolerances: Tolerances,
) -> Finding:
    own, base = results
    try:
        built = _build(checkout, engine, environments, trial)
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


def _build(checkout: Checkout, engine: Engine, environments: tuple[Environment, Environment], trial: Trial) -> Result:
    """One trial, built in the baseline's environment; nothing of it is kept."""
    home, lender = environments
    recipe = trial.recipe
    with scratch_folder(checkout) as scratch:
        job = build_job(checkout, home, recipe, checkout.data / recipe.dataset, scratch)
        job = replace(job, name=f"explain-{recipe.model}-{trial.factor}")
        if lent := tuple(_lent(lender, home, trial)):
            job = with_lent(job, lent)
        return read_result(run_job(checkout, engine, job, scratch), recipe.model, home.name)


def _lent(lender: Environment, home: Environment, trial: Trial) -> Iterator[Mount]:
    if trial.lent:
        trees = [lay_tree(environment, lambda line: None) for environment in (lender, home)]
        yield from lent_mounts(trees[0], trees[1], trial.lent)
