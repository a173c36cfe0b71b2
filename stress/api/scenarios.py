"""Scenarios as the public verbs take them: read by id or file, or made of moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Literal

from stress.arguments import public_verb
from stress.currencies import CURRENCIES
from stress.errors import InputError, Problem, did_you_mean, ticker_meant
from stress.factors.listed import as_listed, keys_as_listed
from stress.factors.model import FactorModel
from stress.files.bundled import bundled_folder
from stress.files.scenarios.file import check_scenario, read_scenario, require_known
from stress.opening import (
    DEFAULT_MODEL,
    load_model,
)
from stress.scenarios.scenario import (
    Propagation,
    Returns,
    Scenario,
    StatedMove,
    Variation,
    usual_returns,
)
from stress.tables import listing
from stress.units import Move, Unit, parse_move

__all__ = [
    "REFERENCE_SCENARIO",
    "known_scenarios",
    "load_scenario",
    "scenarios_for",
    "shock",
    "target_kind",
    "unfit_for",
]


#: The scenario that `foreshock run` shows in detail when none is named.
REFERENCE_SCENARIO = "deepseek-2025-01-27"


@public_verb
def load_scenario(id_or_path: str | Path | Scenario) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    id_or_path : str, Path or Scenario
        Id of a bundled scenario, or a TOML file; an id wins over a file of that name. A scenario passes through.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        All problems of the file at once; the closest ids for an unknown one.

    Examples
    --------
    >>> load_scenario("deepseek-2025-01-27").kind
    'measured'
    """
    return id_or_path if isinstance(id_or_path, Scenario) else read_scenario(id_or_path)


def known_scenarios(
    scenarios: Sequence[str | Path | Scenario], model: FactorModel
) -> list[Scenario]:
    """Read scenarios, and require that a model knows all that they state.

    Raises
    ------
    InputError
        All that is wrong with the files, or all that the model does not know.
    """
    found = [load_scenario(scenario) for scenario in scenarios]
    require_known(found, _units(model), names=model.name_index)
    return found


def scenarios_for(ids: Sequence[str], model: FactorModel) -> tuple[list[Scenario], list[str]]:
    """Read scenarios of the library as far as a model has what they state; and the ids of those left out."""
    taken, left_out = [], []
    for one in map(load_scenario, ids):
        if check_scenario(one, _units(model), names=model.name_index):
            left_out.append(one.id)
        else:
            taken.append(one)
    return taken, left_out


def unfit_for(scenarios: Sequence[Scenario], model: FactorModel, *, instead: str) -> list[Problem]:
    """Return what scenarios state that a model does not know: of one of the library in one line, of files each with its own.

    Parameters
    ----------
    scenarios : sequence of Scenario
        As read.
    model : FactorModel
        That is asked.
    instead : str
        How a scenario of one's own is given.
    """
    library = bundled_folder("scenarios")
    found: list[Problem] = []
    for one in scenarios:
        problems = check_scenario(one, _units(model), names=model.name_index)
        if problems and one.file is not None and Path(one.file).parent == library:
            default = ", taken where none is named," if one.id == REFERENCE_SCENARIO else ""
            problems = [
                Problem(
                    message=f"scenario {one.id} of the library{default} does not fit model {model.id}, which lacks "
                    f"{len(problems)} of the factors and names that it states.",
                    hint=f"Give one of your own model: {instead}.",
                )
            ]
        found += problems
    return found


def _units(model: FactorModel) -> dict[str, Unit]:
    return {factor.name: factor.unit for factor in model.factors}


