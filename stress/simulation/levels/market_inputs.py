"""`book_market`: the levels a book is valued at, from the book itself, a market file and options.

For each level the first that is known stands: an option; the book's own prices; the market file. What
is missing is named at once, before any draw, with the option to paste.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from stress.errors import InputError, Problem
from stress.factors.model import FactorModel
from stress.portfolio.coverage import Coverage
from stress.portfolio.instruments import (
    Bond,
    Driver,
    DurationBond,
    Equity,
    FundLookThrough,
    LeveragedFund,
    Option,
    needs_date,
)
from stress.portfolio.instruments.currency import pair
from stress.portfolio.levels import Given
from stress.portfolio.market import SAME_PRICE, STATED_APART, Level, Market, implied_doubts
from stress.portfolio.notional import translated_at
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.pricing.curve import CurvePoint
from stress.simulation.book import Terms
from stress.simulation.holdings import Holding, holding
from stress.simulation.levels.curve_levels import (
    extended,
    point_of,
    stated_level,
    stated_points,
    unused_points,
)
from stress.simulation.levels.market_missing import (
    Reader,
    lacking,
    missing_levels,
    to_paste,
    worded_hints,
)
from stress.simulation.levels.one_currency import currencies_apart
from stress.simulation.levels.one_price import (
    ONE_PRICE,
    contracts_apart,
    largest_first,
    two_prices,
)
from stress.simulation.levels.options_on_funds import options_on_funds
from stress.simulation.levels.volatility_inputs import Contract, volatility_inputs
from stress.simulation.levels.worth_of_rows import worth_apart
from stress.simulation.valuation import Valuation
from stress.tables import percent

__all__ = ["book_market", "exchange_rate"]

#: What a value written to the cent may be off: below this over `SAME_PRICE` it tells no rate. [book currency]
_HALF_A_CENT = 0.005
#: What to do about two prices of what options are on.
_ONE_SPOT = (
    "Correct one: a book stands at one price of a thing; or leave out what options say of theirs: "
    "--map COLUMN=group / mapping={'COLUMN': 'group'}."
)
#: What to do about two rates of a currency: where rows do not state their value in the book's, they take a stated rate.
_ONE_RATE = "Correct one, or state the rate with --fx / fx=."


def book_market(
    portfolio: Portfolio,
    model: FactorModel,
    coverage: Coverage,
    *,
    given: Given | None = None,
    file: Given | None = None,
    beside: Sequence[Valuation] = (),
) -> tuple[Market, Terms]:
    """Gather the levels that the positions revalued in full read.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    model : FactorModel
        For a name's volatility where neither price nor level of an option is known.
    coverage : Coverage
        Says which positions are revalued.
    given : Given, optional
        What options state: it stands over the book and the file.
    file : Given, optional
        The market file; its date stands for the positions' where theirs is not stated.
    beside : sequence of Valuation
        Of books these positions stand beside: their vol betas, slopes of smiles and volatilities of the way to a
        settlement stand here too, whatever is said; the first over the later ones.

    Returns
    -------
    market : Market
        Every level with its source.
    terms : Terms
        Vol betas, slopes of smiles and stated moves of currencies, with what is assumed.

    Raises
    ------
    InputError
        Every level that is missing, with the option to paste; a date that is missing; two prices of
        one name; options on one share in two currencies.
    """
    flags, market_file = given or Given(), file or Given()
    stated = flags.over(market_file)
    revalued = {row.position for row in coverage.rows if row.revalued}
    positions = sorted((p for p in portfolio.positions if p.id in revalued), key=lambda p: p.id)
    dated_to, warnings = _date(portfolio, model, positions, market_file)
    proxied = {row.position for row in coverage.rows if row.status == "proxy"}
    holdings = _holdings(positions, portfolio, dated_to, model, proxied)
    if apart := currencies_apart(holdings, beside=beside, file=portfolio.name):
        raise InputError(apart)
    readers = _readers(holdings)
    book_levels, problems = _book_levels(readers, portfolio)
    problems += contracts_apart(positions, file=portfolio.name)
    levels: dict[Driver, Level] = {}
    points = _points(readers)
    for driver in readers:
        found = (
            _on_curve(driver, points[driver], flags, book_levels, market_file)
            if driver in points
            else _first(driver, flags, book_levels, market_file, portfolio.currency)
        )
        if found is not None:
            levels[driver] = found
            own = None if _has_credit(readers[driver]) else book_levels.get(driver)
            if own is not None and abs(found.value - own.value) > STATED_APART * abs(own.value):
                warnings.append(
                    f"{driver}: {_written(driver, found)} as stated; the rows of {portfolio.name} say "
                    f"{_written(driver, own)}."
                )
    missing = [d for d in readers if d not in levels and d.kind not in ("growth", "vol", "spread")]
    if problems or missing:
        raise InputError([*problems, *missing_levels(missing, readers, portfolio)])

    market = Market(as_of=dated_to, currency=portfolio.currency, levels=levels)
    warnings += unused_points(points.values(), flags, market_file)
    warnings += extended(_unquoted(readers, levels), stated)
    market, wrong = _with_spreads(market, readers)
    contracts = _contracts(readers)
    volatilities = volatility_inputs(
        contracts, market, model, flags=flags, stated=stated, beside=beside
    )
    lost = [*wrong, *(replace(one, file=portfolio.name) for one in volatilities.problems)]
    if lost:
        asked = to_paste(portfolio, [one.hint or "" for one in lost])
        raise InputError([*worded_hints(portfolio, lost), asked])
    valued = market.with_levels(volatilities.levels)
    terms = Terms(
        betas=volatilities.betas,
        skews=volatilities.skews,
        bridges=volatilities.bridges,
        fx_moves=dict(stated.fx_moves),
        curves=stated_points(points.values(), stated),
        warnings=(
            *warnings,
            *_approximations(holdings),
            *options_on_funds(holdings, beside=beside, portfolio=portfolio),
            *volatilities.warnings,
            *implied_doubts(valued.levels),
            *worth_apart(holdings, valued),
        ),
    )
    return valued, terms


def _has_credit(reading: Sequence[Reader]) -> bool:
    """Say whether a level is read by a bond with credit, whose own yield is no yield of the curve."""
    return any(
        isinstance(reader.leg.instrument, DurationBond) and reader.leg.instrument.credit is not None
        for reader in reading
    )


def _written(driver: Driver, level: Level) -> str:
    """Write a level as its kind is read: a yield in per cent, a price as it is."""
    if driver.kind == "rate":
        return percent(level.value, digits=2, signed=False)
    return f"{level.value:g}"


def _date(
    portfolio: Portfolio,
    model: FactorModel,
    positions: Sequence[Position],
    file: Given,
) -> tuple[str, list[str]]:
    """Return the date that options and bonds are counted from: the book's own, else the market file's."""
    chosen = portfolio.as_of or file.as_of
    if chosen is None:
        aging = [p for p in positions if needs_date(p.instrument)]
        if aging:
            raise InputError(
                Problem(
                    message=f"{len(aging)} option(s), bond(s) or other dated position(s) "
                    f"({', '.join(p.id for p in aging[:3])}), and no date of the positions.",
                    file=portfolio.name,
                    hint=f"Give it: --as-of {model.as_of} / as_of='{model.as_of}'.",
                )
            )
        return model.as_of, []
    if file.as_of is not None and file.as_of != chosen:
        return chosen, [f"the market file is of {file.as_of}, the positions of {chosen}."]
    return chosen, []


def _holdings(
    positions: Sequence[Position],
    portfolio: Portfolio,
    as_of: str,
    model: FactorModel,
    proxied: Collection[str],
) -> list[Holding]:
    problems: list[Problem] = []
    holdings = []
    for position in positions:
        try:
            holdings.append(
                holding(
                    position,
                    as_of=as_of,
                    book_currency=portfolio.currency,
                    model_currency=model.currency,
                    proxied=position.id in proxied,
                )
            )
        except InputError as error:
            problems += [
                Problem(
                    message=p.message, file=portfolio.name, line=p.line or position.row, hint=p.hint
                )
                for p in error.problems
            ]
    if problems:
        raise InputError(problems)
    return holdings


def _readers(holdings: Iterable[Holding]) -> dict[Driver, list[Reader]]:
    readers: dict[Driver, list[Reader]] = {}
    for held in holdings:
        for leg in held.legs:
            for driver in (*leg.instrument.drivers(), *(() if leg.fx is None else (leg.fx,))):
                readers.setdefault(driver, []).append(Reader(leg=leg, position=held.position))
    return readers


def _book_levels(
    readers: Mapping[Driver, Sequence[Reader]], portfolio: Portfolio
) -> tuple[dict[Driver, Level], list[Problem]]:
    """Return spots, exchange rates and yields that rows of the book imply."""
    levels: dict[Driver, Level] = {}
    problems: list[Problem] = []
    for driver, reading in readers.items():
        match driver.kind:
            case "spot":
                found = _prices(driver.name, reading, portfolio)
            case "fx":
                found = _rates(driver.name, portfolio)
            case "rate" if all(isinstance(r.leg.instrument, DurationBond) for r in reading):
                found = [
                    (r.leg.instrument.yield_now, r.position)
                    for r in reading
                    if isinstance(r.leg.instrument, DurationBond)
                ]
            case _:
                found = []
        if not found:
            continue
        value, _ = found[0]
        levels[driver] = Level(value=value, source="portfolio-file")
        if driver.kind == "rate":
            continue
        rounded = driver.kind == "fx"
        of_options = any(position.underlying_price for _, position in found)
        apart = two_prices(
            driver,
            [found[0], *(one for one in found[1:] if not (rounded and _is_crumb(one[1])))],
            file=portfolio.name,
            hint=_ONE_RATE if rounded else _ONE_SPOT if of_options else ONE_PRICE,
        )
        if apart is not None:
            problems.append(apart)
    return levels, problems


def _is_crumb(position: Position) -> bool:
    """Say whether a value is so small that its rounding to the cent hides the rate it was translated at."""
    stated = position.fx_rate is not None
    return not stated and abs(position.market_value) * SAME_PRICE < _HALF_A_CENT


def _prices(
    name: str, reading: Sequence[Reader], portfolio: Portfolio
) -> list[tuple[float, Position]]:
    """Prices of a share, fund or index in the currency its readers are in: what holdings of it say, then options on it.

    Of each, that of the largest holding first.
    """
    currencies = {_currency(reader) for reader in reading}
    of_itself = largest_first(
        (position.price, position)
        for position in portfolio.positions
        if isinstance(position.instrument, Equity | LeveragedFund | FundLookThrough)
        and position.instrument.ticker == name
        and position.currency in currencies
        and position.price is not None
        and position.price > 0.0
    )
    return of_itself + largest_first(
        (reader.position.underlying_price, reader.position)
        for reader in reading
        if isinstance(reader.leg.instrument, Option) and reader.position.underlying_price
    )


def _currency(reader: Reader) -> str:
    instrument = reader.leg.instrument
    return instrument.currency if isinstance(instrument, Option) else reader.position.currency


def exchange_rate(
    currency: str, portfolio: Portfolio, *, given: Given, file: Given
) -> Level | None:
    """Return what one unit of a currency costs in a book's, from the first place that knows it.

    Parameters
    ----------
    currency : str
        ISO code.
    portfolio : Portfolio
        The book: positions in that currency imply a rate.
    given, file : Given
        As in `book_market`: options stand over the book, the book over the file.

    Returns
    -------
    Level or None
        1 by definition for the book's own currency; None where nothing knows it.
    """
    if currency == portfolio.currency:
        return Level(value=1.0, source="definition")
    driver = Driver("fx", pair(currency, portfolio.currency))
    rows = _rates(driver.name, portfolio)
    implied = {driver: Level(value=rows[0][0], source="portfolio-file")} if rows else {}
    return _first(driver, given, implied, file, portfolio.currency)


def _rates(name: str, portfolio: Portfolio) -> list[tuple[float, Position]]:
    """Exchange rates that positions in a currency state or were translated at, the largest's first."""
    foreign, _, domestic = name.partition("/")
    if domestic != portfolio.currency:
        return []
    found = []
    for position in portfolio.positions:
        if position.currency != foreign:
            continue
        if position.fx_rate is not None:
            found.append((position.fx_rate, position))
        rate = translated_at(position)
        if rate is not None:
            found.append((rate, position))
    return largest_first(found)


