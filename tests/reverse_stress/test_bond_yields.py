"""Searches of books with bonds: a yield falls no further than the lowest one that a price is read as."""

import numpy as np
import pytest

import stress
from stress.errors import ModelError
from stress.reverse_stress.answer import UnreachableLossError
from stress.reverse_stress.bond_yields import with_bonds_held, with_yield_floors
from stress.scenarios.propagation import complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.levels.floors import floors_of
from stress.simulation.plan import plan, plan_scenario

MODEL = "us-ai-2025-12"
RATES = {"USD": "4%", "USD 10y": "4.2%"}


def portfolio(*, shares=500, face=100_000, credit="treasury", frequency=2):
    rows = [
        {
            "ticker": "UST 4.25 2035", "quantity": face, "price": 101.2, "currency": "USD", "type": "bond",
            "coupon": "4.25%", "maturity": "2035-11-15", "frequency": frequency, "credit": credit,
        },
        {"ticker": "NVDA", "quantity": shares, "price": 185.0, "currency": "USD", "type": "equity"},
        {"ticker": "USD", "quantity": 1_000_000, "currency": "USD", "type": "cash"},
    ]  # fmt: skip
    return stress.load_portfolio(rows, name="bd.csv", as_of="2025-12-31", currency="USD")


def planned(**book):
    opened = stress.open_book(portfolio(**book), MODEL, rates=RATES)
    completed = complete_baseline(opened.model, horizon_days=5)
    return plan(opened, completed, variation=Variation(kind="names"))


def moves_of(model, **moves):
    row = np.zeros((1, len(model.factors)))
    for name, move in moves.items():
        row[0, model.factor_index[name]] = move
    return row


@pytest.mark.parametrize(
    ("shares", "loss", "sessions"), [(500, "16%", 15), (1000, "30%", 5), (1000, "30%", 15)]
)
def test_a_loss_out_of_reach_is_answered_whatever_yields_the_search_tries(shares, loss, sessions):
    with pytest.raises(UnreachableLossError, match=r"within distance 90 loses \d+ % of NAV") as of:
        stress.reverse(portfolio(shares=shares), loss, MODEL, horizon_days=sessions, rates=RATES)
    assert 0.05 < of.value.largest_loss / of.value.target < 1.0


def test_a_bond_keeps_its_value_below_the_lowest_yield_and_has_its_own_above():
    run = planned()
    held = with_bonds_held(run)
    rng = np.random.default_rng(3)
    ordinary = 0.01 * rng.standard_normal((50, len(run.book.model.factors)))
    np.testing.assert_array_equal(held.pnl_at(ordinary), run.pnl_at(ordinary))

    far, further = (moves_of(run.book.model, rates_10y=m, rates_2y=m) for m in (-1.0, -40.0))
    assert np.isfinite(held.pnl_at(further)).all()
    assert held.pnl_at(further) == pytest.approx(held.pnl_at(far))
    assert run.pnl_at(far) > held.pnl_at(far)


def test_without_bonds_a_plan_and_its_floors_stay_as_they_are():
    opened = stress.open_book(stress.load_portfolio("ai_growth"), MODEL)
    shares = plan(
        opened, complete_baseline(opened.model, horizon_days=1), variation=Variation(kind="names")
    )
    floor = floors_of(opened.model, {})
    assert with_bonds_held(shares) is shares
    assert with_yield_floors(floor, shares) is floor


@pytest.mark.parametrize(("credit", "spread"), [("treasury", None), ("high-yield", "hy_oas")])
def test_at_the_floors_of_yields_and_spreads_a_bond_is_at_its_lowest_yield(credit, spread):
    run = planned(credit=credit)
    model, revaluation = run.book.model, run.revaluation
    floor = with_yield_floors(floors_of(model, {}), run)
    names = [n for n in ("rates_2y", "rates_10y", spread) if n]
    still = sum(float(revaluation.unmoved[d]) for d in revaluation.legs[0][0].instrument.drivers())
    fall = floor.moves[model.factor_index["rates_10y"]]
    if spread:
        fall += floor.moves[model.factor_index[spread]]
    assert still + fall == pytest.approx(-0.5)
    # Neither at the floors nor a little above them is a bond held.
    lowest = {n: floor.moves[model.factor_index[n]] for n in names}
    for share in (1.0, 0.99):
        row = moves_of(model, **{n: share * m for n, m in lowest.items()})
        assert with_bonds_held(run).pnl_at(row) == pytest.approx(run.pnl_at(row), rel=1e-9)
    assert floor.moves[model.factor_index["rates_30y"]] == -np.inf


@pytest.mark.parametrize("frequency", [1, 2, 4])
def test_the_worst_case_of_a_short_bond_stops_at_the_lowest_yield_and_says_so(frequency):
    book = portfolio(face=-100_000, shares=1, frequency=frequency)
    found = stress.worst_case(
        book, 1_000.0, MODEL, horizon_days=60, only=["rates_*"], answers=1, rates=RATES
    )
    worst = found.answers[0]

    assert -0.6 < worst.scenario.stated("rates_10y").value < -0.5
    assert any("UST 4.25 2035 would yield less than -50% beyond" in w for w in worst.warnings)
    opened = stress.open_book(book, MODEL, rates=RATES)
    again = plan_scenario(opened, worst.scenario)
    assert -again.central_pnl() == pytest.approx(worst.loss, rel=1e-6)


def test_an_answer_whose_yields_follow_to_below_is_none():
    book = portfolio(face=-100_000, shares=1)
    with pytest.raises(ModelError, match=r"takes a held bond to a yield below -50%"):
        stress.worst_case(
            book, 1_000.0, MODEL, horizon_days=60, only=["rates_30y"], answers=1, rates=RATES
        )
