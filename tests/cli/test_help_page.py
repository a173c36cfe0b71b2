"""The help of every command fits the screen, and has each option once, under a title that says what it is for."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from stress.cli import COMMANDS, foreshock
from stress.cli.help_page import VerbGroup, VerbHelp


def verbs() -> list[tuple[str, ...]]:
    """Return every command with its group."""
    found: list[tuple[str, ...]] = []
    context = click.Context(foreshock)
    for name in COMMANDS:
        command = foreshock.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.list_commands(context)]
    return found


def command_of(words: tuple[str, ...]) -> click.Command:
    command: click.Command = foreshock
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found
    return command


@pytest.mark.parametrize("words", verbs(), ids=" ".join)
def test_a_help_page_fits_and_breaks_no_name(words: tuple[str, ...]) -> None:
    page = CliRunner(env={"COLUMNS": "100"}).invoke(foreshock, [*words, "--help"]).output
    lines = page.splitlines()
    assert max(map(len, lines)) <= 100
    # A name with a hyphen is not broken there, nor what stands in brackets.
    assert not [line for line in lines if line.endswith("-") or line.count("[") != line.count("]")]


@pytest.mark.parametrize("words", verbs(), ids=" ".join)
def test_every_option_says_what_it_is(words: tuple[str, ...]) -> None:
    command = command_of(words)
    assert isinstance(command, VerbHelp | VerbGroup)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts
            record = parameter.get_help_record(click.Context(command))
            assert record is not None
            assert not any(kind in record[0] for kind in ("INTEGER", "FLOAT", "TEXT", "PATH"))


@pytest.mark.parametrize("name", ["run", "hedge", "compare", "reverse"])
def test_sections_have_each_option_once_and_no_other(name: str) -> None:
    command = command_of((name,))
    assert isinstance(command, VerbHelp)
    placed = [option for _, options in command.sections for option in options]
    assert len(placed) == len(set(placed))
    options = [one for one in command.params if isinstance(one, click.Option)]
    known = {max(one.opts, key=len) for one in options} | {"--help"}
    assert set(placed) | command.unlisted == known
    assert not set(placed) & command.unlisted


def test_what_is_unlisted_is_refused_with_its_reason() -> None:
    command = command_of(("hedge",))
    assert isinstance(command, VerbHelp)
    for option, value in (("--instant", []), ("--rebalance", []), ("--generator", ["bootstrap"])):
        assert option in command.unlisted
        done = CliRunner().invoke(foreshock, ["hedge", "mega_cap", option, *value])
        assert done.exit_code == 2
        assert f"{option} has no meaning here" in done.stderr
        assert f"  {option}" not in CliRunner().invoke(foreshock, ["hedge", "--help"]).output


def test_commands_stand_in_the_order_of_use() -> None:
    group = command_of(("scenario",))
    assert isinstance(group, click.Group)
    listed = group.list_commands(click.Context(group))
    assert listed == ["list", "show", "validate", "schema", "from-fed"]
    page = CliRunner(env={"COLUMNS": "80"}).invoke(foreshock, ["scenario", "--help"]).output
    assert "..." not in page.partition("Commands:")[2]
