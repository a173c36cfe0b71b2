"""What a console shows of the things in hand: one short line each."""

from __future__ import annotations

import stress


def test_everything_in_hand_is_one_line_in_a_console() -> None:
    portfolio = stress.load_portfolio("mega_cap")
    scenario = stress.load_scenario("deepseek-2025-01-27")
    model = stress.load_model("us-ai-2025-12")
    result = stress.run(portfolio, scenario, model, draws=500)
    pnl, book = result.pnl, result.pnl.plan.book
    for thing, said in (
        (portfolio, portfolio.name),
        (scenario, "deepseek-2025-01-27 · measured · 1 session"),
        (model, f"us-ai-2025-12 · 27 factors · {len(model.names)} names"),
        (pnl, "500 draws, seed 0"),
        (book, "100.0% of gross stressed"),
    ):
        line = repr(thing)
        assert line.startswith(f"<{type(thing).__name__} ")
        assert said in line
        assert len(line) < 160
        assert "\n" not in line


def test_scenarios_that_differ_do_not_read_alike() -> None:
    one, two = (stress.shock({"NVDA": move}) for move in ("-20%", "-21%"))
    assert repr(one) != repr(two)
