"""A stage of dvc.yaml depends on every file of src/ that can change a byte of its output, and on no other room."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from remodel.builds.provenance import SOURCE
from remodel.checkout import Checkout
from remodel.pipeline.stage import COMMAND, STAGES, Stage
from tests.unit.imports import Graph

IN_CONTROL = [stage.name for stage in STAGES.values() if stage.in_control]

ENTRIES = {
    "snapshot": ("snapshots.__main__", "remodel.recipes.snapshot_request", "remodel.environments.variables"),
    "train": (
        "builder.__main__",
        "remodel.builds.provenance",
        "remodel.environments.variables",
        "remodel.results.metrics",
    ),
    **{name: ("remodel.pipeline.in_container", STAGES[name].run.partition(":")[0]) for name in IN_CONTROL},
}
"""Where the bytes of each stage's output come from: the program in the container, and what of the host makes something
that is in the output or decides it: the request for a snapshot, the manifest's words on where it was built, a job's
environment variables, the flat metrics beside a model."""

WHOLE_ROOMS = {"snapshot": ("container",), "train": ("container",), "package": ("serving",)}
"""What every program in a container is made with; what `package` copies beside each model."""

EXEMPT = {
    "remodel.checkout": "says where files stand",
    "remodel.environments.": "says what stands in docker/, whose locks and base.yaml are dependencies",
    "remodel.errors": "words what stops a stage, and is in no output",
    "remodel.files": "gives the bytes of a file, or an error",
    "remodel.lines": "splits what programs print into lines, and is in no output",
    "remodel.process": "runs programs that make images, of which the locks tell",
    "remodel.recipes.resources": "says what a build may take of the machine, and is in no request and no recipe",
    "remodel.results.": "reads what the build has written, which is in the output",
    "remodel.versions": "says in which order names are listed",
    "remodel.yaml": "gives what a YAML file says, or an error; the file is a dependency",
}
"""Below an entry of the host's of `snapshot` and `train`: what it asks, which changes no byte that it hands on.

All else of the host starts containers, carries files in and out, and words what happens: cli, train, rebuild, engines,
builds/{call,job,model,pool,snapshots,warm}, pipeline/stages, results/endings (what is kept of a model that was not
built is the container's own words), display. `train` and `snapshot` depend on none of it."""

QUIET = ("bench", "remodel/cli", "remodel/display", "remodel/engines", "remodel/examine", "remodel/rebuild")
QUIET += ("remodel/release", "remodel/zoo", "remodel/builds/job.py", "remodel/pipeline/stages.py", "train")
"""Another word there makes nothing out of date."""


@pytest.fixture(scope="module")
def graph(checkout: Checkout) -> Graph:
    """The imports of this checkout."""
    return Graph(checkout.source)


def definition(checkout: Checkout, name: str) -> dict[str, Any]:
    """A stage as dvc.yaml has it, whether there is one of it or many."""
    stage = yaml.safe_load((checkout.root / "dvc.yaml").read_text(encoding="utf-8"))["stages"][name]
    return dict(stage.get("do", stage))


def source_deps(checkout: Checkout, name: str) -> list[str]:
    """The dependencies of a stage that are below src/, as seen from there."""
    return [dep.removeprefix("src/") for dep in definition(checkout, name)["deps"] if dep.startswith("src/")]


def is_below(path: str, deps: Iterable[str]) -> bool:
    """Whether a file is one of the dependencies, or in one of them."""
    return any(path == dep or path.startswith(f"{dep}/") for dep in deps)


def used(graph: Graph, checkout: Checkout, name: str) -> dict[str, Path]:
    """Every file of src/ that a stage's output comes from, by its name as seen from there."""
    modules = {module for entry in ENTRIES[name] for module in _closure(graph, name, entry)}
    modules |= {module for module in graph.files for room in WHOLE_ROOMS.get(name, ()) if module.split(".")[0] == room}
    files = {graph.files[module] for module in modules}
    beside = {path for file in files if not _is_docstring(file) for path in _data(file.parent)}
    every = {*files, *beside, *_schemas(checkout, files)}
    return {str(path.relative_to(checkout.source)): path for path in every}


def needed(graph: Graph, checkout: Checkout, name: str) -> list[str]:
    """Those of them that can change it: not a package's file that holds nothing but what the package is."""
    files = used(graph, checkout, name)
    return sorted(name for name, path in files.items() if path.suffix != ".py" or not _is_docstring(path))


def _closure(graph: Graph, name: str, entry: str) -> set[str]:
    found = graph.closure(entry)
    if name in IN_CONTROL or not entry.startswith("remodel."):
        return found
    own = set(ENTRIES[name])
    if entry == "remodel.recipes.snapshot_request":
        own.add("remodel.recipes.choices")
    return {module for module in found if module in own or not exempt(module)}


def exempt(module: str) -> list[str]:
    """The lines of EXEMPT that a module is of."""
    return [line for line in EXEMPT if module == line or (line.endswith(".") and module.startswith(line))]


def _is_docstring(path: Path) -> bool:
    """Whether a module holds nothing that runs."""
    return all(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
    )


def _data(folder: Path) -> Iterator[Path]:
    """What a module may read beside itself: templates, styles, tables."""
    return (path for path in folder.iterdir() if path.is_file() and path.suffix not in (".py", ".pyc"))


def _schemas(checkout: Checkout, files: Iterable[Path]) -> Iterator[Path]:
    """The schema of every kind of document that a call in these files names."""
    schemas = {path.name.partition(".")[0]: path for path in (checkout.source / "contract").glob("*/*.schema.json")}
    for kind in IN_NO_OUTPUT:
        del schemas[kind]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node) in CHECKING:
                place = CHECKING[_name(node)]
                kinds = [word.value for word in node.args[place : place + 1] if isinstance(word, ast.Constant)]
                yield from (schemas[kind] for kind in kinds if kind in schemas)