def _first(
    driver: Driver, flags: Given, book: Mapping[Driver, Level], file: Given, currency: str
) -> Level | None:
    for known in (flags.levels, book, file.levels):
        if driver in known:
            return known[driver]
        if driver.kind == "fx" and driver.name.endswith(f"/{currency}"):
            short = Driver("fx", driver.name.partition("/")[0])
            if short in known:
                return known[short]
    return None


def _points(readers: Mapping[Driver, Sequence[Reader]]) -> dict[Driver, CurvePoint]:
    """Return the drivers that are read on a yield curve, and where."""
    points = {}
    for driver, reading in readers.items():
        point = point_of(reading[0].leg.instrument, driver)
        if point is not None:
            points[driver] = point
    return points


def _on_curve(
    driver: Driver, point: CurvePoint, flags: Given, book: Mapping[Driver, Level], file: Given
) -> Level | None:
    """Return a yield by the stated points, or by what the book says of this very bond."""
    if stated_level(point, flags) is None and driver in book:
        return book[driver]
    stated = flags.over(file)
    return stated.levels.get(driver) or stated_level(point, stated)


def _unquoted(
    readers: Mapping[Driver, Sequence[Reader]], levels: Mapping[Driver, Level]
) -> dict[str, CurvePoint]:
    """Return where bonds are read whose spread is stated, not solved from a price: their value depends on the curve's level."""
    return {
        bond.name: bond.point
        for driver, reading in readers.items()
        if driver.kind == "spread" and driver in levels and levels[driver].source != "quoted-price"
        for bond in [reading[0].leg.instrument]
        if isinstance(bond, Bond)
    }


