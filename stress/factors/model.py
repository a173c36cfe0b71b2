"""What moves (`Factor`) and how names answer (`FactorModel`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from stress.arguments import held_to, one_of
from stress.arrays import FloatArray
from stress.currencies import DOLLAR, no_currency
from stress.errors import InputError, ModelError, did_you_mean, ticker_meant
from stress.factors.correlation import SEMIDEFINITE, correlation_of
from stress.factors.horizon import SHORT_HORIZON
from stress.factors.listed import as_listed
from stress.factors.roles import (
    MARKET,
    NONE,
    double_roles,
    named_role,
    normal_role,
    role_fault,
    years_of,
)
from stress.factors.sameness import content_hash
from stress.frozen import FrozenMapping, frozen, still_when_copied
from stress.twice import given_twice

if TYPE_CHECKING:
    from stress.factors.history import History
    from stress.factors.name_exposures import NameExposures

__all__ = [
    "ExposureSource",
    "Factor",
    "FactorKind",
    "FactorModel",
    "FactorUnit",
    "FloatArray",
    "frozen_array",
]


Moved = TypeVar("Moved", float, FloatArray)

FactorKind = Literal["relative", "absolute"]
#: Units that moves of factors are written in; "vol" is of options' own volatilities (`stress.units`).
FactorUnit = Literal["%", "bp", "pts"]
ExposureSource = Literal["definition", "estimated", "estimated-user", "prior", "proxy"]


def frozen_array(values: npt.ArrayLike, *, shape: tuple[int | None, ...], what: str) -> FloatArray:
    """Return a read-only float64 copy of checked shape; every entry must be finite.

    Parameters
    ----------
    values : array_like
        The numbers.
    shape : tuple of int or None
        Expected shape; None where any length will do.
    what : str
        Named in the message.

    Raises
    ------
    ModelError
        On another shape or an entry that is not finite.
    """
    array = np.array(values, dtype=np.float64, copy=True)
    if array.ndim != len(shape) or any(
        want is not None and have != want for have, want in zip(array.shape, shape, strict=True)
    ):
        raise ModelError(f"{what} has shape {array.shape}, expected {shape}.")
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ModelError(f"{what} is not finite at {place}.")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What is shocked.

    Parameters
    ----------
    name : str
        Its key in scenario files.
    kind : {'relative', 'absolute'}
        Whether a move is a fraction of the level or a difference of levels.
    unit : {'%', 'bp', 'pts'}
        The unit its moves are written in.
    title : str
        A short label for tables.
    description : str
        Which index or basket it is.
    series : tuple of str
        The series it is measured on; several make an equal-weight basket.
    missing : tuple of str
        Basket members that the price file lacks.
    role : str
        What the revaluation of options, bonds and currencies asks it for (`stress.factors.roles`); what its name says
        where it is not stated.
    """

    name: str
    kind: FactorKind
    unit: FactorUnit
    title: str
    description: str
    series: tuple[str, ...]
    missing: tuple[str, ...] = ()
    role: str = ""

    def __post_init__(self) -> None:
        one_of(self.kind, FactorKind, what=f"factor {self.name!r}: kind")
        one_of(self.unit, FactorUnit, what=f"factor {self.name!r}: unit")
        object.__setattr__(self, "role", normal_role(self.role or named_role(self.name)))

    def simple(self, moves: Moved, *, compound: bool) -> Moved:
        """Return moves of a scenario's space as simple ones: relative ones are logs in a compound scenario.

        Parameters
        ----------
        moves : float or ndarray
            Inside units.
        compound : bool
            Whether the scenario is compound.
        """
        return np.expm1(moves) if compound and self.kind == "relative" else moves

    def possible(self, moves: FloatArray, *, compound: bool) -> FloatArray:
        """Return simple moves as levels take them: of a relative factor no more than all of it is lost, as of a name.

        Parameters
        ----------
        moves : ndarray
            Inside units.
        compound : bool
            Whether the scenario is compound.
        """
        simple = self.simple(moves, compound=compound)
        return np.maximum(simple, -1.0) if self.kind == "relative" and not compound else simple


