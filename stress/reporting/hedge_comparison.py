"""A comparison of strategies as tables on the terminal, as HTML and as JSON."""

from __future__ import annotations

import json
import string
import textwrap
from collections.abc import Sequence
from typing import Any

from stress.hedging.comparison import Comparison, StrategyRow
from stress.hedging.held_securities import sides_in_words
from stress.reporting.hedge_document import SCHEMA_VERSION, plain
from stress.tables import SCREEN_WIDTH, Column, money_unit, percent, shorten, text_table, thousands

__all__ = ["comparison_document", "comparison_json", "comparison_page"]

_SHOWN_SCENARIOS = 7
#: A space at which no line ends, while lines are filled.
_HELD = "\u00a0"


def comparison_page(comparison: Comparison) -> str:
    """Write a comparison as text.

    Parameters
    ----------
    comparison : Comparison
        Rows by rank.
    """
    flag = f"! OVERFITTED, go by none of it: {comparison.overfitted}"
    blocks = [
        _head(comparison),
        textwrap.fill(flag, SCREEN_WIDTH, subsequent_indent="  ") if comparison.overfitted else "",
        _ranking(comparison),
        _remains(comparison),
        _robustness(comparison),
        _scenarios(comparison),
    ]
    if comparison.frontier:
        blocks.append(_frontier(comparison))
    lost = [row for row in comparison.rows if row.failed]
    if lost:
        blocks.append(_listed("NO TRADES", [f"{row.title}: {row.failed}" for row in lost]))
    if comparison.warnings:
        blocks.append(_listed("WARNINGS", comparison.warnings))
    return "\n\n".join(block for block in blocks if block)


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


def comparison_json(comparison: Comparison) -> str:
    """Return a comparison as JSON with sorted keys."""
    return json.dumps(comparison_document(comparison), sort_keys=True, indent=2, allow_nan=False)


def _head(c: Comparison) -> str:
    nav = f"NAV {money_unit(c.nav).plain(c.nav)} {c.currency}"
    return "\n".join(
        (
            shorten(
                f"HEDGES COMPARED   {shorten(c.portfolio_name, 24)} · {nav} · "
                f"universe {shorten(c.universe_name, 20)} · model {c.model_id}",
                SCREEN_WIDTH,
            ),
            f"fitted on {thousands(c.draws)} draws, ranked on fresh ones: baseline ES {c.level:.1%} plus the all-in "
            f"cost of {c.holding_days:g} days",
            "same draws and costs for all; a letter marks what does not keep the limits of `foreshock hedge`",
            "whole lots and few lines only in the proposal; only it, sell down and trim sell what is held",
            *_left_out(c),
        )
    )


def _left_out(c: Comparison) -> list[str]:
    """Say which lines of the universe no strategy trades."""
    if not c.left_out:
        return []
    text = (
        f"not traded but by selling down, because the book holds them: {sides_in_words(c.left_out)}"
    )
    return [textwrap.fill(text, SCREEN_WIDTH, subsequent_indent="  ")]


def _good(c: Comparison) -> list[StrategyRow]:
    return [row for row in c.rows if not row.failed]


def _ranking(c: Comparison) -> str:
    broken = dict.fromkeys(name for row in _good(c) for name in row.breaks)
    letters = dict(zip(broken, string.ascii_lowercase, strict=False))
    rows = []
    for row in _good(c):
        first = "" if row.first_in is None else str(row.first_in)
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
                first,
                "".join(sorted(letters[name] for name in row.breaks)),
            ]
        )
    table = text_table(
        [
            Column(title=""),
            Column(title="strategy", align="left", most=26),
            Column(title="lines"),
            Column(title="cost bp"),
            Column(title="carry/m"),
            Column(title="ES fit"),
            Column(title="fresh"),
            Column(title="±"),
            Column(title="+ cost"),
            Column(title="first"),
            Column(title="breaks", align="left"),
        ],
        rows,
        indent=2,
    )
    tail = "  = cannot be told apart from the line above on these draws (paired simulation error)"
    for name, letter in letters.items():
        tail += f"\n  {letter} does not keep this limit of a proposal: {name}"
    if letters:
        tail += "\n  ranked all the same: by these limits they would not be proposed"
    if c.variants:
        tail += f"\n  first: in how many of {c.variants} model variants it ranks first; not a probability"
        tail += "\n    (the model range of `foreshock run` counts one more: the other propagation)"
    return f"RANKING   % of NAV, loss negative; unhedged {percent(-c.unhedged / c.nav, digits=2)}; ± is simulation error only\n{table}\n{tail}"


