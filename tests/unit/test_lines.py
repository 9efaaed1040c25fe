"""Lines of programs that never end one, and text that would talk to a terminal."""

from __future__ import annotations

import resource
import sys

import pytest

from remodel import process
from remodel.lines import CUT, Lines, one_line, visible


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_lines_are_the_same_however_they_come(size: int) -> None:
    """Ended by a line feed, a carriage return or both; the last one may have no end."""
    content, lines = "a\r\nb\rc\n\nd\r\r\nä".encode(), Lines()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert [*(line for piece in pieces for line in lines.feed(piece)), *lines.end()] == [*"abc", "", "d", "", "ä"]


def test_the_rest_of_a_long_line_is_dropped() -> None:
    """And said to be; the next line is whole."""
    lines = Lines(longest=4)
    assert [*lines.feed(b"12"), *lines.feed(b"34"), *lines.feed(b"56\nab"), *lines.end()] == [f"1234{CUT}", "ab"]


def test_a_program_may_print_a_gigabyte_without_a_line(tmp_path) -> None:
    """This process does not grow by it."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code = "import sys\nfor n in range(256): sys.stdout.write('x' * (4 << 20))"
    finished = process.run([sys.executable, "-c", code], longest=1000)
    assert finished.output == "x" * 1000 + CUT
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "kilobytes"


def test_a_program_has_ended_when_it_has_ended() -> None:
    """A process that it leaves behind with its output in hand does not keep anybody waiting."""
    left = "import os, time\nprint(os.getpid(), flush=True)\nif os.fork() == 0: os.setsid(); time.sleep(60)"
    assert process.run([sys.executable, "-c", left]).ok


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain, ä, 字, 🙂\tand\u00a0spaces", "plain, ä, 字, 🙂\tand\u00a0spaces"),
        ("\x1b[2J\x07\x7f\x9b", "\\x1b[2J\\x07\\x7f\\x9b"),
        ("a\nb\rc\u2028d", "a\\nb\\rc\\u2028d"),
        ("\u202eright\u2066\u200b\ufeff", "\\u202eright\\u2066\\u200b\\ufeff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_control_characters_are_spelled_out(text: str, seen: str) -> None:
    """Letters of every script stay as they are."""
    assert visible(text) == seen


def test_one_line_is_one_line() -> None:
    assert one_line(" a\n\tb  c\x1b") == "a b c\\x1b"
    assert one_line("x" * 9999, 10) == "x" * 10 + " ... [cut]"
