"""The help of a command: its options in sections, in the order in which one asks for them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import click

from stress.cli.given_twice import say_given_twice

__all__ = ["OUTPUT", "READING", "Section", "VerbGroup", "VerbHelp", "market_section"]

#: A title, and the options under it.
Section = tuple[str, tuple[str, ...]]

READING: Section = (
    "How the holdings file is read",
    ("--nav", "--currency", "--as-of", "--fx", "--merge", "--map", "--dialect", "--identifiers"),
)
OUTPUT: Section = ("Output", ("--format", "--output", "--force", "--help"))

_TERM = 30
_GAP = 2
#: What stands after a text about its values, e.g. ``[default: 1; x>=1]``: never on two lines.
_VALUES = re.compile(r"  (\[[^\]]+\])$")
_HELD = "\N{NO-BREAK SPACE}"


def market_section(*further: str) -> Section:
    """Return the section of market levels, with options that only some commands have."""
    levels = ("--market", "--rate", "--dividend", "--vol", "--vol-beta", "--skew", "--spot")
    currencies = ("--spread", "--fx-move", "--fx-fixed")
    return (
        "Levels of the market, for options, bonds and currencies",
        (*levels, *currencies, *further),
    )


class _Page(click.HelpFormatter):
    """Breaks a text at spaces only: a name with a hyphen can be copied."""

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _TERM, col_spacing: int = _GAP
    ) -> None:
        """Write terms with what they mean beside them; under a term that is too long."""
        margin = " " * self.current_indent
        listed = list(rows)
        wide = min(max((len(term) for term, _ in listed), default=0), col_max) + col_spacing
        for term, meaning in listed:
            under = f"{margin}{' ' * wide}"
            head = f"{margin}{term}"
            lines = textwrap.wrap(
                _VALUES.sub(lambda found: f"  {found[1].replace(' ', _HELD)}", meaning),
                self.width,
                initial_indent=under if len(term) > wide - col_spacing else head.ljust(len(under)),
                subsequent_indent=under,
                break_on_hyphens=False,
                break_long_words=False,
            )
            if not lines or len(term) > wide - col_spacing:
                self.write(f"{head}\n")
            self.write("".join(f"{line.replace(_HELD, ' ')}\n" for line in lines))


class _Context(click.Context):
    formatter_class = _Page


class VerbHelp(click.Command):
    """A command whose help has its options in sections, and which says what of its line does not count.

    Parameters
    ----------
    sections : sequence of Section
        In order, each option by its longest name. One that stands in none is under "Options".
    unlisted : iterable of str
        Options that are taken to say why they have no meaning here.
    """

    context_class = _Context

    def __init__(
        self,
        *args: Any,
        sections: Sequence[Section] = (),
        unlisted: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sections = tuple(sections)
        self.unlisted = frozenset(unlisted)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; of an option that takes one value and is given several times, warn."""
        if not ctx.resilient_parsing:
            say_given_twice(self, ctx, args)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section that has options."""
        shown = {
            max(parameter.opts, key=len): record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option)
            and (record := parameter.get_help_record(ctx)) is not None
            and max(parameter.opts, key=len) not in self.unlisted
        }
        placed = {name for _, names in self.sections for name in names}
        rest = tuple(name for name in shown if name not in placed)
        for title, names in (*self.sections, ("Options", rest)):
            rows = [shown[name] for name in names if name in shown]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class VerbGroup(click.Group):
    """A group that lists its commands in the order in which they are written."""

    context_class = _Context
    command_class = VerbHelp

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the file."""
        return list(self.commands)
