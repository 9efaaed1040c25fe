"""A slip of the pen in any YAML file is told in one line that names the file, the key and the nearest valid one."""

from __future__ import annotations

import pytest

from tests.containers.cli.project import Project

TRAIN = ("train", "dataset=iris")
REPRO = ("remodel", "repro")
RECIPES = ("remodel", "stage", "recipes")
ENVIRONMENTS = ("remodel", "environment", "list")

# {model} stands for the name of the project's model.
MODEL = "conf/model/{model}.yaml"
TRAIN_MODEL = ("train", "model={model}")

CONFIG = [
    (TRAIN, "conf/config.yaml", "seed: 0", "sead: 0", "unknown key 'sead' in conf/config.yaml: did you mean 'seed'?"),
    (TRAIN, "conf/config.yaml", "- cv: ", "- cvv: ", "unknown group 'cvv' in conf/config.yaml: did you mean 'cv'?"),
    (TRAIN, "conf/config.yaml", "- cv: str", "- cv: stra", "unknown cv 'straatified_5' in conf/config.yaml: did you"),
    (TRAIN, "conf/config.yaml", "hydra:\n", "hidra:\n", "unknown key 'hidra'"),
    (TRAIN, "conf/config.yaml", "seed: 0", "seed: [", "conf/config.yaml is not valid YAML: line "),
]
GROUPS = [
    (TRAIN, "conf/dataset/iris.yaml", "bundled: ", "bundeld: ", "conf/dataset/iris.yaml has an unknown key 'bundeld'"),
    (
        REPRO,
        "conf/dataset/iris.yaml",
        "bundled: ",
        "bundeld: ",
        "did you mean 'bundled'? valid: bundled, checks,",
    ),
    (TRAIN, "conf/dataset/iris.yaml", "bundled: ", "\x00bundled: ", "is not valid YAML"),
    (
        TRAIN,
        "conf/cv/stratified_5.yaml",
        "n_splits:",
        "n_split:",
        "stratified_5.yaml has an unknown key 'n_split': did",
    ),
    (TRAIN, "conf/environment/sklearn-1.9.yaml", "name:", "nam:", "sklearn-1.9.yaml has an unknown key 'nam': did you"),
    (TRAIN, "conf/environment/sklearn-1.9.yaml", "name: sk", "name: skk", "unknown environment 'skklearn-1.9'"),
]
ESTIMATORS = [
    (TRAIN, "conf/classifier/logreg.yaml", "C: 1.0", "Cc: 1.0", "has no parameter 'Cc': did you mean 'C'?"),
    (TRAIN, "conf/preprocessing/scale.yaml", "with_mean:", "with_maen:", "'with_maen': did you mean 'with_mean'?"),
]
MODELS = [
    (TRAIN_MODEL, MODEL, "name: ", "nmae: ", "unknown key 'nmae' in conf/model/{model}.yaml: did you mean 'name'?"),
    (
        TRAIN_MODEL,
        MODEL,
        "decision_tree",
        "decision_tre",
        "unknown classifier 'decision_tre' in conf/model/{model}.yaml:",
    ),
    (
        RECIPES,
        MODEL,
        "decision_tree",
        "decision_tre",
        "unknown classifier 'decision_tre' in conf/model/{model}.yaml: did",
    ),
    (RECIPES, MODEL, "/classifier", "/classifer", "'classifer' in conf/model/{model}.yaml: did you mean 'classifier'?"),
    (RECIPES, MODEL, "name: ", "name: [", "conf/model/{model}.yaml is not valid YAML: line "),
]
PARAMS = [
    (
        REPRO,
        "params.yaml",
        "baseline:",
        "baselin:",
        "params.yaml has an unknown key 'baselin': did you mean 'baseline'?",
    ),
    (REPRO, "params.yaml", "models: [", "models: [x", "unknown model 'x{model}' in params.yaml"),
    (REPRO, "params.yaml", "models: [", "models: [[", "params.yaml is not valid YAML: line "),
    (REPRO, "params.yaml", "environments: [sklearn-1.9", "environments: [sklearn-1.9, x", "unknown environment 'x'"),
    (
        REPRO,
        "params.yaml",
        "sklearn-1.9",
        "sklearn-1.99",
        "unknown baseline 'sklearn-1.9' in params.yaml: did you mean",
    ),
]
BASES = [
    (
        ENVIRONMENTS,
        "docker/base.yaml",
        "variant:",
        "varient:",
        "docker/base.yaml has an unknown key 'varient': did you",
    ),
    (
        ENVIRONMENTS,
        "docker/base.yaml",
        "suites:",
        "suite:",
        "docker/base.yaml has an unknown key 'suite': did you mean",
    ),
    (ENVIRONMENTS, "docker/base.yaml", "{{suite: ", "{{siute: ", "did you mean 'suite'? valid: image, suite"),
    (ENVIRONMENTS, "docker/base.yaml", "variant:", "variant: [", "base.yaml is not valid YAML: line "),
]


@pytest.mark.parametrize(
    ("words", "name", "old", "new", "message"), [*CONFIG, *GROUPS, *ESTIMATORS, *MODELS, *PARAMS, *BASES]
)
def test_a_slip_is_named(project: Project, words: tuple[str, ...], name: str, old: str, new: str, message: str) -> None:
    """Exit code 2 and one line with the place and the remedy; no result is touched."""
    name, old, new, message, *words = (text.format(model=project.model) for text in (name, old, new, message, *words))
    before = project.results()
    project.edit(name, old, new)
    project.run(*words).refused(2, message)
    assert {**before, **project.results()} == before


@pytest.mark.parametrize(("words", "name", "old", "new", "message"), [CONFIG[0], MODELS[0], MODELS[2], GROUPS[1]])
def test_mended_the_command_goes_through(
    project: Project, words: tuple[str, ...], name: str, old: str, new: str, message: str
) -> None:
    """A refusal leaves nothing that is in the way of the same command, and the results are those from before."""
    name, old, new, *words = (text.format(model=project.model) for text in (name, old, new, *words))
    before, lock = project.results(), project.lock
    mend = project.edit(name, old, new)
    project.run(*words)
    mend()
    project.run(*words).done()
    assert project.results() == before
    assert project.lock == lock


def test_a_model_without_its_dataset_is_named(project: Project) -> None:
    """A dataset that a model needs and params.yaml does not list is the user's slip, not missing data."""
    before = project.results()
    mend = project.edit("params.yaml", "datasets: {iris: conf/dataset/iris", "datasets: {wine: conf/dataset/wine")
    project.repro().refused(2, f"conf/model/{project.model}.yaml needs dataset 'iris', which params.yaml does not list")
    mend()
    project.repro().done()
    assert project.results() == before
