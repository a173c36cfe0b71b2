"""A host that has numpy raise on every floating point error gets the same answers as one that does not."""

import numpy as np
import pytest

import stress

PUT = {
    "ticker": "NVDA 2026-03-20 160 P",
    "quantity": -10,
    "price": 5.2,
    "currency": "USD",
    "type": "option",
    "underlying": "NVDA",
    "right": "put",
    "strike": 160,
    "expiry": "2026-03-20",
    "multiplier": 100,
    "style": "american",
}
SHARE = {"ticker": "NVDA", "quantity": 1000, "price": 185.0, "currency": "USD"}
SHOCK = "deepseek-2025-01-27"


def opened():
    portfolio = stress.load_portfolio([SHARE, PUT], name="mine", as_of="2025-12-31")
    return stress.open_book(portfolio, rates={"USD": "4%"}, dividends={"NVDA": "0%"})


@pytest.mark.parametrize(
    "answer",
    [
        lambda: stress.run(opened(), SHOCK, draws=1000, model_range=False).digest,
        lambda: stress.run("ai_growth", SHOCK, draws=1000, second_opinion=True).to_json(),
        lambda: opened().what_if({"NVDA": 1e4}, draws=1000).digest,
        lambda: stress.hedge("utilities_income", draws=1000, max_lines=2, family=[]).to_json(),
    ],
    ids=["option", "second opinion", "what_if", "hedge"],
)
def test_vanishing_tails_are_no_errors(answer):
    with np.errstate(all="raise"):
        raising = answer()
    assert raising == answer()
