"""What later versions will do to the models that are built here."""

from __future__ import annotations

import json

from tests.containers.cli.project import Project


def test_a_model_that_the_next_versions_break_is_named(project: Project) -> None:
    """On the command line, in the report and on the page; another version than one is refused."""
    quiet = project.run("remodel", "forecast")
    assert (quiet.code, quiet.out) == (0, "0 of 1 models will break in any version that is known of\n"), quiet.err
    path = project.root / "conf" / "model" / f"{project.model}.yaml"
    path.write_text(path.read_text().replace("/classifier: decision_tree", "/classifier: svc"))
    built = project.repro()
    assert built.code == 0, built.err
    known = project.run("remodel", "forecast")
    assert known.code == 0 and f"{project.model}@sklearn-1.9 1.11 breaks SVC: `probability: true` is gone" in known.out
    assert known.out.splitlines()[-1] == "1 of 1 models will break in any version that is known of"
    sooner = json.loads(project.run("remodel", "forecast", "1.10", "--json").out)
    assert sooner == {project.model: []}
    line = "1.11 breaks SVC: `probability: true` is gone"
    assert line in (project.root / "reports" / "comparison.md").read_text()
    assert "Announced for later versions" in (project.root / "reports" / "index.html").read_text()
    project.run("remodel", "forecast", "next").refused(
        2, "'next' is no version of scikit-learn", "remodel forecast 1.10"
    )
