"""Options that a command line gives more than once and that take one value: the last counts, which is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from stress.cli.standard_error import say

__all__ = ["say_given_twice"]


def say_given_twice(command: click.Command, context: click.Context, typed: Sequence[str]) -> None:
    """Warn of each option that takes one value and has several.

    Parameters
    ----------
    command : Command
        Whose options they are.
    context : Context
        Of its call.
    typed : sequence of str
        Its arguments.

    Notes
    -----
    They are no error: aliases and scripts put options before those that are typed, as for other commands.
    """
    _, _, order = command.make_parser(context).parse_args(args=list(typed))
    for option, times in Counter(order).items():
        if times > 1 and isinstance(option, click.Option) and _takes_one(option):
            name = max(option.opts, key=len)
            say(
                "warning",
                f"{name} is given {times} times and takes one value: the last one counts.",
            )


def _takes_one(option: click.Option) -> bool:
    """Whether what is given again replaces what was given: not where all are taken, nor of a plain flag."""
    return not (option.multiple or option.count or (option.is_flag and not option.secondary_opts))
