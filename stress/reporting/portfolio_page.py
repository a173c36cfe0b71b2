"""What a holdings file was understood as: positions, rows that are not, and how each name is stressed.

A book in a notebook is the same page without the account of its file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from stress.files.portfolio import PortfolioCheck
from stress.portfolio.coverage import Coverage, CoverageRow, Status
from stress.portfolio.position import LedgerRow, Portfolio, Position
from stress.reporting.filling import fill
from stress.reporting.header import no_gross
from stress.reporting.html_blocks import folded, heading, page, table, text
from stress.reporting.words import counted, counted_kind, short_name, wrapped
from stress.results.grouping import group_columns
from stress.simulation.book import Book
from stress.tables import (
    SCREEN_WIDTH,
    Column,
    listing,
    money_unit,
    percent,
    shorten,
    table_lines,
    thousands,
)

__all__ = [
    "book_html",
    "portfolio_document",
    "portfolio_html",
    "portfolio_page",
    "portfolios_document",
]

_SHOWN = 15
_KINDS: tuple[tuple[Status, str], ...] = (
    ("own", "own exposures"),
    ("user", "estimated from your prices"),
    ("revalued", "revalued in full"),
    ("proxy", "a proxy you named"),
    ("prior", "its peers' exposures"),
    ("excluded", "NOT STRESSED, not in the model"),
    ("cash", "cash, which does not move"),
)


def portfolio_page(check: PortfolioCheck, coverage: Coverage | None, *, model_id: str = "") -> str:
    """Write what was read.

    Parameters
    ----------
    check : PortfolioCheck
        The book, and what became of each row of its file.
    coverage : Coverage or None
        Against a model, with unknown names excluded.
    model_id : str
        The model's id.
    """
    portfolio = check.portfolio
    head = f"{short_name(portfolio.name)} · read as {check.dialect_title}"
    date = _date(portfolio)
    whole = f"{head} · {date}"
    lines = [
        *([whole] if len(whole) <= SCREEN_WIDTH else [shorten(head, SCREEN_WIDTH), f"  {date}"]),
        *(f"  {line}" for line in _sums(portfolio)),
        *_rows(check),
        *_totals(check),
        "",
        *_largest(portfolio),
    ]
    lines += ["", *fill(f"--group takes: {', '.join(group_columns(portfolio))}", under="  ")]
    if portfolio.ledger:
        lines += ["", "ROWS THAT ARE NOT POSITIONS"]
        lines += [shorten(f"  {_became(row)}", SCREEN_WIDTH) for row in portfolio.ledger[:_SHOWN]]
        if len(portfolio.ledger) > _SHOWN:
            lines.append(f"  + {len(portfolio.ledger) - _SHOWN} more (--format json)")
    if coverage is not None:
        lines += ["", f"HOW IT WOULD BE STRESSED, model {model_id}"]
        for share, words in _coverage(coverage, portfolio):
            lines += wrapped("", f"{share:>8} {words}" if share else words, indent=2)
    return "\n".join(lines)


def portfolio_html(portfolio: Portfolio) -> str:
    """Write a book as HTML for a notebook: its sums, its largest positions, rows that are none.

    Parameters
    ----------
    portfolio : Portfolio
        As read or made.
    """
    return page(_held_blocks(portfolio))


def book_html(book: Book) -> str:
    """Write a book on a model as HTML for a notebook: what is held, and how each part of it is stressed.

    Parameters
    ----------
    book : Book
        As opened.
    """
    how = [list(line) for line in _coverage(book.coverage, book.portfolio)]
    return page(
        [
            *_held_blocks(book.portfolio),
            heading(f"HOW IT IS STRESSED, model {book.model.id}"),
            table((Column(title=""), Column(title="", align="left")), [("", how)], wraps=(1,)),
        ]
    )


def portfolios_document(books: Mapping[str, Portfolio]) -> list[dict[str, Any]]:
    """Return books by id as plain Python objects, in order, each without its positions."""
    return [
        {
            "id": id_,
            "as_of": book.as_of,
            "currency": book.currency,
            "nav": book.nav,
            "positions": len(book.positions),
            "content_hash": book.content_hash,
        }
        for id_, book in books.items()
    ]


def portfolio_document(check: PortfolioCheck, coverage: Coverage | None) -> dict[str, Any]:
    """Return what was read as plain Python objects.

    Parameters
    ----------
    check : PortfolioCheck
        The book, and what became of each row of its file.
    coverage : Coverage or None
        Against a model.
    """
    portfolio = check.portfolio
    return {
        "name": portfolio.name,
        "dialect": check.dialect,
        "mapping": dict(check.mapping),
        "rows": {
            "all": check.rows,
            "positions": check.positions,
            "cash": check.cash,
            "merged": check.merged,
            "ignored": check.ignored,
            "refused": check.refused,
            "totals": check.total_rows,
        },
        "totals": [
            {
                "line": total.line,
                "label": total.label,
                "unit": total.unit,
                "stated": total.stated,
                "read": total.read,
                "met": total.met,
            }
            for total in check.totals
        ],
        "currency": portfolio.currency,
        "as_of": portfolio.as_of,
        "nav": portfolio.nav,
        "nav_source": portfolio.nav_source,
        "gross": portfolio.gross,
        "content_hash": portfolio.content_hash,
        "positions": [
            {
                "id": p.id,
                "name": p.ticker,
                "kind": p.instrument.kind,
                "quantity": p.quantity,
                "face": p.face,
                "price": p.price,
                "market_value": p.market_value,
                "currency": p.currency,
                "account": p.account,
                "sector": p.sector,
                "proxy": p.proxy,
                "groups": dict(p.groups),
                "row": p.row,
            }
            for p in portfolio.positions
        ],
        "ledger": [
            {"row": row.row, "text": row.text, "became": row.became, "reason": row.reason}
            for row in portfolio.ledger
        ],
        "coverage": None
        if coverage is None
        else [
            {
                "position": row.position,
                "status": row.status,
                "share": row.share,
                "reason": row.reason,
            }
            for row in coverage.rows
        ],
        "warnings": list(portfolio.warnings),
    }


def _rows(check: PortfolioCheck) -> list[str]:
    """Account for every row of the file."""
    parts = (
        (check.positions, counted(check.positions, "position")),
        (check.cash, f"{check.cash} cash"),
        (check.merged, f"{check.merged} merged"),
        (check.ignored, f"{check.ignored} ignored"),
        (check.refused, f"{check.refused} refused"),
        (check.total_rows, counted(check.total_rows, "total")),
    )
    became = ", ".join(words for count, words in parts if count)
    columns = ", ".join(
        word if word == title.casefold() else f"{word} from '{shorten(title, 30)}'"
        for word, title in check.mapping.items()
    )
    lines = [f"  {counted(check.rows, 'row')} of the file: {became}"]
    return [*lines, *wrapped("columns:", columns, indent=11)] if columns else lines


def _totals(check: PortfolioCheck) -> list[str]:
    lines = []
    for total in check.totals:
        stated, read = (
            percent(value, signed=False) if total.unit == "weight" else thousands(value, digits=2)
            for value in (total.stated, total.read)
        )
        verdict = "agrees with" if total.met else "! differs from"
        place = "" if total.line is None else f" (line {total.line})"
        words = (
            f"  total '{shorten(total.label, 30)}'{place} {stated} {verdict} what was read, {read}"
        )
        lines.append(shorten(words, SCREEN_WIDTH))
    return lines


def _held_blocks(portfolio: Portfolio) -> list[str]:
    """Return what a book holds as HTML."""
    unit = money_unit(portfolio.nav)
    ordered = _by_size(portfolio)
    rows = [_position_row(portfolio, position) for position in ordered[:_SHOWN]]
    rest = ordered[_SHOWN:]
    if rest:
        value = sum(position.market_value for position in rest)
        share = percent(value / portfolio.nav, signed=False)
        rows.append([counted(len(rest), "other"), "", "", "", unit.plain(value), share])
    became = [_became(row) for row in portfolio.ledger]
    return [
        heading(portfolio.name, large=True),
        text(_date(portfolio), quiet=True),
        *map(text, _sums(portfolio)),
        table(_POSITIONS, [("", rows)], wraps=(1,)),
        folded(f"rows that are not positions: {len(became)}", became),
        folded(counted(len(portfolio.warnings), "warning"), portfolio.warnings),
    ]


def _date(portfolio: Portfolio) -> str:
    return f"positions of {portfolio.as_of}" if portfolio.as_of else "positions' date not stated"


def _sums(portfolio: Portfolio) -> list[str]:
    """Say how much is held, and on which side."""
    unit = money_unit(portfolio.nav)
    cash = [p for p in portfolio.positions if p.instrument.kind == "cash"]
    held = [p for p in portfolio.positions if p.instrument.kind != "cash"]
    still = [p for p in cash if p.currency == portfolio.currency]
    foreign = [p for p in cash if p.currency != portfolio.currency]
    long = sum(p.market_value for p in (*held, *foreign) if p.market_value > 0.0)
    short = sum(p.market_value for p in (*held, *foreign) if p.market_value < 0.0)
    return [
        f"{counted(len(held), 'position')}, {counted(len(cash), 'cash row')}, {portfolio.currency} · "
        f"NAV {unit.plain(portfolio.nav)} ({_nav_source(portfolio)})",
        f"long {unit.plain(long)} · short {unit.plain(short)} · gross {unit.plain(portfolio.gross)} · "
        f"cash {unit.plain(sum(p.market_value for p in still))}"
        f"{' beside other currencies, which are in gross' if foreign else ''}",
    ]


def _became(row: LedgerRow) -> str:
    """Say what a row was taken for, and why."""
    place = "" if row.row is None else f"line {row.row}: "
    why = "" if row.reason == row.became else f": {row.reason}"
    return f"{place}{row.became}{why} ({row.text})"


def _nav_source(portfolio: Portfolio) -> str:
    return "as you stated" if portfolio.nav_source == "stated" else "market values and cash"


_POSITIONS = (
    Column(title="largest", align="left", most=24),
    Column(title="", align="left", most=28),
    Column(title="kind", align="left"),
    Column(title="quantity"),
    Column(title="value"),
    Column(title="of NAV"),
)


def _by_size(portfolio: Portfolio) -> list[Position]:
    return sorted(portfolio.positions, key=lambda p: (-abs(p.market_value), p.id))


def _position_row(portfolio: Portfolio, position: Position) -> list[str]:
    return [
        position.id,
        position.name or "",
        position.instrument.kind,
        _held(position),
        money_unit(portfolio.nav).plain(position.market_value),
        percent(position.market_value / portfolio.nav, signed=False),
    ]


def _largest(portfolio: Portfolio) -> list[str]:
    ordered = _by_size(portfolio)
    rows = [_position_row(portfolio, position) for position in ordered[:_SHOWN]]
    lines = table_lines(_POSITIONS, rows, indent=2)
    if len(ordered) > _SHOWN:
        lines.append(f"  + {len(ordered) - _SHOWN} more (--format json)")
    return lines


def _held(position: Position) -> str:
    """Write a quantity as the file does: of a bond its face."""
    if position.face is not None:
        return f"{position.face:,.12g} face"
    return "" if position.quantity is None else f"{position.quantity:,.12g}"


def _coverage(coverage: Coverage, portfolio: Portfolio) -> list[tuple[str, str]]:
    """Return a share and words a status; the shares add up to gross, and what has none is said to have none."""
    kinds = {p.id: p.instrument.kind for p in portfolio.positions}
    lines = []
    for status, words in _KINDS:
        rows = [row for row in coverage.rows if row.status == status]
        if not rows:
            continue
        share = percent(coverage.share(status), signed=False)
        shown = ""
        match status:
            case "revalued":
                shown = f" ({_counted_kinds(rows, kinds)})"
            case "own" | "cash":
                pass
            case _:
                names = [one.called for one in coverage.by_size(status)]
                shown = f" ({listing(names, most=8)})"
        lines.append(
            ("no part" if status == "cash" else share, f"of {coverage.shares_of}: {words}{shown}"),
        )
    if coverage.gross == 0.0:
        lines.append(("", no_gross(coverage)))
    return lines


def _counted_kinds(rows: Sequence[CoverageRow], kinds: Mapping[str, str]) -> str:
    """Return for example ``2 options, 1 future without a value of its own``."""
    count = Counter(kinds[row.position].replace("_", " ") for row in rows)
    worthless = all(row.notional is None for row in rows)
    future = " without a value of its own" if worthless else ""
    return ", ".join(
        counted_kind(number, kind) + (future if kind == "future" else "")
        for kind, number in sorted(count.items())
    )
