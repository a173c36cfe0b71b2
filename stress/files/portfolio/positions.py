"""Valued rows to positions: ids, rows that stand twice, merging."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from stress.errors import Problem
from stress.files.portfolio.classified import Classified
from stress.files.portfolio.holding import Holding, quoted, shorten
from stress.files.portfolio.values import Valued
from stress.portfolio.instruments import Cash
from stress.portfolio.position import LedgerRow, Position
from stress.tables import listing

__all__ = ["make_positions"]

#: Tickers that a warning lists.
_SHOWN = 5
#: Lines of one ticker that are listed.
_LINES = 10


def make_positions(
    rows: Sequence[tuple[Holding, Classified, Valued]], merge: bool, *, strict: bool, file: str
) -> tuple[list[Position], list[LedgerRow], list[Problem], list[str]]:
    """Give ids; merge or refuse what stands twice in one account.

    Parameters
    ----------
    rows : sequence of (Holding, Classified, Valued)
        What became a position, in the order of the file.
    merge : bool
        Whether rows of one instrument in one account become one position.
    strict : bool
        Whether such rows are a problem otherwise; a broker's file may hold them (margin and cash).
    file : str
        For messages.

    Returns
    -------
    positions : list of Position
        In the order of the file. The id is the ticker; with the account where the ticker stands in several, with the
        line where it stands twice in one.
    ledger : list of LedgerRow
        Rows that were merged.
    problems : list of Problem
        One for each ticker that stands twice, naming the lines.
    warnings : list of str
        What stands twice where that is no problem, and merged lots whose prices differ; at most one of each.
    """
    by_key: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
    for number, (holding, kind, _) in enumerate(rows):
        by_key[kind.label, holding.account].append(number)
    by_label = Counter(label for label, _ in by_key)
    positions: list[Position] = []
    ledger: list[LedgerRow] = []
    problems: list[Problem] = []
    twice: list[str] = []
    averaged: list[str] = []
    used: set[str] = set()
    order: dict[int, Position] = {}
    for (label, account), numbers in by_key.items():
        identity = label if by_label[label] == 1 else f"{label}@{account or 'no account'}"
        members = [_position(rows[number], identity) for number in numbers]
        if len(members) > 1 and merge:
            first = numbers[0]
            order[first] = _merged(members)
            averaged.extend(_averaged(order[first], members))
            ledger.extend(
                LedgerRow(
                    row=rows[number][0].line,
                    text=rows[number][0].text,
                    became="ignored",
                    reason=f"merged with line {rows[first][0].line}",
                )
                for number in numbers[1:]
                if not isinstance(rows[number][1].instrument, Cash)
            )
            continue
        if len(members) > 1 and not isinstance(members[0].instrument, Cash):
            lines = [rows[number][0].line for number in numbers]
            listed = listing([str(line) for line in lines], most=_LINES)
            whole = _sum_of_others(members)
            if whole is not None:
                lots = [str(line) for line in lines if line != lines[whole]]
                problems.append(
                    Problem(
                        message=f"{quoted(label)} on line {lines[whole]} is the sum of lines {listing(lots, most=_LINES)}: "
                        "a position and its lots, which would count twice.",
                        file=file,
                        line=lines[whole],
                        hint="Remove the sum or the lots; where all of them are held, add them up with --merge / merge=True.",
                    )
                )
                continue
            if strict:
                where = f" in account {quoted(account)}" if account else ""
                problems.append(
                    Problem(
                        message=f"{quoted(label)} stands {len(lines)} times{where}: lines {listed}.",
                        file=file,
                        line=lines[1],
                        hint="Remove one, or add them up with --merge / merge=True.",
                    )
                )
                continue
            twice.append(f"{shorten([label], 60)} on lines {listed}")
        for number, member in zip(numbers, members, strict=True):
            unique = member.id if len(members) == 1 else f"{member.id}#{rows[number][0].line}"
            while unique in used:
                unique += "'"
            used.add(unique)
            order[number] = member if unique == member.id else replace(member, id=unique)
    positions = [order[number] for number in sorted(order)]
    warnings = []
    if averaged:
        more = f"; and {len(averaged) - _SHOWN} more" if len(averaged) > _SHOWN else ""
        warnings.append(
            f"lots that are merged differ in price, and the mean by size is taken: {'; '.join(averaged[:_SHOWN])}{more}"
        )
    if twice:
        more = f"; and {len(twice) - _SHOWN} more" if len(twice) > _SHOWN else ""
        warnings.append(
            f"stands more than once in one account: {'; '.join(twice[:_SHOWN])}{more}. Each line is a position of its own; "
            "add them up with --merge / merge=True"
        )
    return positions, ledger, problems, warnings


def _position(row: tuple[Holding, Classified, Valued], identity: str) -> Position:
    holding, kind, value = row
    assert kind.instrument is not None
    return Position(
        id=identity,
        instrument=kind.instrument,
        market_value=value.market_value,
        currency=value.currency,
        quantity=value.quantity,
        price=value.price,
        name=holding.name,
        account=holding.account,
        sector=holding.sector,
        type=holding.type,
        groups=holding.groups,
        proxy=holding.proxy,
        row=holding.line,
        implied_vol=holding.implied_vol,
        underlying_price=holding.underlying_price,
        adv=holding.adv,
        fx_rate=value.fx_rate,
    )


def _sum_of_others(members: Sequence[Position]) -> int | None:
    """Return which row of one ticker is the sum of at least two others, the first or the last; None where neither is."""
    if len(members) < 3:
        return None
    for whole in (0, len(members) - 1):
        lots = [member for number, member in enumerate(members) if number != whole]
        quantities = [member.quantity or 0.0 for member in lots]
        worth = math.fsum(member.market_value for member in lots)
        held = members[whole]
        if (
            all(quantities)
            and math.isclose(math.fsum(quantities), held.quantity or 0.0, rel_tol=1e-9)
            and math.isclose(worth, held.market_value, rel_tol=1e-4)
        ):
            return whole
    return None


def _merged(members: Sequence[Position]) -> Position:
    quantities = [member.quantity for member in members]
    known = [quantity for quantity in quantities if quantity is not None]
    total = math.fsum(known) if len(known) == len(members) else None
    return replace(
        members[0],
        market_value=math.fsum(member.market_value for member in members),
        quantity=total,
        price=_mean_price(members),
    )


def _averaged(merged: Position, members: Sequence[Position]) -> list[str]:
    """Say which prices the price of a merged position is the mean of, where they are not one."""
    prices = [member.price for member in members if member.price is not None]
    if merged.price is None or min(prices) == max(prices):
        return []
    return [f"{merged.id} {merged.price:,.6g} of {min(prices):,.6g} to {max(prices):,.6g}"]


def _mean_price(members: Sequence[Position]) -> float | None:
    """Return the price of several lots, which count by their size whatever their side; None where one has none."""
    prices = {member.price for member in members}
    if len(prices) == 1:
        return prices.pop()
    sized = [
        (abs(member.quantity), member.price)
        for member in members
        if member.quantity is not None and member.price is not None
    ]
    size = math.fsum(quantity for quantity, _ in sized)
    if len(sized) < len(members) or not size:
        return None
    return math.fsum(quantity * price for quantity, price in sized) / size
