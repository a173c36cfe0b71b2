"""Plans, comparisons and answers of a search as data frames. Needs pandas."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from stress.hedging.comparing.comparison import Comparison
from stress.hedging.hedge_plan import HedgePlan, Ticket
from stress.reporting.trade_words import trades_in_words
from stress.reverse_stress.found import ReverseStress

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["answers_frame", "comparison_frame", "tickets_frame"]

_COSTS = ("spread", "commission", "impact", "borrow", "financing", "decay", "premium", "margin")


def tickets_frame(plan: HedgePlan) -> pd.DataFrame:
    """Return the tickets of a plan.

    Parameters
    ----------
    plan : HedgePlan
        Without tickets the frame is empty and has its columns.

    Returns
    -------
    pandas.DataFrame
        Indexed by instrument; the fields of `Ticket`.
    """
    import pandas as pd

    columns = list(Ticket.__dataclass_fields__)
    rows = [asdict(ticket) for ticket in plan.tickets]
    return pd.DataFrame(rows, columns=columns).set_index("instrument")


def comparison_frame(comparison: Comparison) -> pd.DataFrame:
    """Return the strategies of a comparison.

    Parameters
    ----------
    comparison : Comparison
        From `stress.compare`.

    Returns
    -------
    pandas.DataFrame
        Indexed by the strategy's name, in their order: figures of `StrategyRow`, ``all_in`` and the parts of its
        cost; ``trades`` in words, largest first (units bought +, sold -); ``failed`` says why there are none.
    """
    import pandas as pd

    figures = ("title", "rank", "tied", "score", "fitted", "fresh", "fresh_error")
    rows = [
        {
            "name": row.name,
            **{name: getattr(row, name) for name in figures},
            "all_in": row.cost.all_in,
            **{name: getattr(row.cost, name) for name in _COSTS},
            "regret": row.regret,
            "first_in": row.first_in,
            "trades": "; ".join(trades_in_words(row.trades)),
            "failed": row.failed,
        }
        for row in comparison.rows
    ]
    return pd.DataFrame(rows).set_index("name")


def answers_frame(found: ReverseStress) -> pd.DataFrame:
    """Return the answers of a search.

    Parameters
    ----------
    found : ReverseStress
        From `stress.reverse`, `stress.worst_case` or `stress.worst_law`.

    Returns
    -------
    pandas.DataFrame
        Indexed by the id of the scenario: ``loss``, ``loss_of_nav`` (of NAV), ``distance``, and a column a factor
        with its stated move (`Move.value`: a fraction, of ``pts`` points), NaN where it is left to follow.
    """
    import pandas as pd

    rows = [
        {
            "scenario": answer.scenario.id,
            "loss": answer.loss,
            "loss_of_nav": answer.loss / found.nav,
            "distance": answer.distance,
            **{move.target: move.move.value for move in answer.scenario.moves},
        }
        for answer in found.answers
    ]
    return pd.DataFrame(rows).set_index("scenario")
