"""Names of factors: what options and scenario files can name, and no other security's ticker."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from stress.errors import Problem

if TYPE_CHECKING:
    from stress.factors.definition import FactorDefinitions

__all__ = ["name_fault", "taken_names"]

#: Options separate names by commas, colons, spaces and equals signs, and match them by stars and brackets.
_NAME = re.compile(r"\w[\w.-]{0,39}")


def name_fault(name: object) -> tuple[str, str] | None:
    """Return what is wrong with the name of a factor, and what to do; None if nothing.

    Parameters
    ----------
    name : object
        Up to 40 letters, digits, underscores, hyphens and points, of which the first is a letter, digit or underscore.
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return None
    return (
        f"{name!r} is no name for a factor: options could not name it.",
        "Use up to 40 letters, digits, '_', '-' and '.', the first a letter, a digit or '_'.",
    )


def taken_names(definitions: FactorDefinitions, held: Collection[str]) -> list[Problem]:
    """Return a problem for each factor that is called as a security is whose return it is not.

    A scenario that names it would move the factor, and hardly the security.

    Parameters
    ----------
    definitions : FactorDefinitions
        What the factors are.
    held : collection of str
        Series of the prices.
    """
    securities = ({*held} - definitions.differenced) | {*definitions.homes}
    found = []
    for factor in definitions.factors:
        own = factor.measure == "return" and factor.series == (factor.name,)
        if factor.name in securities and not own:
            found.append(
                Problem(
                    file=definitions.source,
                    message=f"factor '{factor.name}' has the ticker of a security of the model, and is another thing: "
                    f"the {factor.measure} of {', '.join(factor.series)}. A shock of '{factor.name}' would move the "
                    "factor, not the security.",
                    hint="Give the factor another name.",
                )
            )
    return found
