"""Commands and names that the documentation shows exist."""

from __future__ import annotations

import doctest
import functools
import importlib
import inspect
import re
import shlex
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import stress
from stress.argument_words import in_words
from stress.cli import foreshock

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


def commands(prefix: str) -> Iterator[tuple[str, str]]:
    """Yield (page, line) of every command in a code block that starts with `prefix`."""
    for page in PAGES:
        blocks = re.findall(
            r"```(?:sh|console|bash)\n(.*?)```", page.read_text(encoding="utf-8"), re.S
        )
        for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
            text = line.removeprefix("$ ").strip()
            if text.startswith(prefix + " "):
                yield page.name, text


def test_no_command_stands_outside_a_fenced_block() -> None:
    """Only what is fenced is tried."""
    for page in PAGES:
        unfenced = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        assert re.findall(r"^(?: {4,}|\t)(?:foreshock|make) .*$", unfenced, re.M) == [], page.name


SHOWN = sorted(set(commands("foreshock")))
TARGETS = sorted(set(commands("make")))


def test_the_readme_shows_the_main_command_and_both_make_targets() -> None:
    readme = {
        text.split("#")[0].strip() for page, text in [*SHOWN, *TARGETS] if page == "README.md"
    }
    assert {"foreshock run portfolios/ai_growth.csv", "make demo", "make test"} <= readme


@pytest.mark.parametrize(("page", "line"), SHOWN, ids=lambda value: value)
def test_a_shown_command_has_its_options(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = foreshock
    context = click.Context(command)
    while isinstance(command, click.Group):
        name = words.pop(0)
        if name.startswith("-"):
            return
        found = command.get_command(context, name)
        assert found is not None, f"{page}: there is no command {name!r} in: {line}"
        command, context = found, click.Context(found, parent=context)
    known = {option for parameter in command.params for option in parameter.opts}
    used = {word.split("=")[0] for word in words if re.match(r"-{1,2}[A-Za-z]", word)}
    assert used <= known | {"--help"}, f"{page}: {sorted(used - known)} in: {line}"


@pytest.mark.parametrize(("page", "line"), TARGETS, ids=lambda value: value)
def test_a_shown_make_target_exists(page: str, line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    target = shlex.split(line, comments=True)[1]
    assert re.search(rf"^{re.escape(target)}:", makefile, re.M), f"{page}: make {target}"


@pytest.mark.parametrize("page", ["README.md", "docs/python.md", "docs/hedging.md"])
def test_python_shown_uses_public_names(page: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    used = set(re.findall(r"\bstress\.(\w+)", "\n".join(blocks)))
    assert used
    assert used <= set(stress.__all__)


def test_python_shown_in_its_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    shown: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(block, shown)
    assert shown["portfolio"].nav_source == "stated"
    assert shown["result"].expected < 0.0


def test_python_shown_of_hedges_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On fewer draws than shown, with fewer strategies."""
    monkeypatch.chdir(tmp_path)
    few = {"draws": 2_000, "strategies": ("do_nothing", "minimum_es"), "model_variants": False}
    monkeypatch.setattr(stress, "hedge", functools.partial(stress.hedge, draws=2_000))
    monkeypatch.setattr(stress, "compare", functools.partial(stress.compare, **few))
    page = (ROOT / "docs" / "hedging.md").read_text(encoding="utf-8")
    shown: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(block, shown)
    assert (tmp_path / "frontier.png").stat().st_size > 1_000
    assert shown["plan"].tickets


@pytest.mark.parametrize("options", ["BookOptions", "RunOptions", "HedgeOptions"])
def test_every_option_is_listed_once_with_what_it_may_be(options: str) -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    kinds = typing.get_type_hints(getattr(stress, options), include_extras=True)
    inherited = set() if options == "BookOptions" else set(stress.BookOptions.__annotations__)
    rows = [
        f"| `{name}` | {in_words(kind)} |" for name, kind in kinds.items() if name not in inherited
    ]
    assert "\n".join([f"| `{options}` | is |", "| --- | --- |", *rows]) in page
    assert all(
        re.search(rf"\b{name}\b", getattr(stress, options).__doc__)
        for name in kinds
        if name not in inherited
    )


@pytest.mark.parametrize(
    "verb", sorted(v for v in stress.__all__ if inspect.isfunction(getattr(stress, v)))
)
def test_a_verb_gives_what_its_docstring_promises(verb: str) -> None:
    function = getattr(stress, verb)
    gives = typing.get_type_hints(function)["return"]
    promised = re.findall(r"`\.(\w+)", (function.__doc__ or "").partition("Returns")[2])
    assert [name for name in promised if not hasattr(gives, name)] == []
    assert "Examples\n" in (function.__doc__ or ""), f"{verb} shows no example"
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert f"`{verb}`" in page


def modules_with_examples() -> Iterator[str]:
    """Yield the dotted name of every module whose docstrings show an example."""
    for path in sorted((ROOT / "stress").rglob("*.py")):
        if ">>> " in path.read_text(encoding="utf-8"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__")


@pytest.mark.parametrize("name", list(modules_with_examples()))
def test_examples_in_docstrings_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert done.failed == 0
