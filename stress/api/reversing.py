"""From a loss to the scenarios behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack, cast

from stress import __version__
from stress.arguments import DEFAULT_SEED, ShareOfNav, public_verb, usual_of
from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.files.portfolio.frame import DataFrame
from stress.opening import BookOptions, idle_levels, levels_of_options, opened_book
from stress.portfolio.position import Portfolio
from stress.results.manifest import Manifest, manifest_of_answer
from stress.results.options import setting_text
from stress.reverse_stress.found import ReverseStress
from stress.reverse_stress.space import Sign
from stress.simulation.book import Book
from stress.simulation.said_of_book import said_of_book

__all__ = [
    "reverse",
    "worst_case",
    "worst_law",
]

#: A leveraged book can lose more than its net asset value; a larger share than this was meant in another unit. [share of NAV]
_MOST_LOST = 10.0


@public_verb
def reverse(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    loss: ShareOfNav,
    model: str | Path | FactorModel | None = None,
    *,
    horizon_days: int = 1,
    only: Sequence[str] | None = None,
    signs: Mapping[str, Sign] | None = None,
    max_distance: float | None = None,
    answers: int = 6,
    seed: int = DEFAULT_SEED,
    **options: Unpack[BookOptions],
) -> ReverseStress:
    """Find the most plausible scenarios in which a book loses at least that much.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio or Book
        The book.
    loss : str or float
        Share of NAV, positive: ``"10%"`` or 0.1.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted.
    horizon_days : int
        Sessions; beyond 10 returns compound, as in a run.
    only : sequence of str, optional
        Factors, or patterns such as ``"semis_*"``, that may be stated; the rest follow.
    signs : mapping of str to {'up', 'down'}, optional
        Factors that may only rise or only fall.
    max_distance : float, optional
        How far a scenario may lie. [standard deviations]
    answers : int
        At most so many distinct ones. The nearest of a book of shares is one; after it come those in which a single
        theme (`semis_*`) moves by itself, as `only` would have it. Up to `max_distance`, without it one and a half
        times as far as the nearest.
    seed : int
        Of the search.
    **options
        Those of `stress.BookOptions` (`docs/python.md`).

    Returns
    -------
    ReverseStress
        Each answer carries a scenario that can be saved and run.

    Raises
    ------
    InputError
        On an impossible question.
    UnreachableLossError
        With the largest loss that can be reached, and its distance.

    Examples
    --------
    >>> nearest = reverse("ai_growth", "10%").answers[0]
    >>> round(nearest.loss / 10_000_000, 3), round(nearest.distance, 1)
    (0.1, 6.3)
    """
    from stress.reverse_stress.book import reverse_book

    share = _loss(cast(float, loss))
    book, chosen = opened_book(portfolio, model, options)
    found = reverse_book(
        book,
        loss=share * book.nav,
        horizon_days=horizon_days,
        only=only,
        signs=signs,
        max_distance=max_distance,
        answers=answers,
        seed=seed,
    )
    asked = {
        "horizon_days": horizon_days,
        "only": only,
        "signs": signs,
        "max_distance": max_distance,
        "answers": answers,
    }
    said = {"loss": setting_text(share), **chosen}
    warnings = _said(book, options, bounded=book.model.factor_index)
    manifest = _manifest(reverse, book, found, asked, said, seed)
    return replace(found, warnings=warnings, manifest=manifest)


@public_verb
def worst_case(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    distance: float,
    model: str | Path | FactorModel | None = None,
    *,
    horizon_days: int = 1,
    only: Sequence[str] | None = None,
    signs: Mapping[str, Sign] | None = None,
    answers: int = 6,
    seed: int = DEFAULT_SEED,
    **options: Unpack[BookOptions],
) -> ReverseStress:
    """Find the scenarios within a distance in which a book loses most.

    Parameters
    ----------
    distance : float
        Largest distance of what is stated. [standard deviations]
    portfolio, model, horizon_days, only, signs, answers, seed, **options
        As in `reverse`.

    Returns
    -------
    ReverseStress
        Answers by their loss, the largest first.

    Raises
    ------
    InputError
        On an impossible question.

    Examples
    --------
    >>> worst = worst_case("ai_growth", distance=3.0).answers[0]
    >>> round(worst.distance, 1), worst.loss > 0
    (3.0, True)
    """
    from stress.reverse_stress.book import worst_case_of_book

    book, chosen = opened_book(portfolio, model, options)
    found = worst_case_of_book(
        book,
        distance=distance,
        horizon_days=horizon_days,
        only=only,
        signs=signs,
        answers=answers,
        seed=seed,
    )
    asked = {"horizon_days": horizon_days, "only": only, "signs": signs, "answers": answers}
    said = {"distance": setting_text(distance), **chosen}
    warnings = _said(book, options, bounded=book.model.factor_index)
    manifest = _manifest(worst_case, book, found, asked, said, seed)
    return replace(found, warnings=warnings, manifest=manifest)


@public_verb
def worst_law(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    divergence: float,
    model: str | Path | FactorModel | None = None,
    *,
    horizon_days: int = 1,
    **options: Unpack[BookOptions],
) -> ReverseStress:
    """Find the law near the model's history under which a book's expected loss is largest.

    Where `worst_case` looks for one bad move, this doubts the ordinary day: the past sessions that the model carries,
    each at today's volatility, are weighed anew as far as a Kullback-Leibler divergence allows.

    Parameters
    ----------
    divergence : float
        In nats; ``d ** 2 / 2`` moves the mean of a normal P&L by d standard deviations.
    horizon_days : int
        Sessions, at most 10.
    portfolio, model, **options
        As in `reverse`.

    Returns
    -------
    ReverseStress
        One answer: its loss is the expected one under the worst law, its scenario states the mean factor moves.

    References
    ----------
    .. [1] Breuer and Csiszar, "Systematic stress tests with entropic plausibility constraints", J. Banking &
       Finance 37 (2013), pp. 1552-1559.

    Examples
    --------
    >>> near, far = (worst_law("ai_growth", divergence=nats).answers[0].loss for nats in (0.1, 0.5))
    >>> 0 < near < far
    True
    """
    from stress.reverse_stress.worst_law import worst_law_of_book

    book, chosen = opened_book(portfolio, model, options)
    found = worst_law_of_book(book, divergence=divergence, horizon_days=horizon_days)
    said = {"divergence": setting_text(divergence), **chosen}
    asked = {"horizon_days": horizon_days}
    manifest = _manifest(worst_law, book, found, asked, said, seed=0)
    return replace(found, warnings=_said(book, options), manifest=manifest)


def _manifest(
    verb: Callable[..., ReverseStress],
    book: Book,
    found: ReverseStress,
    asked: Mapping[str, object],
    chosen: Mapping[str, str],
    seed: int,
) -> Manifest:
    """Write down what a search was made from; its digest is over the answers, their losses and distances."""
    return manifest_of_answer(
        book,
        [],
        seed=seed,
        draws=0,
        asked=asked,
        usual=usual_of(verb),
        chosen={"question": found.question, **chosen},
        numbers=tuple(
            (answer.scenario.content_hash, float(answer.loss), float(answer.distance))
            for answer in found.answers
        ),
        version=__version__,
    )


def _said(book: Book, options: BookOptions, *, bounded: Collection[str] = ()) -> tuple[str, ...]:
    """Say what the book leaves out, and which stated levels change nothing: a search holds falls of any factor against its level."""
    idle = idle_levels([book], levels_of_options(options), bounded=bounded)
    return (*said_of_book(book), *idle)


def _loss(share: float) -> float:
    """Return a loss that can be asked for: a share of NAV, above zero, of at most all of a geared book's."""
    if not 0.0 < share <= _MOST_LOST:
        raise InputError(
            f"loss: {100.0 * share:g}% is not a share of NAV above 0 %, of at most {_MOST_LOST:.0%}. A loss is "
            "written without a minus sign, e.g. '10%'."
        )
    return share
