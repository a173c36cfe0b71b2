"""A comparison of strategies as tables on the terminal, as HTML and as JSON."""

from __future__ import annotations

import datetime
import string
from collections.abc import Sequence
from typing import Any

from stress.hedging.comparing.comparison import Comparison, StrategyRow
from stress.hedging.lines.held_securities import sides_in_words
from stress.reporting.blocks import Block, Rows, block_html, block_text, filled
from stress.reporting.filling import together
from stress.reporting.header import model_in_words
from stress.reporting.hedge_document import plain
from stress.reporting.hedge_heading import other_warnings
from stress.reporting.html_blocks import folded, heading, page, text
from stress.reporting.trade_words import trades_in_words
from stress.reporting.words import counted, short_name
from stress.tables import Column, money_unit, percent, shorten, thousands

__all__ = ["comparison_document", "comparison_html", "comparison_page"]

#: Of the JSON. Additions raise the second number; anything else the first.
SCHEMA_VERSION = "1.3"
_SHOWN_SCENARIOS = 7
_SHOWN_TRADES = 8


def comparison_page(comparison: Comparison) -> str:
    """Write a comparison as text.

    Parameters
    ----------
    comparison : Comparison
        Rows by rank.
    """
    title, identity, said = _head(comparison)
    head = [filled(f"{title}   {identity}"), *map(filled, said)]
    blocks = ["\n".join(head), *(filled(flag) for flag in _flags(comparison))]
    blocks += map(block_text, _blocks(comparison))
    if warnings := other_warnings(comparison):
        blocks.append(block_text(Block(title="WARNINGS", parts=warnings)))
    return "\n\n".join(blocks)


def comparison_html(comparison: Comparison) -> str:
    """Write a comparison as HTML for a notebook: the page's tables, words and order.

    Parameters
    ----------
    comparison : Comparison
        Rows by rank.
    """
    title, identity, said = _head(comparison)
    warnings = other_warnings(comparison)
    return page(
        [
            heading(title, large=True),
            text(identity, quiet=True),
            *map(text, said),
            *map(text, _flags(comparison)),
            *map(block_html, _blocks(comparison)),
            folded(counted(len(warnings), "warning"), warnings),
        ]
    )


def _flags(comparison: Comparison) -> list[str]:
    """Say what forbids to go by it."""
    overfitted, newer = comparison.overfitted, comparison.newer_quotes
    return [
        *(f"! {said}" for said in comparison.not_covered),
        *_model(comparison)[1],
        *([f"! OVERFITTED, go by none of it: {overfitted}"] if overfitted else []),
        *([f"! {newer}"] if newer else []),
    ]


