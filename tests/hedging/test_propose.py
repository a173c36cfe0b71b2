"""The proposal: what it must do for the sample book, laws of the optimum, and bad input."""

import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import stress
from stress.api.hedging import _shown
from stress.errors import InputError, SolverError
from stress.hedging import prepared
from stress.hedging.asked_bands import asked_bands
from stress.hedging.constraints import Linear
from stress.hedging.default_problem import hedge_problem
from stress.hedging.hedge_plan import ScenarioEffect
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.judgements import day_after, fresh_draws, selling_down
from stress.hedging.laws import Law, outcomes
from stress.hedging.practical import practical_hedge
from stress.hedging.prepared import setting_of
from stress.hedging.propose import ending_early, propose, solved
from stress.hedging.settings import HedgeSettings
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.solver.prices import LimitPrice
from stress.hedging.solver.solve import solve
from stress.opening import open_book
from stress.portfolio.position import Portfolio
from stress.reporting.hedge_evidence import _limit
from stress.reporting.hedge_page import hedge_page
from stress.risk.measures import expected_shortfall
from stress.scenarios.family import FAMILY
from stress.simulation.plan import plan_scenario
from stress.tables import thousands

REFERENCE = "deepseek-2025-01-27"
DRAWS = 4_000


def setting(book, universe, *ids, **asked):
    settings = HedgeSettings(**{"draws": DRAWS, **asked})
    return setting_of(book, universe, [stress.load_scenario(i) for i in ids], settings)


@pytest.fixture(scope="module")
def plan(book, universe):
    return propose(
        setting(book, universe, REFERENCE, draws=20_000),
        family=[stress.load_scenario(i) for i in ("second-day-rebound", "inference-boom")],
        relief=stress.load_scenario("second-day-rebound"),
    )


def test_it_lowers_the_baseline_tail_and_the_reference_loss_and_is_no_bet(plan):
    reference = plan.scenario(REFERENCE)

    assert plan.es_after < 0.5 * plan.es_before
    assert reference.after > 0.5 * reference.before  # a smaller loss ...
    assert reference.after < 0.0  # ... and not a profit
    assert plan.heading == "a hedge"


def test_costs_that_the_universe_does_not_state_are_said(plan, book, universe):
    assert not [said for said in plan.warnings if "assumed" in said or "leaves out" in said]
    lines = tuple(replace(line, margin=None) for line in universe.lines)
    silent = replace(universe, lines=lines, sell_down_stated=False, sell_down_half_spread=0.002)
    bare = propose(setting(book, silent, REFERENCE))

    sold = [t.instrument for t in bare.tickets if t.side == "sell short"]
    assert sold
    assert any(t.type == "sell_down" for t in bare.tickets)
    assert any("half-spread of 20 bp, which is assumed" in said for said in bare.warnings)
    left_out = next(said for said in bare.warnings if "margin blocked leaves out" in said)
    assert all(line in left_out for line in sold)


def test_tickets_are_a_frame(plan):
    frame = plan.to_frame()

    assert list(frame.index) == [ticket.instrument for ticket in plan.tickets]
    assert list(frame["notional"]) == [ticket.notional for ticket in plan.tickets]
    assert list(replace(plan, tickets=()).to_frame().columns) == list(frame.columns)


def test_limits_hold_in_whole_lots(plan, book):
    assert all(ticket.units == int(ticket.units) for ticket in plan.tickets)
    assert len(plan.tickets) <= 10
    assert sum(abs(t.notional) for t in plan.tickets) <= book.portfolio.gross * (1 + 1e-9)
    assert plan.cost.all_in <= 0.005 * book.nav
    assert all(t.share_of_adv is None or t.share_of_adv <= 0.10 for t in plan.tickets)
    held = {p.ticker: p.quantity for p in book.portfolio.positions}
    sold = [t for t in plan.tickets if t.instrument in held]
    assert sold
    assert all(t.side == "sell" and t.units <= 0.1 * held[t.instrument] for t in sold)


@pytest.mark.parametrize("amount", [50_000, 1.5])
def test_an_amount_is_no_budget(amount):
    with pytest.raises(InputError) as refused:
        stress.hedge("ai_growth", budget=amount)
    assert 'a share of NAV, between 0 and 1, not an amount. Write "1%" or 0.01' in str(
        refused.value
    )


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0004, "lowered by 0.04 % of NAV, paired"),
        (-0.0004, "NOT lowered, raised by 0.04 % of NAV, paired"),
        (0.0, "not lowered, paired"),
    ],
)
def test_a_tail_that_is_not_lowered_is_not_called_so(plan, share, said):
    fresh = replace(plan.fresh, lowered=share * plan.nav)
    page = " ".join(hedge_page(replace(plan, fresh=fresh)).split())
    assert re.search(rf"unhedged -[\d.]+ %: {said}", page)


