# SPDX-License-Identifier: Apache-2.0
"""Rows for tests of the law: in one kind what is not said is not so, in the other it is unknown."""

from collections.abc import Mapping
from datetime import date

from chokegraph.rules import load_law
from chokegraph.rules.completing import completed
from chokegraph.rules.decision import Decision, evaluate
from chokegraph.rules.values import Value

LAW = load_law()


NOTHING_SAID: Mapping[str, Value] = {
    **completed({}, LAW),
    "origin": "US",
    "exporter_country": "US",
    "destination": "CN",
    "end_use_class": "civil_other",
}


def said(on: date, **facts: Value) -> Decision:
    """Decide a row in which what is not said is not so: a US export to China, civil end use."""
    home = {"party_headquarters": frozenset({str(facts.get("destination", "CN"))})}
    texts = {key: frozenset({v}) if _is_set(key, v) else v for key, v in facts.items()}
    return evaluate({**NOTHING_SAID, **home, **texts}, LAW, on)


def live(on: date, **facts: Value) -> Decision:
    """Decide a row as somebody gives it: what is not said is unknown."""
    return evaluate(facts, LAW, on)


def _is_set(fact: str, value: Value) -> bool:
    return LAW.facts[fact].is_set and isinstance(value, str)
