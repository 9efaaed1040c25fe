"""The recipe of a pickled model becomes files of conf/ that anybody can read, change and build.

The pickle is read in a container (`pickles.recipe`); what is written is composed here before it stays.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from remodel.adopt.inspect import copied
from remodel.builds.call import PICKLES, call
from remodel.builds.control import run_in_control
from remodel.builds.job import scratch_folder
from remodel.checkout import Checkout
from remodel.errors import StorageError, UsageError
from remodel.files import read_json, write_bytes
from remodel.recipes.new_model import check_name, list_model, model_text, undone
from remodel.recipes.params import Params, read_params
from remodel.recipes.recipes import NAMED_STEPS, check_listed, select_model
from remodel.recipes.snapshot_request import read_dataset, read_folds
from remodel.takeover.expected import Files

Say = Callable[[str], None]

NO_PREPROCESSING = "none"

WIDTH = 118


@dataclass(frozen=True)
class Adopted:
    """What was written: paths from the checkout, and what the recipe cannot say or repeat."""

    files: tuple[str, ...]
    notes: tuple[str, ...]
    version: str
    """Of scikit-learn, as the pickle's stamp has it; empty where it has none."""


def adopt(checkout: Checkout, pickle: Path, name: str, dataset: str, engine_name: str | None, say: Say) -> Adopted:
    """Write a model of the pipeline that is made as the model in `pickle` was, on the rows of `dataset`.

    conf/model/NAME.yaml, conf/GROUP/NAME.yaml for its estimator, conf/preprocessing/NAME.yaml where it has steps before
    that, and its name in params.yaml. Raises UsageError where a name is taken, the dataset is not in params.yaml or has
    another task, StorageError where there is no such file, RecipeError of the container where no recipe can say what is
    in it; then nothing is written.
    """
    params = read_params(checkout)
    check_name(checkout, name)
    if not pickle.is_file():
        raise StorageError(f"there is no file {pickle}", "Give the path of a pickle")
    folds = _folds(checkout, params, dataset)
    document = _read(checkout, pickle, engine_name, say)
    notes = [*document["notes"], *_columns(checkout, dataset, document)]
    head = _comment(pickle.name, document, notes)
    texts = {f"conf/{document['group']}/{name}.yaml": head + _yaml(document["predictor"])}
    if document["preprocessing"] is not None:
        texts[f"conf/preprocessing/{name}.yaml"] = head + _yaml(document["preprocessing"])
    choices = {
        "dataset": dataset,
        "preprocessing": NO_PREPROCESSING if document["preprocessing"] is None else name,
        document["group"]: name,
        "cv": folds,
    }
    texts[f"conf/model/{name}.yaml"] = model_text(name, choices, comment=head)
    paths = {checkout.root / file: text for file, text in texts.items()}
    if taken := [path for path in paths if path.exists()]:
        raise UsageError(f"there is a file {taken[0].relative_to(checkout.root)} already", "Choose another name")
    with undone(*paths, checkout.params):
        for path, text in paths.items():
            write_bytes(path, text.encode())
        list_model(checkout.params, name)
        check_listed(read_params(checkout), select_model(checkout, name), name, checkout)
    return Adopted(tuple(texts), tuple(notes), document["version"])


def _folds(checkout: Checkout, params: Params, dataset: str) -> str:
    """Of the folds of params.yaml that can be cut of a dataset the plainest: of classes those with equal shares."""
    declared = read_dataset(checkout, dataset)
    if dataset not in params.datasets:
        raise UsageError(
            f"params.yaml does not list dataset {dataset!r}", f"Add it: remodel dataset add --as {dataset}"
        )
    fitting = [cv for cv in read_folds(checkout, params.cv) if cv.objection(declared) is None]
    if not fitting:
        raise UsageError(f"no folds of params.yaml can be cut of {dataset}", "List others under `cv` in params.yaml")
    return min(fitting, key=lambda cv: (not cv.stratified, cv.n_repeats, cv.n_splits, not cv.shuffle)).name


def _read(checkout: Checkout, pickle: Path, engine_name: str | None, say: Say) -> Mapping[str, Any]:
    with scratch_folder(checkout) as scratch:
        files = copied(pickle.resolve().parent, {pickle.name}, scratch / "files")
        called, expected = call(PICKLES, "recipe", paths={"files": files}), Files({"adopted.json": "adopted"})
        out = run_in_control(checkout, called, scratch, expected, "recipe", say, engine_name)
        document: Mapping[str, Any] = read_json(out / "adopted.json")
    if text := next((text for text in _texts(document) if "${" in text), None):
        raise UsageError(
            f"{pickle.name} holds the text {text[:60]!r}, which means something else in conf/", "Write by hand"
        )
    return document


def _columns(checkout: Checkout, dataset: str, document: Mapping[str, Any]) -> list[str]:
    """What of the columns that it was fitted on the dataset's snapshot lacks."""
    path = checkout.data / dataset / "schema.json"
    if not document["features"] or not path.is_file():
        return []
    there = {column["name"] for column in read_json(path)["columns"]}
    lacking = [name for name in document["features"] if name not in there]
    return [f"{dataset} has no column {', '.join(map(repr, lacking[:5]))}, on which it was fitted"] if lacking else []


def _comment(file: str, document: Mapping[str, Any], notes: list[str]) -> str:
    written = f", written by scikit-learn {document['version']}" if document["version"] else ""
    lines = [f"Read from {file}{written}.", *(f"- {note}" for note in notes)]
    wrapped = (part for line in lines for part in textwrap.wrap(" ".join(line.split()), WIDTH, subsequent_indent="  "))
    return "".join(f"# {line}\n" for line in wrapped)


def _yaml(specification: Any) -> str:
    return yaml.safe_dump(_plain(specification), sort_keys=False, allow_unicode=True, width=WIDTH)


def _plain(value: Any) -> Any:
    """A specification as people write it: the class first, steps by their names, .inf and .nan."""
    if isinstance(value, dict):
        if set(value) == {"_value_"}:
            return float(value["_value_"])
        first = {"_target_": value["_target_"]} if "_target_" in value else {}
        named = {key: dict(inner) if key in NAMED_STEPS else inner for key, inner in value.items()}
        return first | {key: _plain(inner) for key, inner in named.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
