"""Terms of contracts, normalised: what counts as a number is a float inside, what counts as a date its ISO text.

Contracts that say the same then have one hash, whether a date came as text, `date`, `Timestamp` or ``datetime64``.
"""

from __future__ import annotations

import math
from typing import Any

from stress.arguments import held_to
from stress.errors import InputError, plainly
from stress.portfolio.instruments.dates import iso_date

__all__ = ["date_faults", "is_above_zero", "is_finite", "number_faults", "put_numbers"]


def put_numbers(made: Any, *fields: str) -> None:
    """Put what counts as a number into a frozen dataclass as `float`; what does not stays, for its check to refuse.

    Parameters
    ----------
    made : dataclass
        In its `__post_init__`.
    *fields : str
        Of which; None stays None.
    """
    for field in fields:
        value = getattr(made, field)
        if type(value) is not float and value is not None:
            try:
                object.__setattr__(made, field, held_to(value, float, what=field))
            except InputError:
                continue


def number_faults(made: Any, *fields: str, may_be_none: tuple[str, ...] = ()) -> list[str]:
    """Put numbers as `put_numbers` does, and return which fields hold none.

    Parameters
    ----------
    made : dataclass
        In its `__post_init__`.
    *fields : str
        Of which; infinities are numbers.
    may_be_none : tuple of str
        Further fields, which may be None.
    """
    put_numbers(made, *fields, *may_be_none)
    values = {field: getattr(made, field) for field in (*fields, *may_be_none)}
    return [
        f"{field} {plainly(value)} is not a number."
        for field, value in values.items()
        if type(value) is not float and not (value is None and field in may_be_none)
    ]


def date_faults(made: Any, *fields: str, may_be_none: tuple[str, ...] = ()) -> list[str]:
    """Put dates into a frozen dataclass as ISO text, and return what is wrong with those that are none.

    Parameters
    ----------
    made : dataclass
        In its `__post_init__`.
    *fields : str
        Of which.
    may_be_none : tuple of str
        Further fields, which may be None.
    """
    faults = []
    for field in (*fields, *may_be_none):
        value = getattr(made, field)
        if value is None and field in may_be_none:
            continue
        try:
            object.__setattr__(made, field, iso_date(value, what=field).isoformat())
        except InputError as error:
            faults.append(str(error))
    return faults


def is_finite(value: object) -> bool:
    """Whether a term that was put is a finite number."""
    return type(value) is float and math.isfinite(value)


def is_above_zero(value: object) -> bool:
    """Whether a term that was put is a finite number above zero."""
    return type(value) is float and math.isfinite(value) and value > 0.0
