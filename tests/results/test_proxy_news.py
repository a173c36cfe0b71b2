"""A proxy lends its exposures and volatility; its own news stays its own, and the run says so."""

import numpy as np
import pytest

from stress.results.evaluate import evaluate
from stress.results.options import Options


def both(toy):
    """One name of the model, and one that stands in for nothing but has its exposures."""
    return toy.book({"AAA": 500.0, "ZZZ": 500.0}, proxy={"ZZZ": "AAA"})


def of(result, name):
    return next(line.move for line in result.names if line.name == name)


def test_a_stated_move_of_the_proxy_reaches_the_name_through_the_factors_only(toy):
    scenario = toy.scenario(core_names={"AAA": "-20%"})
    result = evaluate([both(toy)], [scenario], options=Options(draws=4000))[0]
    model = toy.model()
    exposure, own = model.exposures[0], model.specific_volatility[0]
    common = exposure @ model.covariance @ exposure

    assert of(result, "AAA") == pytest.approx(-0.20)
    assert of(result, "ZZZ") == pytest.approx(-0.20 * common / (common + own**2))
    said = [text for text in result.warnings if "not its own news" in text]
    assert len(said) == 1
    assert f"ZZZ {100 * of(result, 'ZZZ'):+.1f} % (AAA: -20%)" in said[0]


def test_a_recorded_move_likewise(toy):
    scenario = toy.scenario({"chips": "-10%"}, names={"AAA": "-15%"})
    result = evaluate([both(toy)], [scenario], options=Options(draws=4000, replay_names=True))[0]

    assert of(result, "AAA") == pytest.approx(-0.15)
    assert of(result, "ZZZ") != pytest.approx(-0.15, abs=0.01)
    assert any("ZZZ" in text and "(AAA: -15%)" in text for text in result.warnings)


def test_without_news_of_the_proxy_there_is_nothing_to_say(toy):
    for scenario in (toy.scenario({"chips": "-10%"}), toy.scenario(core_names={"BBB": "-5%"})):
        result = evaluate([both(toy)], [scenario], options=Options(draws=4000))[0]
        assert not any("not its own news" in text for text in result.warnings)


def test_both_are_as_volatile_and_independent_in_what_is_their_own(toy):
    """One name's book has the variance of the other's; half of each has less than either."""
    alone = evaluate(
        [toy.book({"ZZZ": 1000.0}, proxy={"ZZZ": "AAA"}, name="z"), toy.book({"AAA": 1000.0})],
        [],
        options=Options(draws=40_000),
    ).baselines
    deviations = [one.measure("standard_deviation").value for one in alone.values()]
    together = evaluate([both(toy)], [], options=Options(draws=40_000)).baseline

    np.testing.assert_allclose(deviations[0], deviations[1], rtol=0.03)
    assert together.measure("standard_deviation").value < 0.95 * min(deviations)
