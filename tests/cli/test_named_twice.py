"""What a command writes is neither what it reads nor what else it writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ASK = ("--draws", "300", "--format", "json")


def test_an_input_is_not_written_over(run, book, tmp_path, short_scenario, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = book.read_bytes()
    other = tmp_path / "other.csv"
    other.write_bytes(before)
    (tmp_path / "link.csv").symlink_to(book)
    for target, more in (
        (book, ()),
        ("./my.csv", ("-s", short_scenario)),
        ("link.csv", ()),
        (short_scenario.name, ("-s", short_scenario)),
        ("other.csv", ("--benchmark", "./other.csv")),
        ("other.csv", ("--look-through", "SPY=other.csv")),
        ("other.csv", ("--proxies", "other.csv")),
    ):
        refused = run("run", book, *more, *ASK, "-o", target, "--force")
        assert refused.exit_code == 2
        assert f"-o {Path(target)}: the command reads that file." in refused.stderr
    saved = run("run", book, "--shock", "NVDA=-1%", *ASK, "--save-scenario", book, "--force")
    assert saved.exit_code == 2
    assert "--save-scenario" in saved.stderr
    assert book.read_bytes() == other.read_bytes() == before


def test_two_things_are_not_written_into_one_file(run, book, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run(
        "run", book, "--shock", "NVDA=-1%", *ASK, "--save-scenario", "F", "-o", tmp_path / "F"
    )
    assert refused.exit_code == 2
    assert "writes that file too" in refused.stderr
    assert not (tmp_path / "F").exists()


def test_a_word_that_is_no_file_to_read_is_no_input(run, book, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "account").write_text("mine", encoding="utf-8")
    done = run("run", book, "--group", "account", *ASK, "-o", "account", "--force")
    assert done.exit_code == 0, done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_what_is_no_file_is_refused_before_the_work_and_left_as_it_is(run, tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target in (pipe, "/dev/null"):
        refused = run("run", "no-such-book.csv", *ASK, "-o", target, "--force")
        assert refused.exit_code == 2
        assert "is no regular file" in refused.stderr
        assert "-o -" in refused.stderr
    assert pipe.is_fifo()


def test_a_link_to_itself_or_into_nowhere_is_refused(run, tmp_path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "far").symlink_to("nowhere/x.json")
    for name, said in (("loop", "cannot be written"), ("far", "the folder of")):
        refused = run("run", "no-such-book.csv", *ASK, "-o", tmp_path / name, "--force")
        assert refused.exit_code == 2
        assert said in refused.stderr


def test_a_scenario_is_written_anew_in_its_place(run, short_scenario, tmp_path) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(short_scenario.read_bytes())
    assert run("scenario", "show", own, "-o", own).exit_code == 2
    written = run("scenario", "show", own, "-o", own, "--force")
    assert written.exit_code == 0, written.stderr
    assert run("scenario", "validate", own).exit_code == 0
