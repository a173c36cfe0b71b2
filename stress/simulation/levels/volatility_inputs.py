"""Volatilities of contracts, vol betas and slopes of smiles: the best that is known, and what is assumed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stress.errors import InputError, Problem
from stress.factors.model import FactorModel
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.levels import EXAMPLES, OPTIONS, Given, GivenKind, option_forms
from stress.portfolio.market import Level, Market
from stress.portfolio.volatility import (
    SkewSlope,
    VolatilityBeta,
    implied_levels,
    unknown_skew,
)
from stress.simulation.levels.vol_betas import INDEX, assumed_betas, relative_volatility
from stress.simulation.movers import VolatilityMove
from stress.simulation.valuation import Valuation

__all__ = ["Contract", "VolatilityInputs", "volatility_inputs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """An option of the book and what the book says about its volatility.

    Parameters
    ----------
    option : Option
        Dated.
    row : int or None
        Its line.
    price : float or None
        Of one share's option, quoted.
    stated : float or None
        Volatility the row states. [fraction a year]
    """

    option: Option
    row: int | None
    price: float | None
    stated: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatilityInputs:
    """Levels of contracts' volatilities and what moves them; `problems` where nothing is known.

    `bridges` are the volatilities of the ways to settlements that books these stand beside have, by underlying.
    """

    levels: Mapping[Driver, Level]
    betas: Mapping[str, VolatilityBeta]
    skews: Mapping[str, SkewSlope]
    bridges: Mapping[str, float]
    warnings: tuple[str, ...]
    problems: tuple[Problem, ...]


def volatility_inputs(
    contracts: Sequence[Contract],
    market: Market,
    model: FactorModel,
    *,
    flags: Given,
    stated: Given,
    beside: Sequence[Valuation] = (),
) -> VolatilityInputs:
    """Find the volatility of every contract and the beta and slope of every name.

    Parameters
    ----------
    contracts : sequence of Contract
        Each once.
    market : Market
        Spots, rates and dividend yields.
    model : FactorModel
        For the volatility of a name relative to the market's.
    flags : Given
        What options of the command line state.
    stated : Given
        The same over the market file.
    beside : sequence of Valuation
        Of books these positions stand beside: one name moves one way, the first says which.

    Returns
    -------
    VolatilityInputs

    Notes
    -----
    Order: an option or a row of the market file for this very contract; the contract's quoted price;
    the volatility its row states; a level stated for the name; the level of the index times the
    ratio of the name's volatility to the market's in the model (tagged ``scenario-level``).
    """
    levels: dict[Driver, Level] = {}
    problems: list[Problem] = []
    warnings: list[str] = []
    from_index: list[str] = []
    implied = implied_levels(
        [
            (contract.option, contract.price)
            for contract in contracts
            if contract.price is not None
            and contract.price > 0.0
            and Driver("vol", contract.option.contract) not in stated.levels
        ],
        market,
    )
    for contract in contracts:
        option = contract.option
        driver = Driver("vol", option.contract)
        try:
            level, said = _level(contract, implied.get(option.contract), model, stated)
        except InputError as error:
            problems.append(
                Problem(
                    message=str(error),
                    line=contract.row,
                    hint=f'{OPTIONS["vol"]} "{option.contract}={EXAMPLES["vol"]}"',
                )
            )
            continue
        levels[driver] = level
        warnings += said
        if level.source == "scenario-level":
            from_index.append(f"{option.contract} {level.value:.0%}")
    if from_index:
        warnings.append(
            "volatility from the index and the model, for want of a price: "
            + ", ".join(sorted(from_index))
            + "."
        )
    warnings += _unused(flags, contracts, levels)
    names = sorted({contract.option.underlying for contract in contracts})
    moves = [m for one in beside for m in one.movers.values() if isinstance(m, VolatilityMove)]
    there = {move.option.underlying: move for move in reversed(moves)}
    new = [name for name in names if name not in there]
    bridges = {name: way for one in reversed(beside) for name, way in one.bridges.items()}
    options = [contract.option for contract in contracts]
    betas, beta_said = assumed_betas(new, options, market.with_levels(levels), model, stated)
    skews, skew_said = _skews(new, stated)
    known = {name: there[name] for name in names if name in there}
    warnings += _overruled(known, stated)
    return VolatilityInputs(
        levels=levels,
        betas={**betas, **{name: move.beta for name, move in known.items()}},
        skews={**skews, **{name: move.skew for name, move in known.items()}},
        bridges={name: bridges[name] for name in names if name in bridges},
        warnings=(*warnings, *beta_said, *skew_said),
        problems=tuple(problems),
    )


def _overruled(known: Mapping[str, VolatilityMove], stated: Given) -> list[str]:
    """Say which figures are left aside because a book that these stand beside has others of the same name."""
    said = []
    for name, move in known.items():
        kinds: list[tuple[GivenKind, str, VolatilityBeta | SkewSlope, float | None]] = [
            ("vol_beta", "vol beta", move.beta, stated.vol_betas.get(name)),
            ("skew", "skew", move.skew, stated.skews.get(name)),
        ]
        for kind, what, used, other in kinds:
            if other is None or math.isclose(other, used.value, rel_tol=1e-9):
                continue
            typed, keyword = option_forms(kind, name, other)
            said.append(
                f"{what} of {name}: volatilities move by the {used.value:.3g} ({used.source}) of the book's own options, "
                f"not by {other:g}. {typed} ({keyword}) takes it for all."
            )
    return said


def _level(
    contract: Contract, implied: Level | InputError | None, model: FactorModel, stated: Given
) -> tuple[Level, list[str]]:
    option = contract.option
    own = stated.levels.get(Driver("vol", option.contract))
    if own is not None:
        return own, []
    name_level = stated.levels.get(Driver("vol", option.underlying))
    unsolved = ""
    if isinstance(implied, Level):
        return implied, []
    if implied is not None:
        unsolved = str(implied)
    elif contract.price is not None:
        unsolved = f"{option.contract}: its price is 0, which no volatility gives."
    said = [f"{unsolved.rstrip('.')}; another volatility is used."] if unsolved else []
    if contract.stated is not None:
        return Level(value=contract.stated, source="given"), said
    if name_level is not None:
        return name_level, said
    index = stated.levels.get(Driver("vol", INDEX))
    if index is not None:
        ratio = relative_volatility(option.underlying, model)
        if ratio is not None:
            return Level(value=index.value * ratio, source="scenario-level"), said
    raise InputError(
        unsolved or f"{option.contract}: neither its price nor its volatility is known."
    )


def _unused(
    flags: Given, contracts: Sequence[Contract], levels: Mapping[Driver, Level]
) -> list[str]:
    """Say which volatilities stated by option no contract uses."""
    used = {level for level in levels.values() if level.source == "flag"}
    unused = [
        driver.name
        for driver, level in flags.levels.items()
        if driver.kind == "vol"
        and driver.name != INDEX
        and level not in used
        and any(driver.name == c.option.underlying for c in contracts)
    ]
    return [
        f"the stated volatility of {name} is not used: its options have quoted prices."
        for name in sorted(unused)
    ]


def _skews(names: Sequence[str], stated: Given) -> tuple[dict[str, SkewSlope], list[str]]:
    skews: dict[str, SkewSlope] = {}
    unknown = []
    for name in names:
        if name in stated.skews:
            skews[name] = SkewSlope(value=stated.skews[name], source="given")
        else:
            skews[name], sentence = unknown_skew(name)
            unknown.append((name, sentence))
    if len(unknown) == 1:
        return skews, [unknown[0][1]]
    if unknown:
        return skews, [unknown_skew(", ".join(name for name, _ in unknown))[1]]
    return skews, []
