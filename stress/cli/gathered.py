"""Options that belong together: added to a command at once, received as one record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

__all__ = ["Command", "gathered"]

Command = TypeVar("Command", bound=Callable[..., Any])


def gathered(
    record: type[Any], name: str, *options: Callable[[Any], Any]
) -> Callable[[Command], Command]:
    """Return the decorator that adds options to a command and hands it one record of their values.

    Parameters
    ----------
    record : dataclass
        A field an option.
    name : str
        Of the command's argument that receives it.
    *options : click option
        The last one stands first in the help.
    """
    fields = tuple(record.__dataclass_fields__)

    def decorate(command: Command) -> Command:
        def collected(*args: Any, **given: Any) -> Any:
            one = record(**{field: given.pop(field) for field in fields})
            return command(*args, **{name: one}, **given)

        collected.__name__, collected.__doc__ = command.__name__, command.__doc__
        collected.__dict__.update(command.__dict__)
        decorated = cast(Command, collected)
        for option in options:
            decorated = option(decorated)
        return decorated

    return decorate