IN_NO_OUTPUT = {
    "error": "what stops a stage",
    "parameters": "what an environment says of its estimators to bench, by a function of builder.compat",
}
"""Kinds of documents that a module of a closure names, and that no stage keeps."""

CHECKING = {"check": 0, "read": 0, "read_document": 1, "schema": 0, "to_bytes": 0, "version": 0}
"""Functions of contract, container.documents and results.documents that look into a schema, and where they are told
its kind."""


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_depends_on_all_that_can_change_its_output(graph: Graph, checkout: Checkout, name: str) -> None:
    """Else a change there leaves old results that look up to date."""
    deps = source_deps(checkout, name)
    assert [path for path in needed(graph, checkout, name) if not is_below(path, deps)] == []


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_depends_on_nothing_that_cannot_change_its_output(graph: Graph, checkout: Checkout, name: str) -> None:
    """Each dependency holds something that is needed; what is no longer needed goes."""
    files = used(graph, checkout, name)
    assert [dep for dep in source_deps(checkout, name) if not any(is_below(path, [dep]) for path in files)] == []


def test_the_source_that_builds_is_what_train_depends_on(checkout: Checkout) -> None:
    """The identity of the source in a manifest, and what DVC holds against its records, are of the same files."""
    assert sorted(SOURCE) == sorted(source_deps(checkout, "train"))


@pytest.mark.parametrize("room", QUIET)
def test_another_word_on_the_host_makes_nothing_out_of_date(checkout: Checkout, room: str) -> None:
    """No stage depends on a file there, nor on a folder around it."""
    assert (checkout.source / room).exists()
    for name in STAGES:
        deps = source_deps(checkout, name)
        assert not is_below(room, deps)
        assert not any(is_below(dep, [room]) for dep in deps)


def test_a_change_of_the_exporter_is_for_the_builds_alone(checkout: Checkout) -> None:
    """Snapshots, recipes and their reports stay, until a model comes out different."""
    exporter = "builder/onnx/exact/classifiers/linear.py"
    assert (checkout.source / exporter).is_file()
    assert [name for name in STAGES if is_below(exporter, source_deps(checkout, name))] == ["train"]


def test_every_exemption_is_of_something(graph: Graph) -> None:
    """A line of EXEMPT that nothing needs any more goes."""
    hosts = [entry for name in ("snapshot", "train") for entry in ENTRIES[name] if entry.startswith("remodel.")]
    used = {line for entry in hosts for module in graph.closure(entry) for line in exempt(module)}
    assert used == set(EXEMPT)


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.name)
def test_the_table_is_what_dvc_runs(checkout: Checkout, stage: Stage) -> None:
    """The command, the folder that it fills, what it reads beside its source."""
    own = definition(checkout, stage.name)
    values = ("${key}",) if stage.name == "snapshot" else tuple(f"${{item.{name}}}" for name in stage.arguments)
    assert own["cmd"] == " ".join([*COMMAND, stage.name, *values])
    assert own["outs"] == [stage.folder(*values)]
    params = {next(iter(entry)) for entry in own["params"] if isinstance(entry, dict)}
    named = dict(zip(stage.arguments, values, strict=True))
    for path in (path.format(**named) for path in stage.reads):
        assert path in {*own["deps"], *params} or path in ("params.yaml", "conf"), path


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.name)
def test_what_a_stage_runs_is_there(stage: Stage) -> None:
    """The table names its functions by text."""
    assert callable(stage.function)
