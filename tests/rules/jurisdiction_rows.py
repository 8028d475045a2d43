# SPDX-License-Identifier: Apache-2.0
"""Rows for tests of what is subject to the EAR: foreign-made items, day by day."""

from datetime import date, timedelta

from chokegraph.rules import load_law
from chokegraph.rules.completing import completed, law_of
from chokegraph.rules.decision import Decision, evaluate
from chokegraph.rules.values import Value

LAW = law_of(load_law(), "us")
DAY = timedelta(days=1)


NOTHING_SAID: dict[str, Value] = {
    **completed({}, LAW),
    "end_use_class": "civil_other",
}


def decided(on: date, **facts: Value) -> Decision:
    """Decide a row in which what is not said is not so."""
    home = frozenset({str(facts["destination"])})
    return evaluate({**NOTHING_SAID, "party_headquarters": home, **facts}, LAW, on)


def live(on: date, **facts: Value) -> Decision:
    """Decide a row as somebody gives it: what is not said is unknown."""
    return evaluate(facts, LAW, on)


def foreign(**facts: Value) -> dict[str, Value]:
    """A foreign-made item from Germany for a mature fab in China, 12 % US content."""
    return {
        "origin": "DE",
        "exporter_country": "DE",
        "destination": "CN",
        "us_content_pct": 12.0,
        "end_use_class": "ic_production",
        "facility_country": "CN",
        "fab_node": "mature",
        **facts,
    }


def step(found: list[Decision], code: str) -> list[bool]:
    """Whether a hook or reason is there, day by day."""
    return [code in each.hooks or code in each.reasons for each in found]


def around(day: date, **facts: Value) -> list[Decision]:
    """The day before, the day, the day after."""
    return [decided(day + shift * DAY, **facts) for shift in (-1, 0, 1)]


LISTED: dict[str, Value] = {"party_lists": frozenset({"ENTITY_LIST"})}


def accelerator(**facts: Value) -> dict[str, Value]:
    """An H100-class chip made in Taiwan on US tools, sold from Singapore."""
    return {
        "origin": "TW",
        "made_in": "TW",
        "exporter_country": "SG",
        "destination": "CN",
        "tpp": 15832.0,
        "die_mm2": 814.0,
        "io_gbytes_s": 900.0,
        "max_tops_x_bits": 15832.0,
        "marketed_datacentre": True,
        "plant_direct_product_of_us": True,
        "end_use_class": "datacentre",
        **facts,
    }