def _with_spreads(
    market: Market, readers: Mapping[Driver, Sequence[Reader]]
) -> tuple[Market, list[Problem]]:
    """Add the spreads of bonds: stated, or solved from the bond's own clean price."""
    levels: dict[Driver, Level] = {}
    problems: list[Problem] = []
    for driver, reading in readers.items():
        if driver.kind != "spread" or driver in market.levels:
            continue
        instrument, position = reading[0].leg.instrument, _quoting(reading)
        if isinstance(instrument, DurationBond):
            # The spread takes up what the curve's level says otherwise than the bond's yield: only moves count.
            curve = market.levels[instrument.rate].value
            own = instrument.spread_now + instrument.yield_now - curve
            levels[driver] = Level(value=own, source="definition")
        elif isinstance(instrument, Bond) and position.price:
            base = market.levels[instrument.rate].value
            try:
                solved = instrument.spread_of_price(position.price, base)
            except InputError as error:
                problems.append(
                    lacking(
                        driver, f"{position.id}: no yield gives its price: {error}", position.row
                    )
                )
                continue
            levels[driver] = Level(value=solved, source="quoted-price")
        else:
            problems.append(
                lacking(driver, f"{position.id}: no price and no spread.", position.row)
            )
    return market.with_levels(levels), problems