@public_verb
def shock(
    moves: Mapping[str, str | Move],
    *,
    model: str | Path | FactorModel = DEFAULT_MODEL,
    id: str = "shock",
    horizon_days: int = 1,
    returns: Returns | None = None,
    propagation: Propagation | None = None,
) -> Scenario:
    """Make an ad-hoc scenario of factor and name moves, by the same law as any other.

    Parameters
    ----------
    moves : mapping of str to str or Move
        Factor or ticker to a move with its unit: ``{"NVDA": "-20%", "rates_10y": "+30bp"}``. A ticker may stand in small letters.
    model : str, Path or FactorModel
        Says what is a factor and what is a name.
    id : str
        Of the scenario.
    horizon_days : int
        Sessions.
    returns : {'simple', 'compound'}, optional
        Simple up to 10 sessions, compound beyond, when omitted.
    propagation : {'linked', 'alone'}, optional
        Fixes the mode; left to the run when omitted.

    Returns
    -------
    Scenario
        Hypothetical; stated moves exact.

    Raises
    ------
    InputError
        Every move without unit or in the wrong one, every target that is neither factor nor name.

    Examples
    --------
    >>> shock({"nvda": "-20%", "rates_10y": "+30bp"}).title
    'NVDA -20%, rates_10y +30bp'
    """
    if not moves:
        raise InputError("shock: no move is given. Write one, e.g. {'market': '-5%'}.")
    typed, model = None if isinstance(model, FactorModel) else str(model), load_model(model)
    moves = keys_as_listed(moves, model.factor_index, model.name_index, what="shock")
    factors: list[StatedMove] = []
    names: list[StatedMove] = []
    problems: list[Problem] = []
    for target, text in moves.items():
        try:
            match target_kind(target, model, typed=typed):
                case "factor":
                    move = _move(text, model.factor(target).unit)
                    factors.append(StatedMove(target=target, move=move))
                case "name":
                    names.append(StatedMove(target=target, move=_move(text, "%")))
        except InputError as error:
            problems.append(Problem(message=f"shock {target}={text}: {error}"))
    if problems:
        raise InputError(problems)
    return Scenario(
        id=id,
        title=", ".join(f"{target} {text}" for target, text in moves.items()),
        horizon_days=horizon_days,
        kind="hypothetical",
        returns=returns or usual_returns(horizon_days),
        moves=tuple(factors),
        core_names=tuple(names),
        variation=Variation(kind="names"),
        propagation=propagation,
    )


def _move(given: str | Move, unit: Unit) -> Move:
    """Read a move in the unit of its target, or hold one that was read to it."""
    read = parse_move(str(given), unit=unit)
    return given if isinstance(given, Move) else read


def target_moves(
    target: str, sizes: Sequence[str | Move], model: FactorModel, *, typed: str | None = None
) -> tuple[str, bool, list[Move]]:
    """Return a target as it is listed, whether it is a name, and moves of it, each in its unit.

    Parameters
    ----------
    target : str
        A factor or ticker.
    sizes : sequence of str or Move
        Its moves.
    model, typed
        As of `target_kind`.

    Raises
    ------
    InputError
        For neither factor nor name, and a move without unit or in another.
    """
    target = as_listed(target, model.factor_index, model.name_index)
    is_name = target_kind(target, model, typed=typed) == "name"
    unit: Unit = "%" if is_name else model.factor(target).unit
    return target, is_name, [_move(size, unit) for size in sizes]


def target_kind(
    target: str, model: FactorModel, *, typed: str | None = None
) -> Literal["factor", "name"]:
    """Say whether a target of a shock is a factor of a model or a name.

    Parameters
    ----------
    target : str
    model : FactorModel
    typed : str, optional
        How the model was asked for, an id or a file; one in memory has neither.

    Raises
    ------
    InputError
        For neither, with the closest of both.
    """
    if target in model.factor_index:
        return "factor"
    if target in model.name_index:
        return "name"
    said = f"'{target}' is neither a factor nor a name of model {model.id}. "
    if target[:3] in CURRENCIES and (len(target) == 3 or target[3:] in CURRENCIES):
        raise InputError(
            f"{said}An exchange rate moves beside a scenario: --fx-move {target[:3]}=-2%, or fx_moves= in Python."
        )
    close = ticker_meant(target, model.name_index) or did_you_mean(target, model.factor_index)
    listed = (
        f"`foreshock model show {quote(typed)}` lists the factors, with a ticker its exposures (in Python "
        f"stress.load_model({typed!r}).factor_index)."
        if typed
        else f"Its factors are {listing(list(model.factor_index), most=30)}."
    )
    own = " If a model of your own has it, give that model: model=, or --model."
    raise InputError(said + (close or listed) + (own if model.id == DEFAULT_MODEL else ""))
