"""The hedge universe as a CSV file: one instrument a row, and ladders of options in one row."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Literal, cast

from stress.arguments import public_verb
from stress.errors import InputError, Problem, did_you_mean
from stress.files.bundled import bundled_folder
from stress.files.portfolio.frame import DataFrame
from stress.files.small_text import read_small
from stress.files.universes.cells import fraction_of, multiplier_of, number_of, readable
from stress.files.universes.frame import FRAME, frame_csv
from stress.files.universes.futures import future_problems
from stress.files.universes.ladder import instrument_of, right_of, rungs_of
from stress.files.universes.rows import LARGEST, OPTIONS, read_rows
from stress.hedging.lines.hedge_line import SHARES
from stress.hedging.lines.universe import (
    LINE_TYPES,
    SELL_DOWN_HALF_SPREAD,
    HedgeLine,
    HedgeUniverse,
    LineType,
)
from stress.portfolio.instruments import Equity, Future, Instrument, Option
from stress.portfolio.instruments.dates import iso_date

__all__ = ["DEFAULT_UNIVERSE", "find_universe", "load_universe", "parse_universe", "universe_bytes"]

DEFAULT_UNIVERSE = "hedges_us_ai"

#: Two figures of one level differ by more than rounding.
_SAME = 1e-9


def find_universe(id_or_path: str | os.PathLike[str]) -> Path:
    """Return the file that an id of a bundled universe or a path means."""
    text = os.fspath(id_or_path)
    bundled = bundled_folder("portfolios") / f"{text}.csv"
    if (
        isinstance(id_or_path, str)
        and "/" not in text
        and text.startswith("hedges")
        and os.path.isfile(bundled)  # `is_file` raises for too long a name
    ):
        return bundled
    return Path(text)


@dataclass(slots=True)
class _Reading:
    """A file while it is read: what was found, and what is wrong.

    `spots` are in the currency of a name's first row, `abroad` (``SMH in EUR``) what other rows state in others.
    """

    label: str
    as_of: str | None = None
    problems: list[Problem] = field(default_factory=list)
    lines: list[HedgeLine] = field(default_factory=list)
    rates: dict[str, float] = field(default_factory=dict)
    spots: dict[str, float] = field(default_factory=dict)
    spot_currencies: dict[str, str] = field(default_factory=dict)
    abroad: dict[str, float] = field(default_factory=dict)
    dividends: dict[str, float] = field(default_factory=dict)
    vols: dict[str, float] = field(default_factory=dict)
    vol_betas: dict[str, float] = field(default_factory=dict)
    skews: dict[str, float] = field(default_factory=dict)
    sell_down: float | None = None
    in_dollars: list[int] = field(default_factory=list)
    stated_in: dict[str, int] = field(default_factory=dict)

    def state(self, what: str, of: str, levels: dict[str, float], value: float, line: int) -> None:
        """Keep a level that several rows may state, and refuse a second figure for it with both rows."""
        first = levels.setdefault(of, value)
        row = self.stated_in.setdefault(f"{what} {of}", line)
        if abs(value - first) > _SAME:
            here, there = (
                f"{100.0 * figure:.6g}%" if what in ("vol", "dividend") else f"{figure:.6g}"
                for figure in (value, first)
            )
            self.wrong(
                f"{what} of {of} is {here} here and {there} in line {row}.",
                line,
                "It is one level: state it alike in both rows, or remove one.",
            )

    def spot(self, name: str, currency: str) -> float | None:
        """Return the price of a name in a currency; None where no row states it."""
        if self.spot_currencies.get(name) == currency:
            return self.spots[name]
        return self.abroad.get(f"{name} in {currency}")

    def wrong(self, message: str, line: int, hint: str | None = None) -> None:
        self.problems.append(Problem(message=message, file=self.label, line=line, hint=hint))


@public_verb
def load_universe(id_or_path: str | Path | DataFrame | HedgeUniverse) -> HedgeUniverse:
    """Read a hedge universe: what may be traded, and at which cost.

    Parameters
    ----------
    id_or_path : str, path, DataFrame or HedgeUniverse
        Id of a bundled universe (``"hedges_us_ai"``) or a CSV file; the format is in `docs/hedging.md`. Or a frame with its columns, whose
        dates stand in the column `quoted`. A universe that is read already passes through.

    Returns
    -------
    HedgeUniverse

    Raises
    ------
    InputError
        All problems of the file at once, each with its line.

    Examples
    --------
    >>> universe = load_universe("hedges_us_ai")
    >>> universe.as_of, universe.of_type("future")[0].id
    ('2025-12-31', 'MESH6')
    """
    if isinstance(id_or_path, HedgeUniverse):
        return id_or_path
    if isinstance(id_or_path, DataFrame):
        return parse_universe(frame_csv(id_or_path), label=FRAME, titles_at=0)
    path = find_universe(id_or_path)
    return parse_universe(universe_bytes(path), label=path.name, source=os.fspath(id_or_path))


def universe_bytes(path: Path) -> bytes:
    """Return the content of a universe file.

    Raises
    ------
    InputError
        If it cannot be read, or is too large.
    """
    return read_small(
        path,
        most=LARGEST,
        wanted="hedge universe",
        hint=f"Name a universe file, or the bundled '{DEFAULT_UNIVERSE}'.",
    )


def parse_universe(
    raw: bytes, *, label: str, source: str = "", titles_at: int = 1
) -> HedgeUniverse:
    """Read a hedge universe from the content of its file.

    Parameters
    ----------
    raw : bytes
        UTF-8 CSV.
    label : str
        Name of the file, without folders.
    source : str
        Id or path that it was asked for by.
    titles_at : int
        Number of the first line: 0 of a frame, whose rows count from 1.

    Raises
    ------
    InputError
        All problems of the file at once, each with its line.
    """
    table = read_rows(raw, label=label, source=source, titles_at=titles_at)
    found = _Reading(label=label, as_of=table.as_of, problems=list(table.problems))
    rows = [(row.line, row.cells) for row in table.rows]
    for number, row in rows:
        if row["type"].casefold() in SHARES and row.get("price"):
            _spot(row, number, found)
    for number, written in rows:
        row, problems = readable(written, number)
        try:
            _row(row, number, found)
        except InputError as error:
            problems += error.problems
        found.problems += [problem.placed(found.label, number) for problem in problems]
    if found.problems:
        raise InputError(sorted(found.problems, key=lambda p: p.line or 0))
    return HedgeUniverse(
        label=found.label,
        lines=tuple(found.lines),
        rates=found.rates,
        spots=found.spots,
        dividends=found.dividends,
        vols=found.vols,
        vol_betas=found.vol_betas,
        skews=found.skews,
        sell_down_half_spread=SELL_DOWN_HALF_SPREAD if found.sell_down is None else found.sell_down,
        sell_down_stated=found.sell_down is not None,
        as_of=found.as_of,
        in_dollars=tuple(found.in_dollars),
        content_hash=hashlib.sha256(raw).hexdigest(),
        source=source,
    )


def _spot(row: Mapping[str, str], number: int, found: _Reading) -> None:
    try:
        price = number_of(row, "price")
    except InputError:
        return  # said when the row itself is read
    if price is not None and price > 0.0:
        name, currency = row["underlying"], row.get("currency") or "USD"
        first = found.spot_currencies.setdefault(name, currency)
        if currency == first:
            found.state("price", name, found.spots, price, number)
        else:
            found.state("price", f"{name} in {currency}", found.abroad, price, number)


def _row(row: Mapping[str, str], number: int, found: _Reading) -> None:
    kind = row["type"].casefold()
    if kind not in LINE_TYPES:
        hint = did_you_mean(kind, LINE_TYPES) or f"There are: {', '.join(LINE_TYPES)}."
        found.wrong(f"type '{row['type']}' is unknown.", number, hint)
        return
    name = row["underlying"]
    if not name:
        found.wrong("no underlying.", number)
        return
    if kind == "cash":
        rate = fraction_of(row, "financing")
        if rate is None:
            found.wrong("a cash row states its yearly interest in 'financing'.", number)
        else:
            found.rates[name] = rate
        return
    if kind == "sell_down":
        spread = fraction_of(row, "half_spread")
        if spread is None or not (math.isfinite(spread) and spread >= 0.0):
            found.wrong("sell_down states a half_spread of at least 0 for held positions.", number)
        elif spread >= 1.0:
            found.wrong(
                f"half_spread is {row['half_spread']}, the whole price: what is sold would bring nothing.",
                number,
                "State half of bid to ask over the price, as 3bp.",
            )
        else:
            found.sell_down = spread
        return
    if not row.get("currency"):
        found.in_dollars.append(number)
    if kind in OPTIONS:
        _options(kind, row, number, found)
        return
    price = number_of(row, "price")
    if price is None:
        found.wrong(
            f"{kind} '{name}' has no price.", number, "A hedge instrument needs a quoted price."
        )
        return
    instrument: Instrument = Equity(name)
    if kind == "future":
        found.problems += future_problems(row, number, label=found.label, as_of=found.as_of)
        instrument = Future(
            contract=row.get("id") or name,
            follows=row.get("follows") or name,
            price=price,
            multiplier=multiplier_of(row, "units a contract"),
        )
    found.lines.append(
        _line(
            row,
            number,
            kind=kind,
            id_=row.get("id") or name,
            instrument=instrument,
            price=price,
        )
    )


def _line(
    row: Mapping[str, str],
    number: int,
    *,
    kind: str,
    id_: str,
    instrument: Instrument,
    price: float | None,
) -> HedgeLine:
    side = row.get("side") or ("long" if kind in OPTIONS else "both")
    problems = []
    if side not in ("long", "short", "both"):
        problems.append(
            Problem(message=f"side '{side}' is neither long, short nor both.", line=number)
        )
    most = number_of(row, "max_units")
    reach = math.inf if most is None else most
    spread, commission = fraction_of(row, "half_spread"), number_of(row, "commission")
    borrow = fraction_of(row, "borrow")
    missing = [
        what
        for what, value in (("half_spread", spread), ("commission", commission))
        if value is None
    ]
    if kind in SHARES and side != "long" and borrow is None:
        missing.append("borrow")
    problems += [
        Problem(message=f"'{id_}' has no {what}.", line=number, hint="State it; 0 is a figure too.")
        for what in missing
    ]
    adv, lot = number_of(row, "adv"), number_of(row, "lot")
    quoted = row.get("quoted") or None
    try:
        if quoted is not None:
            quoted = iso_date(quoted, what="quoted").isoformat()
        line = HedgeLine(
            id=id_,
            type=cast(LineType, kind),
            instrument=instrument,
            currency=row.get("currency") or "USD",
            price=price,
            half_spread=0.0 if spread is None else spread,
            commission=0.0 if commission is None else commission,
            borrow=0.0 if borrow is None else borrow,
            financing=fraction_of(row, "financing"),
            margin=fraction_of(row, "margin"),
            adv=math.inf if adv is None else adv,
            lot=1.0 if lot is None else lot,
            lower=0.0 if side == "long" else -reach,
            upper=0.0 if side == "short" else reach,
            quoted=quoted,
            row=number,
        )
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return line


def _options(kind: str, row: Mapping[str, str], number: int, found: _Reading) -> None:
    """Add one option, or the ladder of expiries × strikes that a row stands for."""
    name = row["underlying"]
    spot = found.spot(name, row.get("currency") or "USD")
    multiplier = multiplier_of(row, "shares a contract")
    style = row.get("style") or ""
    expiries = [part.strip() for part in (row.get("expiry") or "").split("|") if part.strip()]
    if not expiries:
        raise InputError(Problem(message=f"{kind} on {name} has no expiry.", line=number))
    for expiry in expiries:
        day = iso_date(expiry, what="expiry").isoformat()
        if found.as_of is not None and day < found.as_of:
            found.wrong(
                f"{kind} on {name}: it expired on {day}, before the quotes of {found.as_of}.",
                number,
                "Remove the expiry.",
            )
    dividend = fraction_of(row, "dividend")
    if dividend is not None:
        found.state("dividend", name, found.dividends, dividend, number)
    beta = number_of(row, "vol_beta")
    if beta is not None:
        found.state("vol_beta", name, found.vol_betas, beta, number)
    skew = number_of(row, "skew")
    if skew is not None:
        found.state("skew", name, found.skews, skew, number)
    vol, price = fraction_of(row, "vol"), number_of(row, "price")
    rungs = rungs_of(kind, row, number, spot)
    single = len(rungs) * len(expiries) == 1 and len(rungs[0]) == 1
    if price is not None and not single:
        raise InputError(
            Problem(
                message="one price for several contracts.", line=number, hint="State 'vol' instead."
            )
        )
    if price is None and vol is None:
        raise InputError(
            Problem(
                message=f"{kind} on {name} has neither price nor vol.",
                line=number,
                hint="A hedge instrument needs a quote.",
            )
        )
    for expiry, strikes in product(expiries, rungs):
        legs = [
            Option(
                underlying=name,
                right=right_of(kind, leg),
                strike=strike,
                expiry=iso_date(expiry, what="expiry").isoformat(),
                style=cast(Literal["european", "american"], style),
                multiplier=multiplier,
                currency=row.get("currency") or "USD",
            )
            for leg, strike in enumerate(strikes)
        ]
        if vol is not None:
            for leg in legs:
                slope = 0.0 if skew is None or spot is None else skew * math.log(leg.strike / spot)
                found.state("vol", leg.contract, found.vols, vol + slope, number)
        instrument, words = instrument_of(kind, legs)
        id_ = row.get("id") if single and row.get("id") else words
        found.lines.append(
            _line(row, number, kind=kind, id_=id_ or words, instrument=instrument, price=price)
        )
