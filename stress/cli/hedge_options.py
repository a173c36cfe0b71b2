"""What a hedge is asked: options that `hedge` and `compare` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED
from stress.cli import common_options
from stress.cli.gathered import gathered
from stress.cli.help_page import OUTPUT, READING, market_section

__all__ = ["SECTIONS", "Hedging", "hedge_options"]

#: Of the help, under what is a command's own.
SECTIONS = (
    ("What it protects against", ("--scenario", "--scenario-share", "--only-scenario")),
    (
        "What it may trade and cost",
        (
            *("--universe", "--budget", "--holding-days", "--side", "--gross", "--turnover"),
            *("--sell-down", "--adv", "--impact", "--min-ticket", "--max-ticket", "--max-lines"),
            "--broken-lots",
        ),
    ),
    (
        "What it must reach",
        (
            *("--objective", "--es-limit", "--baseline-weight", "--neutral", "--band"),
            *("--allow-higher-es", "--time-limit"),
        ),
    ),
    (
        "Names that the model does not know, and funds",
        (
            *("--unknown", "--proxy", "--proxies", "--allow-partial", "--strict"),
            *("--look-through", "--leveraged"),
        ),
    ),
    market_section(),
    ("Model and draws", ("--model", "--draws", "--seed")),
    READING,
    OUTPUT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedging:
    """What the user said about the hedge; see `stress.hedge`."""

    scenarios: Sequence[str] = ()
    universe: str = "hedges_us_ai"
    budget: str = "0.5%"
    model: str | None = None
    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    unknown: str = "refuse"
    proxies: Sequence[str] = ()
    proxies_file: Path | None = None
    allow_partial: bool = False
    scenario_share: str = "50%"
    gross: str = "100%"
    adv: str = "10%"
    sell_down: str = "10%"
    neutral: Sequence[str] = ()
    bands: Sequence[str] = ()
    turnover: str | None = None
    side: str = "both"
    max_lines: int = 10
    min_ticket: str = "0.1%"
    max_ticket: str | None = None
    holding_days: float = 30.0
    impact: float = 1.0
    objective: str = "minimum_es"
    es_limit: str | None = None
    baseline_weight: str = "80%"
    only_scenario: bool = False
    allow_higher_es: bool = False
    broken_lots: bool = False
    time_limit: float = 120.0

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of `stress.hedge` and `stress.compare`.

        Raises
        ------
        InputError
            A share without its unit.
        """
        from stress.cli.book_options import pairs
        from stress.units import parse_fraction

        def share(text: str | None, what: str) -> float | None:
            return None if text is None else parse_fraction(text, what=what)

        arguments: dict[str, Any] = {
            "model": self.model,
            "universe": self.universe,
            "budget": None if self.budget == "none" else _budget(self.budget),
            "draws": self.draws,
            "seed": self.seed,
            "scenario_share": parse_fraction(self.scenario_share, what="--scenario-share"),
            "gross_share": parse_fraction(self.gross, what="--gross"),
            "adv_share": parse_fraction(self.adv, what="--adv"),
            "sell_down_share": parse_fraction(self.sell_down, what="--sell-down"),
            "neutral": tuple(self.neutral),
            "bands": pairs(self.bands, option="--band", example="semis_ai_compute=-2%..2%"),
            "turnover": share(self.turnover, "--turnover"),
            "side": self.side,
            "max_lines": None if self.max_lines == 0 else self.max_lines,
            "min_ticket": parse_fraction(self.min_ticket, what="--min-ticket"),
            "max_ticket": share(self.max_ticket, "--max-ticket"),
            "holding_days": self.holding_days,
            "impact_coefficient": self.impact,
            "objective": self.objective,
            "es_limit": share(self.es_limit, "--es-limit"),
            "baseline_weight": parse_fraction(self.baseline_weight, what="--baseline-weight"),
            "only_scenario": self.only_scenario,
            "allow_higher_es": self.allow_higher_es,
            "whole_lots": not self.broken_lots,
            "time_limit": self.time_limit,
        }
        if self.scenarios:
            arguments["scenarios"] = tuple(self.scenarios)
        return arguments


