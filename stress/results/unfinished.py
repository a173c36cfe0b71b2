"""What Ctrl-C left undone, in words: the first thing to know about a run that was interrupted."""

from __future__ import annotations

from dataclasses import replace

from stress.results.options import Options
from stress.simulation.pnl import PnL

__all__ = ["left_beside", "part_of_draws", "part_of_paths", "without_what_stands_beside"]


def part_of_draws(pnl: PnL) -> list[str]:
    """Say how many of its draws a P&L has; nothing where it has all."""
    if not pnl.partial:
        return []
    return [f"PARTIAL: interrupted after {pnl.draws:,} of {pnl.asked:,} draws."]


def part_of_paths(done: int, draws: int) -> str:
    """Say how many draws of a path were made."""
    if done == 0:
        return "PARTIAL: interrupted before its steps were drawn: the path is left out."
    return f"PARTIAL: interrupted after {done:,} of {draws:,} draws of the path."


def without_what_stands_beside(options: Options) -> Options:
    """Return what is asked of a result whose making was interrupted: its draws, measured and attributed."""
    return replace(options, variants=(), second_opinion=False, views=(), reduce=(), prices=None)


def left_beside(options: Options) -> str:
    """Say what of a run is left out once its results are made from `without_what_stands_beside`."""
    asked = {
        "the model range": options.variants,
        "the second opinion": options.second_opinion,
        "tail averages by other methods": options.reduce,
        "past days that cost more": options.prices,
    }
    left = [words for words, given in asked.items() if given]
    what = f"left out: {', '.join(left)}" if left else "nothing is left out"
    return f"PARTIAL: interrupted after all draws; {what}."