def test_fresh_draws_agree_with_the_fit_plus_its_optimism(plan):
    assert plan.fresh.seed != plan.settings.seed
    assert plan.fresh.within_band
    assert not plan.fresh.overfitted
    assert plan.fresh.lowered > 10 * plan.fresh.lowered_error


def test_the_certificate_brackets_the_plan(plan):
    assert plan.certificate.lower <= plan.certificate.upper
    # The bound is that of so few lines: no weaker than the optimum on all of them.
    assert plan.continuous * (1.0 - 1e-6) <= plan.certificate.lower
    assert plan.certificate.violation <= 1e-9
    assert plan.lots_cost >= 0.0
    assert plan.lines_cost >= -1e-6 * plan.es_after


def test_the_page_says_in_words_how_far_a_plan_is_proved(plan):
    proof = plan.certificate

    def page(share):
        lower = proof.upper * (1.0 - share)
        shown = hedge_page(replace(plan, certificate=replace(proof, lower=lower, gap=share)))
        return " ".join(shown.split())

    assert "within 0.01% of the best there is" in page(1e-6)
    assert "best found" not in page(1e-6)
    assert "best found, proved within 1.8%" in page(0.018)
    assert "NOT PROVED TO BE THE BEST" not in page(0.018)
    assert "! NOT PROVED TO BE THE BEST: best found, proved within 8.0%" in page(0.08)


def test_looser_limits_on_sales_never_make_the_default_plan_worse(book, universe):
    plans = [
        solved(setting(book, universe, REFERENCE, sell_down_share=share))
        for share in (0.0, 0.1, 0.5, 1.0)
    ]
    found = [plan.certificate.upper for plan in plans]

    assert all(loose < tight for tight, loose in itertools.pairwise(found))
    # The lower bounds fall alike: none is that of another problem.
    lower = [plan.certificate.lower for plan in plans]
    assert all(loose < tight for tight, loose in itertools.pairwise(lower))


def test_amounts_stand_in_the_unit_they_are_asked_in(plan, book, small):
    margin = next(line for line in hedge_page(plan).splitlines() if "margin blocked" in line)
    assert margin.endswith(f"{100 * plan.cost.margin / plan.nav:.1f} %")

    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, small, REFERENCE, budget=0.0))
    share = refused.value.nearest_budget / book.nav
    typed = float(re.search(r'budget="([\d.]+)%"', str(refused.value))[1]) / 100.0
    assert share <= typed < share + 2e-4
    assert solved(setting(book, small, REFERENCE, budget=typed)).trades.any()


def test_a_relaxation_is_said_as_the_option_that_grants_it(book, small):
    tight = {"sell_down_share": 0.0, "gross_share": 0.3, "budget": None}
    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, small, REFERENCE, **tight))
    typed = float(re.search(r'scenario_share="([\d.]+)%"', str(refused.value))[1]) / 100.0

    granted = setting(book, small, REFERENCE, **tight, scenario_share=typed)
    assert solved(granted).trades.any()
    least = setting(book, small, REFERENCE, **tight, scenario_share=0.98 * typed)
    with pytest.raises(InfeasibleHedgeError):
        solved(least)


@pytest.mark.parametrize(
    ("asked", "advised"),
    [
        ({"side": "long", "budget": 0.002}, "budget"),
        ({"bands": asked_bands(["market", "semis_ai_compute"], {}), "gross_share": 0.1}, "gross_share"),
        ({"scenario_share": 0.0}, "scenario_share"),
    ],
)  # fmt: skip
def test_what_is_advised_is_granted_as_it_is_written(book, universe, asked, advised):
    """In whole lots and on ten lines: with neither, less would do and be refused."""
    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, universe, REFERENCE, **asked))
    share = float(re.search(rf'{advised}="([\d.]+)%"', str(refused.value))[1]) / 100.0
    found = solved(setting(book, universe, REFERENCE, **asked | {advised: share}))
    assert 0 < np.count_nonzero(found.trades) <= 10
    assert not found.trades % 1.0 @ np.ones(found.trades.size)


def test_a_limit_at_the_edge_of_what_can_be_reached_ends_soon_and_says_so(
    book, universe, monkeypatch
):
    """A general solver would take a minute here, past any Ctrl-C, and come no nearer."""

    def asked_again(*_, **__):
        raise AssertionError

    monkeypatch.setattr("stress.hedging.solver.direct.solve_direct", asked_again)
    asked = {"objective": "cheapest", "draws": 20_000}
    with pytest.raises(InfeasibleHedgeError) as beyond:
        solve(
            hedge_problem(setting(book, universe, REFERENCE, **asked, es_limit=0.3)), tolerance=1e-4
        )
    assert beyond.value.relaxation.constraint == "limit on the baseline ES"
    unhedged = stress.run_many(
        "ai_growth", [REFERENCE], draws=20_000, model_range=False
    ).baseline.tail_average.value
    least = 0.3 + beyond.value.relaxation.by / unhedged
    edge = setting(book, universe, REFERENCE, **asked, es_limit=least * (1.0 + 3e-6))
    with pytest.raises(SolverError) as refused:
        solve(hedge_problem(edge), tolerance=1e-4)
    assert "% below 'limit on the baseline ES': too near" in str(refused.value)
    assert "Widen it by a thousandth of itself or more" in str(refused.value)