def _quoting(reading: Sequence[Reader]) -> Position:
    """Return the position whose price stands for all that read one bond: the largest that has one."""
    priced = [(r.position.price, r.position) for r in reading if r.position.price is not None]
    return largest_first(priced)[0][1] if priced else reading[0].position


def _contracts(readers: Mapping[Driver, Sequence[Reader]]) -> list[Contract]:
    """Return the options with what the book says of each: of two prices or volatilities, the largest holding's.

    Of a contract held in both styles, the volatility is solved with the style of the row whose price is taken.
    """
    contracts = []
    for driver, reading in readers.items():
        if driver.kind != "vol":
            continue
        held = {r.position.id: r.leg.instrument for r in reading}
        quoted = largest_first(
            (r.position.price, r.position)
            for r in reading
            if isinstance(r.position.instrument, Option) and r.position.price is not None
        )
        stated = largest_first(
            (r.position.implied_vol, r.position)
            for r in reading
            if r.position.implied_vol is not None
        )
        option = held[quoted[0][1].id] if quoted else reading[0].leg.instrument
        if not isinstance(option, Option):
            continue
        contracts.append(
            Contract(
                option=option,
                row=reading[0].position.row,
                price=quoted[0][0] if quoted else None,
                stated=stated[0][0] if stated else None,
            )
        )
    return contracts


def _approximations(holdings: Sequence[Holding]) -> list[str]:
    rough = sorted(
        held.position.id
        for held in holdings
        if any(isinstance(leg.instrument, DurationBond) for leg in held.legs)
    )
    return [f"{', '.join(rough)}: {DurationBond.approximation}."] if rough else []
