import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stress.errors import InputError, ModelError
from stress.factors.calibration import calibrate
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.history import carried_moves
from stress.factors.prices import Prices
from stress.files.atomic import StorageError
from stress.files.factor_file import read_factors
from stress.files.models.file import (
    FORMAT,
    model_hash,
    model_text,
    parse_model,
    read_model,
    write_model,
)
from stress.files.prices.reading import read_prices

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "prices"
BUNDLED = ("us-ai-2025-12", "us-ai-2025-01-24")


@pytest.fixture(scope="module")
def toy():
    rng = np.random.default_rng(0)
    count = 401
    market = 0.01 * rng.standard_normal(count)
    moves = {"IDX": market, "A": 1.2 * market + 0.01 * rng.standard_normal(count)}
    moves["B"] = 0.8 * market + 0.01 * rng.standard_normal(count)
    moves["C"] = 0.5 * moves["A"] + 0.01 * rng.standard_normal(count)
    dates = [str(np.datetime64("2023-01-02") + n) for n in range(count)]
    prices = Prices(
        dates=tuple(dates),
        names=tuple(moves),
        levels=np.column_stack([100 * np.cumprod(1 + m) for m in moves.values()]),
    )

    def factor(name, *series):
        return FactorDefinition(
            name=name,
            kind="relative",
            unit="%",
            title=name,
            description="d",
            series=series,
            measure="return",
        )

    definitions = FactorDefinitions(factors=(factor("market", "IDX"), factor("theme", "A", "B")))
    return calibrate(prices, definitions, id="toy")


def test_what_is_written_is_read_back(toy, tmp_path):
    back = write_model(toy, tmp_path / "toy.json")
    read = read_model(tmp_path / "toy.json")
    for model in (back, read):
        assert model.names == toy.names
        assert model.factors == toy.factors
        assert model.sources == toy.sources
        assert model.homes == toy.homes
        assert model.window == toy.window
        assert model.warnings == toy.warnings
        assert np.allclose(model.exposures, toy.exposures, rtol=5e-6, atol=1e-12)
        assert np.allclose(model.covariance, toy.covariance, rtol=1e-9)
        assert np.allclose(model.specific_volatility, toy.specific_volatility, rtol=5e-6)
        assert np.allclose(carried_moves(model), carried_moves(toy), rtol=2e-5)
        assert model.details["made"]["settings"]["half_life"] == 189
    assert back.content_hash == read.content_hash
    assert len(read.content_hash) == 64


def test_the_currency_of_a_model_is_written_where_it_is_not_the_dollar(toy, tmp_path):
    assert toy.currency == "USD"
    assert b'"currency"' not in model_text(toy)
    euros = write_model(replace(toy, currency="EUR"), tmp_path / "euros.json")
    assert euros.currency == read_model(tmp_path / "euros.json").currency == "EUR"
    assert euros.content_hash != parse_model(model_text(toy)).content_hash
    text = model_text(euros)
    assert text.count(b' "currency": "EUR",\n') == 1
    assert model_text(parse_model(text)) == text
    changed = text.replace(b' "currency": "EUR",\n', b' "currency": "CHF",\n')
    with pytest.raises(InputError, match="was changed after it was made"):
        parse_model(changed)
    with pytest.raises(InputError, match="the entry 'currency' is \"euro\", not the ISO code"):
        parse_model(json.dumps({**without_hash(text), "currency": "euro"}).encode())
    with pytest.raises(ModelError, match="model toy: currency 'euro' is no ISO code"):
        replace(toy, currency="euro")


def test_the_same_model_gives_the_same_bytes_also_after_reading(toy):
    text = model_text(toy)
    assert text == model_text(toy)
    assert model_text(parse_model(text)) == text


def test_another_model_has_another_hash(toy):
    other = replace(toy, specific_volatility=toy.specific_volatility * 1.01)
    assert parse_model(model_text(other)).content_hash != parse_model(model_text(toy)).content_hash


