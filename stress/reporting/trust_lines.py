"""Lines of a screen about plausibility, a stressed law and a second opinion, 100 columns wide."""

from __future__ import annotations

from stress.reporting.words import counted, listing, wrapped
from stress.results.plausibility import LostMore
from stress.results.result import Result
from stress.tables import percent

__all__ = ["INDENT", "lost_more_lines", "second_opinion_lines", "stressed_law_lines"]

#: Characters before the text: a margin and the label.
INDENT = 16


def lost_more_lines(result: Result) -> list[str]:
    """Say on how many past days today's book would have lost more; nothing without prices or for a gain."""
    if result.plausibility is None or result.plausibility.lost_more is None:
        return []
    found = result.plausibility.lost_more
    return _wrapped("", f"{_compared(found)}{_left_out(found)}")


def stressed_law_lines(result: Result) -> list[str]:
    """Say what law the figures stand under, how far it is from the model's, and which way hurts more."""
    line = result.stressed_law
    if line is None:
        return []
    said = []
    if line.correlation is not None:
        said.append(
            f"correlations {percent(line.share, digits=0, signed=False)} of the way {line.correlation}"
        )
    if line.volatility != 1.0:
        said.append(f"factor volatilities times {line.volatility:g}")
    reach = "infinitely far from the model"
    if line.distance is not None and line.divergence is not None:
        reach = (
            f"as far from the model as a move of {line.distance:.1f} standard deviations "
            f"(divergence {line.divergence:.2g} nats)"
        )
    before, after = (
        percent(x / result.nav, digits=2, signed=False)
        for x in (line.deviation_before, line.deviation)
    )
    text = f"{' and '.join(said) or 'as the model has it'}: {reach}; an ordinary session's factor risk {before} -> {after} of NAV"
    others = [one for one in line.by_target if one[0] != line.correlation]
    if others:
        text += ", " + ", ".join(
            f"{percent(risk / result.nav, digits=2, signed=False)} {target}"
            for target, risk in others
        )
    if line.worse is not None and line.worse != line.correlation:
        text += f". {line.worse.capitalize()} is worse for this book"
    return _wrapped("stressed law", text)


def second_opinion_lines(result: Result) -> list[str]:
    """Say what weighed history expects beside the joint law, or why it cannot say."""
    opinion = result.second_opinion
    if opinion is None:
        return []
    if (
        opinion.refused is not None
        or opinion.expected is None
        or opinion.linked is None
        or opinion.effective is None
        or opinion.largest_weight is None
    ):
        return _wrapped("2nd opinion", f"none: {opinion.refused}")
    stated = result.completed.n_stated
    given = (
        "the same move"
        if stated == 1
        else f"the same {len(opinion.views)} of {stated} stated moves ({listing(opinion.views, most=3)})"
    )
    text = (
        f"{percent(opinion.expected / result.nav)} by weighing {counted(opinion.sessions, 'past window')}, "
        f"{percent(opinion.linked / result.nav)} by the joint law given {given}; "
        f"{opinion.effective:.0f} windows effectively left, the heaviest "
        f"{percent(opinion.largest_weight, digits=0, signed=False)}"
    )
    beyond = [f"{move} {why}" for move, why in opinion.left_out if "beyond" in why]
    if beyond:
        text += f". Not weighed in: {beyond[0]}"
        text += f" and {len(beyond) - 1} more" if len(beyond) > 1 else ""
    return _wrapped("2nd opinion", text)


def _compared(found: LostMore) -> str:
    span = (
        "days"
        if found.horizon_days == 1
        else f"overlapping windows of {found.horizon_days} sessions"
    )
    if found.worse is None:
        return f"too few prices for {span} to compare with"
    worse = found.worse
    return f"today's book would have lost more on {worse.worse:,} of {worse.days:,} {span} since {worse.since}"


def _left_out(found: LostMore) -> str:
    """Say what of the book is not in the comparison."""
    said = []
    if found.share < 0.995:
        said.append(f"compares {percent(found.share, digits=0, signed=False)} of gross")
    if found.revalued:
        said.append(f"without {counted(found.revalued, 'revalued position')}")
    if found.without_prices:
        said.append(f"no prices of {listing(found.without_prices, most=3)}")
    if found.thin:
        said.append(f"on {found.thin:,} of them up to a tenth of it had no price yet")
    return f" ({'; '.join(said)})" if said else ""


def _wrapped(label: str, text: str) -> list[str]:
    return wrapped(label, text, indent=INDENT)
