"""Strategies that are compared; `STRATEGIES` is the family's table."""

from __future__ import annotations

from stress.hedging.asked_objective import minimum_es, robust_es
from stress.hedging.strategies.cheapest import CheapestHedgeStrategy
from stress.hedging.strategies.do_nothing import DoNothing
from stress.hedging.strategies.factor_neutral import FactorNeutral
from stress.hedging.strategies.index_short import IndexShort
from stress.hedging.strategies.minimax import MinimaxHedge
from stress.hedging.strategies.minimum_variance import MinimumVarianceHedge
from stress.hedging.strategies.optimum import Optimum
from stress.hedging.strategies.options_alone import OptionsAlone
from stress.hedging.strategies.proposal import Proposal
from stress.hedging.strategies.sector_etf_short import SectorEtfShort
from stress.hedging.strategies.sell_down import SellDown
from stress.hedging.strategies.sparse_basket import SparseBasket
from stress.hedging.strategies.strategy import Strategy
from stress.hedging.strategies.trim_riskiest import TrimRiskiest

__all__ = ["STRATEGIES", "Strategy"]

STRATEGIES: dict[str, Strategy] = {
    "do_nothing": DoNothing(),
    "sell_down": SellDown(),
    "trim_riskiest": TrimRiskiest(),
    "index_short": IndexShort(),
    "sector_etf_short": SectorEtfShort(),
    "minimum_variance": MinimumVarianceHedge(),
    "minimum_es": Optimum(title="minimum ES", objective=minimum_es),
    "robust_es": Optimum(title="robust minimum ES", objective=robust_es),
    "factor_neutral": FactorNeutral(),
    "sparse_basket": SparseBasket(),
    "protective_puts": OptionsAlone(title="protective puts", type="put"),
    "put_spreads": OptionsAlone(title="put spreads", type="put_spread"),
    "collars": OptionsAlone(title="collars", type="collar"),
    "minimax": MinimaxHedge(),
    "cheapest": CheapestHedgeStrategy(),
    "proposal": Proposal(),
}
