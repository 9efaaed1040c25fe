"""Whoever tells a verdict tells what was decided of it: the page, the report, and what goes with a release."""

import json
from pathlib import Path

import pytest

from remodel.audit.decisions import Decision
from remodel.audit.report import markdown
from remodel.audit.rulings import decided, rulings, unneeded
from remodel.release.contents.audit import audit
from remodel.release.contents.card import verdict
from remodel.release.contents.documents import check
from remodel.results.comparison import as_comparison
from remodel.results.target import Target
from tests.unit.audit.unpacked import whole

EXAMPLES = Path(__file__).parents[1] / "contract" / "examples" / "comparison"
CHANGED, SAME = ("credit_mlp", "sklearn-1.9"), ("iris_svc", "sklearn-1.9")
REASON = "the three <rows> were\nchecked by hand"
STALE = "its decision is for artifacts that no longer exist"


@pytest.fixture
def comparison():
    """credit_mlp changed in sklearn-1.9, iris_svc did not."""
    return as_comparison(json.loads((EXAMPLES / "valid-two-environments.json").read_text(encoding="utf-8")))


def decision(comparison, place=CHANGED, **artifacts):
    """A decision on one model, for other artifacts where some are given."""
    entry, base = comparison.at(*place), comparison.at(place[0], comparison.baseline)
    model, environment = place
    own = {**entry.artifacts, **artifacts}
    return Decision(model=model, environment=environment, reason=REASON, baseline=dict(base.artifacts), artifacts=own)


def other(comparison):
    return decision(comparison, **{"model.skops": "0" * 64})


def test_an_accepted_change_is_no_longer_one_to_decide(comparison):
    """The page used to ask for a decision that had been taken."""
    before, after = whole(comparison, ()), whole(comparison, [decision(comparison)])
    assert "<strong>1 of 2 may.</strong> Of the others, somebody has to decide" in before
    assert "somebody has to decide" not in after
    assert "<strong>All 2 may.</strong>" in after
    assert 'class="card answer closed"' in before
    assert 'class="card answer closed"' not in after
    assert "1 change was accepted in decisions.yaml, for these very artifacts" in after
    assert after.count("the three &lt;rows&gt; were\nchecked by hand") == 2
    assert '<span class="badge accepted">accepted</span>' in after.split('id="overview"')[1]


def test_a_decision_that_no_longer_holds_is_said_as_such(comparison):
    text = whole(comparison, [other(comparison)])
    assert "<strong>1 of 2 may.</strong> Of the others, somebody has to decide" in text
    assert f"{STALE}</li>" in text
    assert f"{STALE}: the three &lt;rows&gt;" in text
    assert "for these very artifacts" not in text


def test_the_report_says_the_same_as_the_page(comparison):
    undecided, taken, stale = (
        markdown(comparison, found) for found in ((), [decision(comparison)], [other(comparison)])
    )
    assert "## May the models move to sklearn-1.9?\n\n1 of 2 may.\n\n- credit_mlp **changed**: 3 of 40" in undecided
    assert "2 of 2 may.\n\n- credit_mlp **accepted**: the three <rows> were checked by hand\n" in taken
    assert "| **changed** (accepted) 0.8000" in taken
    assert "- accepted: the three <rows> were checked by hand (decisions.yaml)\n" in taken
    assert "1 of 2 may.\n" in stale
    assert f"; {STALE}\n" in stale
    assert f"- {STALE}: the three <rows> were checked by hand (decisions.yaml)\n" in stale


def test_decisions_that_nothing_needs_are_named_once(comparison):
    gone = Decision(model="old", environment="sklearn-1.9", reason="why", baseline={}, artifacts={})
    taken = [decision(comparison, SAME), gone]
    assert list(unneeded(comparison, taken)) == ["iris_svc@sklearn-1.9 is identical", "old@sklearn-1.9 is not compared"]
    assert decided(comparison, taken) == {}
    for text in (whole(comparison, taken), markdown(comparison, taken)):
        assert text.count("iris_svc@sklearn-1.9 is identical") == 1
    assert "o longer needed" not in whole(comparison, [decision(comparison)])
    assert "o longer needed" not in markdown(comparison, [decision(comparison)])


def test_a_decision_is_shown_where_nothing_is_released_too(comparison):
    """A change in another environment than that of the release can be accepted before that moves."""
    document = {**comparison.document, "release_environment": comparison.baseline}
    turned = as_comparison(document)
    assert rulings(turned, [decision(turned)]) == []
    assert decided(turned, [decision(turned)])[Target(*CHANGED)].holds
    assert "accepted: the three &lt;rows&gt;" in whole(turned, [decision(turned)])
    assert "Nothing moves" in markdown(turned, ())


@pytest.mark.parametrize(
    ("accepted", "cell"),
    [(True, f"changed: 3 of 40 labels flip; accepted: {REASON}"), (False, "changed: 3 of 40 labels flip")],
)
def test_the_files_of_a_release_say_that_it_was_accepted(comparison, accepted, cell):
    """audit.json has the ruling, and the model card has it beside the verdict, of the released environment alone."""
    ruled = rulings(comparison, [decision(comparison)])
    document = check("audit", audit(comparison, ruled, "credit_mlp"), "audit.json")
    assert document["ruling"]["verdict"] == "accepted"
    assert [entry["environment"] for entry in document["entries"]] == ["sklearn-1.5", "sklearn-1.9"]
    assert {entry["model"] for entry in document["entries"]} == {"credit_mlp"}
    environment = "sklearn-1.9" if accepted else "sklearn-1.8"
    entry = {"environment": environment, "verdict": "changed", "reasons": ["3 of 40 labels flip"]}
    assert verdict(entry, document["ruling"]) == cell
    assert verdict({**entry, "reasons": []}, None) == "changed"
