"""Lines of a screen about plausibility, a stressed law and a second opinion, 100 columns wide."""

from __future__ import annotations

from stress.reporting.words import counted, wrapped
from stress.results.held_views import HeldView
from stress.results.plausibility import LostMore
from stress.results.result import Result
from stress.results.second_opinion import SecondOpinion
from stress.scenarios.propagation_report import written_move
from stress.tables import listing, percent

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
    risk = "factor risk"
    if result.revalued is not None and result.revalued.rules:
        risk += " (options by their deltas and vegas)"
    text = f"{' and '.join(said) or 'as the model has it'}: {reach}; an ordinary session's {risk} {before} -> {after} of NAV"
    others = [one for one in line.by_target if one[0] != line.correlation]
    if others:
        text += ", " + ", ".join(
            f"{percent(deviation / result.nav, digits=2, signed=False)} {target}"
            for target, deviation in others
        )
    if line.worse is not None and line.worse != line.correlation:
        text += f". {line.worse.capitalize()} is worse for this book"
    if line.volatility != 1.0 and result.completed.n_stated:
        less, smaller = ("less", "smaller") if line.volatility > 1.0 else ("more", "larger")
        text += f". Stated moves stay and surprise {less}, so names' own moves around them are {smaller}"
    return _wrapped("stressed law", text)


def second_opinion_lines(result: Result) -> list[str]:
    """Say what weighed history expects beside the joint law, or why it cannot say.

    Of the baseline: under the user's views alone.
    """
    opinion = result.second_opinion
    if opinion is None:
        return []
    label = "2nd opinion" if result.scenario is not None else "views alone"
    if (
        opinion.refused is not None
        or opinion.expected is None
        or opinion.linked is None
        or opinion.effective is None
        or opinion.largest_weight is None
    ):
        return _wrapped(label, f"none: {opinion.refused}")
    alone = "" if result.scenario is not None else "no scenario, 1 session: "
    text = (
        f"{alone}{percent(opinion.expected / result.nav)} by weighing "
        f"{counted(opinion.sessions, 'past window')}{_by_joint_law(result, opinion)}; "
        f"{opinion.effective:.0f} windows effectively left, the heaviest "
        f"{percent(opinion.largest_weight, digits=0, signed=False)}{_views_held(result, opinion)}"
    )
    beyond = [f"{move} {why}" for move, why in opinion.left_out if "beyond" in why]
    if beyond:
        text += f". Not weighed in: {beyond[0]}"
        text += f" and {len(beyond) - 1} more" if len(beyond) > 1 else ""
    return _wrapped(label, text)


def _by_joint_law(result: Result, opinion: SecondOpinion) -> str:
    """Say what the joint law expects given the same means, where any is held."""
    stated = result.completed.n_stated
    own = sum(view.is_mean for view in opinion.added_views)
    given = []
    if stated == 1:
        given.append("the same move")
    elif stated:
        given.append(
            f"the same {len(opinion.views)} of {stated} stated moves ({listing(opinion.views, most=3)})"
        )
    if own:
        given.append("the view of a mean" if own == 1 else f"the {own} views of means")
    if not given or opinion.linked is None:
        return ""
    law = "the joint law" if result.stressed_law is None else "the joint law, not stressed,"
    return f", {percent(opinion.linked / result.nav)} by {law} given {' and '.join(given)}"


def _views_held(result: Result, opinion: SecondOpinion) -> str:
    """Say which of the user's views hold, what was there before, and what they do to the book's risk."""
    if not opinion.added_views or opinion.deviation is None or opinion.deviation_before is None:
        return ""
    before, after = (
        percent(x / result.nav, digits=2, signed=False)
        for x in (opinion.deviation_before, opinion.deviation)
    )
    held = listing([_view(view) for view in opinion.added_views], most=len(opinion.added_views))
    return f". Held: {held}; factor risk of a window {before} -> {after} of NAV"


def _view(view: HeldView) -> str:
    before = (
        f"{view.before:.2f}"
        if view.unit is None
        else written_move(view.before, view.unit, signed=view.is_mean)
    )
    tail = (
        ""
        if view.tail_windows is None
        else f", its tail worth {counted(round(view.tail_windows), 'window')}"
    )
    return f"{view.text} ({before} before{tail})"


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
    if found.returns_in is not None:
        said.append(f"returns in {found.returns_in}, exchange rates apart")
    if found.revalued:
        said.append(f"without {counted(found.revalued, 'revalued position')}")
    if found.without_prices:
        said.append(f"no prices of {listing(found.without_prices, most=3)}")
    if found.thin:
        said.append(f"on {found.thin:,} of them up to a tenth of it had no price yet")
    return f" ({'; '.join(said)})" if said else ""


def _wrapped(label: str, text: str) -> list[str]:
    return wrapped(label, text, indent=INDENT)
