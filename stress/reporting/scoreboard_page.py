"""The scoreboard as a page: realised against predicted, beside simpler predictions."""

from __future__ import annotations

from collections.abc import Sequence

from stress.tables import Column, percent, table_lines
from stress.validation.scoreboard import DayScore, Scoreboard
from stress.validation.scoreboard_books import summarise_books
from stress.validation.scoreboard_prediction import DayPrediction
from stress.validation.scoreboard_score import Score, median
from stress.validation.scoreboard_year import group_years

__all__ = ["day_page", "scoreboard_page"]

#: Names whose direction on 27 January 2025 was written down before the model was made.
WATCHED = ("ED", "KO", "JNJ", "VST", "CEG", "VRT", "NVDA", "AVGO", "META")

_MISSES = 10


def day_page(score: DayScore, predicted: DayPrediction) -> str:
    """Write one day: scores side by side, watched names, largest misses.

    Parameters
    ----------
    score : DayScore
        Of the day.
    predicted : DayPrediction
        Of the day.
    """
    columns = (
        Column(title="", align="left"),
        Column(title="all factors given"),
        Column(title="four given"),
        Column(title="market beta"),
        Column(title="sector fund"),
    )
    scores = (score.explained, score.given_core, score.market, score.sector)
    rows = [
        ["R²u: share of squared moves", *(f"{one.r_squared:.3f}" for one in scores)],
        ["root mean square miss", *(percent(one.rmse, signed=False) for one in scores)],
        ["correlation", *(f"{one.correlation:.2f}" for one in scores)],
        ["right sign", *(percent(one.sign_hits, signed=False) for one in scores)],
        ["beyond the 95 % band", *(_share(one.outside_floored) for one in scores)],
        ["names and funds", *(str(one.names) for one in scores)],
    ]
    companies = (score.explained_companies, score.given_core_companies)
    rows.append(["R²u, companies only", *map(_r2, companies), "", ""])
    own = (score.explained_established, score.given_core_established)
    count = 0 if own[0] is None else own[0].names
    rows.append([f"R²u, the {count} with 220 sessions or more", *map(_r2, own), "", ""])
    return "\n".join(
        [
            f"{score.day.date} close · {'; '.join(score.day.reasons)}",
            f"  Model data end {score.model_as_of}. Each name left out of its own baskets; the day's factor",
            "  moves are given, nothing of the name itself.",
            *table_lines(columns, rows, indent=2),
            "",
            *_watched(predicted),
            "",
            *_largest_misses(predicted),
        ]
    )


def scoreboard_page(board: Scoreboard) -> str:
    """Write all days and books.

    Parameters
    ----------
    board : Scoreboard
        From `stress.validation.scoreboard.scoreboard`.
    """
    lines = [
        f"SHOCK DAYS   {len(board.shocks)} days chosen by written rules, model of the session before; R²u",
        *_days(board.shocks),
        "",
        f"ORDINARY DAYS   {len(board.ordinary)} days drawn by a seed; R²u",
        _median_line(board.ordinary),
        "",
        f"BOOKS   {len(board.books)} books with fixed weights; misses in % of gross, and beyond the 95 % band",
    ]
    columns = (
        Column(title="", align="left"),
        Column(title="book-days"),
        Column(title="median"),
        Column(title="95 % point"),
        Column(title="worst"),
        Column(title="book moved"),
        Column(title="R²u"),
        Column(title="beyond"),
    )
    rows = []
    for words, scores, misses in (
        ("shock days, all factors given", board.shocks, board.shock_books["explained"]),
        ("shock days, four given", board.shocks, board.shock_books["given_core"]),
        ("ordinary days, all factors given", board.ordinary, board.ordinary_books["explained"]),
        ("ordinary days, four given", board.ordinary, board.ordinary_books["given_core"]),
    ):
        summary = summarise_books(misses, [score.day.date for score in scores], board.books)
        rows.append(
            [
                words,
                str(summary.judged),
                percent(summary.median_miss, signed=False, digits=2),
                percent(summary.high_miss, signed=False, digits=2),
                percent(summary.worst_miss, signed=False, digits=2),
                percent(summary.median_move, signed=False, digits=2),
                f"{summary.r_squared:.3f}",
                percent(summary.outside_floored, signed=False),
            ]
        )
    lines += table_lines(columns, rows, indent=2)
    if board.years:
        lines += ["", *_years(board)]
    return "\n".join(lines)