def test_what_is_advised_of_a_tail_is_not_the_edge_of_what_can_be_reached(book, universe):
    cheapest = {"objective": "cheapest", "draws": 20_000, "whole_lots": False, "max_lines": None}
    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, universe, REFERENCE, **cheapest, es_limit=0.1))
    share = float(re.search(r'es_limit="([\d.]+)%"', str(refused.value))[1]) / 100.0
    assert solved(setting(book, universe, REFERENCE, **cheapest, es_limit=share)).trades.any()


def test_the_price_of_a_limit_has_the_limits_own_unit(plan, book, small):
    asked = setting(book, small, REFERENCE)
    most = 0.5 * np.abs(solved(asked).trades).sum()
    few = Linear(
        name="few shares",
        coefficients=-np.ones(len(asked.candidates.lines)),
        limit=most,
        unit="share",
    )
    stated = hedge_problem(asked)
    found = solve(stated.with_constraints((*stated.constraints, few)), tolerance=1e-5)
    units = {price.constraint: price.unit for price in found.prices}
    assert units["few shares"] == "share"
    assert {units[name] for name in units if name.startswith(("gross", "loss", "budget"))} <= {
        "USD"
    }
    (price,) = (price for price in found.prices if price.constraint == "few shares")
    page = " ".join(hedge_page(replace(plan, prices=(price,))).split())
    saved = 0.1 * most * price.price
    assert (
        f"few shares {most:,.0f} share a tenth {saved:,.0f} {saved / plan.nav:.3%}"
        in page.replace(" %", "%")
    )


def test_amounts_of_a_refusal_have_their_unit(book, small):
    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, small, REFERENCE, budget=0.0))
    assert re.search(
        r"Relaxing 'budget' by [\d.,]+ USD helps, within 1% of the least", str(refused.value)
    )
    assert re.search(r"nearest feasible budget is [\d.,]+ USD\.", str(refused.value))


def test_a_search_for_few_lines_that_finds_none_says_so_in_a_sentence(book, small, monkeypatch):
    def nothing(*_, **__):
        raise SolverError("no discrete hedge was found within 40 nodes.", status="time_limit")

    asked = setting(book, small, REFERENCE, max_lines=2, min_ticket=0.0)
    monkeypatch.setattr("stress.hedging.solver.solve.solve_discrete", nothing)
    with pytest.raises(SolverError, match=r"keep them: no discrete hedge .* nodes\. Allow more"):
        solved(asked)


def test_tickets_name_their_contract_in_full_and_their_quotes_once(plan):
    page = hedge_page(plan).partition("1 TICKETS")[2].partition("2 COST")[0]

    assert "prices of 2025-12-31" in page
    assert page.count("2025-12-31") == 1
    assert all(f" {ticket.instrument} " in page for ticket in plan.tickets)
    assert max(len(ticket.instrument) for ticket in plan.tickets) > 26
    older = (replace(plan.tickets[0], price_time="2025-12-30"), *plan.tickets[1:])
    mixed = hedge_page(replace(plan, tickets=older)).partition("2 COST")[0]
    assert "2025-12-30" in mixed


def test_selling_down_gives_the_same_tail(plan):
    assert plan.selling_down.es == pytest.approx(plan.es_after, rel=1e-6)
    assert 0.0 < plan.selling_down.share < 1.0
    assert plan.selling_down.cost > 0.0


def where_selling_all_does(book, small, times, wanted):
    """One line whose unit leaves a share of the tail, and sales of the whole book that turn it `times` over."""
    at = setting(book, small)
    law, sales = at.baseline, at.candidates.mask("sell_down")
    units = np.where(sales, times * law.unit_pnl, 0.0)
    units[:, 0] = (wanted - 1.0) * law.pnl
    trades = np.zeros(sales.size)
    trades[0] = 1.0
    return replace(at, baseline=replace(law, unit_pnl=units)), trades


@pytest.mark.parametrize(
    ("times", "wanted", "share", "left", "reached"),
    [
        (1.0, 0.4, 0.6, 0.4, True),  # the book is linear: selling 60 % leaves 40 %
        (
            3.0,
            0.4,
            0.2,
            0.4,
            True,
        ),  # selling a third leaves nothing, selling all the book twice over, turned
        (0.5, 0.4, 1.0, 0.5, False),  # half the book is not for sale
        (-1.0, 0.4, 0.0, 1.0, False),  # sales that raise the tail
        (1.0, 1.2, 0.0, 1.0, True),  # a plan that raises the tail: nothing need be sold
    ],
)
def test_the_share_to_sell_where_the_tail_need_not_fall(
    book, small, times, wanted, share, left, reached
):
    at, trades = where_selling_all_does(book, small, times, wanted)
    found = selling_down(at, trades)

    assert found.share == pytest.approx(share, abs=1e-6)
    assert found.es == pytest.approx(left * at.unhedged_es(), rel=1e-6)
    assert found.reached is reached


