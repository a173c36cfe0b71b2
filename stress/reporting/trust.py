"""How far to trust the figures: errors by kind, plausibility, what is not in them."""

from __future__ import annotations

from stress.reporting.trust_lines import (
    INDENT,
    lost_more_lines,
    second_opinion_lines,
    stressed_law_lines,
)
from stress.reporting.words import listing, wrapped
from stress.results.result import Result
from stress.scenarios.content import content_hash
from stress.tables import SCREEN_WIDTH, percent, shorten, thousands

__all__ = ["trust", "trust_rows"]

#: Defaults that another line shows, or that no reader asks for.
_SHOWN_ELSEWHERE = ("draws", "seed", "levels", "severity")

_NOT_IN_IT = "trading during the event, margin calls, financing, wider spreads"


def trust(result: Result) -> list[str]:
    """Return the block under the attribution.

    Parameters
    ----------
    result : Result
        The scenario in detail.
    """
    return [
        "HOW FAR TO TRUST IT",
        *_model_range(result),
        *_track_record(result),
        *_simulation(result),
        *_plausibility(result),
        *lost_more_lines(result),
        *_law(result),
        *stressed_law_lines(result),
        *second_opinion_lines(result),
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
    rows: list[tuple[str, str]] = []
    for line in trust(result)[1:]:
        label, text = line[:INDENT].strip(), " ".join(line[INDENT:].split())
        if label or not rows:
            rows.append((label, text))
            continue
        before, begun = rows.pop()
        rows.append((before, f"{begun} {text}"))
    return rows


def _identity(result: Result) -> list[str]:
    """Return what an auditor compares: hashes of the inputs, digest of the draws' P&L."""
    scenario = result.scenario
    model = result.manifest.model["hash"]
    parts = (
        ("scenario", None if scenario is None else content_hash(scenario)),
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


def _track_record(result: Result) -> list[str]:
    """Return how far books like this one were from their prediction on past shock days."""
    record = result.track_record
    if record is None or result.scenario is None:
        return []
    kind = (
        "books of 10 random names" if record.group == "random" else f"a book of {record.group[6:]}"
    )
    figures = record.explained
    median, worst = (percent(figures[key], signed=False) for key in ("median_miss", "worst_miss"))
    text = f"{kind}, {record.days} shock days: off by {median} (median), {worst} (worst)"
    return wrapped("track record", text, indent=INDENT)


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
    """Return how wide the variations are drawn: E[V], and whether it was raised to 1."""
    completed = result.completed
    raised = f" (raised from {completed.mixing_mean_raw:.2f})" if completed.floored else ""
    return wrapped(
        "law",
        f"joint Student-t, {completed.degrees_of_freedom:g} degrees of freedom given what is "
        f"stated; V averages {completed.mixing_mean:.2f}{raised}",
        indent=INDENT,
    )


def _observed(result: Result) -> list[str]:
    """Return figures of the story that no factor takes."""
    scenario = result.scenario
    if scenario is None or not scenario.observed:
        return []
    figures = [f"{figure.name} {figure.text}" for figure in scenario.observed]
    return [shorten(f"  not applied   no factor takes {listing(figures, most=2)}", SCREEN_WIDTH)]


def _defaults(result: Result) -> list[str]:
    defaults = result.manifest.defaults
    if not defaults:
        return []
    shown = " · ".join(
        f"{key} {value}" for key, value in defaults.items() if key not in _SHOWN_ELSEWHERE
    )
    return [shorten(f"  defaults      {shown}", SCREEN_WIDTH)]
