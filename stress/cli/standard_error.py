"""Messages on standard error: wrapped for the eyes of a terminal, one line each for a log."""

from __future__ import annotations

import os
import re
import sys

import click

from stress.cli.streams import mute_standard_error
from stress.reporting.filling import fill
from stress.tables import SCREEN_WIDTH, printable

__all__ = ["say", "say_written", "show_refusal", "tell", "terminal_width", "wrapped_message"]

#: Between a message and what is to be copied from it, and after that.
_GAP = re.compile(r" {2,}")
_UNDER = "  "
#: A terminal narrower than this wraps for itself.
_LEAST = 40


def say(kind: str, message: object) -> None:
    """Print a message a problem on standard error, without characters that a terminal would obey.

    Parameters
    ----------
    kind : {'error', 'warning', 'note'}
        Stands before each message.
    message : object
        Its text may have several lines, one a problem.
    """
    width = terminal_width()
    for line in str(message).splitlines() or [""]:
        for written in wrapped_message(f"{kind}: {printable(line)}", width=width):
            tell(written)


def say_written(path: object) -> None:
    """Name a file that has been written, without characters that a terminal would obey."""
    tell(f"written: {printable(str(path))}")


def tell(line: str) -> None:
    """Print a line on standard error; where nobody can read it (closed, a full disk), the work goes on without.

    Parameters
    ----------
    line : str
        As it is to stand there.
    """
    try:
        click.echo(line, err=True)
    except (OSError, ValueError):
        # What the stream still holds would fail once more, and with it the exit code, when the process ends.
        mute_standard_error()


def show_refusal(error: click.UsageError) -> None:
    """Print how a command is written, and what is wrong with the one that was typed; of a bare one its help."""
    context = error.ctx
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        tell(error.format_message())
        return
    if context is not None:
        tell(context.get_usage())
        if context.command.get_help_option(context) is not None:
            command, option = context.command_path, context.help_option_names[0]
            tell(f"Try '{command} {option}' for help.\n")
    say("error", _refused(error))


def _refused(error: click.UsageError) -> str:
    """Say what is wrong: of an option that is called as what stands without one, where that stands."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        for one in error.ctx.command.params:
            if isinstance(one, click.Argument) and error.option_name == f"--{one.name}":
                place = f"{one.metavar} stands without one, as in the usage above"
                return f"No such option '{error.option_name}': {place}."
    return error.format_message()


def wrapped_message(text: str, *, width: int | None) -> list[str]:
    """Break a message at spaces; what is to be copied stays whole, on a line of its own.

    Parameters
    ----------
    text : str
        What stands after a colon and two spaces is to be copied, up to the next two spaces.
    width : int or None
        Of the lines; None leaves it on one.

    Returns
    -------
    list of str
        The second and further lines are indented. A word, or something to copy, may be longer than `width`.

    Examples
    --------
    >>> wrapped_message("error: RKLB is unknown. Leave it out:  foreshock run my.csv --unknown exclude", width=40)
    ['error: RKLB is unknown. Leave it out:', '    foreshock run my.csv --unknown exclude']
    """
    if width is None or len(text) <= width:
        return [text]
    lines: list[str] = []
    before = ""
    for piece in _GAP.split(text):
        if before.endswith(":"):
            lines.append(f"{_UNDER}{_UNDER}{piece}")
        else:
            first = _UNDER if lines else ""
            lines += fill(piece, first=first, under=_UNDER, width=width, long_words=False)
        before = piece
    return lines


def terminal_width() -> int | None:
    """Return the width of the terminal that standard error is, at most the screen's; None of none, or of a very narrow one."""
    if sys.stderr is None or sys.stderr.closed or not sys.stderr.isatty():
        return None
    try:
        columns = int(os.environ.get("COLUMNS", "")) or SCREEN_WIDTH
    except ValueError:
        try:
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or SCREEN_WIDTH
        except OSError:
            columns = SCREEN_WIDTH
    return min(columns, SCREEN_WIDTH) if columns >= _LEAST else None
