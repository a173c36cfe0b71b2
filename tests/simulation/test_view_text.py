"""Views as a user writes them: every kind is read in its factor's unit, every slip is named as it was typed."""

from __future__ import annotations

import pytest

from stress.errors import InputError
from stress.simulation.pooling.view_text import read_views
from stress.simulation.pooling.views import View


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("mean power=-1%", View(kind="mean", of="power", target=-0.01)),
        ("mean rates_10y=+5bp", View(kind="mean", of="rates_10y", target=0.0005)),
        ("volatility market=2%", View(kind="volatility", of="market", target=0.02)),
        (
            "correlation market,rates_10y=−0.3",
            View(kind="correlation", of="market", other="rates_10y", target=-0.3),
        ),
        (
            "es chips=6% @97.5%",
            View(kind="expected_shortfall", of="chips", target=0.06, level=0.975),
        ),
        ("var chips=6% @0.95", View(kind="value_at_risk", of="chips", target=0.06, level=0.95)),
        (
            "  es  chips = 6%@99% ",
            View(kind="expected_shortfall", of="chips", target=0.06, level=0.99),
        ),
    ],
)
def test_every_kind_is_read_in_its_unit(toy_model, text, view):
    (stated,) = read_views([text], toy_model)
    assert stated.view == view
    assert stated.text == " ".join(text.split())


def test_a_level_that_is_left_out_is_said(toy_model):
    stated = read_views(["var market=3%", "es market=4%"], toy_model)
    assert [one.view.level for one in stated] == [0.975, 0.975]
    assert [one.text for one in stated] == ["var market=3% @97.5%", "es market=4% @97.5%"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("market=2%", "write a kind, a factor, '=' and a value"),
        ("volatility market>=2%", "write a kind, a factor, '=' and a value"),
        ("volatilty market=2%", "no kind of view; .*Did you mean 'volatility'"),
        ("volatility markt=2%", "'markt' is no factor of model toy. Did you mean 'market'"),
        ("mean AAA=2%", "'AAA' is a name: the history that a model carries is of factors"),
        ("volatility rates_10y=2%", r"is in % .* but this takes bp .*\"\+200bp\""),
        ("volatility market=2", r'has no unit. Did you mean "2%"'),
        ("volatility market=-2%", "a volatility is positive"),
        ("volatility market=2% @95%", "any other view none"),
        ("correlation market=0.3", "got 1"),
        ("volatility market,chips=2%", "got 2"),
        ("correlation market,market=0.3", "two different quantities"),
        ("correlation market,chips=30%", "'30%' is no correlation: write a number"),
        ("correlation market,chips=1.2", "between -1 and 1"),
        ("correlation market,chips=nan", "must be finite"),
        ("es market=4% @97.5", r"level must be in \(0, 1\), got 97.5. Write 0.975"),
        ("es market=4% @105%", r"level must be in \(0, 1\), got 1.05\.$"),
        ("var market=-3% @95%", r"var is a loss, positive when the factor falls: write 3%\."),
        ("es market=\u22124%", "write 4%"),
        ("es market=4% @100%", r"level must be in \(0, 1\), got 1"),
        ("es market=4% @often", "level: 'often' is not a move"),
    ],
)
def test_a_slip_is_named_as_it_was_typed(toy_model, text, message):
    with pytest.raises(InputError, match=message) as caught:
        read_views([text], toy_model)
    assert str(caught.value).startswith(f"view '{text}': ")


def test_all_slips_are_named_at_once_and_so_is_what_is_stated_twice(toy_model):
    with pytest.raises(InputError) as caught:
        read_views(
            [
                "correlation market,chips=0.3",
                "mean nothing=1%",
                "correlation chips,market=0.5",
                "es market=4%",
                "es market=5% @0.975",
            ],
            toy_model,
        )
    assert [problem.message for problem in caught.value.problems] == [
        "view 'mean nothing=1%': 'nothing' is no factor of model toy.",
        "view 'correlation chips,market=0.5': view 'correlation market,chips=0.3' states the same already. "
        "Keep one.",
        "view 'es market=5% @0.975': view 'es market=4% @97.5%' states the same already. Keep one.",
    ]
