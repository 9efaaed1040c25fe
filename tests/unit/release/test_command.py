"""What `remodel release publish` refuses before anything is assembled."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from remodel.audit.decisions import Decision
from remodel.checkout import Checkout
from remodel.errors import GateClosed, StorageError, UnknownName
from remodel.release import command
from remodel.release.command import open_gate
from remodel.release.contents.identity import Identity
from remodel.release.verify.command import CHECKOUT
from remodel.results.comparison import Comparison, Entry
from tests.unit.release.assembled import COMMIT, ENVIRONMENT, MODELS


def test_a_model_that_may_not_move_is_refused() -> None:
    """The gate rules on the models that are released, by the verdicts and the decisions that were taken for them."""
    old, new = {"model.skops": "0" * 64}, {"model.skops": "1" * 64}
    entries = []
    for model, verdict, artifacts in (("moved", "changed", new), ("same", "identical", old)):
        reasons = ("labels flip",) if verdict == "changed" else ()
        for environment, word, made in (("old", "baseline", old), ("new", verdict, artifacts)):
            entries.append(Entry(model, environment, word, reasons, made, evidence=None))
    comparison = Comparison("old", "new", ("old", "new"), ("moved", "same"), {}, tuple(entries))
    lines: list[str] = []
    assert [ruling.passes for ruling in open_gate(comparison, (), ["same"], lines.append)] == [True]
    with pytest.raises(GateClosed, match="moved may not move to new") as caught:
        open_gate(comparison, (), ["moved", "same"], lines.append)
    assert caught.value.exit_code == 9
    assert "  stop moved@new changed: labels flip" in lines
    decision = Decision(model="moved", environment="new", reason="looked at", baseline=old, artifacts=new)
    assert [ruling.verdict for ruling in open_gate(comparison, [decision], ["moved"], lines.append)] == ["accepted"]


def test_what_a_release_can_be(built: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """All packaged models or some of them, of a commit and of a pipeline that is up to date."""
    stale: dict[str, str] = {}
    monkeypatch.setattr(command, "clean_commit", lambda root: COMMIT)
    monkeypatch.setattr(command.pipeline, "out_of_date", lambda checkout: stale)
    monkeypatch.setattr(command, "read_params", lambda checkout: SimpleNamespace(release_environment=ENVIRONMENT))
    assert command.identify(built, "1.4.0", ()) == Identity("1.4.0", COMMIT, ENVIRONMENT, MODELS)
    assert command.identify(built, "1.4.0", ["iris_tree"] * 2).models == ("iris_tree",)
    with pytest.raises(UnknownName, match="unknown model 'iris_tre' in release/: did you mean 'iris_tree'"):
        command.identify(built, "1.4.0", ["iris_tre"])
    stale.update(recipes="changed deps: conf", compare="changed deps: models")
    with pytest.raises(StorageError, match="stage recipes is not up to date: changed deps: conf, and 1 more stages"):
        command.identify(built, "1.4.0", ())


def test_where_this_program_stands() -> None:
    """A receiver has no checkout: the program's own has the source and the way of making images."""
    assert (CHECKOUT.docker / "Containerfile").is_file()
    assert (CHECKOUT.source / "bench" / "__main__.py").is_file()