def test_a_share_that_does_not_give_the_plans_tail_is_said(plan):
    short = replace(plan.selling_down, reached=False, share=1.0, es=0.0123 * plan.nav)
    part = hedge_page(replace(plan, selling_down=short, es_after=0.0101 * plan.nav))
    part = part.partition("4 SELLING DOWN INSTEAD")[2]
    assert (
        "no share gives the plan's baseline ES of -1.0 %; the least is -1.2 %\n  sell 100%" in part
    )

    none = hedge_page(replace(plan, selling_down=replace(short, share=0.0)))
    assert "the least is -1.2 %\n  every sale raises it." in none


def test_benign_scenarios_and_the_day_after_are_shown(plan):
    assert plan.scenario("second-day-rebound").benign
    assert plan.scenario("inference-boom").after < plan.scenario("inference-boom").before
    first, rebound = plan.scenario(REFERENCE), plan.scenario("second-day-rebound")
    assert plan.day_after.shock_before == pytest.approx(first.before)
    assert plan.day_after.shock_after == pytest.approx(first.after)
    assert 0.0 < plan.day_after.relief_before < rebound.before, "earned on what the fall leaves"
    assert plan.worst.after == min(s.after for s in plan.scenarios)


def test_the_worst_is_said_of_each_horizon_and_rows_stand_by_horizon_and_kind(plan):
    def effect(id_, days, kind, after):
        return ScenarioEffect(
            id=id_, horizon_days=days, kind=kind, before=2.0 * after, after=after, chosen=False
        )

    shown = (
        effect("long", 50, "hypothetical", -760_000.0),
        effect("week", 5, "measured", -200_000.0),
        effect("day guessed", 1, "hypothetical", -480_000.0),
        effect("day small", 1, "measured", -20_000.0),
        effect("day", 1, "measured", -30_000.0),
    )
    several = replace(plan, scenarios=shown, worst=shown[0])
    page = " ".join(hedge_page(several).split())
    assert (
        "worst of these for the hedged book: 1 session day guessed -4.8 %; 2-10 sessions week -2.0 %; "
        "over 10 sessions long -7.6 %" in page
    )
    rows = page.partition("3 BEFORE AND AFTER")[2].partition("worst of these")[0]
    order = ("day 1 d", "day small", "day guessed", "week", "long")
    assert sorted(order, key=rows.index) == list(order)
    document = several.to_dict()
    assert [one["id"] for one in document["worst_by_horizon"]] == ["day guessed", "week", "long"]
    assert document["worst"]["id"] == "long"
    assert document["schema_version"] == "2.1"
    assert "worst of these" not in hedge_page(replace(plan, scenarios=(), worst=None))


def test_the_condition_of_the_basis_costs_when_it_fails(plan):
    assert plan.conditions[0].fails < 0.0


def test_the_day_after_of_shares_is_the_product_of_both_days():
    book = stress.open_book("ai_growth")
    shock, relief = (stress.load_scenario(name) for name in (REFERENCE, "second-day-rebound"))
    first, second = (plan_scenario(book, day).central_returns() for day in (shock, relief))
    found = day_after(book, book, shock, relief)
    assert found.before == pytest.approx(book.values @ ((1.0 + first) * (1.0 + second) - 1.0))
    assert found.shock_before == pytest.approx(book.values @ first)


def test_the_page_has_its_eight_parts_in_order_and_the_document_is_json(plan):
    page = hedge_page(plan)
    assert max(len(line) for line in page.splitlines()) <= 100
    places = [page.index(f"\n{number} ") for number in range(1, 9)]

    assert places == sorted(places)
    assert "\n7 THE DAY AFTER" in page
    assert "\n8 WHAT THE LIMITS COST" in page
    without = hedge_page(replace(plan, day_after=None))
    assert (
        "\n7 THE DAY AFTER\n  not known: no scenario is chosen, or the model lacks factors"
        in without
    )
    assert "--day-after FILE" in without
    assert "OVERFITTED" not in page
    document = json.loads(plan.to_json())
    assert plan.to_json().endswith("}\n")
    accented = replace(plan, portfolio_name="K\u00e4se.csv").to_json()
    assert '"K\u00e4se.csv"' in accented
    assert document["es_sign"] == "loss"
    assert len(document["trades"]) == len(plan.tickets)


def test_the_hedged_book_is_a_book_like_any_other(plan):
    again = stress.run(plan.hedged, REFERENCE, draws=2_000)

    assert again.expected == pytest.approx(plan.scenario(REFERENCE).after, rel=1e-9)
    assert again.nav == plan.nav
    assert plan.worst_found.after < plan.worst_found.before


