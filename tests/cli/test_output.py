"""`-o`: the suffix picks the format, nothing is overwritten or left half-written."""

from __future__ import annotations

import json
import os
import stat
import sys

import pytest

from stress.cli.output import write_file

ASK = ("-s", "chips-only-derating", "--draws", "4096")


def test_the_suffix_picks_the_format(run, book, tmp_path) -> None:
    for name, start in (("run.json", "{"), ("run.csv", "portfolio,"), ("run.txt", "my.csv · NAV")):
        result = run("run", book, *ASK, "-o", tmp_path / name)
        assert result.exit_code == 0, result.output
        assert result.stdout == ""
        assert f"written: {tmp_path / name}" in result.stderr
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))


def test_the_option_wins_over_the_suffix_and_a_dash_is_standard_output(run, book, tmp_path) -> None:
    assert run("run", book, *ASK, "--format", "json", "-o", tmp_path / "run.dat").exit_code == 0
    json.loads((tmp_path / "run.dat").read_text(encoding="utf-8"))
    json.loads(run("run", book, *ASK, "--format", "json", "-o", "-").stdout)


def test_an_unknown_suffix_is_wrong_usage(run, book, tmp_path) -> None:
    result = run("run", book, *ASK, "-o", tmp_path / "run.jsn")
    assert result.exit_code == 2
    assert "Did you mean '.json'?" in result.stderr


def test_an_existing_file_is_kept_unless_forced(run, book, tmp_path) -> None:
    target = tmp_path / "run.json"
    target.write_text("mine", encoding="utf-8")
    refused = run("run", book, *ASK, "-o", target)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert target.read_text(encoding="utf-8") == "mine"
    assert run("run", book, *ASK, "-o", target, "--force").exit_code == 0
    json.loads(target.read_text(encoding="utf-8"))


def test_a_missing_folder_is_said_before_the_work(run, tmp_path) -> None:
    result = run("run", "no-such-book.csv", "-o", tmp_path / "nowhere" / "run.json")
    assert result.exit_code == 2
    assert "the folder of" in result.stderr


def test_a_failed_write_leaves_the_old_file_and_no_part(tmp_path, monkeypatch) -> None:
    target = tmp_path / "run.json"
    target.write_text("old", encoding="utf-8")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(Exception, match="No space left"):
        write_file(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_written_file_has_the_usual_permissions(tmp_path) -> None:
    write_file(tmp_path / "a.txt", "a")
    (tmp_path / "b.txt").write_text("b", encoding="utf-8")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.txt", "b.txt")}
    assert len(modes) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_names_that_are_not_utf8_are_written_as_escapes(run, book, tmp_path) -> None:
    odd = tmp_path / "\udcff.csv"
    odd.write_bytes(book.read_bytes())
    ask = ("run", odd, "-s", "chips-only-derating", "--draws", "300")
    for suffix in ("json", "csv", "txt"):
        done = run(*ask, "-o", tmp_path / f"\udcfe.{suffix}")
        assert done.exit_code == 0, done.stderr
        assert "?." in done.stderr  # written: ...
        assert r"\udcff.csv" in (tmp_path / f"\udcfe.{suffix}").read_text(encoding="utf-8")
    for _ in ("begun", "gone on with"):
        assert run(*ask, "--stream", tmp_path / "draws").exit_code == 0
    checked = run("portfolio", "check", odd, "--format", "json", "-o", tmp_path / "check.json")
    assert checked.exit_code == 0, checked.stderr
    json.loads((tmp_path / "check.json").read_text(encoding="utf-8"))


def test_a_file_that_is_written_is_named_without_what_a_terminal_would_obey(
    run, book, tmp_path
) -> None:
    done = run("run", book, *ASK, "-o", tmp_path / "a\x1b[2J.json")
    assert done.exit_code == 0
    assert "a?[2J.json" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_page_for_a_browser_needs_nothing_else(run, book, tmp_path) -> None:
    odd = tmp_path / "a<script>.csv"
    odd.write_bytes(book.read_bytes())
    asks = {
        "run": ("run", odd, "-s", "chips-only-derating", "-s", "export-controls", "--draws", "300"),
        "reverse": ("reverse", odd, "--loss", "5%"),
    }
    for verb, ask in asks.items():
        done = run(*ask, "-o", tmp_path / f"{verb}.html")
        assert done.exit_code == 0, done.stderr
        page = (tmp_path / f"{verb}.html").read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>")
        assert '<meta charset="utf-8">' in page
        assert "<script" not in page
        assert "http://" not in page.replace("http://www.w3.org/", "")
        assert "a&lt;script&gt;.csv" in page
        assert run(*ask, "--format", "html").stdout == page
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "WHERE" in page
    assert "ALL SCENARIOS" in page
    assert page.index("chips-only-derating") < page.index("export-controls")
