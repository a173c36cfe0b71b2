"""A message that nobody can read costs nothing; a result that cannot be written is an error."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from stress.cli.standard_error import say, terminal_width

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a shell")

ROOT = Path(__file__).resolve().parents[2]
ASK = "-s deepseek-2025-01-27 --draws 300"
full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")


def shell(words: str, redirected: str) -> subprocess.CompletedProcess[str]:
    command = f"{shlex.quote(sys.executable)} -m stress {words} {redirected}"
    return subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("redirected", ["2>&-", pytest.param("2>/dev/full", marks=full)])
def test_a_lost_standard_error_changes_no_exit_code_and_loses_no_result(redirected, book) -> None:
    done = shell(f"run {book} {ASK}", redirected)
    assert done.returncode == 0
    assert done.stdout.startswith("my.csv · NAV")
    assert "NEXT" in done.stdout
    assert shell(f"run {book} {ASK} --limit expected=0.1%", redirected).returncode == 4
    assert shell("run no-such-book.csv", redirected).returncode == 3
    assert shell("run --no-such-option", redirected).returncode == 2


@pytest.mark.parametrize("words", [f"run portfolios/mega_cap.csv {ASK}", "--help", "model list"])
def test_a_closed_standard_output_is_an_error_where_something_is_to_be_written(words: str) -> None:
    done = shell(words, ">&-")
    assert done.returncode == 1
    assert "the output cannot be written: standard output is closed" in done.stderr
    assert "defect" not in done.stderr
    assert shell(words, ">&- 2>&-").returncode == 1


def test_a_file_is_written_without_any_stream(book, tmp_path) -> None:
    done = shell(f"run {book} {ASK} -o {tmp_path}/run.json", "<&- >&- 2>&-")
    assert done.returncode == 0
    assert (tmp_path / "run.json").read_text(encoding="utf-8").endswith("}\n")


def test_messages_in_a_process_without_standard_error(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert terminal_width() is None
    say("warning", "nobody reads this")