def _changed(text):
    document = json.loads(text)
    document["names"][0]["exposures"][0] += 1.0
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"home":"theme"', b'"home":"market"', 1),
        lambda text: json.dumps(_changed(text)).encode(),
        lambda text: json.dumps(_changed(text), indent=2).encode(),
        lambda text: text.replace(b'"content_hash": "', b'"content_hash": "0', 1),
        lambda text: re.sub(rb'("content_hash": )"[0-9a-f]{64}"', rb"\1null", text),
    ],
)
def test_a_model_changed_by_hand_is_refused(toy, change):
    text = model_text(toy)
    changed = change(text)
    assert changed != text
    with pytest.raises(InputError) as refused:
        parse_model(changed, source="m.json")
    said = str(refused.value)
    assert said.startswith("m.json: was changed after it was made: its content_hash is ")
    own = model_text(parse_model(json.dumps(without_hash(changed)).encode()))
    assert f"its contents have {parse_model(own).content_hash[:12]}." in said
    assert "Take the original file; or, for a model of your own, give it another 'id' and" in said


def without_hash(text):
    return {key: value for key, value in json.loads(text).items() if key != "content_hash"}


@pytest.mark.parametrize(
    ("path", "key", "said"),
    [
        ((), "degrees_of_fredom", "the model has an unknown key 'degrees_of_fredom', which would change nothing. Did you mean 'degrees_of_freedom'?"),
        ((), "zzz", "Known: format, content_hash, id, "),
        (("factors", 1), "rolle", "factor 'theme' has an unknown key 'rolle', which would change nothing. Did you mean 'role'?"),
        (("names", 0), "exposure", "has an unknown key 'exposure', which would change nothing. Did you mean 'exposures' or"),
        (("history",), "session", "the history has an unknown key 'session'"),
    ],
)  # fmt: skip
def test_a_key_that_no_entry_has_is_refused(toy, path, key, said):
    document = without_hash(model_text(toy))
    place = document
    for step in path:
        place = place[step]
    place[key] = 1.0
    document["names"][-1]["exposure"] = 1.0
    with pytest.raises(InputError) as refused:
        parse_model(json.dumps(document).encode(), source="m.json")
    assert said in str(refused.value)
    assert len(refused.value.problems) == (1 if key == "exposure" else 2)
    assert all(problem.file == "m.json" for problem in refused.value.problems)


def test_a_model_of_ones_own_states_no_hash_and_has_one(toy):
    document = without_hash(json.dumps(_changed(model_text(toy))))
    document["id"] = "mine"
    own = parse_model(json.dumps(document).encode())
    assert own.id == "mine"
    assert len(own.content_hash) == 64
    assert own.content_hash != parse_model(model_text(toy)).content_hash


@pytest.mark.parametrize(
    "lay_out",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: json.dumps(json.loads(text)).encode(),
        lambda text: json.dumps(json.loads(text), indent=2).encode(),
    ],
)
def test_a_model_that_is_laid_out_anew_is_the_same(toy, lay_out, tmp_path):
    text = model_text(toy)
    anew = lay_out(text)
    assert anew != text
    assert parse_model(anew).content_hash == parse_model(text).content_hash
    assert model_text(parse_model(anew)) == text
    path = tmp_path / "m.json"
    for content in (text, anew):
        path.write_bytes(content)
        assert model_hash(path) == parse_model(text).content_hash


def test_digits_beyond_those_written_are_not_read_under_the_hash_of_the_others(toy):
    document = json.loads(model_text(toy))
    (row,) = (entry for entry in document["names"] if entry["name"] == "C")
    written = row["specific_volatility"]
    row["specific_volatility"] = written * (1.0 + 1e-12)
    assert row["specific_volatility"] != written
    back = parse_model(json.dumps(document).encode())
    assert back.specific_volatility[back.name_index["C"]] == written


def test_a_name_stands_on_one_line(toy):
    lines = model_text(toy).decode().splitlines()
    for name in toy.names:
        assert sum(f'{{"name":"{name}",' in line for line in lines) == 1


def test_a_model_without_details_is_written_too(toy):
    bare = replace(toy, details={}, history=None)
    back = parse_model(model_text(bare))
    assert (back.details, back.history) == ({}, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a JSON file"),
        (b"{", "m.json:1: is not a JSON file"),
        (b"\xff\xfe\x00", "is not a JSON file"),
        (b"[1]", "is not a factor model"),
        (b'{"a": 1}', "it has no 'format'"),
        (b'{"format": 99}', "is a model of format 99; this version reads 2"),
        (b'{"format": 2}', "lacks the entry"),
        (b"[" * 100_000, "it has lists in lists without end"),
    ],
)
def test_what_is_no_model(content, message):
    with pytest.raises(InputError) as error:
        parse_model(content, source="m.json")
    assert message in str(error.value)