def _years(board: Scoreboard) -> list[str]:
    columns = (
        Column(title="books", align="left"),
        Column(title="sessions"),
        Column(title="beyond VaR"),
        Column(title="Kupiec"),
        Column(title="Christoffersen"),
        Column(title="Acerbi-Szekely"),
    )
    rows = [
        [
            f"{group.year}   {group.books} {group.kind}",
            str(group.sessions),
            percent(group.beyond, signed=False, digits=2),
            *(percent(share, signed=False, digits=0) for share in group.rejected),
        ]
        for group in group_years(board.years)
    ]
    return [
        "BASELINE BACK-TEST   1-session VaR and ES 97.5 %, model calibrated anew each session",
        *table_lines(columns, rows, indent=2),
        "  2.5 % should lie beyond VaR; under each test, the share of books it rejects at 5 %",
    ]


def _watched(predicted: DayPrediction) -> list[str]:
    place = {name: i for i, name in enumerate(predicted.names)}
    found = [name for name in WATCHED if name in place]
    if not found:
        return []
    rows = [
        [
            name,
            percent(float(predicted.realised[place[name]])),
            percent(float(predicted.explained.predicted[place[name]])),
            _verdict(
                float(predicted.realised[place[name]]),
                float(predicted.explained.predicted[place[name]]),
            ),
        ]
        for name in found
    ]
    columns = (
        Column(title="by factors alone", align="left"),
        Column(title="realised"),
        Column(title="predicted"),
        Column(title="", align="left"),
    )
    return table_lines(columns, rows, indent=2)


def _verdict(realised: float, predicted: float) -> str:
    if realised * predicted <= 0.0:
        return "! wrong sign: only its own recorded move corrects it"
    return "" if predicted / realised >= 0.5 else "less than half of it"


def _largest_misses(predicted: DayPrediction) -> list[str]:
    miss = predicted.realised - predicted.explained.predicted
    scored = [i for i in range(len(predicted.names)) if predicted.scored[i]]
    worst = sorted(scored, key=lambda i: -abs(float(miss[i])))[:_MISSES]
    rows = [
        [
            predicted.names[i],
            percent(float(predicted.realised[i])),
            percent(float(predicted.explained.predicted[i])),
            percent(float(miss[i])),
        ]
        for i in worst
    ]
    columns = (
        Column(title="largest misses", align="left"),
        Column(title="realised"),
        Column(title="predicted"),
        Column(title="miss"),
    )
    return table_lines(columns, rows, indent=2)


def _days(scores: Sequence[DayScore]) -> list[str]:
    if not scores:
        return []
    columns = (
        Column(title="date", align="left"),
        Column(title="D"),
        Column(title="all given"),
        Column(title="four"),
        Column(title="market"),
        Column(title="sector"),
        Column(title="right sign"),
        Column(title="why", align="left", most=27),
    )
    rows = [
        [
            score.day.date,
            f"{score.distance:.1f}",
            *(_r2(one) for one in (score.explained, score.given_core, score.market, score.sector)),
            percent(score.explained.sign_hits, signed=False, digits=0),
            "; ".join(score.day.reasons),
        ]
        for score in scores
    ]
    return [*table_lines(columns, rows, indent=2), _median_line(scores)]


def _median_line(scores: Sequence[DayScore]) -> str:
    if not scores:
        return "  none"
    parts = (
        ("all given", [score.explained.r_squared for score in scores]),
        ("four given", [score.given_core.r_squared for score in scores]),
        ("market beta", [score.market.r_squared for score in scores]),
        ("sector fund", [score.sector.r_squared for score in scores]),
    )
    return "  median: " + ", ".join(f"{words} {median(values):.3f}" for words, values in parts)


def _r2(score: Score | None) -> str:
    return "-" if score is None else f"{score.r_squared:.3f}"


def _share(value: float | None) -> str:
    return "" if value is None else percent(value, signed=False)
