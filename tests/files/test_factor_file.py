from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.factor_file import parse_factors, read_factors

BUNDLED = Path(__file__).parents[2] / "models" / "us-ai.toml"

NAMES = [
    "market",
    "semis_ai_compute",
    "semis_memory",
    "semis_equipment",
    "semis_other",
    "hyperscalers",
    "ai_cloud_leveraged",
    "servers_networking",
    "optical_interconnect",
    "software_apps",
    "utilities_regulated",
    "power_ipp",
    "elec_dc_infra",
    "nuclear_uranium",
    "gas_midstream",
    "dc_reits",
    "defensives",
    "rates_2y",
    "rates_10y",
    "rates_30y",
    "hy_oas",
    "ig_oas",
    "vix",
    "usdjpy",
    "gold",
    "oil",
    "china_tech",
]

GOOD = b"""
title = "toy"
[factors.market]
kind = "relative"
unit = "%"
title = "Market"
series = ["SPY"]
measure = "return"

[factors.rates_10y]
kind = "absolute"
unit = "bp"
title = "10-year"
description = "a yield"
series = ["DGS10"]
measure = "difference"
scale = 0.01

[homes]
market = ["QQQ"]
"""


def test_the_bundled_definitions():
    definitions = read_factors(BUNDLED)
    assert list(definitions.names) == NAMES
    by_name = {factor.name: factor for factor in definitions.factors}
    assert by_name["semis_ai_compute"].series == ("NVDA", "AVGO", "AMD", "TSM", "MRVL", "ARM")
    assert by_name["usdjpy"].measure == "inverse-return"
    assert by_name["rates_2y"].scale == 0.01
    assert by_name["vix"].unit == "pts"
    assert all(factor.title and factor.description for factor in definitions.factors)
    assert max(len(factor.title) for factor in definitions.factors) <= 19
    assert definitions.home_of("NVDA") == "semis_ai_compute"
    assert definitions.home_of("PANW") == "software_apps"
    assert definitions.home_of("FXY") == "usdjpy"
    assert definitions.home_of("JPM") == "market"
    assert len(definitions.content_hash) == 64


def test_a_small_file():
    definitions = parse_factors(GOOD)
    assert definitions.title == "toy"
    assert definitions.names == ("market", "rates_10y")
    assert definitions.homes == {"QQQ": "market"}
    assert definitions.differenced == {"DGS10"}
    assert definitions.factors[0].scale == 1.0


def test_the_currency_of_the_prices_is_stated_or_dollars():
    assert parse_factors(GOOD).currency == "USD"
    assert parse_factors(b'currency = "EUR"\n' + GOOD).currency == "EUR"
    with pytest.raises(InputError) as error:
        parse_factors(b'currency = "eur"\n' + GOOD, source="f.toml")
    assert str(error.value) == (
        "f.toml:1: the currency 'eur' is no ISO code of a currency. Did you mean 'EUR'?"
    )
    with pytest.raises(InputError, match="the currency 978 is no ISO code"):
        parse_factors(b"currency = 978\n" + GOOD)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'kind = "relative"', b'kind = "relatve"', "f.toml:4: factor 'market': kind is 'relatve'. Did you mean 'relative'?"),
        (b'unit = "%"', b'unit = "percent"', "factor 'market': unit is 'percent'. Known: %, bp, pts."),
        (b'measure = "return"', b'measure = "log"', "factor 'market': measure is 'log'"),
        (b'series = ["SPY"]', b'series = "SPY"', "factor 'market': series is 'SPY'. Write a list"),
        (b'series = ["SPY"]', b'series = []', "factor 'market' names no series"),
        (b'series = ["SPY"]\n', b'', "f.toml:3: factor 'market' has no series. It needs"),
        (b'series = ["SPY"]', b'serie = ["SPY"]', "factor 'market' has an unknown key 'serie'. Did you mean 'series'?"),
        (b'scale = 0.01', b'scale = 0', "factor 'rates_10y': scale is 0, not a number above zero"),
        (b'title = "toy"', b'titel = "toy"', "f.toml:2: the file has an unknown key 'titel'. Did you mean 'title'?"),
        (b'title = "toy"', b'title = 3', "the title is 3, not text"),
        (b'market = ["QQQ"]', b'markt = ["QQQ"]', "home of 'QQQ' is 'markt', which is no factor. Did you mean 'market'?"),
        (b'market = ["QQQ"]', b'market = "QQQ"', "the names of home 'market' are 'QQQ'"),
        (b'market = ["QQQ"]', b'market = ["QQQ"]\nrates_10y = ["QQQ"]', "'QQQ' has two homes"),
        (b'[homes]', b'[homes', "not valid TOML"),
        (b'"toy"', b'"\xff"', "is not UTF-8 text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(old, new, message):
    assert old in GOOD
    with pytest.raises(InputError) as error:
        parse_factors(GOOD.replace(old, new, 1), source="f.toml")
    assert message in str(error.value)


@pytest.mark.parametrize(
    "name", ["", "gold,silver", "gold:alone", "gold*", "g=1", "a b", "x" * 41, "-gold"]
)
def test_a_name_that_options_cannot_name_is_none(name):
    written = GOOD.replace(b"[factors.rates_10y]", f'[factors."{name}"]'.encode())
    with pytest.raises(InputError, match="options could not name it") as error:
        parse_factors(written, source="f.toml")
    assert str(error.value).startswith(f"f.toml:10: {name!r} is no name for a factor")


@pytest.mark.parametrize("name", ["gold.spot", "or_\u00e9", "10y", "hy-oas"])
def test_other_names_are_as_they_were(name):
    written = GOOD.replace(b"[factors.rates_10y]", f'[factors."{name}"]'.encode())
    assert parse_factors(written).names == ("market", name)


def test_all_problems_at_once():
    broken = GOOD.replace(b'"relative"', b'"x"').replace(b"scale = 0.01", b"scale = -1")
    with pytest.raises(InputError) as error:
        parse_factors(broken)
    assert len(error.value.problems) == 2


def test_nothing_defined_and_no_file(tmp_path):
    with pytest.raises(InputError, match="the file is empty"):
        parse_factors(b"")
    with pytest.raises(InputError, match="no factor is defined"):
        parse_factors(b'title = "none"')
    with pytest.raises(InputError, match="'market' is 3, not a table"):
        parse_factors(b"[factors]\nmarket = 3\n")
    with pytest.raises(InputError, match="no such file"):
        read_factors(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is a folder"):
        read_factors(tmp_path)


def test_a_key_is_placed_in_its_own_table():
    text = """\
[factors.market]
title = "Market"
kind = "relative"
unit = "%"
measure = "return"
series = ["SPY"]

[homes]
kind = 3
market = ["KO"]
"""
    with pytest.raises(InputError, match=r"^f\.toml:9: the names of home 'kind' are 3"):
        parse_factors(text.encode(), source="f.toml")
    twice = text.replace("[homes]", "[factors.market]")
    with pytest.raises(
        InputError, match=r"^f\.toml:8: 'factors\.market' is given twice\. Keep one\.$"
    ):
        parse_factors(twice.encode(), source="f.toml")
