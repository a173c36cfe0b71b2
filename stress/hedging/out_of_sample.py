"""The laws a hedge is judged under: fresh draws, other generators, other exposures, other volatilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from stress.hedging.laws import Law, outcomes
from stress.hedging.lines.candidates import Candidates
from stress.hedging.prepared import Setting
from stress.hedging.problem import Outcomes
from stress.simulation.book import Book
from stress.simulation.generators import BlockBootstrap, FilteredHistory
from stress.simulation.streams import generator

__all__ = ["EXPOSURE_SD", "SPECIFIC_SCALE", "JudgedLaw", "fresh_law", "judged_laws", "perturbed"]

#: Exposures are drawn this far off, each name and factor alone: a judgement, printed.
EXPOSURE_SD = 0.20
#: Specific volatilities are this much higher when perturbed.
SPECIFIC_SCALE = 1.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedLaw:
    """A law with its draws.

    Parameters
    ----------
    label : str
        What is different.
    outcomes : Outcomes
        Of book and candidates.
    """

    label: str
    outcomes: Outcomes


def fresh_law(setting: Setting) -> Outcomes:
    """Return draws of the baseline that no hedge of the setting is fitted to."""
    settings = setting.settings
    return outcomes(
        setting.book,
        setting.candidates,
        Law(),
        draws=max(settings.draws, 4_000),
        seed=settings.seed + 1,
    )


def judged_laws(setting: Setting) -> Iterator[JudgedLaw]:
    """Yield the laws beside the fresh draws, one at a time: generators, exposures, volatilities."""
    settings, book, candidates = setting.settings, setting.book, setting.candidates
    draws, seed = max(settings.draws, 4_000), settings.seed + 1

    def drawn(label: str, law: Law, on: tuple[Book, Candidates]) -> JudgedLaw:
        return JudgedLaw(label=label, outcomes=outcomes(*on, law, draws=draws, seed=seed))

    here = (book, candidates)
    if book.model.history is not None:
        yield drawn("filtered history", Law(generator=FilteredHistory()), here)
        yield drawn("block bootstrap", Law(generator=BlockBootstrap()), here)
    for number in (1, 2):
        yield drawn(
            f"exposures {EXPOSURE_SD:.0%} off ({number})",
            Law(),
            (
                perturbed(book, seed=seed + number),
                replace(candidates, book=perturbed(candidates.book, seed=seed + number)),
            ),
        )
    if candidates.book.valuation is not None or book.valuation is not None:
        yield drawn("vol betas halved", Law(beta_scale=0.5), here)
        yield drawn("vol betas x 1.5", Law(beta_scale=1.5), here)


def perturbed(book: Book, *, seed: int) -> Book:
    """Return a book whose names answer differently: the same name errs alike wherever it stands.

    Names that are a factor by definition keep their exposure; all other exposures are drawn `EXPOSURE_SD` off
    and specific volatilities are `SPECIFIC_SCALE` times as high.
    """
    exposures = book.exposures.copy()
    for i, name in enumerate(book.names):
        if book.sources[i] != "definition":
            score = generator(f"perturb:{name}", seed=seed, chunk=0).standard_normal(
                exposures.shape[1]
            )
            exposures[i] = exposures[i] * (1.0 + EXPOSURE_SD * score)
    return replace(
        book,
        exposures=np.asarray(exposures),
        specific_volatility=SPECIFIC_SCALE * book.specific_volatility,
    )
