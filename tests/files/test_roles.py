"""A calibration with factors of other names: their roles move options, bonds and currencies as the canonical names do."""

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.files.factor_file import parse_factors
from stress.files.models.file import read_model, write_model
from stress.portfolio.instruments import Bond, Cash, Equity, Option
from stress.portfolio.position import Portfolio, Position

#: Canonical name, the user's own, role, kind, unit, series, measure, scale.
FACTORS = [
    ("market", "world", "market", "relative", "%", "IDX", "return", 1.0),
    ("rates_2y", "short_end", "yield:2", "absolute", "bp", "Y2", "difference", 0.01),
    ("rates_10y", "bund_like", "yield:10", "absolute", "bp", "Y10", "difference", 0.01),
    ("rates_30y", "long_end", "yield:30", "absolute", "bp", "Y30", "difference", 0.01),
    ("hy_oas", "junk", "spread:hy", "absolute", "bp", "HY", "difference", 0.01),
    ("ig_oas", "quality", "spread:ig", "absolute", "bp", "IG", "difference", 0.01),
    ("vix", "fear", "volatility", "absolute", "pts", "VOLX", "difference", 1.0),
    ("usdjpy", "yen", "fx:JPY", "relative", "%", "YEN", "inverse-return", 1.0),
]
AS_OF = "2025-01-02"
LEVELS = {
    "spots": {"AAA": 100.0},
    "vols": {"VIX": "16%", "AAA": "35%"},
    "rates": {"USD": "4.3%", "USD 2y": "4.2%", "USD 10y": "4.5%", "USD 30y": "4.7%"},
    "dividends": {"AAA": "0%"},
    "spreads": {"ACME 2032": "300bp", "BIG 2030": "90bp"},
    "fx": {"JPY": 0.0065},
}


