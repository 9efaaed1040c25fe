"""Progress is live on a terminal and plain in a log; tables are readable at 80 columns."""

import contextlib
import functools
import io
import json
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.console import Console

from remodel.audit.decisions import Decision
from remodel.display.choose import choose_reporter
from remodel.display.tables import EnvironmentRow, environments_table, results_table, scores_table
from remodel.results.comparison import as_comparison
from remodel.results.scores import as_scores

SOURCE = Path(__file__).parents[3] / "src"
EXAMPLE = Path(__file__).parents[1] / "contract" / "examples" / "comparison" / "valid-two-environments.json"


class Clock:
    """A clock that stands still until it is told."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def stream():
    return io.StringIO()


def test_a_log_has_a_line_at_the_start_and_at_the_end_of_a_phase(stream, clock):
    with choose_reporter(stream=stream, clock=clock) as reporter:
        phase = reporter.phase("fetch wheels: sklearn-1.5", total=38)
        for _ in range(38):
            phase.advance()
        clock.now = 3.21
        phase.finish("38 wheels")
    assert stream.getvalue() == "fetch wheels: sklearn-1.5\nfetch wheels: sklearn-1.5: 38 wheels (3.2 s)\n"


def test_a_log_has_at_most_one_line_each_ten_seconds_in_between(stream, clock):
    with choose_reporter(stream=stream, clock=clock) as reporter:
        phase = reporter.phase("dvc repro", total=100)
        for second in range(1, 26):
            clock.now = float(second)
            phase.update(done=second)
    assert stream.getvalue().splitlines() == ["dvc repro", "dvc repro 10/100", "dvc repro 20/100"]


def test_phases_that_run_at_once_are_told_apart(stream, clock):
    with choose_reporter(stream=stream, clock=clock) as reporter:
        phases = [reporter.phase(name, total=2) for name in ("a", "b")]
        clock.now = 10.0
        phases[1].advance()
        phases[0].finish("fine")
    assert stream.getvalue().splitlines() == ["a", "b", "b 1/2", "a: fine (10.0 s)"]


def test_events_of_a_container_show_which_part_is_done(stream, clock):
    with choose_reporter(stream=stream, clock=clock) as reporter:
        phase = reporter.phase("credit_mlp @ sklearn-1.5")
        clock.now = 10.0
        phase.event({"event": "phase", "name": "fold", "done": 2, "total": 5})
        clock.now = 20.0
        phase.event({"event": "phase", "name": "fit"})
    assert stream.getvalue().splitlines()[1:] == ["credit_mlp @ sklearn-1.5: fold 2/5", "credit_mlp @ sklearn-1.5: fit"]


def test_a_phase_of_unknown_length_counts_its_steps(stream, clock):
    with choose_reporter(stream=stream, clock=clock) as reporter:
        phase = reporter.phase("files")
        clock.now = 10.0
        phase.advance(7)
    assert stream.getvalue().splitlines() == ["files", "files 7"]


def test_a_phase_ends_once(stream, clock):
    with choose_reporter(stream=stream, clock=clock) as reporter:
        phase = reporter.phase("a")
        phase.finish("fine")
        phase.finish("again")
        phase.advance()
    assert stream.getvalue().splitlines() == ["a", "a: fine (0.0 s)"]


def test_control_characters_never_reach_a_log(stream, clock):
    """What a build prints may hold colours, carriage returns and line breaks."""
    with choose_reporter(stream=stream, clock=clock) as reporter:
        reporter.note("\x1b[31mred\x1b[0m\rover\nnext\x07")
        reporter.phase("a\nb").finish("c\x1bd")
    assert re.search(r"[^\n -~]", stream.getvalue()) is None
    assert len(stream.getvalue().splitlines()) == 3


def test_brackets_in_a_note_are_no_markup(stream, clock):
    with choose_reporter(stream=stream, clock=clock) as reporter:
        reporter.note("use [bold] and [/nothing]")
    assert stream.getvalue() == "use [bold] and [/nothing]\n"


def test_phases_may_be_advanced_from_many_threads(stream, clock, request):
    request.addfinalizer(functools.partial(sys.setswitchinterval, sys.getswitchinterval()))
    sys.setswitchinterval(1e-6)
    with choose_reporter(stream=stream, clock=clock) as reporter:
        phase = reporter.phase("a", total=4000)
        threads = [threading.Thread(target=lambda: [phase.advance() for _ in range(1000)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert phase.done == 4000


LIVE = """
import time
from remodel.display.choose import choose_reporter
from remodel.display.tables import scores_table
from remodel.results.scores import Metric, Scores
with choose_reporter() as reporter:
    phase = reporter.phase("fetch [wheels]", total=3)
    phase.event({"event": "phase", "name": "unpack", "done": 2, "total": 3})
    time.sleep(0.3)
    reporter.note("a note with [brackets] \\x1b[2J and \\r control characters")
    phase.finish("3 wheels")
    names = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")
    reporter.table(scores_table(Scores("m", "e", "cv", 2, dict.fromkeys(names, Metric((0.5, 1.0), 0.75, 0.25)))))
