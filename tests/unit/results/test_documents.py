"""Documents are read once, checked by their schema, and written as they were read."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

import contract
from remodel.errors import StorageError
from remodel.files import canonical_json, write_json
from remodel.results.comparison import as_comparison, read_comparison_file
from remodel.results.manifest import as_manifest, read_manifest
from remodel.results.metrics import first_metric
from remodel.results.recipe import Recipe, new_recipe, read_recipe_file
from remodel.results.result import read_report
from remodel.results.scores import as_scores, read_scores
from remodel.results.target import Target

EXAMPLES = Path(__file__).parents[1] / "contract" / "examples"


def examples(kind):
    return [pytest.param(path, id=path.stem) for path in sorted((EXAMPLES / kind).glob("valid-*.json"))]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", examples("recipe"))
def test_a_recipe_is_written_as_it_was_read(path):
    """Its bytes are its identity, so keys that the host does not read are kept."""
    recipe, document = read_recipe_file(path), read(path)
    assert canonical_json(recipe.document) == canonical_json(document)
    assert recipe.sha256 == hashlib.sha256(canonical_json(document)).hexdigest()
    assert (recipe.model, recipe.seed, recipe.threads) == tuple(document[key] for key in ("model", "seed", "threads"))
    assert (recipe.dataset, recipe.choices) == (document["choices"]["dataset"], document["choices"])
    assert (recipe.cv, recipe.n_splits) == (document["cv"]["name"], document["cv"]["n_splits"])
    assert (recipe.pipeline, recipe.snapshot) == (document["pipeline"], document["snapshot"])


def test_a_recipe_with_another_value_is_another_recipe():
    recipe = Recipe({"model": "m", "seed": 0, "threads": 1})
    other = recipe.but(seed=1)
    assert (recipe.seed, other.seed, other.model) == (0, 1, "m")
    assert recipe.sha256 != other.sha256
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.document = {}


def test_a_new_recipe_has_the_version_of_its_schema():
    assert new_recipe(model="m").document == {"schema_version": contract.version("recipe"), "model": "m"}


@pytest.mark.parametrize("path", examples("comparison"))
def test_a_comparison_is_written_as_it_was_read(path):
    comparison, document = read_comparison_file(path), read(path)
    assert canonical_json(comparison.document) == canonical_json(document)
    assert comparison.sha256 == hashlib.sha256(canonical_json(document)).hexdigest()
    for model in comparison.models:
        entries = comparison.of(model)
        assert tuple(entries) == comparison.environments
        assert all(entry is comparison.at(model, name) for name, entry in entries.items())
        assert all(entry.target == Target(model, name) for name, entry in entries.items())
        assert all(str(entry.target) == f"{model}@{name}" for name, entry in entries.items())
    with pytest.raises(KeyError):
        comparison.at("none", comparison.baseline)


@pytest.mark.parametrize("path", examples("manifest"))
def test_a_manifest_says_what_went_in_and_what_came_out(path):
    manifest, document = read_manifest(path), read(path)
    assert manifest == as_manifest(document)
    data, folds = f"data/{manifest.dataset}", document["data"]["files"]["folds"]
    assert manifest.inputs[f"{data}/folds/{manifest.cv}.json"] == folds
    assert manifest.inputs[f"recipes/{manifest.model}.json"] == manifest.recipe_sha256
    assert manifest.inputs[f"docker/{manifest.environment}/conda-lock.yml"] == manifest.lock_sha256
    assert len(manifest.inputs) == 5
    assert manifest.digests == {name: part["sha256"] for name, part in document["artifacts"].items()}
    assert {*manifest.built} == {*document["artifacts"], "manifest.json"} - {"predictions.parquet"}
    assert {*manifest.models} <= {"model.skops", "model.onnx"}
    assert manifest.recipe.document == document["source"]["recipe"]
    accuracy = document["cross_validation"]["metrics"]["accuracy"]
    assert manifest.scores["accuracy"] == (accuracy["mean"], accuracy["std"])


@pytest.mark.parametrize("path", examples("scores"))
def test_scores_and_the_metrics_that_git_keeps_of_them(path):
    scores, document = read_scores(path), read(path)
    assert scores == as_scores(document)
    first = scores.scorers[0].name
    assert first_metric(scores) == {first: round(document["metrics"][first]["mean"], 6)}


def test_the_report_of_a_build_says_how_the_export_ended():
    report = read_report(EXAMPLES / "result" / "valid-exported.json")
    assert (report.onnx, report.no_onnx_reason) == ("exported", None)


@pytest.mark.parametrize(
    ("kind", "reader"),
    [
        ("recipe", read_recipe_file),
        ("comparison", read_comparison_file),
        ("manifest", read_manifest),
        ("scores", read_scores),
    ],
)
def test_a_document_that_breaks_its_schema_is_named(tmp_path, kind, reader):
    """With the file, and what to do; older, newer, damaged or not there."""
    path = tmp_path / f"{kind}.json"
    with pytest.raises(StorageError, match=rf"{kind}.json is missing"):
        reader(path)
    [example, *_] = sorted((EXAMPLES / kind).glob("valid-*.json"))
    write_json(path, {**read(example), "schema_version": contract.version(kind) + 1})
    with pytest.raises(StorageError, match="update the checkout"):
        reader(path)
    write_json(path, {**read(example), "more": 1})
    with pytest.raises(StorageError, match=rf"is not a valid {kind}"):
        reader(path)


def test_tables_and_pages_share_one_comparison():
    """The lookup is made once, and a copy is equal."""
    document = read(sorted((EXAMPLES / "comparison").glob("valid-*.json"))[0])
    assert as_comparison(document) == as_comparison(json.loads(json.dumps(document)))
