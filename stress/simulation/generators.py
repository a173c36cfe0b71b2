"""Where the free part of factor moves comes from: the t law, filtered history, or blocks of history.

A generator draws vectors `free` (CHUNK, d) and gives the matrix `root` (K, d) that turns them into what
factors do beyond the conditional mean of a scenario. Under the t law `free` is normal and `root` is a
root of the conditional covariance. Under history `free` is a whole simulated day (or h of them) of all
factors, and `root` takes out of it what the stated moves explain: ``f = mean + (I - gain A) g``. With
names' own returns on these days at hand, their specific moves are what they did on the same days beyond
their factors; names without follow the t law.

References
----------
Barone-Adesi, Giannopoulos and Vosper (1999), "VaR without correlations for portfolios of derivative
securities", J. Futures Markets 19; Politis and Romano (1992), circular block bootstrap.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.history import carried_moves
from stress.factors.model import FactorModel
from stress.factors.session_returns import SessionReturns, own_residuals
from stress.scenarios.propagation import Completed
from stress.simulation.streams import CHUNK, generator, normals

__all__ = ["GENERATORS", "BlockBootstrap", "FilteredHistory", "Generator", "StudentT"]


class Generator(Protocol):
    """Draws of what factors do beyond the conditional mean."""

    kind: ClassVar[str]
    #: Whether the mixing variable multiplies factor moves too (it always multiplies specific moves).
    mixes: ClassVar[bool]

    @property
    def own(self) -> SessionReturns | None:
        """Returns of names on the carried sessions, where there are any at hand."""
        ...

    def with_own(self, returns: SessionReturns) -> Generator:
        """Return it with the returns of names on the carried sessions."""
        ...

    def key(self, horizon_days: int, *, compound: bool) -> tuple[object, ...]:
        """Return what plans must have in common to share draws."""
        ...

    def root(self, completed: Completed) -> FloatArray:
        """Return the matrix (K, d) from free draws to factor moves."""
        ...

    def free(
        self, model: FactorModel, sessions: np.ndarray, *, compound: bool, seed: int, chunk: int
    ) -> FloatArray:
        """Return a full chunk of free draws, shape (CHUNK, K), of the drawn sessions."""
        ...

    def sessions(
        self, model: FactorModel, *, horizon_days: int, seed: int, chunk: int
    ) -> np.ndarray:
        """Return the carried sessions of each draw, shape (CHUNK, h); h = 0 where none are drawn."""
        ...

    def residuals(
        self,
        model: FactorModel,
        exposures: Mapping[str, FloatArray],
        specific_volatility: Mapping[str, float],
        *,
        compound: bool,
    ) -> dict[str, FloatArray]:
        """Return specific moves (T,) on the carried sessions by name; a name left out follows the t law."""
        ...


@dataclass(frozen=True, slots=True)
class StudentT:
    """The joint t law of the model: the default."""

    kind: ClassVar[str] = "t"
    mixes: ClassVar[bool] = True

    @property
    def own(self) -> SessionReturns | None:
        """None: no sessions are drawn."""
        return None

    def with_own(self, returns: SessionReturns) -> StudentT:
        """No sessions are drawn: the same law."""
        return self

    def key(self, horizon_days: int, *, compound: bool) -> tuple[object, ...]:
        """All horizons share one stream of normals."""
        return (self.kind,)

    def root(self, completed: Completed) -> FloatArray:
        """Return the root of the conditional covariance."""
        return completed.root

    def free(
        self, model: FactorModel, sessions: np.ndarray, *, compound: bool, seed: int, chunk: int
    ) -> FloatArray:
        """Return standard normals."""
        return normals("factors", seed=seed, chunk=chunk, columns=len(model.factors))

    def sessions(
        self, model: FactorModel, *, horizon_days: int, seed: int, chunk: int
    ) -> np.ndarray:
        """No sessions are drawn."""
        return np.zeros((CHUNK, 0), dtype=np.intp)

    def residuals(
        self,
        model: FactorModel,
        exposures: Mapping[str, FloatArray],
        specific_volatility: Mapping[str, float],
        *,
        compound: bool,
    ) -> dict[str, FloatArray]:
        """Every name follows the t law."""
        return {}


class _PastDays(ABC):
    """What generators of whole past sessions share: how drawn days become moves and residuals."""

    __slots__ = ()

    mixes: ClassVar[bool] = False
    #: Whether moves of a day, and names' residuals, are divided by their own filtered volatility and
    #: multiplied by today's.
    standardised: ClassVar[bool]

    own: SessionReturns | None

    @abstractmethod
    def sessions(
        self, model: FactorModel, *, horizon_days: int, seed: int, chunk: int
    ) -> np.ndarray:
        """Return the carried sessions of each draw, shape (CHUNK, h)."""

    def root(self, completed: Completed) -> FloatArray:
        """Return ``I - gain A``."""
        return _remainder(completed)

    def free(
        self, model: FactorModel, sessions: np.ndarray, *, compound: bool, seed: int, chunk: int
    ) -> FloatArray:
        """Return sums of the drawn days."""
        moves = carried_moves(model, filtered=self.standardised, compound=compound)
        moves -= np.full(len(moves), 1.0 / len(moves)) @ moves
        return _sum_of_days(moves, sessions)

    def residuals(
        self,
        model: FactorModel,
        exposures: Mapping[str, FloatArray],
        specific_volatility: Mapping[str, float],
        *,
        compound: bool,
    ) -> dict[str, FloatArray]:
        """Return what names with returns at hand did beyond their factors."""
        if self.own is None:
            return {}
        return own_residuals(
            self.own,
            model,
            exposures,
            specific_volatility=specific_volatility if self.standardised else None,
            compound=compound,
        )


@dataclass(frozen=True, slots=True)
class FilteredHistory(_PastDays):
    """Past days divided by their own volatility, times today's: whole days, drawn with replacement.

    Parameters
    ----------
    own : SessionReturns, optional
        Of names whose specific moves are their own of the drawn days, at the model's specific volatility.
    """

    own: SessionReturns | None = None
    kind: ClassVar[str] = "filtered-history"
    standardised: ClassVar[bool] = True

    def with_own(self, returns: SessionReturns) -> FilteredHistory:
        """Return it with the returns of names on the carried sessions."""
        return replace(self, own=returns)

    def key(self, horizon_days: int, *, compound: bool) -> tuple[object, ...]:
        """Days are summed over the horizon."""
        return (self.kind, horizon_days, compound)

    def sessions(
        self, model: FactorModel, *, horizon_days: int, seed: int, chunk: int
    ) -> np.ndarray:
        """Return days drawn one by one."""
        count = len(model.required_history().dates)
        random = generator(f"history:{self.kind}", seed=seed, chunk=chunk)
        edges = np.cumsum(np.full(count, 1.0 / count))
        drawn = np.searchsorted(edges, random.random((CHUNK, horizon_days)) * edges[-1], "right")
        days: np.ndarray = np.minimum(drawn, count - 1)
        return days


@dataclass(frozen=True, slots=True)
class BlockBootstrap(_PastDays):
    """Runs of consecutive past days as they were, drawn with replacement (circular blocks).

    Parameters
    ----------
    block : int
        Sessions in a run.
    own : SessionReturns, optional
        Of names whose specific moves are their own of the drawn days, as they were.
    """

    block: int = 10
    own: SessionReturns | None = None
    kind: ClassVar[str] = "bootstrap"
    standardised: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.block < 1:
            raise InputError(f"block must be at least 1 session, got {self.block}.")

    def with_own(self, returns: SessionReturns) -> BlockBootstrap:
        """Return it with the returns of names on the carried sessions."""
        return replace(self, own=returns)

    def key(self, horizon_days: int, *, compound: bool) -> tuple[object, ...]:
        """Days are summed over the horizon."""
        return (self.kind, self.block, horizon_days, compound)

    def sessions(
        self, model: FactorModel, *, horizon_days: int, seed: int, chunk: int
    ) -> np.ndarray:
        """Return runs of consecutive days, the last one cut at the horizon."""
        count = len(model.required_history().dates)
        random = generator(f"history:{self.kind}", seed=seed, chunk=chunk)
        runs = -(-horizon_days // self.block)
        starts = random.integers(0, count, size=(CHUNK, runs))
        offsets = np.arange(runs * self.block) % self.block
        drawn = (np.repeat(starts, self.block, axis=1) + offsets) % count
        return drawn[:, :horizon_days]


#: The family's table: names on the command line.
GENERATORS: dict[str, type[StudentT] | type[FilteredHistory] | type[BlockBootstrap]] = {
    "t": StudentT,
    "filtered-history": FilteredHistory,
    "bootstrap": BlockBootstrap,
}


def _remainder(completed: Completed) -> FloatArray:
    if completed.core_names:
        raise InputError(
            "history can be conditioned on factor moves only, and this scenario states names "
            f"({', '.join(completed.core_names)}). Use the t generator."
        )
    picked = np.zeros((completed.n_stated, len(completed.factor_names)))
    picked[range(completed.n_stated), completed.stated_index] = 1.0
    remainder = np.eye(len(completed.factor_names)) - completed.gain @ picked
    remainder[completed.stated] = 0.0
    return remainder


def _sum_of_days(moves: FloatArray, drawn: np.ndarray) -> FloatArray:
    total: FloatArray = moves[drawn[:, 0]]
    for column in range(1, drawn.shape[1]):
        total += moves[drawn[:, column]]
    return total