"""


def on_terminal(program, **environment):
    """Everything that a program writes to a real pseudo-terminal."""
    control, terminal = pty.openpty()
    variables = {**os.environ, "PYTHONPATH": str(SOURCE), "COLUMNS": "100", "LINES": "30", **environment}
    with subprocess.Popen([sys.executable, "-c", program], stdout=terminal, stderr=terminal, env=variables) as child:
        os.close(terminal)
        written = b""
        with contextlib.suppress(OSError):  # the end of a pseudo-terminal is an error on Linux
            while chunk := os.read(control, 4096):
                written += chunk
    os.close(control)
    assert child.returncode == 0, written.decode()
    return written.decode()


def test_a_terminal_gets_bars_with_elapsed_time_and_lines_that_stay():
    text = on_terminal(LIVE, TERM="xterm-256color")
    assert "\x1b[" in text
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    assert re.search(r"fetch \[wheels\]: unpack .*2/3 +0:00:00", plain)
    assert "a note with [brackets]" in plain
    assert re.search(r"fetch \[wheels\]: 3 wheels \(0\.[3-9] s\)", plain)
    assert "0.7500" in plain


def test_a_note_cannot_clear_the_terminal():
    assert "\x1b[2J" not in on_terminal(LIVE, TERM="xterm-256color")


def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines():
    text = on_terminal(LIVE, TERM="dumb")
    assert "\x1b" not in text
    assert text.splitlines()[0] == "fetch [wheels]"


def test_the_display_of_a_pipe_does_not_import_rich():
    """It would cost more than many a command that shows no table."""
    program = (
        "import sys; from remodel.display.choose import choose_reporter\n"
        "with choose_reporter() as reporter: reporter.phase('a').finish()\n"
        "print('rich' in sys.modules, 'numpy' in sys.modules)"
    )
    variables = {**os.environ, "PYTHONPATH": str(SOURCE)}
    finished = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True)
    assert finished.stdout.splitlines()[-1] == "False False", finished.stderr


def render(table, width):
    console = Console(file=io.StringIO(), width=width, color_system=None, _environ={})
    console.print(table)
    return console.file.getvalue()


@pytest.fixture
def document():
    """Ten models as long as the project's, three environments; some labels differ, one has no ONNX file."""
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["environments"] = ["sklearn-0.24", "sklearn-1.5", "sklearn-1.9"]
    document["models"] = ["credit_hist_gradient_boosting", *(f"cancer_gradient_boosting{n}" for n in range(9))]
    entries = []
    for model in document["models"]:
        for environment in document["environments"]:
            source = document["entries"][1 if environment == "sklearn-1.9" else 0]
            entries.append({**source, "model": model, "environment": environment})
    return {**document, "entries": entries}


@pytest.fixture
def comparison(document):
    return as_comparison(document)


@pytest.mark.parametrize("width", [80, 120])
def test_the_results_are_readable(comparison, width):
    text = render(results_table(comparison, ()), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for word in (
        "credit_hist_gradient_boosting",
        "sklearn-0.24",
        "0.860 ±0.049",
        "3/0 labels",
        "no ONNX",
        "baseline",
        "changed",
    ):
        assert word in text


def test_the_results_mark_only_what_differs(document):
    for entry in document["entries"]:
        entry["evidence"]["labels"] = {kind: {"different": 0, "equal": 1.0} for kind in ("out_of_fold", "in_sample")}
        entry["evidence"]["onnx"] = {"size": 4, "reason": None}
    text = render(results_table(as_comparison(document), ()), 120).split("The verdict against")[0]
    assert "labels" not in text
    assert "no ONNX" not in text


@pytest.mark.parametrize(("artifacts", "mark"), [({}, "accepted"), ({"model.skops": "0" * 64}, "stale decision")])
def test_the_results_say_what_was_decided(comparison, artifacts, mark):
    """A change that somebody has accepted is told apart from one that waits, and so is a decision on other bytes."""
    entry, base = comparison.at("cancer_gradient_boosting0", "sklearn-1.9"), comparison.entries[0]
    own = {**entry.artifacts, **artifacts}
    decision = Decision(
        model=entry.model, environment="sklearn-1.9", reason="ok", baseline=base.artifacts, artifacts=own
    )
    text = render(results_table(comparison, [decision]), 120).split("The verdict against")[0]
    assert (text.count("accepted"), text.count("stale decision")) == ((1, 0) if mark == "accepted" else (0, 1))


@pytest.mark.parametrize("width", [80, 120])
def test_the_scores_have_a_row_a_fold_and_mean_and_spread(comparison, width):
    entry = comparison.entries[2]
    scores = as_scores({"model": entry.model, "environment": entry.environment, **entry.evidence})
    text = render(scores_table(scores), width)
    rows = [line.split() for line in text.splitlines() if line.strip()]
    assert [row[0] for row in rows if "─" not in row[0]] == ["fold", "1", "2", "3", "4", "5", "mean", "spread"]
    assert rows[-2][1:] == ["0.8000", "0.8500", "0.4000", "0.9300"]
    assert rows[-1][1:] == ["0.2449", "0.0000", "0.0000", "0.0000"]


@pytest.mark.parametrize("width", [80, 120])
def test_the_environments_are_readable(width):
    versions = {"scikit-learn": "0.24.2", "numpy": "1.23.5", "skops": "0.10.0", "onnxruntime": "1.19.2"}
    built = EnvironmentRow("sklearn-0.24", "3.9", versions, "0123456789abcdef", "sha256:fedcba98765432", 912e6, "ready")
    absent = EnvironmentRow("control", "3.11", {"numpy": "2.4.6"}, "a" * 64, None, None, "not built")
    text = render(environments_table([built, absent]), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    lines = [line.split() for line in text.splitlines()]
    assert ["sklearn-0.24", "3.9", "0.24.2", "1.23.5", "0.10.0", "1.19.2", "0123456789ab", "912", "ready"] in lines
    assert ["fedcba987654"] in lines
    assert ["control", "3.11", "-", "2.4.6", "-", "-", "aaaaaaaaaaaa", "-", "not", "built"] in lines
