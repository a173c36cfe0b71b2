"""What a scenario made from another does with every field: a new field must be given a row here."""

from dataclasses import MISSING, fields, replace

import pytest

from stress.errors import InputError
from stress.scenarios.combine import combine, sweep_target
from stress.scenarios.relief import relief_of
from stress.scenarios.scale import scale
from stress.scenarios.scenario import Conflict, Observed, Scenario, Source, StatedMove, Variation
from stress.units import parse_move


def one(target, move):
    return (StatedMove(target=target, move=parse_move(move), source="a"),)


STEP = Scenario(
    id="whole-step-1",
    title="step",
    horizon_days=15,
    kind="measured",
    moves=one("market", "-10%"),
    variation=Variation(kind="names"),
)

#: Every field away from its default.
WHOLE = Scenario(
    id="whole",
    title="all is said",
    horizon_days=15,
    kind="measured",
    moves=one("market", "-10%"),
    variation=Variation(kind="severity", severity_sd=0.3),
    returns="compound",
    date="2025-01-27",
    start="2025-01-06",
    calendar_days=21.0,
    core_names=one("NVDA", "-17%"),
    names=one("AMD", "-6%"),
    observed=(Observed(name="volume", text="high"),),
    propagation="alone",
    volatility_rule="sticky-moneyness",
    bid_ask_multiple=3.0,
    contradiction_limit=4.0,
    path=(STEP,),
    narrative="what happened",
    path_note="in one step",
    sources=(Source(key="a", text="a paper"),),
    conflicts=(
        Conflict(
            quantity="market", date=None, as_of=None, values=("1", "2"), used="1", reason="close"
        ),
    ),
    as_of="close",
    coverage=(("market", "nine of ten"), ("power", "left out")),
    extends=("older",),
    version="2",
    author="A",
    approved_by="B",
    review_by="2026-01-01",
    file="whole.toml",
)
OTHER = replace(
    STEP,
    id="other",
    moves=one("power", "-5%"),
    returns="compound",
    propagation="alone",
    volatility_rule="sticky-moneyness",
)

CHANGES = {
    "scale": lambda scenario: scale(scenario, 2.0),
    "relief": relief_of,
    "sweep": lambda scenario: sweep_target(scenario, "market", [parse_move("-20%")])[0],
    "combine": lambda scenario: combine([scenario, OTHER]),
}

#: What each change does with a field: it keeps it, leaves it out, puts another value there, or refuses
#: a scenario that has one. In the order of `CHANGES`.
FIELDS = {
    "id": ("other", "other", "other", "other"),
    "title": ("other", "other", "other", "other"),
    "horizon_days": ("kept", "kept", "kept", "kept"),
    "kind": ("other", "other", "other", "other"),
    "moves": ("other", "other", "other", "other"),
    "variation": ("kept", "kept", "kept", "kept"),
    "returns": ("kept", "kept", "kept", "kept"),
    "date": ("kept", "kept", "kept", "left out"),
    "start": ("kept", "kept", "kept", "left out"),
    "calendar_days": ("kept", "kept", "kept", "kept"),
    "core_names": ("other", "other", "kept", "other"),
    "names": ("left out", "left out", "left out", "left out"),
    "observed": ("left out", "left out", "left out", "left out"),
    "propagation": ("kept", "kept", "kept", "kept"),
    "volatility_rule": ("kept", "kept", "kept", "kept"),
    "bid_ask_multiple": ("kept", "kept", "kept", "kept"),
    "contradiction_limit": ("kept", "kept", "kept", "kept"),
    "path": ("other", "other", "refused", "refused"),
    "narrative": ("kept", "kept", "kept", "other"),
    "path_note": ("kept", "kept", "kept", "left out"),
    "sources": ("kept", "kept", "kept", "left out"),
    "conflicts": ("left out", "left out", "left out", "left out"),
    "as_of": ("kept", "kept", "kept", "left out"),
    "coverage": ("kept", "kept", "other", "left out"),
    "extends": ("other", "other", "other", "other"),
    "version": ("left out", "left out", "left out", "left out"),
    "author": ("left out", "left out", "left out", "left out"),
    "approved_by": ("left out", "left out", "left out", "left out"),
    "review_by": ("left out", "left out", "left out", "left out"),
    "file": ("left out", "left out", "left out", "left out"),
}


def test_every_field_has_its_row_and_its_example():
    assert list(FIELDS) == [field.name for field in fields(Scenario)]
    for field in fields(Scenario):
        if field.default is not MISSING:
            assert getattr(WHOLE, field.name) != field.default, field.name


@pytest.mark.parametrize("field", fields(Scenario), ids=lambda field: field.name)
@pytest.mark.parametrize("change", CHANGES)
def test_a_derived_scenario_acts_on_every_field_or_refuses(change, field):
    said = FIELDS[field.name][list(CHANGES).index(change)]
    if said == "refused":
        with pytest.raises(InputError, match=f"is a {field.name}"):
            CHANGES[change](WHOLE)
        return
    refused = FIELDS["path"][list(CHANGES).index(change)] == "refused"
    original = replace(WHOLE, path=()) if refused else WHOLE
    derived = CHANGES[change](original)
    before, after = getattr(original, field.name), getattr(derived, field.name)
    default = None if field.default is MISSING else field.default
    match said:
        case "kept":
            assert after == before
        case "left out":
            assert after == default
        case "other":
            assert after not in (before, default)
