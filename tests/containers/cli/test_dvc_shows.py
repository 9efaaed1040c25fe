"""What DVC's own commands show: status beside trials, one number a model, a picture without network."""

from __future__ import annotations

import json
import re

from tests.containers.cli.project import Project

TRIAL = "_target_: sklearn.tree.DecisionTreeClassifier\nmax_depth: 2\nrandom_state: ${seed}\n"


def test_a_trial_leaves_the_pipeline_as_it_is(project: Project) -> None:
    """A choice that begins with try_ is built, and nothing is out of date; a production model may not use it."""
    (project.root / "conf" / "classifier" / "try_shallow.yaml").write_text(TRIAL)
    assert project.train("dataset=iris", "classifier=try_shallow").code == 0
    assert "up to date" in project.run("dvc", "status").out
    planned = project.run("remodel", "rebuild", "--dry-run")
    assert planned.code == 0 and planned.out.startswith("0 of 5 stages changed")
    project.edit(f"conf/model/{project.model}.yaml", "classifier: decision_tree", "classifier: try_shallow")
    project.run("remodel", "stage", "recipes").refused(
        2, f"params.yaml lists {project.model}, which uses conf/classifier/try_shallow.yaml", "git mv conf/classifier/"
    )


def test_metrics_are_one_number_a_model_and_environment(project: Project) -> None:
    """All scores are a level below, in the model's own scores.json."""
    shown = json.loads(project.run("dvc", "metrics", "show", "--json").out)
    (files,) = (part["data"] for part in shown.values())
    assert {name: list(found["data"]) for name, found in files.items()} == {
        f"metrics/{project.model}/sklearn-1.9.json": ["accuracy"]
    }
    below = project.run("dvc", "metrics", "show", f"models/{project.model}/sklearn-1.9/scores.json").out
    assert "metrics.balanced_accuracy.mean" in below


def test_plots_draw_without_a_network(project: Project) -> None:
    """One picture, in the page itself: nothing in it is loaded from anywhere."""
    assert project.run("dvc", "plots", "show").code == 0
    page = (project.root / "dvc_plots" / "index.html").read_text()
    assert "<script" not in page
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources and all(source.startswith(("data:", "static/")) for source in sources)
    picture = (project.root / "reports" / "scores.svg").read_text()
    assert project.model in picture and not re.search(r'(?:href|src)="(?!#)', picture)
