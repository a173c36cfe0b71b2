"""How far to trust the figures: errors by kind, plausibility, what is not in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stress.reporting.filling import together
from stress.reporting.trust_lines import (
    INDENT,
    lost_more_lines,
    second_opinion_lines,
    stressed_law_lines,
)
from stress.reporting.words import counted, wrapped
from stress.results.result import Result
from stress.tables import SCREEN_WIDTH, listing, percent, shorten, thousands

__all__ = ["line_rows", "trust", "trust_rows"]

#: Defaults that another line shows, or that no reader asks for.
_SHOWN_ELSEWHERE = ("draws", "seed", "levels", "severity")

#: Words of what draws factor moves from history.
_GENERATOR = {
    "filtered-history": "filtered history, whole past sessions at today's volatility",
    "bootstrap": "blocks of past sessions as they were",
}
#: A default of so many characters may be broken over lines.
_LONG = 60

_NOT_IN_IT = "trading during the event, margin calls, financing, wider spreads"


def trust(result: Result, baseline: Result | None = None) -> list[str]:
    """Return the block under the attribution.

    Parameters
    ----------
    result : Result
        The scenario in detail.
    baseline : Result, optional
        Of the same book: its tail by other generators, and what its views say alone, where the scenario too is of
        one session.
    """
    return [
        "HOW FAR TO TRUST IT",
        *_model_range(result),
        *_ordinary_day(baseline),
        *_track_record(result),
        *_in_sample(result),
        *_simulation(result),
        *_plausibility(result),
        *lost_more_lines(result),
        *_law(result),
        *(
            line
            for said in result.drawn_apart
            for line in wrapped("drawn apart", said, indent=INDENT)
        ),
        *stressed_law_lines(result),
        *second_opinion_lines(result),
        *_views_alone(result, baseline),
        *_defaults(result),
        *_identity(result),
        *_observed(result),
        f"  not in it     {_NOT_IN_IT}",
    ]


def trust_rows(result: Result) -> list[tuple[str, str]]:
    """Return the same block as pairs of label and text, for a page that wraps its own lines.

    Parameters
    ----------
    result : Result
        The scenario in detail.
    """
    return line_rows(trust(result)[1:])


def line_rows(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return lines of the block as pairs of label and text.

    Parameters
    ----------
    lines : sequence of str
        Each label's text may go on under it.
    """
    rows: list[tuple[str, str]] = []
    for line in lines:
        label, text = line[:INDENT].strip(), " ".join(line[INDENT:].split())
        if label or not rows:
            rows.append((label, text))
            continue
        before, begun = rows.pop()
        rows.append((before, f"{begun} {text}"))
    return rows


def _views_alone(result: Result, baseline: Result | None) -> list[str]:
    """Return what views say without the scenario: the same views only where both are over one session."""
    if baseline is None or result.completed.horizon_days != baseline.completed.horizon_days:
        return []
    return second_opinion_lines(baseline)


def _identity(result: Result) -> list[str]:
    """Return what an auditor compares: hashes of the inputs, digest of the draws' P&L."""
    scenario = result.scenario
    model = result.manifest.model["hash"]
    parts = (
        ("scenario", None if scenario is None else scenario.content_hash),
        ("model", model),
        ("run", result.manifest.digest),
    )
    shown = " · ".join(f"{word} {digest[:12]}" for word, digest in parts if digest)
    return [f"  repeat it     {shown}"]


def _model_range(result: Result) -> list[str]:
    """Return the spread of the expected P&L over model variants, when it was computed."""
    found = result.model_range
    if found is None:
        return []
    low, high = (percent(value / result.nav) for value in (found.low, found.high))
    text = f"{low} to {high} expected, over {len(found.rows)} model variants"
    return [f"  model range   {text:<58}(model error: the big one)"]


def _ordinary_day(baseline: Result | None) -> list[str]:
    """Return the tail of the ordinary day by every generator, when it was computed."""
    own = None if baseline is None else baseline.tail_average
    if baseline is None or own is None or not baseline.ordinary_tails:
        return []
    tails = {tail.generator: tail.expected_shortfall for tail in baseline.ordinary_tails}
    used = baseline.law.generator
    of_day = f"at the volatility of {baseline.pnl.plan.book.model.as_of}"
    laws = {
        "t": "by the joint law",
        "filtered-history": f"by whole past sessions {of_day}",
        "bootstrap": "by past sessions as they were",
    }
    shown = [f"{percent(-own.value / baseline.nav)} {laws[used]} (used above)"]
    shown += [f"{percent(-tails[one] / baseline.nav)} {laws[one]}" for one in laws if one in tails]
    return wrapped("ordinary day", f"1-day ES 97.5 %: {', '.join(shown)}", indent=INDENT)