def test_zero_bounds_give_the_unhedged_book_bit_for_bit(book, small):
    asked = setting(book, small, gross_share=0.0, sell_down_share=0.0, scenario_share=1.0)
    found = solved(asked)

    assert not found.trades.any()
    assert (hedged(asked.baseline, found.trades) == asked.baseline.pnl).all()


def test_a_budget_of_zero_does_nothing_or_says_what_conflicts(book, small):
    assert not solved(setting(book, small, budget=0.0)).trades.any()
    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, small, REFERENCE, budget=0.0))
    assert "budget" in refused.value.conflict
    assert refused.value.exit_code == 1
    assert refused.value.nearest_budget > 0.0


def test_an_infeasible_set_names_a_minimal_conflict(book, small):
    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, small, REFERENCE, gross_share=0.05, sell_down_share=0.0))
    assert set(refused.value.conflict) == {f"loss in {REFERENCE}", "gross of the hedge"}


def test_wider_limits_never_worsen_the_optimum(book, small):
    values = [
        solve(hedge_problem(setting(book, small, gross_share=share, sell_down_share=0.0))).objective
        for share in (0.1, 0.3, 0.6, 1.0)
    ]
    assert all(wide <= tight * (1 + 1e-6) for tight, wide in itertools.pairwise(values))


def test_scaling_the_book_scales_the_trades(book, small):
    def scaled(by):
        portfolio = replace(
            book.portfolio,
            nav=by * book.nav,
            positions=tuple(
                replace(
                    p,
                    quantity=None if p.quantity is None else by * p.quantity,
                    market_value=by * p.market_value,
                )
                for p in book.portfolio.positions
            ),
        )
        asked = setting(open_book(portfolio), small, impact_coefficient=0.0, budget=None)
        return solve(hedge_problem(asked), tolerance=1e-9).trades

    assert scaled(2.0) == pytest.approx(2.0 * scaled(1.0), rel=1e-3, abs=1.0)


def test_a_useless_instrument_changes_nothing(book, small, universe):
    useless = next(line for line in universe.lines if line.id == "TLT")
    dear = replace(useless, half_spread=0.5)
    before = solve(hedge_problem(setting(book, small))).objective
    after = solve(
        hedge_problem(setting(book, replace(small, lines=(*small.lines, dear))))
    ).objective

    assert after == pytest.approx(before, rel=1e-6)


def test_an_overfitted_plan_is_flagged_not_celebrated(book, universe):
    plan = propose(setting(book, universe, draws=20, max_lines=None))

    assert len(plan.lines) >= 50
    assert plan.fresh.fitted < plan.fresh.after
    assert plan.fresh.overfitted
    assert "OVERFITTED, do not trade it" in hedge_page(plan)
    flagged = (
        "overfitted, do not trade it: fitted to 0.5 draws in the tail; an ES needs 50: the fitted figure means "
        "nothing. Use 2,000 draws or more."
    )
    assert plan.warnings[0] == flagged
    assert json.loads(plan.to_json())["warnings"].count(flagged) == 1
    assert sum("means nothing" in said for said in plan.warnings) == 1


@pytest.mark.parametrize(
    ("gain", "why"),
    [(0.0, ""), (1.0, "the fitted tail shows no loss; on fresh draws it is worse.")],
)
def test_a_fitted_tail_without_a_loss_is_flagged_where_fresh_draws_have_one(book, small, gain, why):
    """Draws to fit to on which the hedge earns more than all that the book loses."""
    at = setting(book, small)
    law, trades = at.baseline, np.zeros(at.baseline.unit_pnl.shape[1])
    j = at.candidates.index("SMH")
    trades[j] = -10.0
    units = law.unit_pnl.copy()
    units[:, j] += gain * law.pnl.min()
    fitted = replace(at, baseline=replace(law, unit_pnl=units))
    found = fresh_draws(fitted, hedge_problem(fitted), fitted.traded(trades))

    assert (found.fitted < 0.0) == bool(gain)
    assert found.after > 0.0
    assert found.why == why


def test_enough_draws_are_not_flagged(plan):
    assert not [said for said in plan.warnings if "draws in the tail" in said]


def test_one_draw_is_refused():
    with pytest.raises(InputError, match="draws 1: a hedge cannot be fitted"):
        stress.hedge("ai_growth", draws=1)


def test_free_money_names_its_line(book, universe):
    gift = next(line for line in universe.lines if line.id == "QQQ 2026-02-20 580 P")
    cheap = replace(gift, half_spread=0.0, commission=0.0)
    settings = HedgeSettings(draws=DRAWS)
    honest = setting_of(book, replace(universe, lines=(cheap,)), [], settings)
    j = honest.candidates.index(cheap.id)
    units = honest.baseline.unit_pnl.copy()
    units[:, j] = (
        units[:, j] - units[:, j].min() + 1.0
    )  # a quote so low that it earns in every draw
    mistaken = replace(honest, baseline=replace(honest.baseline, unit_pnl=units))
    with pytest.raises(
        InputError, match=r"free money in the hedge universe: QQQ 2026-02-20 580 P"
    ) as refused:
        propose(mistaken)
    assert refused.value.exit_code == 3


