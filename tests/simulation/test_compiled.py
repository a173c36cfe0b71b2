"""The compiled kernel gives the bits that numpy gives, and is left alone where it is not that of the source."""

import importlib.util
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import stress
from stress import compiled
from stress.portfolio.pricing import black_scholes, exercise_surface
from stress.portfolio.pricing.black_scholes import european_value
from stress.scenarios.propagation import complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation import chunk, contracts, many, tabulated
from stress.simulation.many import tails_of
from stress.simulation.plan import plan
from stress.simulation.tabulated import fitted

CALLERS = (black_scholes, exercise_surface, contracts, many, tabulated, chunk)
ROOT = Path(stress.__file__).resolve().parent


@pytest.fixture
def kernel():
    if compiled.library() is None:
        pytest.skip("there was no C compiler when foreshock was installed")


def by_numpy(asked, monkeypatch):
    """Ask once with the kernel and once without."""
    found = asked()
    with monkeypatch.context() as patch:
        for module in CALLERS:
            patch.setattr(module, "library", lambda: None)
        return found, asked()


def test_where_there_is_a_compiler_there_is_a_kernel_of_this_source():
    if not (ROOT / "kernel.c").exists() or not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("there is no C compiler here")
    assert compiled.library() is not None, "run `python hatch_build.py`: kernel.c has changed"


@pytest.mark.parametrize("rate", ["one", "by draw"])
@pytest.mark.parametrize("dividend", [0.0, 0.013])
@pytest.mark.parametrize("vol", ["none", "by cell"])
def test_european_options_have_the_same_bits(kernel, monkeypatch, rate, dividend, vol):
    random = np.random.default_rng(5)
    draws = 1030
    spot = np.r_[0.0, 1e-300, 1e-9, 1e12, 100.0 * np.exp(0.4 * random.standard_normal(draws - 4))]
    strike = random.uniform(50.0, 200.0, (9, 1))
    strike[0] = spot[7]
    years = np.array([-1.0, 0.0, 1e-12, 1e-3, 0.1, 0.5, 1.0, 5.0, 40.0])[:, None]
    rates = {"one": 0.04, "by draw": 0.04 + 0.5 * random.standard_normal(draws)}[rate]
    vols = {"none": 0.0, "by cell": np.abs(0.4 * random.standard_normal((9, draws)))}[vol]
    for sign in (1.0, -1.0, np.where(random.random((9, 1)) < 0.5, 1.0, -1.0)):
        with_kernel, without = by_numpy(
            lambda sign=sign: european_value(spot, strike, years, rates, dividend, vols, sign=sign),
            monkeypatch,
        )
        assert with_kernel.tobytes() == without.tobytes()
        assert np.isfinite(with_kernel).all()


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5), (2, 3, 4)])
def test_options_of_any_shape_have_the_same_bits(kernel, monkeypatch, shape):
    random = np.random.default_rng(1)
    spot, strike, vol = (
        random.uniform(*ends, shape) for ends in ((80, 120), (80, 120), (0.1, 0.6))
    )
    turned = np.asfortranarray(spot).reshape(shape, order="F")
    with_kernel, without = by_numpy(
        lambda: european_value(turned, strike, 0.7, 0.03, 0.01, vol, sign=-1.0), monkeypatch
    )
    assert with_kernel.shape == shape
    assert with_kernel.tobytes() == without.tobytes()


def test_inputs_with_odd_steps_are_read_right(kernel, monkeypatch):
    random = np.random.default_rng(0)
    packed = np.empty(500, dtype=[("day", "i4"), ("spot", "f8"), ("vol", "f8")])
    packed["spot"], packed["vol"] = random.uniform(80, 120, 500), random.uniform(0.1, 0.6, 500)
    spot, vol = packed["spot"], packed["vol"]
    truth = european_value(spot.copy(), 100.0, 0.5, 0.03, 0.0, vol.copy(), sign=1.0)
    for s, v in ((spot, vol), (spot[::-1], vol[::-1]), (spot[::3], vol[::3])):
        found = european_value(s, 100.0, 0.5, 0.03, 0.0, v, sign=1.0)
        alone = european_value(s.copy(), 100.0, 0.5, 0.03, 0.0, v.copy(), sign=1.0)
        assert found.tobytes() == alone.tobytes()
    assert european_value(spot[:, None], 100.0, 0.5, 0.03, 0.0, vol[:, None], sign=1.0)[
        :, 0
    ].tobytes() == truth.tobytes()  # fmt: skip


