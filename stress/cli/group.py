"""Groups that import a sub-command when it is asked for, and the one place that sets exit codes."""

from __future__ import annotations

import contextlib
import importlib
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from stress.arguments import at_home
from stress.cli.help_page import VerbGroup
from stress.cli.standard_error import say, show_refusal, tell
from stress.cli.streams import stand_in_for_closed_streams
from stress.errors import InputError, StressError, did_you_mean

__all__ = ["LazyGroup", "RootGroup", "not_an_option", "typed_command"]

_INTERRUPTED = 130


class LazyGroup(VerbGroup):
    """A group of commands named by module and attribute.

    Parameters
    ----------
    commands : mapping of str to (str, str)
        Sub-command to ``"module:attribute"`` and the line of the listing.
    """

    def __init__(self, *args: Any, commands: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the table's order."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one sub-command."""
        if cmd_name not in self._lazy:
            return None
        module, attribute = self._lazy[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the closest name for an unknown one."""
        if args and args[0] not in self._lazy and not args[0].startswith("-"):
            hint = did_you_mean(args[0], self._lazy) or f"There are: {', '.join(self._lazy)}."
            ctx.fail(f"No such command '{args[0]}'. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the sub-commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._lazy.items()])


class RootGroup(LazyGroup):
    """The command itself: turns exceptions into messages on standard error and into exit codes."""

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and exit with the code of what happened.

        ``--debug`` may stand anywhere on the line: it leaves the exception as it is.
        """
        given = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in given
        arguments = [_at_home(argument) for argument in given if argument != "--debug"]
        stand_in_for_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        try:
            code = super().main(
                arguments, prog_name, standalone_mode=False, obj=tuple(arguments), **extra
            )
        except (click.Abort, KeyboardInterrupt):
            tell("Interrupted.")
            sys.exit(_INTERRUPTED)
        except click.UsageError as error:
            show_refusal(error)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            say("error", error.format_message())
            sys.exit(error.exit_code)
        except StressError as error:
            if debug:
                raise
            say("error", error)
            sys.exit(error.exit_code)
        except OSError as error:
            if debug or error.filename is None:
                raise
            say("error", f"{error.filename}: {error.strerror}.")
            sys.exit(InputError.exit_code)
        except MemoryError:
            if debug:
                raise
            say("error", "out of memory: use fewer --draws.")
            sys.exit(StressError.exit_code)
        sys.exit(code if isinstance(code, int) else 0)


def _at_home(argument: str) -> str:
    """Return an argument with the user's folder for a tilde where a shell leaves it: quoted, or behind a sign of equality."""
    key, sign, path = argument.rpartition("=")
    return f"{key}{sign}{at_home(path)}"


def typed_command() -> str:
    """Return the command as it was typed, quoted for a shell; empty outside of one."""
    context = click.get_current_context(silent=True)
    arguments = None if context is None else context.find_root().obj
    return "" if arguments is None else shlex.join(["foreshock", *_open_ended(arguments)])


def _open_ended(arguments: Sequence[str]) -> list[str]:
    """Return the arguments so that options can be added at the end: without `--`, what stands after it as paths."""
    before = list(arguments)
    if "--" not in before:
        return before
    at = before.index("--")
    return [*before[:at], *map(not_an_option, before[at + 1 :])]


def not_an_option(file: str) -> str:
    """Return a file as a command takes it: one whose name begins with a dash as a path."""
    return f"./{file}" if file.startswith("-") else file