def _budget(text: str) -> str:
    """Return a budget that is a share; an amount of money is refused with what a budget is."""
    from stress.errors import InputError
    from stress.units import parse_fraction

    try:
        parse_fraction(text, what="--budget")
    except InputError:
        raise InputError(
            f"--budget: '{text}' is no share. A budget is a share of NAV, not an amount: --budget 1%, or none."
        ) from None
    return text


def _option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Return an option whose default is that of its field."""
    field = names[-1].removeprefix("--").replace("-", "_")
    default = Hedging.__dataclass_fields__[field].default
    return click.option(*names, default=default, show_default=True, **settings)


def _share(flag: str, name: str, text: str) -> Callable[[Any], Any]:
    return _option(flag, name, metavar="SHARE", help=text)


#: Adds the options to a command, which receives them as one `hedging`.
hedge_options = gathered(
    Hedging,
    "hedging",
    _option(
        "--time-limit",
        type=float,
        metavar="SECONDS",
        help="Seconds an optimum may take.",
    ),
    click.option("--broken-lots", is_flag=True, help="Trades need not be whole lots."),
    click.option("--allow-higher-es", is_flag=True, help="The baseline ES may rise."),
    click.option(
        "--only-scenario",
        is_flag=True,
        help="Fit the scenarios alone: a position, not a hedge.",
    ),
    _share("--baseline-weight", "baseline_weight", "Of the baseline in a mixture."),
    _option(
        "--objective",
        type=click.Choice(
            ["minimum_es", "minimum_variance", "minimax", "robust_es", "cheapest", "mixture"]
        ),
        help="What is minimised: baseline ES; its variance; the worst expected loss in the scenarios of -s "
        "and their reliefs; the worst ES of three generators; cost, under --es-limit; a mixture of "
        "baseline and scenarios.",
    ),
    _share("--es-limit", "es_limit", "Of the unhedged one: baseline ES left, at most."),
    _option(
        "--impact",
        type=float,
        metavar="X",
        help="Coefficient of the square-root impact.",
    ),
    _option(
        "--holding-days",
        type=float,
        metavar="DAYS",
        help="Days that carry is counted over.",
    ),
    _option(
        "--max-lines",
        type=click.IntRange(0),
        metavar="N",
        help="Tickets at most; 0: no limit.",
    ),
    _share("--max-ticket", "max_ticket", "Of NAV: notional of one ticket at most."),
    _share("--min-ticket", "min_ticket", "Of NAV: smaller tickets are dropped where possible."),
    _share("--sell-down", "sell_down", "Of each position that may be sold."),
    _share("--adv", "adv", "Of a line's daily volume."),
    _option(
        "--side",
        type=click.Choice(["both", "long", "short"]),
        help="Lines of the universe: bought, sold short, or both. Sales of what is held stay open.",
    ),
    _share("--turnover", "turnover", "Of NAV: value traded, options at their premium."),
    click.option(
        "--band",
        "bands",
        multiple=True,
        metavar="F=LOW..HIGH",
        help="Exposure of the hedged book to factor F, in % of NAV: market=..30%. Repeatable.",
    ),
    click.option(
        "--neutral",
        multiple=True,
        metavar="FACTOR",
        help="Exposure zero, within 0.5 % of NAV; market:alone, others still. Repeatable.",
    ),
    _share("--gross", "gross", "Of the trades, over the book's; options as their underlying."),
    _share("--scenario-share", "scenario_share", "Loss left in a scenario of -s, at most."),
    common_options.allow_partial,
    common_options.proxies_file,
    common_options.proxy,
    common_options.unknown,
    common_options.seed,
    common_options.draws,
    common_options.model,
    _option(
        "--budget",
        metavar="SHARE|none",
        help="All-in cost, of NAV.",
    ),
    _option(
        "--universe",
        metavar="ID|FILE",
        help="What may be traded.",
    ),
    click.option(
        "-s",
        "--scenario",
        "scenarios",
        multiple=True,
        metavar="ID|FILE",
        help="Limit the loss in it. Repeatable.",
    ),
)
