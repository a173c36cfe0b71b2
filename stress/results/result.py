"""`Result`: one scenario on one book. `Results`: a sequence of them under one manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

from stress.arguments import Share, confidence_level, held_to, named
from stress.errors import InputError, MissingMeasureError
from stress.frozen import hold_still, still_when_copied
from stress.portfolio.coverage import Coverage
from stress.portfolio.liquidity import Liquidity
from stress.results.beside import ActiveLine, SeverityPoint
from stress.results.dispersion import Dispersion
from stress.results.drawn_law import DrawnLaw
from stress.results.grouping import GroupLine, group_lines
from stress.results.ledger import LedgerLine
from stress.results.limits import Limited, check_limits
from stress.results.lines import BasketLine, FactorLine, NameLine
from stress.results.manifest import Manifest
from stress.results.measured import MIN_BAND_DRAWS
from stress.results.model_range import ModelRange
from stress.results.ordinary_tails import OrdinaryTail
from stress.results.path import PathResult
from stress.results.plausibility import Plausibility
from stress.results.reduced import ReducedTail
from stress.results.revalued_line import RevaluedLine
from stress.results.second_opinion import SecondOpinion
from stress.results.stressed_line import StressedLine
from stress.results.track_record import TrackRecord
from stress.risk.estimates import Estimate
from stress.risk.measures import TAIL_LEVEL
from stress.scenarios.propagation import Completed
from stress.scenarios.propagation_report import PropagatedFactor
from stress.scenarios.scenario import BASELINE, Propagation, Scenario
from stress.simulation.pnl import PnL

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Result", "Results"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """One scenario on one book.

    P&L gain is positive everywhere; `Estimate` losses are positive when money is lost and say so.

    Parameters
    ----------
    portfolio_name : str
        The book.
    scenario : Scenario or None
        None for the baseline.
    completed : Completed
        The scenario completed by the joint law.
    nav : float
        Net asset value. [currency]
    currency : str
        Book currency.
    expected : float
        P&L at the stated moves, unstated factors at their conditional mean (linked, or alone where
        `propagation` says so), specific moves zero. [currency]
    alone : float
        The same with unstated factors not moving. [currency]
    linked : float
        The same with conditional means, whatever `propagation` says. [currency]
    propagation : {'linked', 'alone'}
        What the headline uses.
    with_recorded_names : float or None
        Expected P&L with recorded names replaying their own moves; None without any held.
    recorded_share : float
        Share of gross held in recorded names.
    pnl : PnL
        The variations.
    measures : tuple of Estimate
        With standard errors.
    band : tuple of float
        2.5 % and 97.5 % points of the variations; not to be quoted unless `band_known`. [currency]
    times_ordinary : float or None
        Expected loss over the baseline ES 97.5 scaled by the root of the horizon; None for a gain.
    severities : tuple of SeverityPoint
        For anchored and hypothetical scenarios.
    names, baskets, factors : tuples
        Attribution of the expected P&L.
    dispersion : Dispersion
        For a picture.
    coverage : Coverage
        What was stressed, and how.
    track_record : TrackRecord or None
        How far comparable books were from their prediction on past shock days, where a record is at hand
        and the run is like what it is of.
    no_track_record_because : str or None
        Why there is none.
    model_range : ModelRange or None
        Expected P&L over model variants, when asked for.
    ordinary_tails : tuple of OrdinaryTail
        Of the baseline: its tail average by the other generators, when a model range is asked for.
    revalued : RevaluedLine or None
        What full revaluation adds; None where everything is linear.
    left_out_effect : float or None
        P&L the excluded positions would add if each moved like the book's theme that hurts it most.
        [currency]
    drawn_apart : tuple of str
        Names that are one and are drawn apart, with what that changes; among the warnings too.
    active : ActiveLine or None
        Against a benchmark, when one was given.
    ledger : tuple of LedgerLine
        Shares of gross and of an ordinary day's risk by how positions are stressed.
    liquidity : Liquidity or None
        Days to sell, cost of selling, margin on short legs: beside the P&L, not in it. None where
        nothing is stated and nothing short.
    path : PathResult or None
        The scenario's steps one after the other, where it has any.
    propagated : tuple of PropagatedFactor
        How each factor that the scenario does not state was filled, and how well that is known.
    plausibility : Plausibility or None
        How far out the stated moves lie; None for the baseline.
    stressed_law : StressedLine or None
        Other correlations and volatilities than the model's, when asked for.
    second_opinion : SecondOpinion or None
        Entropy pooling on the carried history, when asked for.
    law : DrawnLaw
        What the variations were drawn from.
    reduced : tuple of ReducedTail
        The tail average again by other methods, when asked for.
    grouped : str or None
        Column by which the run was asked to show P&L too: `by` of it stands in page, JSON and CSV.
    unfinished : tuple of str
        What Ctrl-C left undone, in words: draws, steps of a path, figures beside them; among the warnings too.
    warnings : tuple of str
        Everything doubtful, with its size.
    digest : str
        SHA-256 of the P&L of every draw.
    manifest : Manifest
        Of the run it belongs to.
    """

    portfolio_name: str
    scenario: Scenario | None
    completed: Completed
    nav: float
    currency: str
    expected: float
    alone: float
    linked: float
    propagation: Propagation
    with_recorded_names: float | None
    recorded_share: float
    pnl: PnL
    measures: tuple[Estimate, ...]
    band: tuple[float, float]
    times_ordinary: float | None
    severities: tuple[SeverityPoint, ...]
    names: tuple[NameLine, ...]
    baskets: tuple[BasketLine, ...]
    factors: tuple[FactorLine, ...]
    dispersion: Dispersion
    coverage: Coverage
    track_record: TrackRecord | None
    no_track_record_because: str | None
    model_range: ModelRange | None
    ordinary_tails: tuple[OrdinaryTail, ...]
    revalued: RevaluedLine | None
    left_out_effect: float | None
    drawn_apart: tuple[str, ...]
    active: ActiveLine | None
    ledger: tuple[LedgerLine, ...]
    liquidity: Liquidity | None
    path: PathResult | None
    propagated: tuple[PropagatedFactor, ...]
    plausibility: Plausibility | None
    stressed_law: StressedLine | None
    second_opinion: SecondOpinion | None
    law: DrawnLaw
    reduced: tuple[ReducedTail, ...]
    grouped: str | None
    unfinished: tuple[str, ...]
    warnings: tuple[str, ...]
    digest: str
    manifest: Manifest

    @property
    def id(self) -> str:
        """The scenario's id, ``"baseline"`` without one."""
        return BASELINE if self.scenario is None else self.scenario.id

    @property
    def partial(self) -> bool:
        """Whether the run was interrupted before this result was whole."""
        return bool(self.unfinished)

    @property
    def band_known(self) -> bool:
        """Whether there are draws enough to quote `band`; below 200 reports leave it out."""
        return self.pnl.draws >= MIN_BAND_DRAWS

    @property
    def expected_of_nav(self) -> float:
        """Expected P&L over NAV, a fraction."""
        return self.expected / self.nav

    @property
    def differs(self) -> bool:
        """Whether linked and alone differ by more than a fifth of the larger: quote both."""
        return abs(self.linked - self.alone) > 0.2 * max(abs(self.linked), abs(self.alone))

    @property
    def tail_average(self) -> Estimate | None:
        """Expected shortfall at 97.5 %, the mean of the worst variations; None where too few draws hold it."""
        for estimate in self.measures:
            if estimate.measure == "expected_shortfall" and estimate.level == TAIL_LEVEL:
                return estimate
        return None

    def by(self, key: str) -> tuple[GroupLine, ...]:
        """Attribute the expected P&L and the tail average.

        Parameters
        ----------
        key : str
            ``name``, ``position``, ``home``, ``factor``, ``sector``, ``account``, ``type``, ``currency``
            or any further column of the book.

        Returns
        -------
        tuple of GroupLine
            P&L, gain positive, `tail` and `alone_tail` too, with their simulation errors; largest loss first.
            Expected P&L adds up to `expected`, `tail` to minus `tail_average`, which is a loss and positive.

        Raises
        ------
        InputError
            For a column the book does not have, with those it has.
        """
        return group_lines(self, held_to(key, str, what="key"))

    def measure(self, name: str, *, level: float | None = None) -> Estimate:
        """Return one measure, for example ``measure("expected_shortfall", level=0.975)``.

        Parameters
        ----------
        name : str
            Which one.
        level : float, optional
            Confidence of VaR and ES, the headline's 0.975 when omitted; probability of a quantile.

        Raises
        ------
        InputError
            If `level` is no number between 0 and 1.
        MissingMeasureError
            Naming what there is.
        """
        name = held_to(name, str, what="name")
        level = None if level is None else confidence_level(level)
        found = [estimate for estimate in self.measures if estimate.measure == name]
        of_a_tail = name in ("value_at_risk", "expected_shortfall")
        wanted = TAIL_LEVEL if level is None and of_a_tail else level
        for estimate in found:
            if estimate.level == wanted or (wanted is None and len(found) == 1):
                return estimate
        known = ", ".join(f"{e.measure} {e.level or ''}".strip() for e in self.measures)
        at = " without a level" if wanted is None and found else ""
        at = at if wanted is None else f" at level {wanted:g}"
        raise MissingMeasureError(f"no measure {name!r}{at}; there are: {known}.")

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain objects: one entry of ``results`` of the document of a run."""
        from stress.reporting.document import result_document

        return result_document(self)

    def to_json(self) -> str:
        """Return the result as JSON text; never NaN.

        This is one entry of ``results`` of the document that `Results.to_json` and ``foreshock run --format
        json`` write; `stress/reporting/run.schema.json` is of the whole document, its ``$defs/result`` of this one.
        """
        from stress.reporting.json_text import to_json

        return to_json(self.to_dict())

    def to_frame(self) -> pd.DataFrame:
        """Return the expected P&L by name as a data frame indexed by name."""
        from stress.reporting.rows import names_frame

        return names_frame(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the variations with expected P&L, band and tail; returns the axes and shows nothing."""
        from stress.reporting.charts import result_chart

        return result_chart(self, ax)

    def __repr__(self) -> str:
        from stress.reporting.first_screen import result_screen

        return result_screen(self)

    def _repr_html_(self) -> str:
        from stress.reporting.html import result_html

        return result_html(self)


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results(Sequence[Result]):
    """Results of one run, in the order asked, under one manifest.

    A part of them (``results[:3]``) is a tuple: the manifest is of the whole run.

    Parameters
    ----------
    results : tuple of Result
        One a scenario (and book).
    baselines : mapping of str to Result
        The baseline of each book, by its name.
    manifest : Manifest
        How to repeat the run.
    """

    results: tuple[Result, ...]
    baselines: Mapping[str, Result] = field(default_factory=dict)
    manifest: Manifest

    def __post_init__(self) -> None:
        hold_still(self)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, index: int | slice) -> Result | tuple[Result, ...]:
        if isinstance(index, str):
            raise TypeError(f"results are indexed by place; by id: .scenario({index!r}).")
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def scenario(self, id: str, *, portfolio: str | None = None) -> Result:
        """Return the result of one scenario, for example ``results.scenario("deepseek-2025-01-27")``.

        Parameters
        ----------
        id : str
            Of the scenario.
        portfolio : str, optional
            Name of the book; needed where several were run.

        Raises
        ------
        InputError
            For what was not run, with what was; without a book where there are several.
        """
        several = len(self.baselines) > 1
        if portfolio is None and several:
            raise InputError(
                f"the run is of {len(self.baselines)} books: say of which with portfolio=, {', '.join(self.baselines)}."
            )
        if portfolio is not None:
            named(portfolio, self.baselines, what="portfolio")
        of_book = [r for r in self.results if portfolio in (None, r.portfolio_name)]
        return named(id, {result.id: result for result in of_book}, what="scenario")

    @property
    def baseline(self) -> Result:
        """The baseline of the only book.

        Raises
        ------
        InputError
            With several books.
        """
        if len(self.baselines) != 1:
            raise InputError(
                f"the run is of {len(self.baselines)} books: baselines[name] is that of one, {', '.join(self.baselines)}."
            )
        return next(iter(self.baselines.values()))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known of the run: the warnings of all results, each once, with what it concerns."""
        from stress.reporting.run_warnings import warning_lines

        return tuple(warning_lines(self, self.results))

    @property
    def partial(self) -> bool:
        """Whether the run was interrupted before all of it was made."""
        return any(result.partial for result in (*self.results, *self.baselines.values()))

    def check_limits(self, limits: Mapping[Limited, Share]) -> None:
        """Refuse what loses more than limits allow, for example ``{"expected": "10%", "es": "15%"}``.

        Parameters
        ----------
        limits : mapping of {'expected', 'es'} to str or float
            Largest expected loss, and largest tail average, of any scenario. [share of NAV]

        Raises
        ------
        LimitBreachedError
            Naming every breach.
        """
        check_limits(self.results, limits)

    def to_dict(self) -> dict[str, Any]:
        """Return the run as plain objects: manifest, baseline, results."""
        from stress.reporting.document import results_document

        return results_document(self)

    def to_json(self) -> str:
        """Return the run as JSON text, as ``foreshock run --format json`` writes it; never NaN."""
        from stress.reporting.json_text import to_json

        return to_json(self.to_dict())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a book, scenario and measure, as ``--format csv`` writes it."""
        from stress.reporting.rows import results_frame

        return results_frame(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the scenarios of one book by horizon; returns the axes and shows nothing."""
        from stress.reporting.charts import results_chart

        return results_chart(self, ax)

    def __repr__(self) -> str:
        from stress.reporting.first_screen import results_screen

        return results_screen(self)

    def _repr_html_(self) -> str:
        from stress.reporting.html import results_html

        return results_html(self)
