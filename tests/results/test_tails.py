"""The tails of many books: the numbers of the runs, without their draws."""

from __future__ import annotations

import json

import numpy as np
import pytest

import stress

BOOKS = ["ai_growth", "sixty_forty", "long_short"]


def test_the_numbers_are_those_of_the_runs():
    levels = (0.975, 0.99)
    table = stress.tails(BOOKS, ["deepseek-2025-01-27"], draws=20_000, levels=levels)
    runs = stress.run_many(BOOKS, ["deepseek-2025-01-27"], draws=20_000, model_range=False)
    assert table.scenarios == ("baseline", "deepseek-2025-01-27")
    for b, name in enumerate(table.books):
        for s, result in enumerate((runs.baselines[name], runs[b])):
            for column, level in enumerate(levels):
                at = b, s, column
                shortfall = result.measure("expected_shortfall", level=level)
                risk = result.measure("value_at_risk", level=level)
                assert table.expected_shortfall[at] == pytest.approx(shortfall.value, rel=1e-12)
                assert table.standard_error[at] == pytest.approx(shortfall.standard_error, rel=1e-9)
                assert table.value_at_risk[at] == pytest.approx(risk.value, rel=1e-12)


def test_the_frame_has_a_row_a_book_scenario_and_level():
    table = stress.tails(BOOKS, ["deepseek-2025-01-27"], draws=20_000, levels=(0.95, 0.975))
    frame = table.to_frame()
    assert len(frame) == 3 * 2 * 2
    row = frame[
        (frame.portfolio == "long_short.csv")
        & (frame.scenario == "baseline")
        & (frame.level == 0.975)
    ]
    found = table.expected_shortfall[2, 0, 1]
    assert row.expected_shortfall.item() == found
    assert row.expected_shortfall_of_nav.item() == pytest.approx(found / table.nav[2])
    assert set(frame.currency) == {"USD"}
    assert repr(table) == (
        "<TailTable 3 books x baseline, deepseek-2025-01-27 at 0.95, 0.975 · 20,000 draws, seed 0 · to_frame()>"
    )
    assert table._repr_html_().count("<tr") == 1 + len(frame)


def test_a_table_says_what_it_was_made_from_and_writes_it():
    asked = {"draws": 20_000, "levels": (0.95, 0.975), "rates": {"USD": "4%"}}
    table = stress.tails(BOOKS, ["deepseek-2025-01-27", "aftershock"], **asked)
    run = stress.run_many(
        BOOKS, ["deepseek-2025-01-27", "aftershock"], draws=300, model_range=False
    )
    for field in ("portfolio", "books", "model", "scenarios", "versions"):
        assert getattr(table.manifest, field) == getattr(run.manifest, field)
    assert (table.draws, table.seed, table.manifest.asked) == (20_000, 0, 20_000)
    assert table.manifest.options == {"levels": "0.95, 0.975", "market_levels": "rate USD=0.04"}
    assert any(note.startswith("rates={'USD': '4%'} changes nothing") for note in table.warnings)

    written = json.loads(table.to_json())
    assert written == table.to_dict()
    assert written["manifest"]["digest"] == table.digest
    assert len(written["tails"]) == 3 * 3 * 2
    row = written["tails"][3]
    assert (row["portfolio"], row["scenario"], row["level"]) == (
        "ai_growth.csv",
        "deepseek-2025-01-27",
        0.975,
    )
    assert row["expected_shortfall"] == table.expected_shortfall[0, 1, 1]
    assert row["expected_shortfall_of_nav"] == row["expected_shortfall"] / table.nav[0]

    asked |= {"levels": (0.975, 0.95)}
    turned = stress.tails(BOOKS, ["aftershock", "deepseek-2025-01-27"], **asked)
    assert turned.digest == table.digest
    assert stress.tails(BOOKS[::-1], ["aftershock"], **asked).digest != table.digest


def test_neighbours_and_workers_change_no_bit():
    alone = stress.tails(["long_short"], draws=20_000)
    among = stress.tails(BOOKS, draws=20_000, executor=2)
    assert among.expected_shortfall[2] == alone.expected_shortfall[0]
    assert among.standard_error[2] == alone.standard_error[0]


def test_a_tail_that_has_no_mean_is_left_out_and_said():
    shock = stress.shock({"market": "-20%"}, horizon_days=60)
    table = stress.tails(["long_short", "mega_cap"], [shock], draws=20_000)
    short, long = table.expected_shortfall[:, 1, 0]
    assert np.isnan(short)
    assert long > 0.0
    assert np.isfinite(table.value_at_risk).all()
    (said,) = [note for note in table.warnings if "tail average left out" in note]
    assert said in table.to_dict()["warnings"]
    assert [one["expected_shortfall"] is None for one in table.to_dict()["tails"]] == [
        *(False, True),
        *(False, False),
    ]
    assert said.startswith("long_short.csv, shock: ")


def test_what_cannot_be_asked_is_refused():
    few = r"99\.9 % would rest on 20 effective tail draws of 20,000; at least 50 are needed\. Use about 50,000 draws"
    with pytest.raises(stress.TooFewTailDrawsError, match=few):
        stress.tails(BOOKS, draws=20_000, levels=(0.999,))
    with pytest.raises(stress.InputError, match="must be in"):
        stress.tails(BOOKS, levels=(97.5,))
    with pytest.raises(stress.InputError, match=r"levels: 0\.975 stands twice"):
        stress.tails(BOOKS, draws=20_000, levels=(0.975, 0.95, 0.975))
    with pytest.raises(stress.InputError, match="given twice"):
        stress.tails(["ai_growth", "ai_growth"])
    with pytest.raises(stress.InputError, match="no portfolio"):
        stress.tails([])


@pytest.mark.parametrize("draws", [4000, 10_000])
def test_progress_begins_with_the_first_chunk_and_ends_with_all(draws):
    seen = []
    stress.tails(BOOKS, [], draws=draws, on_progress=lambda done, total: seen.append((done, total)))

    assert [done for done, _ in seen] == [*range(4096, draws, 4096), draws]
    assert {total for _, total in seen} == {draws}
