"""Further answers of a book that is hurt one way: in each, one theme moves by itself and all else follows.

The most plausible scenario of a book of shares is one: every factor moves a little. A desk asks for stories beside
it, and a story has one cause: the nearest scenario that states the factors of one theme alone, the rest following by
their conditional mean. Each is the answer of a smaller space, the same that a search held to these
factors (``only``) gives; whether two are one is asked as of any search, by how far apart they lie.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np

from stress.reverse_stress.answer import ReverseStressAnswer, UnreachableLossError
from stress.reverse_stress.loss_surface import APART, distinct
from stress.reverse_stress.space import Space

__all__ = ["with_one_theme"]


def with_one_theme(
    first: ReverseStressAnswer,
    space: Space,
    themes: Sequence[str],
    *,
    signed: Set[str],
    answer_in: Callable[[Space], ReverseStressAnswer],
    admits: Callable[[ReverseStressAnswer], bool],
    answers: int,
) -> tuple[ReverseStressAnswer, ...]:
    """Return an answer, and distinct ones in which a single theme moves by itself.

    Parameters
    ----------
    first : ReverseStressAnswer
        The best in all of `space`; returned as it is.
    space : Space
        What may be stated in all.
    themes : sequence of str, length K
        The theme of each factor.
    signed : set of str
        Factors that may only rise or only fall: stated in every answer, so that none breaks it by following.
    answer_in : callable
        The best answer in a smaller space; raises `UnreachableLossError` where there is none.
    admits : callable
        Whether an answer may be offered.
    answers : int
        At most so many.

    Returns
    -------
    tuple of ReverseStressAnswer
        Those after the first say in `only` what moves by itself; the largest loss first, of equal ones the
        nearest. Any two lie further apart than a tenth (`APART`) of the further one's distance, in standard deviations of
        the searched moves.
    """
    searched = [space.factor_names[k] for k in space.searched]
    theme_of = dict(zip(space.factor_names, themes, strict=True))
    found = []
    for theme in dict.fromkeys(theme_of[name] for name in searched) if answers > 1 else ():
        own = [name for name in searched if theme_of[name] == theme]
        held = [name for name in searched if name in signed and name not in own]
        if len(own) + len(held) == len(searched):
            continue
        try:
            answer = answer_in(space.stating([*own, *held]))
        except UnreachableLossError:
            continue
        if admits(answer):
            label = (*_pattern(theme, own, space.factor_names), *held)
            found.append(replace(answer, only=label))
    found.sort(key=lambda answer: (-round(answer.loss / first.loss, 9), answer.distance))
    ordered = [first, *found]
    moves = np.array([answer.moves[space.searched] for answer in ordered])
    points = np.linalg.solve(space.root, moves.T).T
    return tuple(ordered[i] for i in distinct(points, apart=APART)[:answers])


def _pattern(theme: str, own: Sequence[str], factor_names: Sequence[str]) -> tuple[str, ...]:
    """Return the shortest way to name a theme's searched factors: ``semis_*``, or each by its name."""
    pattern = f"{theme}_*"
    meant = [name for name in factor_names if fnmatchcase(name, pattern)]
    return (pattern,) if len(own) > 1 and meant == list(own) else tuple(own)