@still_when_copied
@dataclass(frozen=True, kw_only=True, eq=False)
class FactorModel:
    """How factors move together and how each name answers them.

    N names, K factors. Moves inside are fractions (``%``), decimals (``bp``) and points (``pts``).

    Parameters
    ----------
    id : str
        The model's id, for example ``us-ai-2025-12``.
    factors : tuple of Factor, length K
        What is shocked.
    covariance : ndarray of shape (K, K)
        Covariance of one session's factor moves; positive semi-definite.
    covariance_long : ndarray of shape (K, K)
        The long-window covariance, used beyond 10 sessions.
    degrees_of_freedom : float
        Of the joint Student-t law; above 2, finite.
    names : tuple of str, length N
        Tickers, sorted.
    exposures : ndarray of shape (N, K)
        A name's return for a unit move of each factor.
    specific_volatility : ndarray of shape (N,)
        Standard deviation of one session's specific move. [fraction]
    sources : tuple of str, length N
        Where each name's exposures come from.
    homes : tuple of str, length N
        Home basket of each name: the factor name it is counted under; ``"market"`` for names of no theme.
    as_of : str
        ISO date of the last session in the window.
    window : tuple of str
        ISO dates of the first and the last session.
    warnings : tuple of str
        What calibration had to say.
    volatility_level : float
        How high the level that all volatilities share stands at the end, over its median in the
        window; beyond 10 sessions specific volatilities are taken at that median.
    history : History or None
        Factor moves of the window's last sessions; a model written by hand may carry none.
    details : mapping
        Everything else the model file carries: how it was made, standard errors, stress-day
        exposures. Read by key where needed.
    content_hash : str
        SHA-256 of the model file; of what the model says (`factors.sameness`) where it was made in memory, or
        changed since it was read.
    currency : str
        ISO code of the prices it was estimated on: names' returns are in this currency, whatever
        currency a line is quoted in; its yields are of this currency's curve.
    hashed : str
        The hash of the numbers as they are; where it is not `content_hash`, they are not what the file says.
    """

    id: str
    factors: tuple[Factor, ...]
    covariance: FloatArray
    covariance_long: FloatArray
    degrees_of_freedom: float
    names: tuple[str, ...]
    exposures: FloatArray
    specific_volatility: FloatArray
    sources: tuple[ExposureSource, ...]
    homes: tuple[str, ...]
    as_of: str
    window: tuple[str, str]
    warnings: tuple[str, ...] = ()
    history: History | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    content_hash: str = ""
    currency: str = DOLLAR
    volatility_level: float = 1.0
    hashed: str = field(default="", repr=False)

    def __repr__(self) -> str:
        return (
            f"<FactorModel {self.id} · {len(self.factors)} factors · {len(self.names)} names · "
            f"{' to '.join(self.window)} · content {self.content_hash[:12]}>"
        )

    def _repr_html_(self) -> str:
        from stress.reporting.model_pages import model_html

        return model_html(self)

    def __post_init__(self) -> None:
        n, k = len(self.names), len(self.factors)
        put = object.__setattr__
        put(self, "covariance", frozen_array(self.covariance, shape=(k, k), what="covariance"))
        put(
            self,
            "covariance_long",
            frozen_array(self.covariance_long, shape=(k, k), what="covariance_long"),
        )
        put(self, "exposures", frozen_array(self.exposures, shape=(n, k), what="exposures"))
        put(
            self,
            "specific_volatility",
            frozen_array(self.specific_volatility, shape=(n,), what="specific_volatility"),
        )
        put(self, "details", frozen(self.details))
        for what, said in (("factor", [one.name for one in self.factors]), ("name", self.names)):
            twice = given_twice(said)
            if twice:
                raise ModelError(f"model {self.id}: {what} {', '.join(twice)} stands twice.")
        if len(self.sources) != n or len(self.homes) != n:
            raise ModelError(f"model {self.id}: {n} names need {n} sources and homes.")
        if not 2.0 < self.degrees_of_freedom < np.inf:
            raise ModelError(
                f"model {self.id}: degrees_of_freedom must be above 2 and finite, got {self.degrees_of_freedom}."
            )
        if (self.specific_volatility < 0.0).any():
            raise ModelError(f"model {self.id}: a specific volatility is negative.")
        if not (self.volatility_level > 0.0 and np.isfinite(self.volatility_level)):
            raise ModelError(
                f"model {self.id}: volatility_level must be finite and above 0, got {self.volatility_level}."
            )
        if self.history is not None and len(self.history.current_volatility) != k:
            raise ModelError(
                f"model {self.id}: its history is of {len(self.history.current_volatility)} factors, not {k}."
            )
        for what, matrix in (
            ("covariance", self.covariance),
            ("covariance_long", self.covariance_long),
        ):
            _check_covariance(matrix, what=f"model {self.id}: {what}")
        unknown = no_currency(self.currency)
        if unknown is not None:
            raise ModelError(f"model {self.id}: currency {unknown}")
        faults = [role_fault(f.name, f.kind, f.unit, f.role) for f in self.factors]
        words = [fault[0] for fault in faults if fault is not None]
        words += [message for _, message, _ in double_roles(self.factors)]
        if words:
            raise ModelError(f"model {self.id}: {' '.join(words)}")
        own = content_hash(self)
        if not self.content_hash or self.hashed not in ("", own):
            put(self, "content_hash", own)
        put(self, "hashed", own)

    @cached_property
    def factor_index(self) -> FrozenMapping[str, int]:
        """Position of each factor by name."""
        return FrozenMapping({factor.name: k for k, factor in enumerate(self.factors)})

    @cached_property
    def name_index(self) -> FrozenMapping[str, int]:
        """Position of each name."""
        return FrozenMapping({name: n for n, name in enumerate(self.names)})

    @cached_property
    def roles(self) -> FrozenMapping[str, str]:
        """The factor that has each role, by role."""
        return FrozenMapping({f.role: f.name for f in self.factors if f.role != NONE})

    def with_role(self, role: str) -> str | None:
        """Return the factor that has a role; None where the model has none."""
        return self.roles.get(role)

    @property
    def market(self) -> str | None:
        """The factor that is the market; None where the model has none."""
        return self.with_role(MARKET)

    @cached_property
    def yields(self) -> FrozenMapping[float, str]:
        """The factors that are yields of the curve of the model's currency, by tenor in years, shortest first."""
        found = [(years_of(role), name) for role, name in self.roles.items()]
        tenors = sorted((years, name) for years, name in found if years is not None)
        return FrozenMapping(dict(tenors))

    def factor(self, name: str) -> Factor:
        """Return a factor by name.

        Raises
        ------
        InputError
            With the closest names when it is unknown.
        """
        name = held_to(name, str, what="factor")
        if name not in self.factor_index:
            raise InputError(
                f"'{name}' is not a factor of model {self.id}. {did_you_mean(name, self.factor_index)}".rstrip()
            )
        return self.factors[self.factor_index[name]]

    def listed_name(self, name: str) -> str:
        """Return a name as the model lists it: one in small letters is that in capitals.

        Parameters
        ----------
        name : str
            As the user wrote it.

        Raises
        ------
        InputError
            With the closest names when it is unknown.
        """
        name = as_listed(held_to(name, str, what="name"), self.name_index)
        if name not in self.name_index:
            raise InputError(
                f"'{name}' is not a name of model {self.id}. {ticker_meant(name, self.names)}".rstrip()
            )
        return name

    def exposures_of(self, name: str) -> NameExposures:
        """Return how a name answers each factor, and how well that is known.

        Parameters
        ----------
        name : str
            One of the model's.

        Raises
        ------
        InputError
            With the closest names when it is unknown.
        """
        from stress.factors.name_exposures import exposures_of

        return exposures_of(self, name)

    def name_variance(self, name: str, *, horizon_days: int = 1) -> float:
        """Return the variance of a name's move over a horizon: its factors' and its own.

        Parameters
        ----------
        name : str
            One of the model's.
        horizon_days : int
            Sessions, at least 1.

        Raises
        ------
        InputError
            With the closest names when it is unknown.
        """
        row = self.name_index[self.listed_name(name)]
        exposure = self.exposures[row]
        common = float(exposure @ self.horizon_covariance(horizon_days) @ exposure)
        own = self.horizon_scale(horizon_days) * self.specific_volatility[row]
        return float(common + own**2)

    def is_return(self, name: str) -> bool:
        """Whether a name is a factor whose move is a return, which a price can follow."""
        return name in self.factor_index and self.factor(name).kind == "relative"

    def daily_volatility(self, name: str, *, horizon_days: int = 1) -> float | None:
        """Return the standard deviation of a name or a relative factor over one session; None of anything else.

        Parameters
        ----------
        name : str
            Of a name or a factor.
        horizon_days : int
            Sessions of the horizon of which it is one: beyond 10 the long window speaks.
        """
        if name in self.name_index:
            return math.sqrt(self.name_variance(name, horizon_days=horizon_days) / horizon_days)
        if not self.is_return(name):
            return None
        k = self.factor_index[name]
        return math.sqrt(float(self.horizon_covariance(horizon_days)[k, k]) / horizon_days)

    def required_history(self) -> History:
        """Return the history.

        Raises
        ------
        ModelError
            If the model carries none.
        """
        if self.history is None:
            raise ModelError(
                f"model {self.id} carries no factor moves of its window. "
                "Calibrate it again with this version."
            )
        return self.history

    def horizon_covariance(self, horizon_days: int) -> FloatArray:
        """Covariance of the factor moves over a horizon: independent days, long window beyond 10.

        Parameters
        ----------
        horizon_days : int
            Sessions, at least 1.

        Returns
        -------
        ndarray of shape (K, K)
        """
        daily = self.covariance if horizon_days <= SHORT_HORIZON else self.covariance_long
        return horizon_days * daily

    def horizon_scale(self, horizon_days: int) -> float:
        """Return what specific volatilities of one session are multiplied by over a horizon.

        Parameters
        ----------
        horizon_days : int
            Sessions, at least 1.

        Returns
        -------
        float
            The root of the sessions; beyond 10 over `volatility_level`.
        """
        level = 1.0 if horizon_days <= SHORT_HORIZON else self.volatility_level
        return math.sqrt(horizon_days) / level


def _check_covariance(matrix: FloatArray, *, what: str) -> None:
    if not np.allclose(matrix, matrix.T, rtol=1e-10, atol=0.0):
        raise ModelError(f"{what} is not symmetric.")
    variance = np.diag(matrix)
    if (variance <= 0.0).any():
        raise ModelError(f"{what} has a factor without variance at {int(np.argmin(variance))}.")
    lowest = float(np.linalg.eigvalsh(correlation_of(matrix))[0])
    if lowest < -SEMIDEFINITE:
        raise ModelError(
            f"{what} is not positive semi-definite: lowest correlation eigenvalue {lowest:.3g}."
        )
