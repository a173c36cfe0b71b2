"""Roles: what a factor is for the revaluation, by its definition or by its name."""

from dataclasses import replace

import pytest

from stress.errors import InputError, ModelError
from stress.factors.definition import FactorDefinitions
from stress.factors.model import Factor
from stress.factors.roles import double_roles, named_role, role_fault


def factor(name, kind="relative", unit="%", role=""):
    return Factor(
        name=name, kind=kind, unit=unit, title=name, description="", series=("S",), role=role
    )


def test_a_factor_has_the_role_its_name_says_unless_it_is_stated():
    assert factor("market").role == "market"
    assert factor("gold").role == "none"
    assert factor("gold", role="market").role == "market"
    assert factor("market", role="none").role == "none"
    assert factor("ust5", "absolute", "bp", "yield:5.0").role == "yield:5"
    assert factor("vix", "absolute", "pts") == factor("vix", "absolute", "pts", "volatility")


def test_the_bundled_factors_have_the_roles_of_their_names(toy_model):
    import stress

    model = stress.load_model("us-ai-2025-12")
    assert model.market == "market"
    assert model.yields == {2.0: "rates_2y", 10.0: "rates_10y", 30.0: "rates_30y"}
    assert {role: model.with_role(role) for role in ("volatility", "spread:hy", "fx:JPY")} == {
        "volatility": "vix",
        "spread:hy": "hy_oas",
        "fx:JPY": "usdjpy",
    }
    assert model.with_role("fx:EUR") is None
    assert all(f.role == named_role(f.name) for f in model.factors)


@pytest.mark.parametrize(
    ("role", "kind", "unit", "words"),
    [
        ("volatilty", "absolute", "pts", ("is 'volatilty'", "Did you mean 'volatility'")),
        ("yield:0", "absolute", "bp", ("is 'yield:0'",)),
        ("yield:1000", "absolute", "bp", ("is 'yield:1000'",)),
        ("fx:USD", "relative", "%", ("is 'fx:USD'", "fx:EUR/USD that of one euro in dollars")),
        ("fx:EUR/EUR", "relative", "%", ("is 'fx:EUR/EUR'",)),
        ("fx:EUR/XXQ", "relative", "%", ("is 'fx:EUR/XXQ'",)),
        ("fx:XXQ", "relative", "%", ("is 'fx:XXQ'",)),
        ("volatility", "relative", "%", ("absolute in pts", 'role = "none"')),
        ("yield:10", "absolute", "pts", ("absolute in bp",)),
        ("fx:JPY", "absolute", "bp", ("relative in %",)),
    ],
)
def test_a_role_that_is_unknown_or_does_not_fit_is_named(role, kind, unit, words):
    message, hint = role_fault("mine", kind, unit, role)
    assert message.startswith("factor 'mine'")
    assert all(word in f"{message} {hint}" for word in words)


def test_no_two_factors_have_one_role():
    three = (factor("market"), factor("world", role="market"), factor("gold"))
    [(name, message, _)] = double_roles(three)
    assert name == "world"
    assert message == "factors 'market' and 'world' both have the role market."
    assert not double_roles((factor("market", role="none"), factor("world", role="market")))


def test_an_exchange_rate_is_one_either_way_round():
    assert factor("yen", role="fx:USD/JPY").role == "fx:JPY"
    [(name, message, _)] = double_roles(
        (factor("dollar", role="fx:EUR"), factor("euro", role="fx:EUR/USD"))
    )
    assert name == "euro"
    assert message == (
        "factors 'dollar' and 'euro' have the roles fx:EUR and fx:EUR/USD, which are one exchange rate."
    )
    assert not double_roles((factor("euro", role="fx:EUR"), factor("franc", role="fx:EUR/CHF")))


def test_definitions_and_models_refuse_them(definitions, toy_model):
    first, *others = definitions.factors
    with pytest.raises(InputError, match="role is 'markt'"):
        replace(definitions, factors=(replace(first, role="markt"), *others))
    with pytest.raises(InputError, match="'market' and 'chips' both have the role market"):
        FactorDefinitions(factors=(first, replace(others[0], role="market")))
    doubled = tuple(replace(f, role="market") for f in toy_model.factors[:2])
    with pytest.raises(ModelError, match="both have the role market"):
        replace(toy_model, factors=(*doubled, *toy_model.factors[2:]))


def test_names_of_no_theme_count_under_the_factor_that_is_the_market(definitions):
    first, *others = definitions.factors
    renamed = replace(first, name="world")
    assert renamed.role == "market"
    assert replace(definitions, factors=(*others, renamed)).default_home == "world"


def test_a_role_is_part_of_what_a_model_says(toy_model):
    first, *others = toy_model.factors
    other = "none" if first.role != "none" else "fx:JPY"
    assert replace(toy_model, factors=(first, *others)).content_hash == toy_model.content_hash
    changed = replace(toy_model, factors=(replace(first, role=other), *others))
    assert changed.content_hash != toy_model.content_hash