def test_a_model_of_the_wrong_shape(toy):
    document = json.loads(model_text(toy))
    document["covariance"] = [[1.0]]
    with pytest.raises(InputError, match="does not hold a model: covariance has shape"):
        parse_model(json.dumps(document).encode())
    document = json.loads(model_text(toy))
    del document["names"][0]["exposures"]
    with pytest.raises(InputError, match="lacks the entry 'exposures'"):
        parse_model(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("entry", "value", "said"),
    [
        ("id", None, "the entry 'id' is null, not text"),
        ("as_of", None, "the entry 'as_of' is null, not a date"),
        ("as_of", "nan", "the entry 'as_of' is \"nan\", not a date"),
        (
            "window",
            [None, "2025-12-30"],
            "the entry 'window' is .null, \"2025-12-30\"., not two dates",
        ),
        ("warnings", ["x", None], "not a list of texts"),
        ("volatility_level", None, "the entry 'volatility_level' is null, not a number"),
        ("made", None, "the entry 'made' is null, not a mapping"),
        ("made", {"settings": True}, "not a mapping with settings that are numbers"),
        ("made", {"settings": {"window": "x"}}, "not a mapping with settings that are numbers"),
    ],
)
def test_an_entry_of_another_kind_is_named(toy, entry, value, said):
    document = json.loads(model_text(toy))
    document[entry] = value
    with pytest.raises(InputError, match=said):
        parse_model(json.dumps(document).encode(), source="m.json")


def test_nothing_is_left_half_written(toy, tmp_path):
    with pytest.raises(StorageError, match=r"cannot write .*toy\.json: No such file"):
        write_model(toy, tmp_path / "no" / "toy.json")
    path = tmp_path / "toy.json"
    path.write_text("old")
    bad = replace(toy, details={**toy.details, "r_squared": np.full(len(toy.names), np.nan)})
    with pytest.raises(ModelError, match="cannot be written with the number nan"):
        write_model(bad, path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["toy.json"]
    with pytest.raises(InputError, match="no such file"):
        read_model(tmp_path / "none.json")


@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_models(name):
    path = ROOT / "models" / f"{name}.json"
    model = read_model(path)
    assert path.stat().st_size < 2_000_000
    assert model.id == name
    assert len(model.factors) == 27
    assert model.degrees_of_freedom == 5.0
    assert model.as_of == {"us-ai-2025-12": "2025-12-30", "us-ai-2025-01-24": "2025-01-24"}[name]
    assert model.window[1] == model.as_of
    assert sum(source == "estimated" for source in model.sources) >= 220
    defined = {n for n, s in zip(model.names, model.sources, strict=True) if s == "definition"}
    assert defined == {"SPY", "MU", "ORCL", "GLD", "USO", "KWEB", "FXY"}
    for answer in model.details["basket_response"].values():
        assert answer["shipped"] == pytest.approx(1.0, abs=1e-4)
    assert model_text(model) == path.read_bytes()
    assert FORMAT == 2


def test_a_bundled_model_is_read_without_pandas():
    code = (
        "import sys, stress.files.models.file as m; m.read_model(sys.argv[1]);"
        "print([x for x in ('pandas', 'scipy', 'cvxpy', 'pydantic') if x in sys.modules])"
    )
    path = ROOT / "models" / "us-ai-2025-12.json"
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data")
@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_models_are_what_calibration_gives(name):
    bundled = read_model(ROOT / "models" / f"{name}.json")
    definitions = read_factors(ROOT / "models" / "us-ai.toml")
    series = ("DGS2", "DGS10", "DGS30", "BAMLH0A0HYM2", "BAMLC0A0CM")
    prices = read_prices(
        [
            SHARED / "adjclose_wide_2018_2025.csv",
            *(SHARED / "fred" / f"{s}.csv" for s in series),
            SHARED / "vix_daily.csv",
        ],
        waive=["jump", "stale", "missing-member"],
        factors=definitions,
    )
    fresh = calibrate(prices, definitions, id=name, as_of=bundled.as_of)
    assert fresh.names == bundled.names
    assert fresh.sources == bundled.sources
    assert np.allclose(fresh.exposures, bundled.exposures, rtol=1e-4, atol=1e-6)
    assert np.allclose(fresh.covariance, bundled.covariance, rtol=1e-5)
    assert np.allclose(fresh.specific_volatility, bundled.specific_volatility, rtol=1e-4)
    assert bundled.details["made"]["inputs"]["factors"][1] == definitions.content_hash
