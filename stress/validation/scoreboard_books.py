"""Books on the scoreboard: sample portfolios, random books, one book a theme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.moves import FactorMoves
from stress.portfolio.instruments import Equity
from stress.portfolio.position import Portfolio
from stress.validation.scoreboard_prediction import DayPrediction, by_definition
from stress.validation.scoreboard_score import median

__all__ = [
    "BOOK_KINDS",
    "SAMPLES",
    "BookKind",
    "BookMisses",
    "BookSummary",
    "ScoreboardBook",
    "book_misses",
    "book_weights",
    "equity_values",
    "random_books",
    "sample_book",
    "summarise_books",
    "theme_books",
]

BookKind = Literal["sample", "random", "theme"]

BOOK_KINDS: tuple[BookKind, ...] = get_args(BookKind)

#: The sample portfolios that come with the package.
SAMPLES = ("ai_growth", "sixty_forty", "utilities_income", "long_short", "mega_cap")

#: A book of which less than this share of gross has a price on a day is not judged on that day.
LEAST_PRICED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreboardBook:
    """A book with fixed weights.

    Parameters
    ----------
    name : str
    kind : {'sample', 'random', 'theme'}
    weights : mapping of str to float
        By ticker, signed; their absolute values sum to 1.
    definition_share : float
        Share of gross in names that are a factor by definition, which are predicted exactly.
    """

    name: str
    kind: BookKind
    weights: Mapping[str, float]
    definition_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BookMisses:
    """Realised and predicted moves of B books on D days, in fractions of gross; nan where not judged.

    Parameters
    ----------
    realised, predicted, half_width, half_width_floored : ndarray of shape (D, B)
    priced : ndarray of shape (D, B)
        Share of gross with a price.
    """

    realised: FloatArray
    predicted: FloatArray
    half_width: FloatArray
    half_width_floored: FloatArray
    priced: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSummary:
    """How far books were from their prediction, pooled over books and days.

    Parameters
    ----------
    books, judged, skipped : int
        Books; book-days judged; book-days without enough prices.
    partly_priced : int
        Book-days judged on less than all of their gross.
    signed_error : float
        Mean of realised minus predicted. [fraction of gross]
    median_miss, high_miss, worst_miss : float
        Median, 95 % point and largest of its size.
    worst_day, worst_book : str
        Where the largest was.
    median_move : float
        Median size of the realised move, to compare with.
    r_squared : float
        Uncentred, pooled.
    outside, outside_floored : float
        Share of book-days beyond the band.
    """

    books: int
    judged: int
    skipped: int
    partly_priced: int
    signed_error: float
    median_miss: float
    high_miss: float
    worst_miss: float
    worst_day: str
    worst_book: str
    median_move: float
    r_squared: float
    outside: float
    outside_floored: float


def equity_values(portfolio: Portfolio) -> dict[str, float]:
    """Return the market value of a portfolio's shares and funds by ticker, signed; cash is left out.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    dict of str to float
    """
    values: defaultdict[str, float] = defaultdict(float)
    for position in portfolio.positions:
        if isinstance(position.instrument, Equity):
            values[position.instrument.ticker] += position.market_value
    return dict(values)


def sample_book(
    name: str, values: Mapping[str, float], definitions: Mapping[str, object]
) -> ScoreboardBook:
    """Make a book of market values.

    Parameters
    ----------
    name : str
    values : mapping of str to float
        Market value by ticker, signed.
    definitions : mapping of str
        Names that are a factor.

    Raises
    ------
    InputError
        When nothing is held.
    """
    gross = sum(abs(value) for value in values.values())
    if not gross > 0.0:
        raise InputError(f"book {name} holds nothing that can be priced.")
    weights = {ticker: value / gross for ticker, value in values.items()}
    return ScoreboardBook(
        name=name,
        kind="sample",
        weights=weights,
        definition_share=sum(abs(w) for ticker, w in weights.items() if ticker in definitions),
    )


def random_books(
    moves: FactorMoves, *, count: int = 200, size: int = 10, seed: int = 0
) -> tuple[ScoreboardBook, ...]:
    """Draw equal-weight long books from all names of the prices that are no factor by definition.

    Parameters
    ----------
    moves : FactorMoves
    count, size : int
        Books, and names a book.
    seed : int

    Returns
    -------
    tuple of ScoreboardBook
    """
    named = by_definition(moves)
    pool = [name for name in moves.names if name not in named]
    if len(pool) < size:
        raise InputError(f"a book of {size} names cannot be drawn from {len(pool)}.")
    random = np.random.default_rng(seed)
    drawn = [random.choice(len(pool), size=size, replace=False) for _ in range(count)]
    return tuple(
        ScoreboardBook(
            name=f"random-{number:03d}",
            kind="random",
            weights={pool[i]: 1.0 / size for i in sorted(picks)},
        )
        for number, picks in enumerate(drawn)
    )


def theme_books(moves: FactorMoves) -> tuple[ScoreboardBook, ...]:
    """Equal-weight books of the names that count under each theme, the default home apart.

    Names that are a factor by definition are left out; a theme needs two others.

    Parameters
    ----------
    moves : FactorMoves
    """
    definitions, named = moves.definitions, by_definition(moves)
    books = []
    for theme in definitions.names:
        if theme == definitions.default_home:
            continue
        members = [
            name for name in moves.names if name not in named and definitions.home_of(name) == theme
        ]
        if len(members) >= 2:
            weights = {name: 1.0 / len(members) for name in members}
            books.append(ScoreboardBook(name=theme, kind="theme", weights=weights))
    return tuple(books)


def book_weights(
    books: Sequence[ScoreboardBook], names: Sequence[str]
) -> tuple[FloatArray, FloatArray]:
    """Spread the books' weights over names; what has no price is left out and the rest scaled up.

    Parameters
    ----------
    books : sequence of ScoreboardBook, length B
    names : sequence of str, length N
        Priced.

    Returns
    -------
    weights : ndarray of shape (B, N)
        Absolute values of each row sum to 1; a row is nan where under half of the book is priced.
    priced : ndarray of shape (B,)
        Share of gross that is priced.
    """
    place = {name: n for n, name in enumerate(names)}
    weights = np.zeros((len(books), len(names)))
    for b, book in enumerate(books):
        for ticker, weight in book.weights.items():
            if ticker in place:
                weights[b, place[ticker]] = weight
    priced = np.abs(weights).sum(axis=1)
    enough = priced >= LEAST_PRICED
    weights[~enough] = np.nan
    weights[enough] /= priced[enough, None]
    return weights, priced


def book_misses(
    books: Sequence[ScoreboardBook],
    days: Sequence[DayPrediction],
    which: Literal["explained", "given_core"],
) -> BookMisses:
    """Realised and predicted moves of every book on every day.

    Parameters
    ----------
    books : sequence of ScoreboardBook, length B
    days : sequence of DayPrediction, length D
    which : {'explained', 'given_core'}

    Returns
    -------
    BookMisses
    """
    shape = (len(days), len(books))
    realised, predicted, half, floored, priced = (np.full(shape, np.nan) for _ in range(5))
    for d, day in enumerate(days):
        prediction = day.explained if which == "explained" else day.given_core
        weights, priced[d] = book_weights(books, day.names)
        realised[d] = weights @ day.realised
        predicted[d] = weights @ prediction.predicted
        half[d] = prediction.half_width(weights, floor=False)
        floored[d] = prediction.half_width(weights, floor=True)
    return BookMisses(
        realised=realised,
        predicted=predicted,
        half_width=half,
        half_width_floored=floored,
        priced=priced,
    )


def summarise_books(
    misses: BookMisses, dates: Sequence[str], books: Sequence[ScoreboardBook]
) -> BookSummary:
    """Pool the misses of books over days.

    Parameters
    ----------
    misses : BookMisses
        (D, B).
    dates : sequence of str, length D
    books : sequence of ScoreboardBook, length B

    Returns
    -------
    BookSummary

    Raises
    ------
    InputError
        When no book could be judged on any day.
    """
    error = misses.realised - misses.predicted
    judged = np.isfinite(error)
    if not judged.any():
        raise InputError("no book has prices on any of the days.")
    size = np.where(judged, np.abs(error), -np.inf)
    worst_day, worst_book = divmod(int(np.argmax(size)), error.shape[1])
    miss = size[judged]
    return BookSummary(
        books=len(books),
        judged=int(judged.sum()),
        skipped=int((~judged).sum()),
        partly_priced=int((misses.priced[judged] < 1.0 - 1e-9).sum()),
        signed_error=float(error[judged].mean()),
        median_miss=median(miss),
        high_miss=float(np.quantile(miss, 0.95)),
        worst_miss=float(miss.max()),
        worst_day=dates[worst_day],
        worst_book=books[worst_book].name,
        median_move=median(np.abs(misses.realised[judged])),
        r_squared=1.0
        - float(np.square(error[judged]).sum() / np.square(misses.realised[judged]).sum()),
        outside=float((miss > misses.half_width[judged]).mean()),
        outside_floored=float((miss > misses.half_width_floored[judged]).mean()),
    )