def test_a_place_for_results_is_held_to_shape_and_kind(kernel):
    spot = np.linspace(80.0, 120.0, 5)

    def into(out, s=spot):
        return european_value(s, 100.0, 0.5, 0.03, 0.0, 0.3, sign=1.0, out=out)

    truth = european_value(spot, 100.0, 0.5, 0.03, 0.0, 0.3, sign=1.0)
    spaced = np.zeros(10)
    assert into(spaced[::2]).tolist() == truth.tolist()
    assert (spaced[1::2] == 0.0).all()
    with pytest.raises(ValueError, match="shape"):
        into(np.empty(10))
    with pytest.raises(ValueError, match="out has shape"):
        into(np.empty(1))
    assert into(np.empty(5, dtype=np.float32)) == pytest.approx(truth, rel=1e-5)
    fixed = np.zeros(5)
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        into(fixed)


def test_a_number_that_is_none_stays_none(kernel, monkeypatch):
    spot = np.array([100.0, np.nan, 90.0, 110.0])
    vol = np.array([0.2, 0.2, np.nan, 0.3])
    for found in by_numpy(
        lambda: european_value(spot, 100.0, 1.0, 0.03, 0.0, vol, sign=1.0), monkeypatch
    ):
        assert np.isnan(found).tolist() == [False, True, True, False]


