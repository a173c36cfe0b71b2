"""Messages are wrapped for a terminal's eyes and stay one line each in a log."""

from __future__ import annotations

import io
import re
import sys

import pytest
from click.testing import CliRunner

from stress.cli import foreshock
from stress.cli.standard_error import say, wrapped_message

LONG = (
    "error: book.csv: 'a name with several words' (59.2 % of gross) is not in model us-ai-2025-12, and this "
    "goes on until it is longer than any terminal. Leave it out:  foreshock run '/some/where/a long book.csv' "
    "--unknown exclude --allow-partial --group account   or say what it moves like:  --proxy A=B   (or --proxies FILE)"
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_message_breaks_at_spaces_only_and_loses_nothing(width: int) -> None:
    lines = wrapped_message(LONG, width=width)
    assert " ".join(" ".join(lines).split()) == " ".join(LONG.split())
    assert all(line.startswith("  ") for line in lines[1:])
    assert all(len(line) <= width or " foreshock run" in line for line in lines)
    # What stands in quotation marks, a figure and its unit, and a command stay on one line.
    for whole in ("'a name with several words'", "(59.2 % of", "    --proxy A=B"):
        assert any(whole in line for line in lines)
    command = "    foreshock run '/some/where/a long book.csv' --unknown exclude --allow-partial --group account"
    assert command in lines


def test_a_long_word_is_not_broken() -> None:
    path = "/a/" + "very-long-folder/" * 12 + "book.csv"
    lines = wrapped_message(f"error: {path}: no such file. Check the path.", width=60)
    assert any(path in line for line in lines)


def test_a_log_has_one_line_a_message(monkeypatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    say("warning", f"{LONG}\nanother")
    assert stream.getvalue().splitlines() == [f"warning: {LONG}", "warning: another"]


@pytest.mark.parametrize(("columns", "width"), [("72", 72), ("100", 100), ("240", 100)])
def test_a_terminal_has_lines_of_its_width_and_of_the_screens_at_most(
    monkeypatch, columns: str, width: int
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", columns)
    say("warning", "word " * 100)
    lines = terminal.getvalue().splitlines()
    assert len(lines) > 4
    assert width - 5 < max(map(len, lines)) <= width


def test_a_terminal_cannot_be_told_what_to_do(monkeypatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    say("error", "\x1b[31mred\a")
    assert terminal.getvalue() == "error: ?[31mred?\n"


def test_a_wrong_option_is_refused_in_the_words_of_other_errors() -> None:
    done = CliRunner().invoke(foreshock, ["run", "--sevrity", "3"])
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: foreshock run ")
    assert "Try 'foreshock run --help' for help." in done.stderr
    # click quotes the option since 8.4.
    assert re.search(r"\nerror: No such option:? '?--sevrity\b", done.stderr)
