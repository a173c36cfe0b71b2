"""A stressed law as it is written, and what it does to a model, its variants and a run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stress
from stress.errors import InputError
from stress.factors.stressed_law import stressed_law, themes_of
from stress.factors.variants import derived_variants

HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0}


def correlation(model):
    scale = np.sqrt(np.diag(model.covariance))
    return model.covariance / np.outer(scale, scale)


@pytest.mark.parametrize(
    ("correlation", "message"),
    [
        ("togeter:0.5", "'togeter' is no target; there are together, themes, apart. Did you mean"),
        ("together", "write how far towards it, from 0 to 1, as in together:0.5"),
        ("apart:1.2", "from 0 to 1, as in apart:0.5"),
        ("apart:half", "from 0 to 1"),
        ("apart:nan", "from 0 to 1"),
        ("together:1", "factors would be one and the same"),
        ("", "'' is no target"),
    ],
)
def test_a_correlation_that_is_none_is_refused(toy, correlation, message):
    with pytest.raises(InputError) as caught:
        stressed_law(toy.model(), correlation=correlation)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "volatility", ["0x", "-1x", "x", "lots", "nan", "inf", 0.0, "0.009x", "101x", 1e300]
)
def test_a_volatility_that_is_no_multiple_is_refused(toy, volatility):
    with pytest.raises(InputError, match=r"write a multiple from 0\.01x to 100x, as in 1\.5x"):
        stressed_law(toy.model(), volatility=volatility)


def test_nothing_asked_is_no_law(toy):
    assert stressed_law(toy.model()) is None


def test_together_keeps_each_factor_on_its_side_of_the_market(toy):
    model = toy.model()
    blended = correlation(stressed_law(model, correlation="together:0.5").model())
    before = correlation(model)
    assert blended[0, 1] == pytest.approx(0.5 * before[0, 1] + 0.5)
    # Yields fall when this market does not: they are pulled to -1, not to +1.
    assert before[0, 3] < 0.0
    assert blended[0, 3] == pytest.approx(0.5 * before[0, 3] - 0.5)
    assert blended[1, 3] == pytest.approx(0.5 * before[1, 3] - 0.5)


def test_apart_all_the_way_leaves_no_correlation_and_volatilities_scale(toy):
    model = toy.model()
    law = stressed_law(model, correlation="apart:1", volatility="1.5x").model()
    assert correlation(law) == pytest.approx(np.eye(4), abs=1e-15)
    for before, after in (
        (model.covariance, law.covariance),
        (model.covariance_long, law.covariance_long),
    ):
        assert np.diag(after) == pytest.approx(2.25 * np.diag(before))
    assert (law.specific_volatility == model.specific_volatility).all()
    assert law.content_hash != model.content_hash
    assert law.warnings == (
        *model.warnings,
        "stressed: correlations 100 % of the way to a target, volatilities times 1.5",
    )


def test_a_theme_is_the_first_word_of_a_factors_name():
    model = stress.load_model()
    themes = dict(zip([f.name for f in model.factors], themes_of(model), strict=True))
    assert themes["semis_memory"] == themes["semis_equipment"] == "semis"
    assert themes["rates_2y"] == themes["rates_30y"] == "rates"
    moved = correlation(stressed_law(model, correlation="themes:0.3").model())
    before = correlation(model)
    i, j = model.factor_index["semis_memory"], model.factor_index["semis_equipment"]
    assert moved[i, j] == pytest.approx(0.7 * before[i, j] + 0.3)


def test_variants_of_the_model_stand_under_the_law_too(toy):
    model = toy.model()
    law = stressed_law(model, correlation="apart:0.4", volatility=2.0)
    for variant in derived_variants(model):
        stressed = law.variant(variant)
        assert np.diag(stressed.covariance) == pytest.approx(4.0 * np.diag(variant.covariance))
        assert stressed.label == variant.label


def test_tails_are_varied_away_from_the_models_own(toy):
    def degrees(nu):
        variants = derived_variants(toy.model(degrees_of_freedom=nu))
        return [one.degrees_of_freedom for one in variants if "degrees" in one.label]

    assert degrees(5.0) == [4.0, 8.0]
    assert degrees(4.0) == [8.0], "a copy of the model is no variant of it"
    assert degrees(8.0) == [4.0]


def test_what_a_stress_is_measured_against_is_not_stressed():
    """Twice the volatility had doubled the ordinary bad day too, and halved "times ordinary"."""
    book = stress.open_book("ai_growth")
    shock = stress.shock({"market": "-3%"})
    asked = {"draws": 4096, "second_opinion": True, "model_range": False}
    plain = stress.run_many(book, [shock], **asked)
    stressed = stress.run_many(book, [shock], **asked, volatility="2x", correlation="together:0.5")
    ordinary = [next(iter(found.baselines.values())) for found in (plain, stressed)]

    assert ordinary[0].digest == ordinary[1].digest
    assert ordinary[1].stressed_law is None
    worse = stressed[0].expected / plain[0].expected
    assert worse > 1.05
    assert stressed[0].times_ordinary == pytest.approx(worse * plain[0].times_ordinary)
    assert stressed[0].second_opinion.linked == pytest.approx(plain[0].second_opinion.linked)
    assert stressed[0].second_opinion.expected == pytest.approx(plain[0].second_opinion.expected)


def test_over_a_long_horizon_the_long_window_is_the_model_itself():
    """Its volatilities were changed to those of the long window twice."""
    model = stress.load_model()
    (long,) = [v for v in derived_variants(model) if v.label == "long-window covariance"]
    days = 11
    assert (long.applied(model).horizon_covariance(days) == model.horizon_covariance(days)).all()
    assert (long.applied(model).covariance == model.covariance_long).all()
    law = stressed_law(model, correlation="apart:0.4", volatility=2.0)
    assert law.variant(long).applied(law.model()).horizon_covariance(days) == pytest.approx(
        law.model().horizon_covariance(days)
    )


@pytest.mark.parametrize("asked", ["together:0.5", "themes:0.3", "apart:0.4"])
def test_each_covariance_of_a_model_has_its_own_target(asked):
    """The long window was blended towards the target of the short one: 1.7 % of NAV in one book."""
    model = stress.load_model()
    law = stressed_law(model, correlation=asked)
    stressed = law.model()
    assert (stressed.covariance == law.on(model.covariance).covariance).all()
    assert (stressed.covariance_long == law.on(model.covariance_long).covariance).all()


@pytest.mark.parametrize("asked", ["together:0.5", "themes:0.3"])
def test_a_stressed_run_of_many_sessions_is_its_own_long_window_variant(asked):
    result = stress.run(
        "sixty_forty", "ai-winter-path", draws=64, correlation=asked, model_range=True
    )
    ((_, itself), *variants) = result.model_range.rows
    assert dict(variants)["long-window covariance"] == pytest.approx(itself, rel=1e-12)
    assert result.expected == pytest.approx(itself, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    target=st.sampled_from(["together", "themes", "apart"]),
    share=st.floats(0.0, 0.99),
    multiple=st.floats(0.1, 10.0),
)
def test_a_run_under_any_law_has_a_positive_semi_definite_covariance(toy, target, share, multiple):
    result = stress.run(
        toy.book(HOLDINGS),
        toy.scenario({"chips": "-12%"}),
        draws=32,
        correlation=f"{target}:{share}",
        volatility=multiple,
    )
    model = result.pnl.plan.book.model
    for matrix in (model.covariance, model.covariance_long):
        scale = np.sqrt(np.diag(matrix))
        assert np.linalg.eigvalsh(matrix / np.outer(scale, scale))[0] >= -1e-12
    line = result.stressed_law
    assert line.share == pytest.approx(share)
    assert line.deviation >= 0.0
    assert line.divergence is None or line.divergence >= -1e-12
    assert result.completed.mean[1] == pytest.approx(-0.12, abs=1e-15)


def test_a_run_says_what_the_law_is_and_which_way_hurts_more(toy):
    long_only = stress.run(
        toy.book({"AAA": 100.0, "CCC": 100.0}),
        toy.scenario({"chips": "-12%"}),
        draws=64,
        correlation="apart:0.5",
    )
    assert long_only.stressed_law.worse == "together"
    hedged = stress.run(
        toy.book({"AAA": 100.0, "CCC": -90.0}, nav=100.0),
        toy.scenario({"chips": "-12%"}),
        draws=64,
        correlation="together:0.5",
    )
    assert hedged.stressed_law.worse == "apart"
    assert dict(hedged.stressed_law.by_target)["together"] == hedged.stressed_law.deviation
    assert hedged.manifest.options["correlation"] == "together:0.5"
    assert "Apart is worse for this book" in " ".join(repr(hedged).split())


def test_a_volatility_multiple_alone_scales_the_spread_and_leaves_the_mean(toy):
    book = toy.book({"DDD": 100.0})
    scenario = toy.scenario({"chips": "-12%"})
    plain = stress.run(book, scenario, draws=64)
    wide = stress.run(book, scenario, draws=64, volatility="2x")
    assert wide.expected == pytest.approx(plain.expected, rel=1e-12)
    assert wide.plausibility.distance == pytest.approx(plain.plausibility.distance / 2.0)
    line = wide.stressed_law
    assert line.deviation == pytest.approx(2.0 * line.deviation_before)
    # KL of N(0, 4 S) from N(0, S) in four dimensions.
    assert line.divergence == pytest.approx(0.5 * 4 * (4.0 - 1.0 - np.log(4.0)))
    assert (line.by_target, line.worse) == ((), None)


def test_history_has_its_own_law(toy):
    with pytest.raises(InputError, match="'bootstrap' draws history"):
        stress.run(
            toy.book(HOLDINGS),
            toy.scenario({"chips": "-12%"}),
            volatility="2x",
            generator="bootstrap",
        )


def test_a_target_that_is_none_is_refused_by_the_law_itself(toy):
    model = toy.model()
    law = stressed_law(model, correlation="apart:0.5")
    assert np.array_equal(law.matrix(model.covariance, "apart"), np.eye(len(model.factors)))
    with pytest.raises(InputError, match=r"target: 'theme' is .*themes"):
        law.matrix(model.covariance, "theme")
