"""The yardstick under other generators: each figure is that of a run which draws by it."""

import pytest
from click.testing import CliRunner

import stress
from stress.cli import foreshock
from stress.errors import InputError
from stress.reporting.trust import trust
from stress.results.ordinary_tails import MOST_DRAWS


@pytest.fixture(scope="module")
def ran():
    return {
        generator: stress.run_many(
            "long_short", ["deepseek-2025-01-27"], generator=generator, model_range=True, draws=6000
        )
        for generator in ("t", "filtered-history", "bootstrap")
    }


@pytest.mark.parametrize("chosen", ["t", "filtered-history", "bootstrap"])
def test_each_is_the_tail_of_a_run_by_that_generator(ran, chosen):
    tails = ran[chosen].baseline.ordinary_tails
    assert {chosen, *(tail.generator for tail in tails)} == set(ran)
    assert len(tails) == 2
    for tail in tails:
        own = ran[tail.generator].baseline.tail_average
        assert tail.expected_shortfall == pytest.approx(own.value, rel=1e-9)
        assert tail.standard_error == pytest.approx(own.standard_error, rel=1e-6)


def test_options_are_revalued_in_each(book_with_a_put):
    def run(generator):
        return stress.run_many(
            book_with_a_put,
            ["deepseek-2025-01-27"],
            generator=generator,
            model_range=True,
            draws=2000,
            rates={"USD": "4%"},
            dividends={"NVDA": "0%"},
            vol_betas={"NVDA": 1.8},
        ).baseline

    (filtered, _) = run("t").ordinary_tails
    assert filtered.expected_shortfall == pytest.approx(
        run("filtered-history").tail_average.value, rel=1e-6
    )


@pytest.fixture
def book_with_a_put(tmp_path):
    path = tmp_path / "put.csv"
    path.write_text(
        "# as_of: 2025-12-31\ntype,ticker,quantity,price,expiry,strike,right,style,multiplier\n"
        "stock,NVDA,1000,185,,,,,\noption,NVDA,10,8,2026-03-20,170,put,american,100\n"
    )
    return stress.load_portfolio(path)


def test_the_screen_shows_all_three_and_the_scenario_none(ran):
    result = ran["t"][0]
    text = " ".join(" ".join(trust(result, ran["t"].baseline)).split())
    shares = [
        -tail / result.nav
        for tail in (
            ran["t"].baseline.tail_average.value,
            *(one.expected_shortfall for one in ran["t"].baseline.ordinary_tails),
        )
    ]
    words = (
        "by the joint law (used above)",
        f"by whole past sessions at the volatility of {result.pnl.plan.book.model.as_of}",
        "by past sessions as they were",
    )
    for share, word in zip(shares, words, strict=True):
        assert f"{100 * share:.1f} % {word}" in text
    assert result.ordinary_tails == ()
    assert max(map(len, trust(result, ran["t"].baseline))) <= 100


def test_without_a_model_range_or_without_sessions_nothing_is_drawn(toy):
    given = {"draws": 500}
    assert not stress.run_many(
        "sixty_forty", ["deepseek-2025-01-27"], model_range=False, **given
    ).baseline.ordinary_tails
    assert not stress.run_many(
        toy.portfolio({"AAA": 1000.0}),
        [toy.scenario({"market": "-5%"})],
        toy.model(),
        model_range=True,
        **given,
    ).baseline.ordinary_tails


def test_json_says_them_once_under_the_baseline(ran):
    document = ran["t"].to_dict()
    (first, _) = document["baseline"]["ordinary_tails"]
    assert first["generator"] == "filtered-history"
    assert first["expected_shortfall_of_nav"] == pytest.approx(
        first["expected_shortfall"] / ran["t"][0].nav
    )
    assert document["results"][0]["ordinary_tails"] == []
    assert MOST_DRAWS >= 6000


@pytest.mark.parametrize("generator", ["filtered-history", "bootstrap"])
def test_history_refuses_stated_names_by_the_scenario_that_states_them(generator):
    ids = ["deepseek-2025-01-27", "deepseek-press-time", "europe-asia-contagion"]
    with pytest.raises(
        InputError,
        match=r"^deepseek-press-time, europe-asia-contagion: history .* draw by the t law",
    ):
        stress.run_many("long_short", ids, generator=generator, draws=200)


def test_the_command_leaves_them_out_of_the_family_and_says_so():
    ran = CliRunner().invoke(
        foreshock, ["run", "long_short", "--generator", "bootstrap", "--draws", "500"]
    )
    assert ran.exit_code == 0, ran.output
    assert "they state names: deepseek-press-time, europe-asia-contagion." in ran.stderr
    assert "deepseek-open" in ran.stdout
    assert "deepseek-press-time" not in ran.stdout