@pytest.mark.parametrize("rule", ["sticky-strike", "sticky-moneyness", "spot-coordinated"])
@pytest.mark.parametrize("draws", [1, 3, 300, 4096])
def test_contracts_have_the_same_bits(kernel, monkeypatch, rule, draws):
    random = np.random.default_rng(2)
    count = 37
    held = contracts.Contracts(
        spot=100.0, rate=0.04, dividend=0.01, rate_weight=1.0,
        vol=random.uniform(0.01, 0.9, count), vol_scale=random.uniform(0.0, 0.02, count),
        strike=random.uniform(60.0, 150.0, count), years=random.uniform(-0.01, 3.0, count),
        sign=np.where(random.random(count) < 0.5, 1.0, -1.0),
        weight=random.uniform(-100.0, 100.0, count), american=np.zeros(count, dtype=bool),
        rule=rule, skew=contracts.SkewSlope(value=-0.2, source="given"),
    )  # fmt: skip
    spot = 100.0 * np.exp(0.2 * random.standard_normal(draws))
    points = 20.0 * random.standard_normal(draws)
    rate = 0.04 + 0.01 * random.standard_normal(draws)
    scalars = np.zeros(()), np.array(0.04), np.array(0.01)
    for levels in (
        (spot, points, rate, scalars[2]),
        (spot, scalars[0], scalars[1], scalars[2]),
        (spot[:1], points, scalars[1], scalars[2]),
        (np.repeat(spot, 2)[::2], points, rate, scalars[2]),
        (spot, points, rate, np.full(draws, 0.01)),
        (spot, points, rate, 0.01 + 0.001 * np.arange(draws)),
    ):
        with_kernel, without = by_numpy(
            lambda levels=levels: np.array([row.copy() for row in held.each(*levels)]), monkeypatch
        )
        assert with_kernel.shape == (count, draws)
        assert with_kernel.tobytes() == without.tobytes()
    whole, sums = by_numpy(lambda: held.value(spot / 100.0 - 1.0, points, rate - 0.04), monkeypatch)
    assert whole.tobytes() == sums.tobytes()
    rows = np.array([row.copy() for row in held.each(spot, points, rate, scalars[2])])
    assert whole == pytest.approx(rows.sum(axis=0), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("moving", ["none", "rate", "dividend"])
def test_american_puts_have_the_same_bits(kernel, monkeypatch, moving):
    random = np.random.default_rng(4)
    draws = 1500
    panels = {"none": (0.04, 0.04), "rate": (0.035, 0.045), "dividend": (0.04, 0.04)}
    yields = (0.005, 0.015) if moving == "dividend" else (0.01, 0.01)
    surface = exercise_surface.put_surface(0.6, (np.log(0.25), np.log(0.5)), panels[moving], yields)
    log_spot = np.r_[-np.inf, -800.0, 690.0, 5.0, 0.0, 0.3 * random.standard_normal(draws - 5)]
    vol = random.uniform(0.25, 0.5, draws)
    rate, dividend = random.uniform(*panels[moving], draws), random.uniform(*yields, draws)
    with_kernel, without = by_numpy(
        lambda: surface.value(log_spot, vol, rate, dividend), monkeypatch
    )
    assert with_kernel.tobytes() == without.tobytes()
    assert with_kernel[:2].tolist() == [1.0, 1.0]
    assert np.all(with_kernel >= 1.0 - np.exp(log_spot) - 1e-15)


def test_tables_have_the_same_bits_also_far_out(kernel, monkeypatch):
    axes = [
        tabulated.Axis(low=-0.5, high=0.7, count=20),
        tabulated.Axis(low=-1.0, high=2.0, count=14),
    ]
    surface, _ = fitted(axes, lambda x: np.exp(x[0]) * np.cos(x[1] + x[0]), negligible=1e-7)
    random = np.random.default_rng(0)
    first = np.r_[random.uniform(-0.5, 0.7, 4000), -0.5, 0.7, -9.0, 9.0, 1e300, -1e300]
    second = random.uniform(-1.0, 2.0, len(first))
    bases = [axes[1].basis(second)]
    with_kernel, without = by_numpy(lambda: surface.value(first, bases), monkeypatch)
    inside = (first >= -0.5) & (first <= 0.7)
    assert with_kernel[inside].tobytes() == without[inside].tobytes()
    truth = np.exp(first[inside]) * np.cos(second[inside] + first[inside])
    assert with_kernel[inside] == pytest.approx(truth, abs=1e-6)


@pytest.mark.parametrize("room", [1, 40, 5000])
def test_the_lowest_of_rows_are_the_same(kernel, monkeypatch, room):
    totals = np.random.default_rng(0).standard_normal((5, 4200))[:, :4111]
    edges = np.array([-np.inf, -2.0, 0.0, np.inf, totals[4].min()])
    with_kernel, without = by_numpy(lambda: many._not_above(totals, edges, room), monkeypatch)
    assert with_kernel.tobytes() == without.tobytes()
    assert np.isinf(with_kernel[0]).all()
    assert with_kernel[4, 0] == edges[4]


def test_tails_of_many_books_have_the_same_bits(kernel, monkeypatch, toy):
    model = toy.model()
    random = np.random.default_rng(0)
    plans = [
        plan(
            toy.book(
                dict(zip(("AAA", "BBB", "CCC", "DDD"), random.normal(100.0, 300.0, 4), strict=True))
            ),
            complete_baseline(model),
            variation=Variation(kind="names"),
        )
        for _ in range(40)
    ]
    ours, theirs = by_numpy(lambda: tails_of(plans, draws=20_000, seed=3), monkeypatch)
    assert ours.expected_shortfall.tobytes() == theirs.expected_shortfall.tobytes()
    assert ours.value_at_risk.tobytes() == theirs.value_at_risk.tobytes()


def moved(tmp_path, monkeypatch):
    """Put a copy of the module's folder elsewhere, as far as the kernel is looked for."""
    for path in (ROOT / "kernel.c", ROOT / compiled._NAME):
        if path.exists():
            shutil.copy(path, tmp_path)
    monkeypatch.setattr(compiled, "__file__", os.fspath(tmp_path / "compiled.py"))
    return compiled.library.__wrapped__


def test_a_kernel_of_another_source_is_left_alone(kernel, tmp_path, monkeypatch):
    look = moved(tmp_path, monkeypatch)
    assert look() is not None
    with (tmp_path / "kernel.c").open("a", encoding="utf-8") as source:
        source.write("\n")
    assert look() is None


@pytest.mark.parametrize("content", [b"", b"not a library"])
def test_without_a_kernel_or_with_a_broken_one_numpy_does_it(tmp_path, monkeypatch, content):
    look = moved(tmp_path, monkeypatch)
    (tmp_path / compiled._NAME).unlink(missing_ok=True)
    assert look() is None
    (tmp_path / compiled._NAME).write_bytes(content)
    assert look() is None


def test_the_build_says_what_it_compiled(tmp_path, monkeypatch):
    hook = Path(ROOT).parent / "hatch_build.py"
    if not hook.exists():
        pytest.skip("this is an installed wheel")
    loaded = importlib.util.spec_from_file_location("hatch_build", hook)
    module = importlib.util.module_from_spec(loaded)
    loaded.loader.exec_module(module)
    shutil.copy(ROOT / "kernel.c", tmp_path)
    monkeypatch.setattr(module, "SOURCE", tmp_path / "kernel.c")
    made = module.compiled()
    if made is None:
        pytest.skip("there is no C compiler here")
    assert made.parent == tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([made.name, "kernel.c"])
    (tmp_path / "kernel.c").write_text("this is no C", encoding="utf-8")
    assert module.compiled() is None
    for name in ("CC", "PATH"):
        monkeypatch.setenv(name, os.fspath(tmp_path))
    monkeypatch.setattr(module.sysconfig, "get_config_var", lambda _: None)
    shutil.copy(ROOT / "kernel.c", tmp_path)
    assert module.compiled() is None
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([made.name, "kernel.c"])
