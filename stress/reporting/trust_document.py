"""What the JSON says of propagation, plausibility, a stressed law and a second opinion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stress.results.plausibility import LostMore, Plausibility
from stress.results.second_opinion import SecondOpinion
from stress.results.stressed_line import StressedLine
from stress.scenarios.propagation_report import PropagatedFactor

__all__ = [
    "plausibility_document",
    "propagation_document",
    "second_opinion_document",
    "stressed_law_document",
]


def propagation_document(report: Sequence[PropagatedFactor]) -> list[dict[str, Any]]:
    """Return one object an unstated factor."""
    return [
        {
            "factor": line.factor,
            "title": line.title,
            "unit": line.unit,
            "move": line.move,
            "sd": line.sd,
            "r_squared": line.r_squared,
            "extrapolation": line.extrapolation,
            "betas": [
                {"on": beta.on, "beta": beta.value, "standard_error": beta.standard_error}
                for beta in line.betas
            ],
            "largest_seen": line.largest_seen,
            "windows_seen": line.sessions_seen,
            "since": line.since,
            "unseen": line.unseen,
        }
        for line in report
    ]


def plausibility_document(found: Plausibility) -> dict[str, Any]:
    """Return distance, tail probability and, with prices, the days on which the book lost more."""
    return {
        "distance": found.distance,
        "n_stated": found.n_stated,
        "degrees_of_freedom": found.degrees_of_freedom,
        "tail_probability": found.tail_probability,
        "worse_days": None if found.lost_more is None else _worse_days(found.lost_more),
    }


def _worse_days(found: LostMore) -> dict[str, Any]:
    worse = found.worse
    return {
        "k": None if worse is None else worse.worse,
        "of": 0 if worse is None else worse.days,
        "since": None if worse is None else worse.since,
        "until": None if worse is None else worse.until,
        "worst_day": None if worse is None else worse.worst_day,
        "worst_pnl": None if worse is None else worse.worst_pnl,
        "horizon_days": found.horizon_days,
        "compared": found.compared,
        "share": found.share,
        "without_prices": list(found.without_prices),
        "revalued": found.revalued,
        "returns_in": found.returns_in,
        "windows_thin": found.thin,
        "windows_dropped": found.dropped,
    }


def stressed_law_document(line: StressedLine) -> dict[str, Any]:
    """Return what was stressed, how far it reaches, and which direction hurts the book."""
    return {
        "correlation": line.correlation,
        "share_asked": line.share_asked,
        "share": line.share,
        "volatility": line.volatility,
        "divergence": line.divergence,
        "distance": line.distance,
        "deviation_before": line.deviation_before,
        "deviation": line.deviation,
        "by_target": [
            {"correlation": target, "deviation": deviation} for target, deviation in line.by_target
        ],
        "worse": line.worse,
    }


def second_opinion_document(opinion: SecondOpinion, nav: float) -> dict[str, Any]:
    """Return entropy pooling beside the joint law, or why there is none."""
    return {
        "refused": opinion.refused,
        "expected": opinion.expected,
        "expected_of_nav": None if opinion.expected is None else opinion.expected / nav,
        "linked": opinion.linked,
        "linked_of_nav": None if opinion.linked is None else opinion.linked / nav,
        "views": list(opinion.views),
        "left_out": [{"move": move, "why": why} for move, why in opinion.left_out],
        "explained": opinion.explained,
        "sessions": opinion.sessions,
        "effective": opinion.effective,
        "largest_weight": opinion.largest_weight,
        "divergence": opinion.divergence,
        "added_views": [
            {
                "view": view.text,
                "value": view.value,
                "before": view.before,
                "unit": view.unit,
                "tail_windows": view.tail_windows,
            }
            for view in opinion.added_views
        ],
        "deviation_before": opinion.deviation_before,
        "deviation": opinion.deviation,
    }