def _track_record(result: Result) -> list[str]:
    """Return how far books like this one were from their prediction on past shock days, or why there is no record."""
    record = result.track_record
    if result.scenario is None:
        return []
    if record is None:
        because = result.no_track_record_because
        return [] if because is None else wrapped("track record", f"none: {because}", indent=INDENT)
    kind = (
        "books of 10 random names" if record.group == "random" else f"a book of {record.group[6:]}"
    )
    match record.used:
        case "explained":
            figures, given = record.explained, "all factor moves given"
        case "given_core":
            figures, given = record.given_core, "four factor moves given, the rest propagated"
    median, worst, moved = (
        percent(figures[key], signed=False) for key in ("median_miss", "worst_miss", "median_move")
    )
    text = (
        f"{kind} on {record.days} shock days, 1 session, {given}: off by {median} of gross (median), "
        f"{worst} (worst), where they moved by {moved} (median)"
    )
    return wrapped("track record", text, indent=INDENT)


def _in_sample(result: Result) -> list[str]:
    """Say that a model has seen what it is asked about: its window holds sessions of a measured scenario."""
    scenario, model = result.scenario, result.pnl.plan.book.model
    if scenario is None or scenario.kind != "measured" or scenario.date is None:
        return []
    first, last = model.window
    began = scenario.start or scenario.date
    # Moves are measured from the close of the day it began.
    after = last <= began if scenario.start else last < began
    if scenario.date < first or after:
        return []
    day = scenario.date if result.completed.horizon_days == 1 else f"{began} to {scenario.date}"
    seen = day if scenario.date <= last and first <= began else f"sessions of {day}"
    text = (
        f"the model's exposures have seen {seen}: their window is {first} to {last}; for one that ends before: "
        "foreshock model list"
    )
    return wrapped("in sample", text, indent=INDENT)


def _simulation(result: Result) -> list[str]:
    manifest = result.manifest
    tail = result.tail_average
    if tail is None or tail.standard_error is None:
        return []
    size = percent(tail.standard_error / result.nav, digits=2, signed=False)
    text = f"±{size} of NAV on the tail average, {thousands(manifest.draws)} draws, seed {manifest.seed}"
    return [f"  simulation    {text:<57} (sampling error only)"]


def _plausibility(result: Result) -> list[str]:
    completed = result.completed
    if completed.n_stated == 0:
        return []
    sessions = "1 ordinary session"
    if completed.horizon_days > 1:
        sessions = f"{completed.horizon_days} ordinary sessions"
    moves = "the stated move"
    if completed.n_stated > 1:
        moves = f"{completed.n_stated} stated moves together"
    text = f"{completed.distance:.1f} standard deviations: {moves}, against {sessions}"
    return wrapped("plausibility", text, indent=INDENT)


def _law(result: Result) -> list[str]:
    """Return what is drawn: the generator, how many sessions it has, and how wide the t part is."""
    completed, law = result.completed, result.law
    raised = f" (raised from {completed.mixing_mean_raw:.2f})" if completed.floored else ""
    widened = (
        f"; this far out variances are {completed.mixing_mean:.2f} times an ordinary day's{raised}"
        if completed.n_stated
        else ""
    )
    student = (
        f"joint Student-t, {completed.degrees_of_freedom:g} degrees of freedom given what is "
        f"stated{widened}"
    )
    if law.generator == "t":
        return wrapped("law", student, indent=INDENT)
    names = f"names' own moves {student}"
    if law.own_names:
        names = f"own moves of {law.own_names} of {law.names} names from the same sessions, the others' {student}"
    text = f"factors: {_GENERATOR[law.generator]}, {counted(law.sessions, 'session')} of the model"
    if law.since is not None:
        text += f" since {law.since}"
    if completed.n_stated:
        # What is left to vary is as wide as under the t law: a scenario this far out says how stormy it is.
        text += f", their moves beside what is stated times {math.sqrt(completed.mixing_mean):.2f}"
    return wrapped("law", f"{text}; {names}", indent=INDENT)


def _observed(result: Result) -> list[str]:
    """Return figures of the story that no factor takes."""
    scenario = result.scenario
    if scenario is None or not scenario.observed:
        return []
    figures = [f"{figure.name} {figure.text}" for figure in scenario.observed]
    return [shorten(f"  not applied   no factor takes {listing(figures, most=2)}", SCREEN_WIDTH)]


def _defaults(result: Result) -> list[str]:
    shown = [
        together(f"{key} {value}") if len(value) < _LONG else f"{key} {value}"
        for key, value in result.manifest.defaults.items()
        if key not in _SHOWN_ELSEWHERE
    ]
    return wrapped("defaults", " · ".join(shown), indent=INDENT) if shown else []