def test_only_scenario_is_headed_a_position_and_capped(book, small):
    plan = propose(setting(book, small, REFERENCE, only_scenario=True))

    assert plan.heading == "a position for this scenario, not a hedge"
    assert "A POSITION FOR THIS SCENARIO, NOT A HEDGE" in hedge_page(plan)
    assert plan.scenario(REFERENCE).after <= 0.0
    assert plan.es_after <= plan.es_before * (1 + 1e-9)


def test_only_scenario_adds_no_profit_where_the_book_gains(book, small):
    plan = propose(setting(book, small, REFERENCE, "second-day-rebound", only_scenario=True))
    gains = plan.scenario("second-day-rebound")

    assert gains.before > 0.0
    assert gains.after <= gains.before * (1.0 + 1e-9)
    page = " ".join(hedge_page(plan).split())
    assert f"expected P&L in {REFERENCE} at most zero" in page
    assert "no more profit from second-day-rebound than unhedged" in page


def test_a_hedged_book_is_hedged_again(book, small):
    once = propose(setting(book, small))
    again = propose(setting(once.hedged, small, budget=0.01))

    # Other names have draws of their own now: alike within simulation error.
    assert again.es_before == pytest.approx(once.es_after, rel=0.05)
    ids = [position.id for position in again.hedged.portfolio.positions]
    assert len(set(ids)) == len(ids)
    assert any(id_.startswith("hedge 2: ") for id_ in ids)


def test_what_no_figure_contains_is_said_above_the_tickets(small):
    rows = [("NVDA", 100, 180.0), ("ZZZZ", 50, 100.0)]
    frame = pd.DataFrame(rows, columns=["ticker", "quantity", "price"]).assign(currency="USD")
    left_out = open_book(frame, unknown="exclude", allow_partial=True)
    plan = propose(setting(left_out, small, budget=None))
    page = hedge_page(plan)

    assert page.index("! NOT STRESSED 21.7% of gross: ZZZZ.") < page.index("1 TICKETS")
    assert page.count("NOT STRESSED") == 1
    assert any(said.startswith("NOT STRESSED") for said in plan.warnings)


def test_a_limit_at_zero_is_widened_by_one_of_its_own_unit(plan):
    zero = LimitPrice(constraint="calls", line=None, kind="row", limit=0.0, price=4.5, unit="share")
    row = _limit(zero, plan)
    assert row[3:5] == ["1 share", thousands(4.5)]
    in_money = _limit(replace(zero, unit="USD of exposure", price=0.01), plan)
    assert in_money[3:5] == ["1 % of NAV", thousands(0.01 * 0.01 * plan.nav)]


def test_the_scenarios_of_a_mixture_are_drawn_once(book, small, monkeypatch):
    """The problem that is solved is the one that is judged, not another one drawn alike."""
    drawn = []

    def counted(*given, **more):
        drawn.append(given)
        return outcomes(*given, **more)

    monkeypatch.setattr("stress.hedging.asked_objective.outcomes", counted)
    propose(setting(book, small, REFERENCE, objective="mixture"))
    assert len(drawn) == 2  # the scenario and its relief


def test_the_mixture_prints_its_weights(book, small):
    plan = propose(setting(book, small, REFERENCE, objective="mixture"))

    assert "80% baseline, 10.0% each" in plan.objective
    assert plan.fresh.optimism != 0.0
    assert plan.es_after < plan.es_before
    assert plan.scenario(REFERENCE).after <= 0.0


def test_whole_lots_and_few_lines_between_two_binding_limits(book, universe):
    asked = setting(
        book, universe, "power-demand-derating", "hyperscaler-capex-cut", draws=20_000, max_lines=5
    )
    found = solved(asked)

    assert np.count_nonzero(found.trades) <= 5
    assert (found.trades == np.round(found.trades)).all()
    for point in asked.chosen:
        assert 0.5 * point.pnl * (1 + 1e-9) <= point.hedged(found.trades) < 0.0


def test_no_three_lines_do_better_than_the_printed_bound(book, universe):
    asked = setting(book, universe, REFERENCE, max_lines=3, min_ticket=0.0, draws=5_000)
    found = solved(asked)
    assert np.count_nonzero(found.trades) <= 3
    assert found.certificate.lower > found.continuous * 1.001

    problem, others = hedge_problem(asked), 0
    rng = np.random.default_rng(0)
    worth = np.abs(solve(problem).trades) * np.sqrt((asked.baseline.unit_pnl**2).mean(axis=0))
    likely = np.argsort(-worth)[:8]
    for _ in range(25):
        kept = np.isin(np.arange(worth.size), rng.choice(likely, 3, replace=False))
        lower, upper = np.where(kept, problem.lower, 0.0), np.where(kept, problem.upper, 0.0)
        try:
            other = solve(replace(problem, lower=lower, upper=upper), explain=False)
        except InfeasibleHedgeError:
            continue
        assert other.objective >= found.certificate.lower * (1.0 - 1e-9)
        others += 1
    assert others >= 10


