"""What counts as a day, and the weekdays between two."""

import datetime

import pytest

import stress
from stress.dates import calendar_date, weekdays_between
from stress.errors import InputError


@pytest.mark.parametrize("text", ["2025-W01-1", "2025-W011", "20250101", "2025-01-1", "2025-02-30"])
def test_a_date_in_text_is_year_month_and_day(text):
    assert calendar_date("2025-01-27") == datetime.date(2025, 1, 27)
    assert calendar_date(text) is None
    with pytest.raises(InputError, match="Write year-month-day"):
        stress.Prices(dates=[text], names=["A"], levels=[[1.0]])


def test_weekdays_are_counted_after_the_first_day_up_to_the_last():
    friday = datetime.date(2025, 1, 24)
    for days, found in ((0, 0), (1, 0), (2, 0), (3, 1), (7, 5), (10, 6), (365, 260)):
        assert weekdays_between(friday, friday + datetime.timedelta(days=days)) == found
