"""Commands and names that the documentation shows exist."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import stress
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


def test_python_shown_in_the_readme_uses_public_names() -> None:
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S
    )
    used = set(re.findall(r"\bstress\.(\w+)", "\n".join(blocks)))
    assert used
    assert used <= set(stress.__all__)


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
