"""What `remodel environment matrix` and `remodel environment` do: the zoo in all environments, or in one."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from remodel import process
from remodel.checkout import Checkout
from remodel.display.choose import choose_reporter
from remodel.display.reporter import Reporter
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, all_environments
from remodel.errors import BuildError
from remodel.files import read_json, write_bytes
from remodel.versions import minor
from remodel.yaml import parse, read_yaml
from remodel.zoo.builds import Outcome, Work, zoo_outcomes, zoo_work
from remodel.zoo.matrix import GROUPS, Cell, KnownReason, known_reason, table, unexplained, why_not
from remodel.zoo.matrix_page import page
from remodel.zoo.vocabulary import ask, news
from remodel.zoo.zoo import read_zoo


class Reasons(BaseModel):
    """The content of tests/zoo/reasons.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reasons: list[KnownReason]


def known_reasons(checkout: Checkout) -> list[KnownReason]:
    """The reasons that are explained, with a place to read on."""
    return parse(Reasons, read_yaml(checkout.zoo / "reasons.yaml"), "tests/zoo/reasons.yaml").reasons


def make_matrix(checkout: Checkout, engine: Engine) -> None:
    """Build the zoo in every environment and write docs/matrix.md; BuildError where a reason is not explained."""
    environments, known = all_environments(checkout), known_reasons(checkout)
    with choose_reporter() as reporter:
        outcomes = _all_outcomes(checkout, engine, environments, reporter)
    path = checkout.root / "docs" / "matrix.md"
    write_bytes(path, page(environments, outcomes, known, read_zoo(checkout).absent).encode())
    print(f"matrix: {sum(map(len, outcomes.values()))} builds in {len(outcomes)} environments: docs/matrix.md")
    _check_explained(itertools.chain.from_iterable(outcomes.values()), known)


def check_environment(checkout: Checkout, engine: Engine, environment: Environment) -> None:
    """Build the zoo in one environment and print what works, what does not, and why."""
    known = known_reasons(checkout)
    with choose_reporter() as reporter:
        outcomes = _outcomes(checkout, engine, environment, zoo_work(checkout, engine), reporter)
    for group in GROUPS:
        print(f"\n{group} in {environment.name}")
        for (name, _), cell in table(group, {environment.name: outcomes}).items():
            print(f"  {name:24} {_summary(cell)}")
    print("\nwhy not")
    for reason in sorted({reason for reason in map(why_not, outcomes) if reason}):
        explained = known_reason(reason, known)
        print(f"  {reason}\n    {f'{explained.because} ({explained.see})' if explained else 'not explained yet'}")


def _all_outcomes(
    checkout: Checkout, engine: Engine, environments: Sequence[Environment], reporter: Reporter
) -> dict[str, list[Outcome]]:
    """The outcomes of every environment by its name; a container builds one recipe at a time: one runs on each core."""
    work = zoo_work(checkout, engine)

    def outcomes(environment: Environment) -> list[Outcome]:
        return _outcomes(checkout, engine, environment, work, reporter)

    built = process.side_by_side(outcomes, environments, os.cpu_count() or 1)
    return dict(zip((environment.name for environment in environments), built, strict=True))


def _outcomes(
    checkout: Checkout, engine: Engine, environment: Environment, work: Work, reporter: Reporter
) -> list[Outcome]:
    engine.prepare(environment, reporter.note)
    phase = reporter.phase(f"zoo @ {environment.name}")
    outcomes = zoo_outcomes(checkout, engine, environment, work, phase.event)
    built = sum(outcome.refusal is None for outcome in outcomes)
    exported = sum(why_not(outcome) is None for outcome in outcomes)
    phase.finish(f"{built} of {len(outcomes)} built, {exported} with ONNX")
    return outcomes


def _summary(cell: Cell) -> str:
    single = f", {cell.single} in single precision" if cell.single else ""
    return f"{cell.built}/{cell.recipes} built, {cell.exact} exact{single}"


def _check_explained(outcomes: Iterable[Outcome], known: list[KnownReason]) -> None:
    reasons = [reason for reason in map(why_not, outcomes) if reason]
    missing = unexplained(reasons, known)
    if missing:
        raise BuildError(
            f"docs/matrix.md does not explain {len(missing)} of its reasons: {'; '.join(missing)}",
            "Explain them in tests/zoo/reasons.yaml",
        )


def print_news(checkout: Checkout, engine: Engine, environment: Environment) -> None:
    """Print what this version's estimators take that the newest recorded version's do not, and the other way round."""
    history: dict[str, Any] = read_json(checkout.history)
    if minor(environment.versions["scikit-learn"]) in history["versions"]:
        return
    lines = news(history, ask(checkout, engine, environment))
    print(f"\n{len(lines)} differences from scikit-learn {history['versions'][-1]}")
    for line in lines:
        print(f"  {line}")
    print("  for src/builder/compat to know them: remodel environment record")