def _blocks(comparison: Comparison) -> list[Block]:
    """Return what stands under the head."""
    blocks = [
        _ranking(comparison),
        _trades(comparison),
        _remains(comparison),
        _robustness(comparison),
        _scenarios(comparison),
        _frontier(comparison),
    ]
    lost = tuple(f"{row.title}: {row.failed}" for row in comparison.rows if row.failed)
    if lost:
        blocks.append(Block(title="NO TRADES", parts=lost))
    return [block for block in blocks if block is not None]


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values; trades of frontier points are left out."""
    document: dict[str, Any] = {
        name: plain(getattr(comparison, name))
        for name in comparison.__dataclass_fields__
        if name != "frontier"
    }
    for row, source in zip(document["rows"], comparison.rows, strict=True):
        row["cost"]["all_in"] = source.cost.all_in
    document["frontier"] = [
        {"budget": p.budget, "cost": p.cost, "es": p.es, "fresh": p.fresh, "error": p.error}
        for p in comparison.frontier
    ]
    document["es_sign"] = "loss"
    document["schema_version"] = SCHEMA_VERSION
    return document


def _head(c: Comparison) -> tuple[str, str, list[str]]:
    """Return the title, what it is of, and how the strategies were held against each other."""
    nav = f"NAV {money_unit(c.nav).plain(c.nav)} {c.currency}"
    identity = (
        f"{short_name(c.portfolio_name)} · {nav} · universe {shorten(c.universe_name, 20)} · "
        f"{together(_model(c)[0])}"
    )
    said = [
        f"fitted on {thousands(c.draws)} draws, ranked on fresh ones: baseline ES {c.level:.1%} plus the all-in "
        f"cost of {c.holding_days:g} days",
        "same draws and costs for all; a letter marks what does not keep the limits of `foreshock hedge`",
        "whole lots and few lines only in the proposal; only it, sell down and trim sell what is held",
        "closing a held option costs its spread: decay no longer lost, or no longer earned, is not counted",
    ]
    if c.left_out:
        said.append(
            f"not traded but by selling down, because the book holds them: {sides_in_words(c.left_out)}"
        )
    return "HEDGES COMPARED", identity, said


def _model(c: Comparison) -> tuple[str, list[str]]:
    """Return the model in words, and what is to be doubted of its age."""
    return model_in_words(c.model_id, c.model_as_of, as_of=c.as_of, today=datetime.date.today())


def _good(c: Comparison) -> list[StrategyRow]:
    return [row for row in c.rows if not row.failed]


def _ranking(c: Comparison) -> Block:
    broken = dict.fromkeys(name for row in _good(c) for name in row.breaks)
    letters = dict(zip(broken, string.ascii_lowercase, strict=False))
    rows = []
    for row in _good(c):
        rows.append(
            [
                f"{row.rank}{'=' if row.tied else ''}",
                row.title,
                str(len(row.trades)),
                f"{1e4 * row.cost.entry / c.nav:.1f}",
                f"{1e4 * row.cost.carry_per_month / c.nav:.1f}",
                percent(-row.fitted / c.nav, digits=2, unit=False),
                percent(-row.fresh / c.nav, digits=2, unit=False),
                f"{100 * row.fresh_error / c.nav:.2f}",
                percent(-row.score / c.nav, digits=2, unit=False),
                *([] if row.first_in is None else [str(row.first_in)]),
                "".join(sorted(letters[name] for name in row.breaks)),
            ]
        )
    columns = (
        Column(title=""),
        Column(title="strategy", align="left", most=26),
        Column(title="lines"),
        Column(title="cost bp"),
        Column(title="carry/m"),
        Column(title="ES fit"),
        Column(title="fresh"),
        Column(title="±"),
        Column(title="+ cost"),
        *([Column(title="first")] if c.variants else []),
        Column(title="breaks", align="left"),
    )
    notes = ["= cannot be told apart from the line above on these draws (paired simulation error)"]
    notes += [
        f"{letter} does not keep this limit of a proposal: {name}"
        for name, letter in letters.items()
    ]
    if letters:
        notes.append("ranked all the same: by these limits they would not be proposed")
    if c.variants:
        notes += [
            f"first: in how many of {c.variants} model variants it ranks first; not a probability",
            "  (the model range of `foreshock run` counts one more: the other propagation)",
        ]
    unhedged = percent(-c.unhedged / c.nav, digits=2)
    return Block(
        title="RANKING",
        aside=f"% of NAV, loss negative; unhedged {unhedged}; ± is simulation error only",
        parts=(Rows(columns=columns, rows=rows), *notes),
    )


def _trades(c: Comparison) -> Block | None:
    """Return the trades of each strategy, the largest of many named."""
    lines, cut = [], False
    for row in _good(c):
        said = [together(trade) for trade in trades_in_words(row.trades)]
        if len(said) > _SHOWN_TRADES:
            said[_SHOWN_TRADES:] = [together(f"{len(said) - _SHOWN_TRADES} more")]
            cut = True
        if said:
            lines.append(f"{row.title}: {' · '.join(said)}")
    if not lines:
        return None
    more = f"; the {_SHOWN_TRADES} largest, all in JSON" if cut else ""
    aside = f"units, bought +, sold -; held: a position of the book sold down{more}"
    return Block(title="TRADES", aside=aside, parts=tuple(lines))


def _remains(c: Comparison) -> Block | None:
    rows = [[row.title, row.remains] for row in _good(c) if row.remains]
    columns = (Column(title="", align="left", most=26), Column(title="", align="left", most=68))
    return Block(title="WHAT REMAINS", parts=(Rows(columns=columns, rows=rows),)) if rows else None


def _robustness(c: Comparison) -> Block | None:
    if not c.laws:
        return None
    rows = [["unhedged", *(percent(-es / c.nav, digits=2, unit=False) for _, es in c.laws)]]
    rows += [
        [row.title, *(percent(-es / c.nav, digits=2, unit=False) for _, es in row.others)]
        for row in _good(c)
    ]
    return Block(
        title="UNDER OTHER LAWS",
        aside="baseline ES, % of NAV",
        parts=_lettered([label for label, _ in c.laws], rows),
    )


def _scenarios(c: Comparison) -> Block | None:
    ids = [id_ for id_, _ in sorted(c.before, key=lambda pair: pair[1])]
    benign = [id_ for id_, pnl in c.before if pnl > 0.0]
    worst = [id_ for id_ in ids if id_ not in benign][: _SHOWN_SCENARIOS - min(2, len(benign))]
    shown = [*worst, *benign[:2]]
    first = c.before[0][0] if c.before else None
    if first is not None and first not in shown:
        shown[-1:] = [first]
    if not shown:
        return None

    def cells(pairs: Sequence[tuple[str, float]]) -> list[str]:
        of = dict(pairs)
        return [percent(of[id_] / c.nav, unit=False) for id_ in shown]

    rows = [["unhedged", *cells(c.before), ""]]
    rows += [
        [
            row.title,
            *cells(row.scenarios),
            f"{percent(row.regret / c.nav, signed=False, unit=False)}",
        ]
        for row in _good(c)
    ]
    return Block(
        title="IN SCENARIOS",
        aside="expected P&L, % of NAV; regret: most given up in a benign scenario, cost added",
        parts=(
            *_lettered(shown, rows, last=("regret",)),
            *_regretted(c),
            "the cost in it is without decay of premium, which the P&L of a scenario contains",
        ),
    )


def _regretted(c: Comparison) -> list[str]:
    """Say in which scenario the regret of each strategy is."""
    where: dict[str, list[str]] = {}
    for row in _good(c):
        if row.trades and row.regret_in:
            where.setdefault(row.regret_in, []).append(row.title)
    if len(where) == 1:
        return [f"regret is that in {next(iter(where))}"]
    return [f"regret is that in {id_} of: {' · '.join(titles)}" for id_, titles in where.items()]


def _lettered(
    labels: Sequence[str], rows: list[list[str]], *, last: Sequence[str] = ()
) -> tuple[str, Rows]:
    """Write a table whose columns are letters, with what they stand for above it: names are long."""
    letters = string.ascii_uppercase[: len(labels)]
    key = " · ".join(
        together(f"{letter} {label}") for letter, label in zip(letters, labels, strict=True)
    )
    columns = [Column(title="", align="left", most=26)]
    columns += [Column(title=title) for title in (*letters, *last)]
    return key, Rows(columns=tuple(columns), rows=rows)


def _frontier(c: Comparison) -> Block | None:
    if not c.frontier:
        return None
    rows = [
        [
            f"{1e4 * p.budget / c.nav:.2f}",
            percent(-p.es / c.nav, digits=2, unit=False),
            percent(-p.fresh / c.nav, digits=2, unit=False),
            f"{percent(-p.band[1] / c.nav, digits=2, unit=False)} .. {percent(-p.band[0] / c.nav, digits=2, unit=False)}",
        ]
        for p in c.frontier
    ]
    columns = (
        Column(title="all-in cost, bp of NAV"),
        Column(title="ES fitted"),
        Column(title="fresh"),
        Column(title="95 % of simulation"),
    )
    beyond = "held positions sold down no further than the cap; `sell down` and `trim the riskiest` go beyond it"
    return Block(
        title="FRONTIER",
        aside="smallest baseline ES for each cost, % of NAV",
        parts=(Rows(columns=columns, rows=rows), beyond),
    )