def test_small_tickets_are_dropped_where_the_limits_allow_it(book, universe):
    asked = setting(book, universe, max_lines=None, min_ticket=0.02, sell_down_share=0.0)
    found = solved(asked)
    size = asked.candidates.notional * np.abs(found.trades) / book.nav

    assert found.trades.any()
    assert size[found.trades != 0.0].min() > 0.0199
    assert found.lines_cost >= 0.0


def test_a_search_for_whole_lots_keeps_to_the_smallest_ticket(universe, tmp_path):
    path = tmp_path / "small.csv"
    path.write_text("ticker,quantity,price\nNVDA,60,185\nVRT,60,160\nUSD,4000,1\n")
    asked = setting(
        open_book(path), universe, REFERENCE, budget=None, min_ticket=0.10, max_lines=10
    )
    found = solved(asked)
    size = asked.candidates.notional * np.abs(found.trades) / asked.book.nav

    assert found.trades.any()
    assert size[found.trades != 0.0].min() >= 0.10 * (1 - 1e-9)
    assert found.small == ()
    # What lots and lines cost are measured on one problem: none of them can pay.
    assert found.lots_cost >= 0.0
    assert found.lines_cost >= 0.0
    total = found.certificate.upper - found.continuous
    assert found.lots_cost + found.lines_cost == pytest.approx(total, rel=1e-9)


def test_small_tickets_that_the_limits_need_are_named(universe, tmp_path):
    path = tmp_path / "small.csv"
    path.write_text("ticker,quantity,price\nNVDA,60,185\nVRT,60,160\nUSD,4000,1\n")
    asked = setting(open_book(path), universe, REFERENCE, budget=None, min_ticket=0.9, max_lines=10)
    plan = propose(asked)

    assert plan.tickets
    named = next(text for text in plan.warnings if "(min_ticket)" in text)
    small = [t for t in plan.tickets if abs(t.notional) < 0.9 * plan.nav]
    assert small
    assert all(t.instrument in named for t in small)


def test_a_book_of_values_without_quantities(universe, tmp_path):
    path = tmp_path / "values.csv"
    path.write_text("ticker,market_value\nNVDA,100000\nVST,50000\nSO,-30000\n")
    asked = setting(open_book(path), universe, max_lines=6)
    found, lines = solved(asked), asked.candidates
    net = {"NVDA": 100e3, "VST": 50e3, "SO": -30e3}
    for j, line in enumerate(lines.lines):
        if line.type in ("stock", "etf", "sell_down") and line.instrument.underlying in net:
            net[line.instrument.underlying] += lines.value[j] * found.trades[j]

    assert np.count_nonzero(found.trades) <= 6
    assert net["NVDA"] >= 0.0
    assert net["VST"] >= 0.0
    assert net["SO"] <= 0.0


def test_es_is_that_of_the_risk_room(plan, book, universe):
    again = setting(book, universe, REFERENCE, draws=20_000)
    pnl = again.baseline.pnl + again.baseline.unit_pnl @ plan.trades

    assert expected_shortfall(pnl, level=0.975) == pytest.approx(plan.es_after, rel=1e-9)
    assert es_of(pnl, 0.975) == pytest.approx(plan.es_after, rel=1e-9)


def test_settings_out_of_range_come_at_once():
    with pytest.raises(InputError) as refused:
        HedgeSettings(budget=-0.1, adv_share=2.0, objective="max", level=97.5)
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"only_scenario": True, "objective": "mixture"},
            r"objective 'mixture' \(--objective mixture\) changes nothing beside only_scenario \(--only-scenario\)",
        ),
        (
            {"sell_down_share": 1.5},
            r"sell_down_share 1.5 \(--sell-down 150%\) is not between 0 and 1",
        ),
        ({"side": "up"}, r"side 'up' \(--side up\) is none of both, long, short"),
        (
            {"baseline_weight": 0.5},
            r"baseline_weight 0.5 \(--baseline-weight 50%\) changes nothing: it is of objective",
        ),
        ({"baseline_weight": 0.5, "only_scenario": True}, "baseline_weight 0.5 .*changes nothing"),
        ({"time_limit": 0.0}, r"time_limit 0 \(--time-limit 0\) is not above zero seconds"),
    ],
)
def test_settings_that_would_change_nothing_are_refused(asked, said):
    with pytest.raises(InputError, match=said):
        HedgeSettings(**asked)


