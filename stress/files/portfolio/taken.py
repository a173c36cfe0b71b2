"""The rows of a file as they become positions, cash or lines of the ledger, and what is said of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from stress.errors import Problem
from stress.files.portfolio.classified import NO_IDENTIFIER, Classified
from stress.files.portfolio.exchange_rates import compare_implied
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.row_warnings import LEFT_OUT, NOT_READ, RowWarnings
from stress.files.portfolio.unread_rows import looks_like_ticker, stated_worth
from stress.files.portfolio.values import Terms, Valued
from stress.portfolio.instruments import Cash
from stress.portfolio.position import LedgerRow
from stress.tables import listing

__all__ = ["Taken", "rows_in_words"]

#: Lines that a warning lists.
_SHOWN = 6


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of the rows so far.

    Parameters
    ----------
    terms : Terms
        Of the file.
    name_column : str or None
        Title of the column of names.
    exact : bool
        Whether what is wrong with a row is an error, or refuses that row.
    rows : list of (Holding, Classified, Valued)
        To become positions.
    ledger, problems, warnings : list
        Of rows that become none, or something else; what is wrong; what is said.
    """

    terms: Terms
    exact: bool
    name_column: str | None = None
    rows: list[tuple[Holding, Classified, Valued]] = field(default_factory=list)
    ledger: list[LedgerRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _said: RowWarnings = field(default_factory=RowWarnings)
    _derived: int = 0
    _unscaled: int = 0
    _unmapped: int = 0
    _implied: list[tuple[str, float, int]] = field(default_factory=list)
    _deduced: dict[float, list[int]] = field(default_factory=dict)

    def take(
        self,
        holding: Holding,
        kind: Classified,
        value: Valued | None,
        faults: Sequence[Problem],
    ) -> None:
        """Put a row where it belongs.

        Parameters
        ----------
        holding : Holding
            The row.
        kind : Classified
            What it holds.
        value : Valued or None
            What it is worth, where it is an instrument.
        faults : sequence of Problem
            Everything that is wrong with it.
        """
        self._said.say(f"of which the same is to be said ({kind.kind})", kind.warnings)
        if value is not None and value.needs_nav:
            self._unscaled += 1
            return
        lacks = value is not None and value.lacks
        if faults and self.exact and not lacks:
            self.problems.extend(faults)
        elif faults:
            self._refuse(holding, kind, str(faults[0].message).rstrip("."))
            self._said.say(NOT_READ, [f"not read: {faults[0]}"])
        elif kind.instrument is None or value is None:
            if kind.became != "refused":
                self._list(holding, kind.became, kind.reason)
            else:
                self._refuse(holding, kind, kind.reason)
                self._said.say(
                    LEFT_OUT, [f"line {holding.line} is left out, {kind.reason}: {holding.text}"]
                )
        else:
            self._hold(holding, kind, value)

    def _hold(self, holding: Holding, kind: Classified, value: Valued) -> None:
        self._said.say("of which the stated value is used", value.warnings)
        self._derived += value.derived_quantity
        if value.implied_rate is not None:
            self._implied.append((value.currency, value.implied_rate, holding.line))
        if kind.deduced:
            self._deduced.setdefault(kind.multiplier, []).append(holding.line)
        self._unmapped += (
            kind.kind == "equity"
            and not holding.ticker
            and kind.label in (holding.isin, holding.cusip)
        )
        if isinstance(kind.instrument, Cash):
            self._list(holding, "cash", kind.reason)
        self.rows.append((holding, kind, value))

    def _refuse(self, holding: Holding, kind: Classified, reason: str) -> None:
        """List a row that is not read, with what it states."""
        unnamed = reason == NO_IDENTIFIER and holding.name is not None
        in_name = unnamed and looks_like_ticker(holding.name or "")
        self.ledger.append(
            LedgerRow(
                row=holding.line,
                text=holding.text,
                became="refused",
                reason=reason,
                worth=stated_worth(holding, kind, self.terms),
                ticker_column=self.name_column if in_name else None,
            )
        )

    def _list(self, holding: Holding, became: Literal["cash", "ignored"], reason: str) -> None:
        self.ledger.append(
            LedgerRow(row=holding.line, text=holding.text, became=became, reason=reason)
        )

    def conclude(self, currency: str, *, shares: bool = False) -> None:
        """Say what holds of many rows: what was derived, implied, deduced, or is missing for want of a value.

        Parameters
        ----------
        currency : str
            Of the book.
        shares : bool
            Whether only shares of the whole are asked for.
        """
        self.warnings.extend(self._said.counted())
        if self._derived:
            counted = "1 quantity is" if self._derived == 1 else f"{self._derived} quantities are"
            self.warnings.append(
                f"{counted} derived from value and price: the file has none for them"
            )
        self.warnings.extend(compare_implied(self._implied, book_currency=currency))
        for multiplier, lines in self._deduced.items():
            plural = "" if len(lines) == 1 else "s"
            self.warnings.append(
                f"multiplier {multiplier:g} of {len(lines)} option{plural} follows from "
                f"value ÷ (quantity × price): line{plural} {listing([str(line) for line in lines], most=_SHOWN)}"
            )
        if self._unmapped:
            self.warnings.append(
                f"{self._unmapped} ISINs or CUSIPs have no ticker in the bundled map and stand for themselves: name them in a "
                "CSV of ticker,cusip,isin given with --identifiers / identifiers="
            )
        if self._unscaled:
            self.problems.append(
                Problem(
                    message=f"{rows_in_words(self._unscaled)} with a weight, and nothing states the net asset value.",
                    file=self.terms.file,
                    hint="Write market_value in every row, or weight in every row and no value."
                    if shares
                    else "Give it with --nav / nav=.",
                )
            )

    def missing_rates(self, currency: str) -> list[Problem]:
        """Return what is wrong where rates of exchange into the book's currency are not known."""
        missing = Counter(value.missing_rate for _, _, value in self.rows if value.missing_rate)
        if not missing:
            return []
        listed = ", ".join(
            f"{code} ({rows_in_words(count)})" for code, count in sorted(missing.items())
        )
        first = min(missing)
        return [
            Problem(
                message=f"no exchange rate into the book currency {currency} for {listed}.",
                file=self.terms.file,
                hint=f"Give {currency} per unit with --fx {first}=RATE / fx={{'{first}': RATE}}, or a column fx_rate.",
            )
        ]


def rows_in_words(count: int) -> str:
    """Return ``"1 row"`` or ``"2 rows"``."""
    return "1 row" if count == 1 else f"{count} rows"
