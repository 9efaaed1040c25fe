"""`remodel gate` answers from what is built now, or not at all."""

from __future__ import annotations

from tests.containers.cli.project import Project


def test_it_refuses_where_what_is_built_from_has_moved(project: Project) -> None:
    """A parameter in a file of conf/, a tolerance, a model that was added; put back as it was, all is as before."""
    before = project.run("remodel", "gate")
    assert before.code == 0 and "nothing moves" in before.out
    for file, old, new, words in (
        (
            "conf/classifier/decision_tree.yaml",
            "max_depth: 4",
            "max_depth: 5",
            "something has changed since the models",
        ),
        ("params.yaml", "labels: 0.005", "labels: 0.004", "was made before params.yaml changed: tolerances"),
        (
            "params.yaml",
            f"models: [{project.model}]",
            f"models: [{project.model}, iris_nearest_centroid]",
            "models has",
        ),
    ):
        mend = project.edit(file, old, new)
        project.run("remodel", "gate").refused(7, words, "Bring it up to date: remodel rebuild")
        mend()
        assert project.run("remodel", "gate").out == before.out


def test_a_trial_and_a_decision_leave_it_its_answer(project: Project) -> None:
    """What no model is built from."""
    (project.root / "conf" / "classifier" / "try_it.yaml").write_text("_target_: sklearn.tree.DecisionTreeClassifier\n")
    (project.root / "decisions.yaml").write_text("# nobody has decided anything\ndecisions: []\n")
    assert project.run("remodel", "gate").code == 0
