"""Finds out what moved a model: the baseline's build again, with one factor at a time from the other environment.

It is an experiment, so it has controls: the baseline's build with nothing moved has to give the baseline's predictions,
and where no factor alone gives the new ones, the other environment itself has to. Otherwise models/ is not about what
is built now, and whatever a trial said would be said of something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from remodel.audit.differences import Differences, measure
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.model import build_job, expected_of
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.environments.trees import lay_tree
from remodel.errors import DataError, RemodelError, UsageError, VerificationError
from remodel.examine.factors import Trial, declared, immovable, lent
from remodel.examine.findings import Explanation, Finding, answer
from remodel.examine.overlay import lent_mounts, with_lent
from remodel.files import storage_errors, write_json
from remodel.recipes.params import Params, find_target, read_params
from remodel.results.answers.rounding import power_of_ten
from remodel.results.endings import NotBuilt, read_ending
from remodel.results.recipe import Recipe
from remodel.results.result import Result, read_result
from remodel.results.standing import read_standing
from remodel.results.target import Target

Report = Callable[[str], None]


def explain(checkout: Checkout, engine: Engine, name: str, report: Report, say: Report = print) -> Explanation:
    """Explain "model@environment": say what each trial found, and keep the answer in `.remodel/explain/<name>.json`.

    Raises UnknownName, UsageError and DataError where there is nothing to explain, StorageError where a file or the
    recipe is another one since the build, VerificationError where models/ is not what is built now, and BuildError,
    with nothing kept, where factors that could not be tried may be the cause.
    """
    params = read_params(checkout)
    target = find_target(params, name, "explain")
    kept = checkout.state / "explain" / f"{target}.json"
    with storage_errors(kept, "remove"):
        kept.unlink(missing_ok=True)
    base = Target(target.model, params.baseline)
    experiment = Experiment(checkout, engine, params, target, base, report)
    explanation = experiment.explanation(say)
    write_json(kept, asdict(explanation))
    return explanation


@dataclass(frozen=True)
class Experiment:
    """Builds of `base` in its own environment, which that of `target` lends its distributions; nothing is kept."""

    checkout: Checkout
    engine: Engine
    params: Params
    target: Target
    base: Target
    report: Report

    def explanation(self, say: Report) -> Explanation:
        """The answer, after every trial and the controls that it needs. Raises as `explain` does."""
        own, base = self.results[self.target], self.results[self.base]
        self._check_moved(own, base)
        self._control(self.base)
        findings = tuple(_each_said(self._findings(own, base), say))
        fixed = immovable(own.manifest, base.manifest)
        cause = answer(findings, fixed, self.target)
        if not any(finding.is_new for finding in findings):
            self._control(self.target)
        stands_on = {str(target): result.manifest.digests for target, result in self.results.items()}
        names = (self.target.model, self.target.environment, self.base.environment)
        return Explanation(*names, findings, fixed, cause, stands_on)

    @cached_property
    def results(self) -> dict[Target, Result]:
        """What models/ holds."""
        return {target: _result(self.checkout, target) for target in (self.target, self.base)}

    def _check_moved(self, own: Result, base: Result) -> None:
        """Only results on the same rows and folds can be told apart by a factor, and only different ones need to be."""
        if own.manifest.snapshot != base.manifest.snapshot or own.predictions.classes != base.predictions.classes:
            raise DataError(f"{self.target} and {self.base} were built from different data", "Run `dvc repro` first")
        if self._moved(own, self.base).identical:
            raise UsageError(
                f"{self.target} predicts what {self.base.environment} predicts, bit for bit",
                "There is nothing to explain",
            )

    def _control(self, target: Target) -> None:
        """Raise VerificationError unless a build with nothing moved predicts what models/ holds."""
        self.report(f"building {target} as it is")
        environment = find_environment(self.checkout, target.environment)
        self.engine.prepare(environment, self.report)
        built = self._build("as-it-is", environment, self.results[target].manifest.recipe)
        if not self._moved(built, target).identical:
            raise VerificationError(
                f"{target}, built now, predicts something else than in models/, so that no trial says what moved it",
                f"Run `dvc repro` first; `remodel model verify {target}` names what differs",
            )

    def _findings(self, own: Result, base: Result) -> Iterator[Finding]:
        """What each factor does, moved alone; recipes first, for a default that moves is kept from what is lent."""
        moving = []
        for trial in declared(own, base):
            finding = self._find(trial)
            yield finding
            if finding.moves and trial.default is not None:
                moving.append(trial.default)
        yield from map(self._find, lent(own.manifest, base.manifest, moving))

    def _find(self, trial: Trial) -> Finding:
        if trial.recipe is None:
            return Finding(trial.factor, trial.detail, not_tried="no recipe can say it")
        self.report(f"moving {trial.factor}: {trial.detail}")
        home = find_environment(self.checkout, self.base.environment)
        try:
            built = self._build(trial.label, home, trial.recipe, trial.lent)
        except RemodelError as error:
            return Finding(trial.factor, trial.detail, not_tried=str(error))
        moved = self._moved(built, self.base)
        return Finding(
            trial.factor,
            trial.detail,
            labels=sum(len(part.flipped) for part in moved.answers.values()) if built.predictions.classes else None,
            difference_at_most=power_of_ten(max(part.largest for part in moved.answers.values())),
            is_new=self._moved(built, self.target).identical,
        )

    def _moved(self, built: Result, target: Target) -> Differences:
        return measure(built, self.results[target], self.params.tolerances)

    def _build(self, label: str, environment: Environment, recipe: Recipe, names: tuple[str, ...] = ()) -> Result:
        snapshot = self.checkout.data / recipe.dataset
        with scratch_folder(self.checkout) as scratch:
            job = build_job(self.checkout, environment, recipe, snapshot, scratch)
            job = replace(job, name=f"explain-{job.name}-{label}")
            if names:
                lender = find_environment(self.checkout, self.target.environment)
                lending, borrowing = (lay_tree(each, self.report) for each in (lender, environment))
                job = with_lent(job, lent_mounts(lending, borrowing, names))
            out = run_job(self.checkout, self.engine, job, scratch, expected_of(recipe, environment))
            return read_result(out, recipe.model, environment.name)


def _each_said(findings: Iterable[Finding], say: Report) -> Iterator[Finding]:
    for finding in findings:
        say(str(finding))
        yield finding


def _result(checkout: Checkout, target: Target) -> Result:
    ending = read_ending(checkout.models / target.model / target.environment, target.model, target.environment)
    if not isinstance(ending, Result):
        raise NotBuilt(target, ending)
    read_standing(checkout, target)
    return ending
