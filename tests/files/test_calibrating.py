"""`stress.calibrate` and `stress.extend_model`: the verbs behind the commands."""

from __future__ import annotations

import dataclasses
import datetime
import errno
import json

import numpy as np
import pandas as pd
import pytest

import stress
from stress.errors import InputError, ModelError
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.variants import DECLARED
from stress.files import atomic
from stress.files.calibrating import waived
from stress.files.models.file import write_model
from stress.files.variants_file import read_variants, variants_path

FACTORS = """\
[factors.market]
kind = "relative"
unit = "%"
title = "Market"
description = "The index."
series = ["IDX"]
measure = "return"

[factors.chips]
kind = "relative"
unit = "%"
title = "Chips"
description = "Two chip makers, equal weight."
series = ["AAA", "BBB"]
measure = "return"
"""

MARKET = FactorDefinition(
    name="market",
    kind="relative",
    unit="%",
    title="Market",
    description="The own series.",
    series=("ZZZ",),
    measure="return",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Prices of an index and three names, one of which jumps, and the file of factors."""
    folder = tmp_path_factory.mktemp("prices")
    random = np.random.Generator(np.random.PCG64(7))
    days = np.arange(np.datetime64("2022-01-03"), np.datetime64("2025-01-03"))
    days = days[np.is_busday(days)]
    market = random.normal(0.0, 0.01, len(days))
    chips = 1.4 * market + random.normal(0.0, 0.01, len(days))
    moves = {
        "IDX": market,
        "AAA": chips + random.normal(0.0, 0.005, len(days)),
        "BBB": chips + random.normal(0.0, 0.005, len(days)),
        "CCC": 0.8 * market + random.normal(0.0, 0.005, len(days)),
    }
    moves["CCC"][300] = 0.6
    own = {"ZZZ": 1.2 * market + random.normal(0.0, 0.004, len(days))}
    for name, table in (("prices.csv", moves), ("own.csv", own)):
        levels = {key: 100.0 * np.cumprod(1.0 + move) for key, move in table.items()}
        lines = ["date," + ",".join(levels)]
        lines += [
            f"{day}," + ",".join(f"{level[t]:.6f}" for level in levels.values())
            for t, day in enumerate(days)
        ]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "factors.toml").write_text(FACTORS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def model(files):
    return stress.calibrate(files / "prices.csv", files / "factors.toml", waive=["jump"])


def test_a_model_comes_back_and_runs_a_book(toy, model):
    assert model.id == "calibrated"
    assert model.degrees_of_freedom == 5.0
    book = toy.portfolio({"AAA": 60.0, "CCC": 40.0})
    result = stress.run(book, stress.shock({"chips": "-10%"}, model=model), model, draws=64)
    assert result.expected < 0.0
    market = result.propagated[0]
    assert market.factor == "market"
    assert market.betas[0].standard_error > 0.0


def test_what_is_read_is_not_written_over(files, tmp_path):
    prices, factors = tmp_path / "prices.csv", tmp_path / "factors.toml"
    for copy in (prices, factors):
        copy.write_bytes((files / copy.name).read_bytes())
    (tmp_path / "link.json").symlink_to(factors)
    before = prices.read_bytes(), factors.read_bytes()
    for output in (prices, factors, str(factors), tmp_path / "link.json"):
        with pytest.raises(InputError, match=r"this file is read\. Name another"):
            stress.calibrate([prices], factors, waive=["jump"], output=output)
    with pytest.raises(InputError, match="this file is read"):
        stress.extend_model(stress.load_model(), str(prices), waive=["jump"], output=prices)
    assert before == (prices.read_bytes(), factors.read_bytes())


def test_the_file_is_the_one_the_command_writes(files, tmp_path):
    from click.testing import CliRunner

    from stress.cli import foreshock

    asked = {"half_life": 126.0, "window": 504, "ridge": 10.0, "nu": 6.0, "as_of": "2024-06-28"}
    written = stress.calibrate(
        [files / "prices.csv"],
        files / "factors.toml",
        waive=["jump:CCC"],
        output=tmp_path / "mine.json",
        **asked,
    )
    words = [f"--{key.replace('_', '-')}={value}" for key, value in asked.items()]
    done = CliRunner().invoke(
        foreshock,
        [
            *("calibrate", str(files / "prices.csv"), "--factors", str(files / "factors.toml")),
            *("--waive", "jump:CCC", "--id", "mine", "-o", str(tmp_path / "other.json"), *words),
        ],
    )
    assert done.exit_code == 0, done.output
    assert "waived jump: 'CCC' moves +60.0% on" in done.stderr
    assert (tmp_path / "mine.json").read_bytes() == (tmp_path / "other.json").read_bytes()
    assert written.id == "mine"
    assert written.as_of == "2024-06-28"
    assert written.degrees_of_freedom == 6.0
    assert written.details["made"]["settings"]["half_life"] == 126.0
    assert waived(written)[0].startswith("waived jump: 'CCC'")
    assert stress.load_model(tmp_path / "mine.json").content_hash == written.content_hash


def test_the_day_of_a_model_is_text_or_a_date(files):
    given = ("2024-06-28", datetime.date(2024, 6, 28), pd.Timestamp("2024-06-28"))
    models = [
        stress.calibrate(
            files / "prices.csv", files / "factors.toml", waive=["jump"], as_of=day, window=504
        )
        for day in given
    ]
    assert {model.as_of for model in models} == {"2024-06-28"}
    assert len({model.content_hash for model in models}) == 1
    with pytest.raises(InputError, match="as_of: '28/06/2024' is not a date"):
        stress.calibrate(files / "prices.csv", files / "factors.toml", as_of="28/06/2024")


def test_variants_stand_beside_the_model(files, tmp_path):
    written = stress.calibrate(
        files / "prices.csv",
        files / "factors.toml",
        waive=["jump"],
        variants=True,
        output=tmp_path / "mine.json",
    )
    labels = [one.label for one in read_variants(written, variants_path(tmp_path / "mine.json"))]
    assert "half-life of 126 sessions" in labels


def test_progress_counts_the_prices_the_model_and_every_variant(files, tmp_path):
    told: list[tuple[int, int]] = []
    sources = (files / "prices.csv", files / "factors.toml")
    target = tmp_path / "mine.json"
    stress.calibrate(
        *sources,
        waive=["jump"],
        variants=True,
        output=target,
        on_progress=lambda *step: told.append(step),
    )
    total = 2 + len(DECLARED)
    assert told == [(step, total) for step in range(1, total + 1)]
    told.clear()
    stress.calibrate(*sources, waive=["jump"], on_progress=lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]


def test_variants_that_were_changed_are_refused_and_those_laid_out_anew_are_not(files, tmp_path):
    written = stress.calibrate(
        files / "prices.csv",
        files / "factors.toml",
        waive=["jump"],
        variants=True,
        output=tmp_path / "mine.json",
    )
    path = variants_path(tmp_path / "mine.json")
    text = path.read_bytes()
    first = read_variants(written, path)
    for anew in (text.replace(b"\n", b"\r\n"), json.dumps(json.loads(text)).encode()):
        path.write_bytes(anew)
        for one, other in zip(read_variants(written, path), first, strict=True):
            assert np.array_equal(one.exposures, other.exposures)
            assert np.array_equal(one.covariance, other.covariance)
    changed = json.loads(text)
    changed["variants"][0]["exposures"]["AAA"][0] += 1.0
    for content in (text.replace(b"half-life", b"halflife"), json.dumps(changed).encode()):
        path.write_bytes(content)
        with pytest.raises(InputError, match="was changed after it was made: its content_hash is"):
            read_variants(written, path)
    without = {key: value for key, value in json.loads(text).items() if key != "content_hash"}
    path.write_text(json.dumps(without))
    with pytest.raises(InputError, match="is not a file of variants: 'content_hash'"):
        read_variants(written, path)
    path.write_bytes(text.replace(b'"format": 2', b'"format": 1'))
    with pytest.raises(
        InputError, match=r"variants format 1, expected 2\. Calibrate again with --v"
    ):
        read_variants(written, path)


def test_own_names_are_added_by_model_or_by_file(files, model, tmp_path):
    added = stress.extend_model(model, files / "own.csv")
    assert added.sources[added.name_index["ZZZ"]] == "estimated-user"
    assert waived(added) == ()
    base = tmp_path / "base.json"
    stress.calibrate(files / "prices.csv", files / "factors.toml", waive=["jump"], output=base)
    ours = stress.extend_model(
        base, files / "own.csv", id="ours", homes={"ZZZ": "chips"}, output=tmp_path / "ours.json"
    )
    assert ours.homes[ours.name_index["ZZZ"]] == "chips"
    assert stress.load_model(tmp_path / "ours.json").content_hash == ours.content_hash


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "'CCC' moves"),
        ({"waive": ["jmp"]}, "'jmp' is no kind of problem"),
        ({"waive": ["jump"], "half_life": 0.0}, "half_life must be above zero sessions"),
        ({"waive": ["jump"], "nu": 2.0}, "degrees_of_freedom must be above 2"),
        ({"waive": ["jump"], "nu": float("inf")}, "got inf: write 10000 for a law that is normal"),
        ({"waive": ["jump"], "half_life": float("inf")}, "write 1000000 for equal weights"),
        ({"waive": ["jump"], "as_of": "2020-01-01"}, "2020-01-01"),
        ({"waive": ["jump"], "variants": True}, "say where the model goes"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(files, tmp_path, given, message):
    output = {} if given.get("variants") else {"output": tmp_path / "mine.json"}
    with pytest.raises(InputError) as caught:
        stress.calibrate(files / "prices.csv", files / "factors.toml", **given, **output)
    assert message in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["calibrate", "extend"])
def test_a_full_disk_is_no_invalid_input(files, model, tmp_path, monkeypatch, verb):
    from click.testing import CliRunner

    from stress.cli import foreshock

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    stress.calibrate(
        files / "prices.csv", files / "factors.toml", waive=["jump"], output=tmp_path / "base.json"
    )
    monkeypatch.setattr(atomic.os, "fsync", full)
    words = {
        "calibrate": ["calibrate", files / "prices.csv", "--factors", files / "factors.toml"],
        "extend": ["model", "extend", tmp_path / "base.json", "--prices", files / "own.csv"],
    }[verb]
    done = CliRunner().invoke(
        foreshock, [*map(str, words), "--waive", "jump", "-o", str(tmp_path / "mine.json")]
    )
    assert done.exit_code == 1
    assert "mine.json: No space left on device." in done.stderr
    assert not (tmp_path / "mine.json").exists()
    with pytest.raises(stress.StorageError, match="No space left"):
        stress.extend_model(model, files / "own.csv", output=tmp_path / "mine.json")
    assert [path.name for path in tmp_path.iterdir()] == ["base.json"]


def test_prices_that_hold_nothing_new_extend_nothing(files, model):
    with pytest.raises(InputError, match="nothing to add"):
        stress.extend_model(model, files / "prices.csv", waive=["jump"])


def test_a_member_that_no_file_holds_is_refused_until_it_is_accepted(files, tmp_path):
    factors = tmp_path / "factors.toml"
    factors.write_text(FACTORS.replace('"BBB"]', '"BBB", "BBBB"]'), encoding="utf-8")
    for waive in (["jump"], ["jump", "missing-member:QQQ"]):
        with pytest.raises(InputError) as refused:
            stress.calibrate(
                files / "prices.csv", factors, waive=waive, output=tmp_path / "mine.json"
            )
        assert str(refused.value) == (
            f"{factors}: factor 'chips' names 'BBBB', which no price file holds. Did you mean 'BBB'? Correct it, or "
            "accept it with --waive missing-member:BBBB (in Python waive=['missing-member:BBBB'])."
        )
    assert not (tmp_path / "mine.json").exists()
    for waiver in ("missing-member", "missing-member:BBBB", "missing-member:bbbb"):
        accepted = stress.calibrate(files / "prices.csv", factors, waive=["jump", waiver])
        assert accepted.factors[1].missing == ("BBBB",)
        assert "basket chips: left out, not in the price files: BBBB." in accepted.warnings
        # What is accepted of the prices is the jump alone.
        assert [line[:11] for line in waived(accepted)] == ["waived jump"]
    other = stress.calibrate(
        files / "prices.csv", factors, waive=["jump,missing-member:BBBB,missing-member:QQQ"]
    )
    assert "waiver missing-member:QQQ was not needed." in waived(other)


def test_a_basket_none_of_whose_members_is_known_is_an_error(files, tmp_path):
    factors = tmp_path / "factors.toml"
    factors.write_text(FACTORS.replace('"AAA", "BBB"', '"XAA", "XBB"'), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"'chips' is measured on 'XAA', 'XBB', which no price file"
    ):
        stress.calibrate(files / "prices.csv", factors, waive=["jump", "missing-member"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"window": 2}, "2 complete session(s) cannot calibrate 2 factors"),
        ({"window": 5}, "5 complete session(s) in the window: no name has the 20"),
        ({"half_life": 0.01}, "half-life 0.01: the 756 sessions of the window count as 1.0"),
        ({"half_life": 0.5}, "count as 1.7, too few for 2 factors. Give a longer half-life."),
    ],
)
def test_a_window_worth_too_little_is_refused(files, given, message):
    with pytest.raises(ModelError) as caught:
        stress.calibrate(files / "prices.csv", files / "factors.toml", waive=["jump"], **given)
    assert message in str(caught.value)


def test_a_window_worth_little_says_its_effective_sessions(files, model):
    short = stress.calibrate(
        files / "prices.csv", files / "factors.toml", waive=["jump"], half_life=3
    )
    said = next(line for line in short.warnings if line.startswith("half-life 3: the 756 sessions"))
    counted = float(said.split("count as ")[1].split(",")[0])
    # 756 sessions with a half-life of 3: (1 + w) / (1 - w) of them, less what calm weights take
    decay = 0.5 ** (1 / 3)
    assert counted == pytest.approx((1 + decay) / (1 - decay), rel=0.1)
    assert said.endswith("under 220.")
    assert not any("half-life" in line for line in model.warnings)
    window = stress.calibrate(
        files / "prices.csv", files / "factors.toml", waive=["jump"], window=100
    )
    assert any("under 220 observations" in line for line in window.warnings)
    assert not any("half-life" in line for line in window.warnings)


def test_waivers_that_met_nothing_are_not_counted_as_accepted(files, model):
    one = "1 doubtful thing(s) in the price files were accepted by name"
    asked = ["jump:CCC", "stale:AAA", "missing-member:QQQ"]
    found = stress.calibrate(files / "prices.csv", files / "factors.toml", waive=asked)
    assert found.warnings[0].startswith(one)
    assert "waiver stale:AAA was not needed." in waived(found)
    assert model.warnings[0].startswith(one)
    own = stress.calibrate(
        files / "own.csv", FactorDefinitions(factors=(MARKET,)), waive=["stale:ZZZ"]
    )
    assert waived(own) == ("waiver stale:ZZZ was not needed.",)
    assert not any("accepted by name" in line for line in own.warnings)


def test_prices_in_memory_are_checked_as_files_are(files, model):
    frame = pd.read_csv(files / "prices.csv", index_col="date")
    prices = stress.Prices(
        dates=tuple(pd.to_datetime(frame.index)), names=tuple(frame), levels=frame.to_numpy()
    )
    for given in (frame, prices):
        with pytest.raises(InputError, match="'CCC' moves"):
            stress.calibrate(given, files / "factors.toml")
        same = stress.calibrate(given, files / "factors.toml", waive=["jump:CCC"])
        assert np.array_equal(same.covariance, model.covariance)
        assert np.array_equal(same.exposures, model.exposures)
        assert waived(same) == waived(model)
    own = pd.read_csv(files / "own.csv", index_col="date")
    own.iloc[400:] *= 10.0
    with pytest.raises(InputError, match=r"'ZZZ' moves .*10:1 reverse split"):
        stress.extend_model(model, own)


def test_a_run_checks_prices_in_memory(toy, files, model):
    frame = pd.read_csv(files / "prices.csv", index_col="date")
    prices = stress.Prices(dates=frame.index, names=frame.columns, levels=frame.to_numpy())
    book, shock = toy.portfolio({"CCC": 60.0}), stress.shock({"chips": "-10%"}, model=model)
    for given in (frame, prices):
        with pytest.raises(InputError, match="'CCC' moves"):
            stress.run(book, shock, model, draws=64, prices=given)
        run = stress.run(book, shock, model, draws=64, prices=given, waive=["jump"])
        assert run.plausibility.lost_more.worse.days == len(frame) - 1
    # What is not held is not judged.
    other = toy.portfolio({"AAA": 60.0})
    assert stress.run(other, shock, model, draws=64, prices=prices).plausibility.lost_more


def test_a_name_that_the_model_knows_is_named_when_its_prices_are_not_used(files, model, tmp_path):
    from click.testing import CliRunner

    from stress.cli import foreshock

    both = pd.read_csv(files / "own.csv", index_col="date")
    both["AAA"] = pd.read_csv(files / "prices.csv", index_col="date")["AAA"] * 2.0
    both.columns = ["zzz", "AAA"]
    both.to_csv(tmp_path / "both.csv")
    base = tmp_path / "base.json"
    stress.calibrate(files / "prices.csv", files / "factors.toml", waive=["jump"], output=base)
    words = ["model", "extend", str(base), "--prices", str(tmp_path / "both.csv")]
    done = CliRunner().invoke(
        foreshock, [*words, "--home", "zzz=chips", "-o", str(tmp_path / "wide.json")]
    )
    assert done.exit_code == 0, done.output
    line = "in the model already, their prices change nothing: AAA."
    assert f"warning: {line}" in done.stderr
    assert "no --home is given" not in done.stderr
    wide = stress.load_model(tmp_path / "wide.json")
    assert wide.warnings[-1] == line
    assert wide.homes[wide.name_index["ZZZ"]] == "chips"


def test_definitions_made_in_memory_meet_prices_however_names_are_written(files):
    frame = pd.read_csv(files / "prices.csv", index_col="date")
    named = frame.rename(columns={"IDX": "spy", "AAA": "brk.b", "CCC": "ccc"})
    market = dataclasses.replace(MARKET, series=("Spy",))
    chips = dataclasses.replace(MARKET, name="chips", role="none", series=("BRK.B", "bbb"))
    made = FactorDefinitions(factors=(market, chips), homes={"ccc": "chips"})
    found = stress.calibrate(named, made, waive=["jump:ccc"])
    assert [factor.series for factor in found.factors] == [("SPY",), ("BRK-B", "BBB")]
    assert found.homes[found.name_index["CCC"]] == "chips"
    plain = frame.rename(columns={"IDX": "SPY", "AAA": "BRK-B"})
    same = FactorDefinitions(
        factors=(
            dataclasses.replace(market, series=("SPY",)),
            dataclasses.replace(chips, series=("BRK-B", "BBB")),
        ),
        homes={"CCC": "chips"},
    )
    assert np.array_equal(found.exposures, stress.calibrate(plain, same, waive=["jump"]).exposures)


@pytest.mark.parametrize(
    "given",
    [
        {"homes": {"ccc": "market", "CCC": "market"}},
        {"factors": (dataclasses.replace(MARKET, series=("idx", "IDX")),)},
    ],
)
def test_one_ticker_written_in_two_ways_is_refused_in_definitions(files, given):
    made = FactorDefinitions(**{"factors": (MARKET,), **given})
    with pytest.raises(InputError, match=r"'ccc' and 'CCC' are one ticker|'IDX' twice"):
        stress.calibrate(files / "prices.csv", made, waive=["jump"])


def test_homes_of_new_names_are_given_once(files, model):
    with pytest.raises(InputError, match="'zzz' and 'ZZZ' are one ticker"):
        stress.extend_model(model, files / "own.csv", homes={"zzz": "chips", "ZZZ": "market"})


def test_definitions_say_the_currency_and_an_extension_keeps_it(files, tmp_path):
    market = dataclasses.replace(MARKET, series=("IDX",))
    euros = stress.calibrate(
        files / "prices.csv",
        FactorDefinitions(factors=(market,), currency="EUR"),
        waive=["jump"],
        output=tmp_path / "euros.json",
    )
    assert euros.currency == stress.load_model(tmp_path / "euros.json").currency == "EUR"
    assert stress.extend_model(euros, files / "own.csv").currency == "EUR"
    with pytest.raises(InputError, match="factor definitions: the currency 'Euro' is no ISO code"):
        FactorDefinitions(factors=(MARKET,), currency="Euro")


def test_a_name_that_never_moved_follows_its_peers_and_is_said_to(files):
    prices = pd.read_csv(files / "prices.csv").assign(PAR=1.0)
    made = stress.calibrate(prices, files / "factors.toml", waive=["jump", "stale:PAR"])
    assert made.sources[made.name_index["PAR"]] == "prior"
    assert any("no move in the whole window" in said and "PAR" in said for said in made.warnings)
    assert not any("PAR (" in said for said in made.warnings)


def test_a_rate_that_is_set_leaves_the_other_factors_as_they_were(files):
    prices = pd.read_csv(files / "prices.csv")
    prices["FED"] = np.where(np.arange(len(prices)) < 400, 1.0, 2.0) + 0.25 * (
        np.arange(len(prices)) < 50
    )
    rate = FactorDefinition(
        name="policy", kind="absolute", unit="bp", title="Policy", description="It is set.",
        series=("FED",), measure="difference", scale=0.01,
    )  # fmt: skip
    both = FactorDefinitions(factors=(dataclasses.replace(MARKET, series=("IDX",)), rate))
    with pytest.raises(InputError, match="'FED' stands still for"):
        stress.calibrate(prices, both, waive=["jump"])
    with_rate = stress.calibrate(prices, both, waive=["jump", "stale:FED"])
    alone = stress.calibrate(
        prices.drop(columns="FED"), FactorDefinitions(factors=both.factors[:1]), waive=["jump"]
    )
    assert with_rate.covariance[0, 0] == pytest.approx(alone.covariance[0, 0], rel=1e-9)
    assert with_rate.volatility_level == pytest.approx(alone.volatility_level, rel=1e-9)


def test_sessions_after_the_last_that_is_whole_are_said(files):
    prices = pd.read_csv(files / "prices.csv")
    prices["Y10"] = 4.0 + 0.01 * np.random.default_rng(0).normal(size=len(prices)).cumsum()
    prices.loc[len(prices) - 4 :, "Y10"] = np.nan
    rate = FactorDefinition(
        name="rates_10y", kind="absolute", unit="bp", title="10 years", description="A yield.",
        series=("Y10",), measure="difference", scale=0.01,
    )  # fmt: skip
    both = FactorDefinitions(factors=(dataclasses.replace(MARKET, series=("IDX",)), rate))
    made = stress.calibrate(prices, both, waive=["jump"])
    assert made.as_of == prices["date"].iloc[-5]
    last = prices["date"].iloc[-1]
    assert (
        f"the model ends on {made.as_of}, 4 session(s) before the prices: blank until {last} is rates_10y."
        in made.warnings
    )
    whole = stress.calibrate(prices.iloc[:-4], both, waive=["jump"])
    assert not any("before the prices" in said for said in whole.warnings)


def test_a_row_of_a_model_that_is_too_short_is_named(model, tmp_path):
    path = tmp_path / "model.json"
    write_model(model, path)
    document = json.loads(path.read_text(encoding="utf-8"))
    entry = next(entry for entry in document["names"] if entry["name"] == "CCC")
    entry["exposures"].pop()
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match=r"'CCC' has 1 exposures, and the model 2 factors"):
        stress.load_model(path)