def test_an_option_in_the_book_can_be_sold_down(universe):
    frame = stress.load_portfolio("ai_growth")
    from stress.portfolio.instruments import Option
    from stress.portfolio.position import Position

    put = Position(
        id="put",
        instrument=Option(
            underlying="NVDA",
            right="put",
            strike=170.0,
            expiry="2026-03-20",
            style="american",
            multiplier=100.0,
            currency="USD",
        ),
        market_value=10 * 100 * 8.0,
        currency="USD",
        quantity=10.0,
        price=8.0,
    )
    with_put = Portfolio(
        name="with put",
        positions=(*frame.positions, put),
        currency="USD",
        nav=frame.nav + put.market_value,
        as_of=frame.as_of,
    )
    asked = setting(
        open_book(with_put, rates={"USD": "3.7%"}, dividends={"NVDA": "0%"}, vols={"NVDA": "40%"}),
        universe,
    )
    j = asked.candidates.index("sell put")

    assert asked.candidates.lines[j].lower == -10.0
    assert asked.candidates.value[j] == pytest.approx(800.0, rel=1e-6)
    assert np.corrcoef(asked.baseline.unit_pnl[:, j], asked.baseline.pnl)[0, 1] < 0.0


def test_the_same_plan_twice(book, small):
    first, second = (propose(setting(book, small, REFERENCE)) for _ in range(2))
    assert (first.trades == second.trades).all()
    assert first.to_json() == second.to_json()


def test_what_is_traded_is_revalued_alone_to_the_figures_of_all_candidates(book, small):
    asked = setting(book, small, REFERENCE)
    trades = solved(asked).trades
    traded = asked.traded(trades)
    ids = [line for line, units in zip(asked.candidates.ids, trades, strict=True) if units]

    assert 0 < len(ids) < len(asked.candidates.ids)
    assert list(traded.candidates.ids) == ids
    # Of one law, though not of one draw: which names are drawn alone depends on what may be traded.
    again = traded.outcomes(Law(), draws=asked.settings.draws, seed=asked.settings.seed)
    after = [es_of(hedged(again, traded.units), 0.9), es_of(hedged(asked.baseline, trades), 0.9)]
    assert after[0] == pytest.approx(after[1], rel=0.05)
    point = asked.chosen[0]
    _, after = traded.central(Law(scenario=point.scenario, exact=True))
    assert after == pytest.approx(point.hedged(trades), rel=1e-9)


def test_what_is_traded_is_compiled_once_for_all_judgements_of_a_plan(book, small, monkeypatch):
    asked = setting(book, small, REFERENCE)
    compiled = []

    def spied(*arguments, **words):
        compiled.append(words.get("only"))
        return inner(*arguments, **words)

    inner = prepared.compile_candidates
    monkeypatch.setattr(prepared, "compile_candidates", spied)
    plan = propose(asked)

    assert compiled == [{plan.lines[j] for j in np.flatnonzero(plan.trades)}]


def test_a_scenario_that_the_book_gains_in_is_named_as_not_limited(book, small):
    plan = propose(setting(book, small, REFERENCE, "second-day-rebound"))
    limits = " ".join(hedge_page(plan).partition("fitted on")[0].split())

    assert f"loss in {REFERENCE} at most 50% of unhedged, never a profit" in limits
    assert "no limit in second-day-rebound, where the book does not lose" in limits


def test_a_model_of_other_factors_shows_what_it_can_of_the_family(toy):
    """A hedge on factors of one's own ended in errors about scenarios nobody had asked for."""
    shown, said = _shown(None, stress.load_model())
    assert len(shown) == len(FAMILY)
    assert said == ()

    model = toy.model()
    shown, said = _shown(None, model)
    assert {move.target for one in shown for move in one.moves} <= set(model.factor_index)
    assert "not shown, because model toy lacks factors that they state: " in said[0]
    with pytest.raises(InputError, match="is not a factor"):
        _shown([REFERENCE], model)


def test_a_proof_a_little_further_off_is_taken_where_no_solver_comes_nearer(
    book, small, monkeypatch
):
    asked, tried = setting(book, small, REFERENCE), []

    def stuck(*given, tolerance, **more):
        tried.append(tolerance)
        if tolerance < nearest:
            raise SolverError("no solver reached a certified gap", status="gap")
        return practical_hedge(*given, tolerance=tolerance, **more)

    monkeypatch.setattr("stress.hedging.propose.practical_hedge", stuck)
    nearest = 1e-5
    found = solved(asked)
    assert tried[:2] == [1e-6, 1e-4]
    assert found.trades.any()
    nearest = 1.0
    with pytest.raises(SolverError, match="no solver reached"):
        solved(asked)


def test_options_that_end_before_the_days_costs_are_counted_over_are_named(book, universe):
    february = setting(book, universe, holding_days=120)
    ids, trades = february.candidates.ids, np.zeros(len(february.candidates.lines))
    put = ids.index("NVDA 2026-02-20 165 P")
    trades[put] = 5.0

    (said,) = ending_early(february, trades)
    assert said.startswith("NVDA 2026-02-20 165 P: bought for less than the 120 days")
    assert ending_early(february, -trades) == []
    assert ending_early(setting(book, universe, holding_days=30), trades) == []
