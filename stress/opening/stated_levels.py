"""Market levels that options and a market file state, and what the manifest says of them."""

from __future__ import annotations

from pathlib import Path

from stress.errors import InputError
from stress.files.market_file import read_market
from stress.opening.options import BookOptions
from stress.portfolio.levels import Given, given_of
from stress.portfolio.market import Market
from stress.results.options import setting_text

__all__ = ["levels_of_file", "levels_of_options", "written_file", "written_input", "written_levels"]


def levels_of_options(options: BookOptions) -> Given:
    """Return the levels that options state.

    Raises
    ------
    InputError
        If a currency both moves and is fixed, or a level is none.
    """
    fixed, moves = options.get("fx_fixed", ()), options.get("fx_moves") or {}
    both = sorted(set(fixed) & set(moves))
    if both:
        raise InputError(f"{', '.join(both)}: either moves (fx_moves) or is fixed (fx_fixed).")
    return given_of(
        {
            "rate": options.get("rates") or {},
            "dividend": options.get("dividends") or {},
            "vol": options.get("vols") or {},
            "spot": options.get("spots") or {},
            "spread": options.get("spreads") or {},
            "vol_beta": options.get("vol_betas") or {},
            "skew": options.get("skews") or {},
            "fx": options.get("fx") or {},
            "fx_move": {**moves, **dict.fromkeys(fixed, 0.0)},
        }
    )


def levels_of_file(market: str | Path | Market | None) -> Given:
    """Return the levels of a market file or a `Market`; without one, none."""
    match market:
        case None:
            return Given()
        case Market():
            return Given(levels=market.levels, as_of=market.as_of, label="market")
        case _:
            return read_market(market)


def written_file(file: Given) -> str | None:
    """Write which market file was read, for the manifest."""
    return written_input(file.label, file.content_hash) or None


def written_input(name: str, content_hash: str) -> str:
    """Write what was read by its name and the beginning of its hash, for the manifest."""
    return f"{name} {content_hash[:12]}".strip()


def written_levels(given: Given) -> str | None:
    """Write what the options state, for the manifest."""
    said = [
        *(
            f"{driver.kind} {driver.name}={setting_text(level.value)}"
            for driver, level in given.levels.items()
        ),
        *(f"vol_beta {name}={setting_text(value)}" for name, value in given.vol_betas.items()),
        *(f"skew {name}={setting_text(value)}" for name, value in given.skews.items()),
        *(f"fx_move {name}={setting_text(value)}" for name, value in given.fx_moves.items()),
    ]
    return ", ".join(sorted(said)) or None