def _remains(c: Comparison) -> str:
    rows = [[row.title, row.remains] for row in _good(c) if row.remains]
    columns = [Column(title="", align="left", most=26), Column(title="", align="left", most=68)]
    return f"WHAT REMAINS\n{text_table(columns, rows, indent=2)}" if rows else ""


def _robustness(c: Comparison) -> str:
    if not c.laws:
        return ""
    rows = [["unhedged", *(percent(-es / c.nav, digits=2, unit=False) for _, es in c.laws)]]
    rows += [
        [row.title, *(percent(-es / c.nav, digits=2, unit=False) for _, es in row.others)]
        for row in _good(c)
    ]
    return "UNDER OTHER LAWS   baseline ES, % of NAV\n" + _lettered(
        [label for label, _ in c.laws], rows
    )


def _scenarios(c: Comparison) -> str:
    ids = [id_ for id_, _ in sorted(c.before, key=lambda pair: pair[1])]
    benign = [id_ for id_, pnl in c.before if pnl > 0.0]
    worst = [id_ for id_ in ids if id_ not in benign][: _SHOWN_SCENARIOS - min(2, len(benign))]
    shown = [*worst, *benign[:2]]
    first = c.before[0][0] if c.before else None
    if first is not None and first not in shown:
        shown[-1:] = [first]
    if not shown:
        return ""

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
    return (
        "IN SCENARIOS   expected P&L, % of NAV; regret: most given up in a benign scenario, cost added\n"
        + _lettered(shown, rows, last=("regret",))
    )


def _lettered(
    labels: Sequence[str], rows: Sequence[Sequence[str]], *, last: Sequence[str] = ()
) -> str:
    """Write a table whose columns are letters, with what they stand for above it: names are long."""
    letters = string.ascii_uppercase[: len(labels)]
    # A letter stays on the line of what it stands for.
    key = " · ".join(
        f"{letter} {label}".replace(" ", _HELD)
        for letter, label in zip(letters, labels, strict=True)
    )
    columns = [Column(title="", align="left", most=26)]
    columns += [Column(title=title) for title in (*letters, *last)]
    said = textwrap.fill(
        key, SCREEN_WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    ).replace(_HELD, " ")
    return f"{said}\n{text_table(columns, rows, indent=2)}"


def _listed(title: str, texts: Sequence[str]) -> str:
    lines = [
        textwrap.fill(text, SCREEN_WIDTH, initial_indent="  ", subsequent_indent="    ")
        for text in texts
    ]
    return "\n".join((title, *lines))


def _frontier(c: Comparison) -> str:
    rows = [
        [
            f"{1e4 * p.budget / c.nav:.2f}",
            percent(-p.es / c.nav, digits=2, unit=False),
            percent(-p.fresh / c.nav, digits=2, unit=False),
            f"{percent(-p.band[1] / c.nav, digits=2, unit=False)} .. {percent(-p.band[0] / c.nav, digits=2, unit=False)}",
        ]
        for p in c.frontier
    ]
    table = text_table(
        [
            Column(title="all-in cost, bp of NAV"),
            Column(title="ES fitted"),
            Column(title="fresh"),
            Column(title="95 % of simulation"),
        ],
        rows,
        indent=2,
    )
    table += "\n  held positions sold down no further than the cap; `sell down` and `trim the riskiest` go beyond it"
    return f"FRONTIER   smallest baseline ES for each cost, % of NAV\n{table}"
