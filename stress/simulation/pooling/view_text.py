"""Views as a user writes them: ``"volatility market=2%"``, ``"es semis_ai_compute=6% @97.5%"``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from stress.arguments import confidence_level
from stress.errors import InputError, Problem, did_you_mean
from stress.factors.model import FactorModel
from stress.risk.measures import TAIL_LEVEL
from stress.simulation.pooling.views import View
from stress.units import Unit, parse_fraction, parse_move

__all__ = ["DEFAULT_LEVEL", "StatedView", "read_views"]

#: Level of a view of VaR or ES that states none; it is then written behind the view.
DEFAULT_LEVEL = f"{TAIL_LEVEL:.1%}"

_Kind = Literal["mean", "volatility", "correlation", "value_at_risk", "expected_shortfall"]
_KINDS: Mapping[str, _Kind] = {
    "mean": "mean",
    "volatility": "volatility",
    "correlation": "correlation",
    "var": "value_at_risk",
    "es": "expected_shortfall",
}
_VIEW = re.compile(
    r"(?P<kind>\S+) (?P<of>[^=<>@]+?) ?= ?(?P<value>[^=<>@]+?) ?(?:@ ?(?P<level>[^=<>@]+))?"
)
_EXAMPLES = "'volatility market=2%', 'correlation market,rates_10y=0.3', 'es market=4% @97.5%'"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedView:
    """A view and the words it was stated in.

    Parameters
    ----------
    text : str
        As typed, with the level where that was left out.
    view : View
        Of factors, in inside units.
    """

    text: str
    view: View


def read_views(texts: Sequence[str], model: FactorModel) -> tuple[StatedView, ...]:
    """Read views of a model's factors.

    Parameters
    ----------
    texts : sequence of str
        Each ``KIND FACTOR=VALUE``: mean, volatility, var, es with a value in the factor's unit; or
        ``correlation FACTOR,FACTOR=NUMBER``. VaR and ES are losses, positive when the factor falls, and
        may end in ``@LEVEL``; `DEFAULT_LEVEL` else.
    model : FactorModel
        Its factors are what views may be of.

    Returns
    -------
    tuple of StatedView
        In the order given.

    Raises
    ------
    InputError
        Every view that is none, of an unknown kind or factor, in a wrong unit, with an impossible value
        or level, or that says again what another says.
    """
    problems: list[Problem] = []
    read: list[StatedView] = []
    for text in texts:
        words = " ".join(text.split())
        try:
            stated = _read(words, model)
            twice = next((one for one in read if _about(one.view) == _about(stated.view)), None)
            if twice is not None:
                raise InputError(f"view '{twice.text}' states the same already. Keep one.")
            read.append(stated)
        except InputError as error:
            problems.append(Problem(message=f"view '{words}': {error}"))
    if problems:
        raise InputError(problems)
    return tuple(read)


def _read(text: str, model: FactorModel) -> StatedView:
    match = _VIEW.fullmatch(text)
    if match is None:
        raise InputError(f"write a kind, a factor, '=' and a value: {_EXAMPLES}.")
    kind = _KINDS.get(match["kind"])
    if kind is None:
        hint = did_you_mean(match["kind"], _KINDS)
        raise InputError(
            f"'{match['kind']}' is no kind of view; known: {', '.join(_KINDS)}. {hint}".rstrip()
        )
    of = [_factor(name.strip(), model) for name in match["of"].split(",")]
    if len(of) != (2 if kind == "correlation" else 1):
        raise InputError(
            f"a correlation is of two factors, any other view of one; got {len(of)}: {_EXAMPLES}."
        )
    unit = {factor.name: factor.unit for factor in model.factors}[of[0]]
    is_tail = kind in ("value_at_risk", "expected_shortfall")
    if is_tail and match["value"].startswith(("-", "\N{MINUS SIGN}")):
        raise InputError(
            f"{match['kind']} is a loss, positive when the factor falls: write {match['value'][1:].strip()}."
        )
    level = match["level"] or (DEFAULT_LEVEL if is_tail else None)
    view = View(
        kind=kind,
        of=of[0],
        other=of[1] if len(of) > 1 else None,
        target=_number(match["value"]) if kind == "correlation" else _size(match["value"], unit),
        level=None if level is None else _level(level),
    )
    left_out = is_tail and match["level"] is None
    return StatedView(text=f"{text} @{DEFAULT_LEVEL}" if left_out else text, view=view)


def _about(view: View) -> tuple[str, frozenset[str | None], float | None]:
    return view.kind, frozenset((view.of, view.other)), view.level


def _factor(name: str, model: FactorModel) -> str:
    if name in model.factor_index:
        return name
    if name in model.name_index:
        raise InputError(f"'{name}' is a name: the history that a model carries is of factors.")
    hint = did_you_mean(name, model.factor_index)
    raise InputError(f"'{name}' is no factor of model {model.id}. {hint}".rstrip())


def _size(text: str, unit: Unit) -> float:
    return parse_move(text, unit=unit).value


def _number(text: str) -> float:
    try:
        return float(text.replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        raise InputError(
            f"{text!r} is no correlation: write a number without a unit, e.g. 0.3."
        ) from None


def _level(text: str) -> float:
    """Read ``97.5%`` or ``0.975``."""
    try:
        level = float(text)
    except ValueError:
        level = parse_fraction(text, what="level")
    return confidence_level(level)