def definitions(*, own, roles=True):
    tables = []
    for canonical, name, role, kind, unit, series, measure, scale in FACTORS:
        stated = f'role = "{role}"\n' if own and roles else ""
        tables.append(
            f'[factors.{name if own else canonical}]\nkind = "{kind}"\nunit = "{unit}"\ntitle = "T"\n'
            f'series = ["{series}"]\nmeasure = "{measure}"\nscale = {scale}\n{stated}'
        )
    return "\n".join(tables)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The same prices calibrated under canonical names, under own names with roles, and without roles."""
    folder = tmp_path_factory.mktemp("roles")
    random = np.random.Generator(np.random.PCG64(11))
    days = np.arange(np.datetime64("2022-01-03"), np.datetime64("2025-01-03"))
    days = days[np.is_busday(days)]
    market = random.normal(0.0, 0.01, len(days))
    levels = {
        "IDX": 100.0 * np.cumprod(1.0 + market),
        "YEN": 80.0 * np.cumprod(1.0 + random.normal(0.0, 0.004, len(days))),
        "AAA": 90.0 * np.cumprod(1.0 + 1.3 * market + random.normal(0.0, 0.008, len(days))),
        "VOLX": 16.0
        + np.clip(np.cumsum(-60.0 * market + random.normal(0, 0.3, len(days))), -6, 40),
    }
    for n, series in enumerate(("Y2", "Y10", "Y30", "HY", "IG")):
        levels[series] = 6.0 + n + np.cumsum(random.normal(0.0, 0.04, len(days)))
    lines = ["date," + ",".join(levels)]
    lines += [
        f"{d}," + ",".join(f"{v[t]:.6f}" for v in levels.values()) for t, d in enumerate(days)
    ]
    (folder / "prices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = {}
    for key, options in (
        ("canonical", {"own": False}),
        ("roles", {"own": True}),
        ("none", {"own": True, "roles": False}),
    ):
        (folder / f"{key}.toml").write_text(definitions(**options), encoding="utf-8")
        made[key] = stress.calibrate(
            folder / "prices.csv", folder / f"{key}.toml", waive=["jump", "stale"], id="mine"
        )
    return made


def book():
    put = Option(
        underlying="AAA", right="put", strike=95.0, expiry="2025-03-21", style="american",
        multiplier=100.0, currency="USD",
    )  # fmt: skip
    terms = {"frequency": 2, "curve": "USD"}
    junk = Bond(name="ACME 2032", coupon=0.08, maturity="2032-06-15", credit="high-yield", **terms)
    good = Bond(
        name="BIG 2030", coupon=0.05, maturity="2030-06-15", credit="investment-grade", **terms
    )
    held = [
        ("AAA", Equity("AAA"), 50.0, 100.0, 5_000.0, "USD"),
        ("put", put, 3.0, None, 900.0, "USD"),
        ("ACME 2032", junk, 40.0, None, 4_000.0, "USD"),
        ("BIG 2030", good, 40.0, None, 4_000.0, "USD"),
        ("yen", Cash("JPY"), 200_000.0, 1.0, 1_300.0, "JPY"),
    ]
    positions = tuple(
        Position(id=i, instrument=x, quantity=q, price=p, market_value=v, currency=c)
        for i, x, q, p, v, c in held
    )
    return Portfolio(name="mixed", positions=positions, currency="USD", nav=15_200.0, as_of=AS_OF)


def run(model, shocks, **options):
    scenario = stress.shock(shocks, model=model)
    return stress.run(book(), scenario, model, draws=512, **LEVELS, **options)


CANONICAL = {
    "market": "-8%",
    "vix": "+6pts",
    "rates_10y": "-25bp",
    "hy_oas": "+40bp",
    "usdjpy": "-4%",
}
OWN = {"world": "-8%", "fear": "+6pts", "bund_like": "-25bp", "junk": "+40bp", "yen": "-4%"}


def test_a_mixed_book_moves_as_with_the_canonical_names(models):
    one, other = run(models["canonical"], CANONICAL), run(models["roles"], OWN)
    assert np.array_equal(one.pnl.totals, other.pnl.totals)
    assert one.expected == other.expected != 0.0


def test_each_role_moves_what_it_should(models):
    """A shock of one factor alone changes what reads it: none of them stands still."""
    for name, move in OWN.items():
        still = run(models["roles"], {"world": "0%"})
        moved = run(models["roles"], {name: move, **({} if name == "world" else {"world": "0%"})})
        assert abs(moved.expected - still.expected) > 1.0, name


def test_without_roles_it_stands_still_and_says_so(models):
    with pytest.raises(InputError, match=r"JPY/USD moves"):
        run(models["none"], {"world": "-8%"})
    result = run(models["none"], {"world": "-8%"}, fx_fixed=["JPY"])
    said = " ".join(result.warnings)
    assert "no factor of model mine is the volatility index" in said
    assert "no factor of the model is a yield" in said
    assert "no factor of the model has the role spread:hy" in said


def test_a_model_file_keeps_the_roles_that_names_do_not_say(models, tmp_path):
    back = write_model(models["roles"], tmp_path / "mine.json")
    assert back.roles == read_model(tmp_path / "mine.json").roles == models["roles"].roles
    assert b'"role":"volatility"' in (tmp_path / "mine.json").read_bytes()
    write_model(models["canonical"], tmp_path / "canonical.json")
    assert b'"role"' not in (tmp_path / "canonical.json").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('role = "yield:2"', 'role = "yeld:2"', "f.toml:17: factor 'short_end': role is 'yeld:2'."),
        ('role = "yield:2"', "role = 2", "f.toml:17: factor 'short_end': role is 2. Known: market"),
        (
            'role = "yield:10"',
            'role = "yield:2.0"',
            "f.toml:26: factors 'short_end' and 'bund_like' both have the role yield:2.",
        ),
        (
            'role = "volatility"',
            'role = "spread:ig"',
            "f.toml:62: factor 'fear' has the role spread:ig, and is absolute in pts: such a factor is absolute in bp.",
        ),
    ],
)
def test_a_wrong_role_is_named_with_its_place(old, new, message):
    text = definitions(own=True)
    assert old in text
    with pytest.raises(InputError) as error:
        parse_factors(text.replace(old, new).encode(), source="f.toml")
    assert message in str(error.value)


def test_a_level_of_a_spread_that_has_another_name_here_says_which(models):
    def said(model, name):
        scenario = stress.shock({"world": "-2%"}, model=models[model])
        share = Portfolio(
            name="one",
            positions=book().positions[:1],
            currency="USD",
            nav=5_000.0,
            as_of=AS_OF,
        )
        result = stress.run(share, scenario, models[model], draws=512, spreads={name: "290bp"})
        (warning,) = (text for text in result.warnings if "changes nothing" in text)
        return warning

    named = "no bond of that name is held, and the factor of model mine with the role spread:hy is junk."
    assert said("roles", "hy_oas").endswith(named)
    assert said("roles", "spread:hy").endswith(named)
    assert said("roles", "junk").endswith("no bond of that name is held.")
    assert said("roles", "ACME").endswith("no bond of that name is held.")
    assert said("none", "hy_oas").endswith("no factor of model mine has the role spread:hy.")
