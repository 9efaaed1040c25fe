"""What becomes of stages, for people in a log and for programs line by line."""

from __future__ import annotations

import io
import json

from remodel.display.choose import choose_reporter
from remodel.display.reporter import Reporter, ShownStage
from remodel.errors import BuildError

STAGES = [
    ShownStage("recipes"),
    ShownStage("train@a-old", "old", "logs/a@old.log", 30.0),
    ShownStage("train@b-old", "old", "logs/b@old.log", 10.0),
    ShownStage("train@a-new", "new", "logs/a@new.log"),
    ShownStage("compare"),
]


class Clock:
    """A clock that stands still until it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_rebuild(reporter: Reporter, clock: Clock) -> dict[str, int]:
    """Every kind of event."""
    with reporter:
        report = reporter.stages(STAGES, cores=2)
        reporter.note("fetching 38 wheels", about="old")
        report.unchanged("recipes")
        report.running("train@a-old")
        clock.now = 20.0
        report.fetched("train@b-old")
        report.built("train@a-old", "a @ old: accuracy 1.0")
        report.failed("train@a-new", BuildError("it does not converge", "Give it more steps"))
        report.skipped("compare", "train@a-new")
        return dict(report.ended())


COUNTS = {"unchanged": 1, "fetched": 1, "built": 1, "failed": 1, "skipped": 1}


def test_a_log_tells_how_far_it_is_what_failed_and_why() -> None:
    """A line for the whole, and one for each environment; the time that is left from the last time's."""
    stream, clock = io.StringIO(), Clock()
    assert a_rebuild(choose_reporter(stream=stream, clock=clock), clock) == COUNTS
    assert stream.getvalue().splitlines() == [
        "rebuild",
        "old",
        "new",
        "old: fetching 38 wheels",
        "rebuild: 1 fetched, 1 unchanged, 1 running, about 15 s left 2/5",
        "old 1/2",
        "new 1/1",
        "failed: train@a-new: it does not converge. Give it more steps (log: logs/a@new.log)",
        "skipped: compare, which needs train@a-new",
        "rebuild: 1 built, 1 fetched, 1 unchanged, 1 failed, 1 skipped (20.0 s)",
        "old: 1 built, 1 fetched (20.0 s)",
        "new: 1 failed (20.0 s)",
    ]


def test_a_program_gets_one_document_a_line() -> None:
    """Phases and tables are for people."""
    stream, clock = io.StringIO(), Clock()
    reporter = choose_reporter(json=True, stream=stream, clock=clock)
    reporter.phase("images", total=2).finish("2 built")
    assert a_rebuild(reporter, clock) == COUNTS
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {"event": "planned", "stages": [stage.name for stage in STAGES]},
        {"event": "note", "text": "fetching 38 wheels"},
        {"event": "unchanged", "stage": "recipes"},
        {"event": "running", "stage": "train@a-old"},
        {"event": "fetched", "stage": "train@b-old"},
        {"event": "built", "stage": "train@a-old", "text": "a @ old: accuracy 1.0"},
        {
            "event": "failed",
            "stage": "train@a-new",
            "error": "it does not converge",
            "advice": "Give it more steps",
            "log": "logs/a@new.log",
        },
        {"event": "skipped", "stage": "compare", "needs": "train@a-new"},
        {"event": "ended", "counts": COUNTS},
    ]


def test_stages_of_one_group_have_one_bar() -> None:
    """A second one would say the same."""
    stream, clock = io.StringIO(), Clock()
    with choose_reporter(stream=stream, clock=clock) as reporter:
        report = reporter.stages([ShownStage("train@a-old", "old")])
        report.failed("train@a-old", BuildError("it cannot be looked at"))
        assert report.ended() == {"failed": 1}
    assert stream.getvalue().splitlines() == [
        "rebuild",
        "failed: train@a-old: it cannot be looked at",
        "rebuild: 1 failed (0.0 s)",
    ]


def test_nothing_to_do_is_said() -> None:
    """Not an empty line."""
    stream = io.StringIO()
    with choose_reporter(stream=stream, clock=Clock()) as reporter:
        reporter.stages([]).ended()
    assert stream.getvalue().splitlines() == ["rebuild", "rebuild: nothing to do (0.0 s)"]
