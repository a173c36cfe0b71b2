"""Who states all members of a basket states the basket: what differs from their mean is said."""

import pytest

import stress

MEMBERS = ("MSFT", "GOOGL", "AMZN", "META")


def said(**more):
    shock = stress.shock({**dict.fromkeys(MEMBERS, "-9%"), **more})
    found = stress.run("ai_growth", shock, draws=1000, model_range=False)
    return [text for text in found.warnings if "members of" in text]


def test_a_basket_that_follows_its_members_in_part_is_said_with_what_to_state():
    (text,) = said()
    assert text.startswith(
        "all 4 members of hyperscalers are stated, -9.0 % on average; the basket moves by -"
    )
    assert text.endswith("State it too: hyperscalers=-9.0%.")
    assert said(hyperscalers="-9%") == []


def test_a_basket_stated_against_its_members_is_said():
    (text,) = said(hyperscalers="+5%")
    assert "stated, -9.0 % on average, and it is stated at +5.0 %: one of them is wrong" in text


@pytest.mark.parametrize("left_out", MEMBERS)
def test_nothing_is_said_where_a_member_is_free(left_out):
    shock = stress.shock({name: "-9%" for name in MEMBERS if name != left_out})
    found = stress.run("ai_growth", shock, draws=1000, model_range=False)
    assert not [text for text in found.warnings if "members of" in text]


def test_at_another_severity_no_figure_is_proposed():
    shock = stress.shock(dict.fromkeys(MEMBERS, "-9%"))
    found = stress.run("ai_growth", shock, severity=2.0, draws=1000, model_range=False)
    (text,) = (text for text in found.warnings if "members of" in text)
    assert text.endswith("State it too.")
