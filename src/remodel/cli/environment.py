"""What `remodel environment` does: add an environment, check one, record what all of them say of themselves."""

from __future__ import annotations

from typing import Any

from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments import Environment, all_environments, find_environment
from remodel.files import read_json
from remodel.matrix_command import check_environment
from remodel.new_environment import add_environment
from remodel.vocabulary import ask, minor, news
from remodel.vocabulary import record as record_history
from remodel.workspace import Workspace


def add(workspace: Workspace, version: str, engine_name: str | None) -> None:
    """Write, lock and build the environment of one version, build the zoo in it, and print what works."""
    engine = choose_engine(engine_name)
    environment = add_environment(workspace, version, print)
    engine.prepare(environment, print)
    print_news(workspace, engine, environment)
    check_environment(workspace, engine, environment)
    print(f"\n{environment.name} is in docker/ and conf/environment/: commit both to keep it")


def check(workspace: Workspace, name: str, engine_name: str | None) -> None:
    """Build the zoo in one environment and print what works, what does not, and why."""
    environment = find_environment(workspace, name)
    check_environment(workspace, choose_engine(engine_name), environment)


def record(workspace: Workspace, engine_name: str | None) -> None:
    """Write what every environment says of its estimators to the builder's history."""
    engine = choose_engine(engine_name)
    environments = all_environments(workspace)
    for environment in environments:
        engine.prepare(environment, print)
    count = record_history(workspace, engine, environments)
    print(f"{count} estimators of {len(environments)} environments: {workspace.history.relative_to(workspace.root)}")


def print_news(workspace: Workspace, engine: Engine, environment: Environment) -> None:
    """Print what this version's estimators take that the newest recorded version's do not, and the other way round."""
    history: dict[str, Any] = read_json(workspace.history)
    if minor(environment.versions["scikit-learn"]) in history["versions"]:
        return
    lines = news(history, ask(workspace, engine, environment))
    print(f"\n{len(lines)} differences from scikit-learn {history['versions'][-1]}")
    for line in lines:
        print(f"  {line}")
    print("  for src/builder/compat to know them: remodel environment record")
