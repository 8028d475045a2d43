# SPDX-License-Identifier: Apache-2.0
"""The keys of the JSON columns of a case file, and the facts that they speak of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chokegraph.rules.model import FactDefinition
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

RENAMED = {
    "plant_direct_product_of_us_3E": "plant_direct_product_of_us",
    "plant_country": "made_in",
    "end_user_ultimate_hq": "party_headquarters",
    "footnotes": "party_footnotes",
    "regime": "regime_item",
}
LABELS = ("name", "kind")
"""Keys that are for people only."""

TEXTS = (
    "activity", "designer", "designer_status", "osat", "route", "eu_ownership", "end_use_class",
    "lists",
)  # fmt: skip
"""Keys whose value needs reading: see `read_text_key`."""

_LISTS = {
    "EL": "ENTITY_LIST", "MEU_LIST": "MEU", "MIEU_LIST": "MIEU", "UNVERIFIED_LIST": "UVL",
    "DENIED_PERSONS_LIST": "DPL", "SDN_LIST": "SDN",
}  # fmt: skip
_STANDING = (("approved", "approved"), ("authorised", "authorised"), ("authorized", "authorised"))
_DOING = (
    ("servic", "servicing"), ("install", "servicing"), ("repair", "servicing"),
    ("facilitat", "facilitation"), ("ship", "sale"), ("sale", "sale"), ("sell", "sale"),
)  # fmt: skip
_ECCN = re.compile(r"\b\d[A-E]\d{3}(?:\.[a-z0-9]+)*", re.IGNORECASE)
_NODE = re.compile(r"\b(\d+(?:\.\d+)?) nm logic\b")
_FROM = re.compile(r"\bfrom ([A-Z]{2})$")
_REVIEW = re.compile(r"review=([A-Za-z_-]+)")
_NOT_APPLICABLE = "n/a"


class WrongValue(ValueError):
    """A value does not fit its fact; the text says what would."""


class UnknownCode(WrongValue):
    """A code is none of those that its fact can have."""


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object in a cell; nothing is an empty one.

    Raises:
        WrongValue: If it is not JSON, not an object, or names a key twice.

    Example:
        >>> read_object('{"tpp": 4992}')
        {'tpp': 4992}
    """
    try:
        data = json.loads(text or "{}", object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg}, at character {error.pos + 1} of the cell"
        raise WrongValue(message) from None
    if not isinstance(data, dict):
        message = f"{text} is not a JSON object"
        raise WrongValue(message)
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [key for key, _ in pairs]
        twice = sorted({key for key in names if names.count(key) > 1})
        message = f"{', '.join(twice)} is there twice"
        raise WrongValue(message)
    return data


def read_value(fact: FactDefinition, data: object) -> Value:
    """Return a JSON value as a value of a fact.

    Args:
        fact: The fact that it is for.
        data: What the JSON holds: null is unknown, "n/a" is not applicable, a pair of numbers is
            an interval.

    Raises:
        WrongValue: If it does not fit the fact's type.

    Example:
        >>> from chokegraph.rules import load_law
        >>> facts = load_law().facts
        >>> read_value(facts["tpp"], 4992), read_value(facts["tpp"], [4000, 5000])
        (4992.0, Interval(low=4000.0, high=5000.0))
        >>> sorted(read_value(facts["party_footnotes"], [1, 4]))
        ['1', '4']
    """
    if data is None:
        return None
    if data == _NOT_APPLICABLE:
        return NOT_APPLICABLE
    if fact.is_set:
        return frozenset(_texts(fact, data))
    reader = _READERS.get(fact.type, _read_text)
    return reader(fact, data)


def _texts(fact: FactDefinition, data: object) -> list[str]:
    if isinstance(data, str):
        return [part.strip() for part in data.split(";") if part.strip()]
    if isinstance(data, (list, tuple)) and all(isinstance(part, (str, int)) for part in data):
        return [str(part) for part in data]
    if isinstance(data, int) and not isinstance(data, bool):
        return [str(data)]
    message = f"{data!r} is not a list, which '{fact.id}' needs"
    raise WrongValue(message)


def _read_flag(fact: FactDefinition, data: object) -> Value:
    if isinstance(data, bool):
        return data
    message = f"{data!r} is neither true nor false, which '{fact.id}' needs"
    raise WrongValue(message)


def _read_number(fact: FactDefinition, data: object) -> Value:
    if isinstance(data, list) and len(data) == 2:
        low, high = (_read_number(fact, part) for part in data)
        if isinstance(low, float) and isinstance(high, float) and low <= high:
            return Interval(low, high)
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        if data > fact.most:
            message = f"{data!r} is above {fact.most:g}, the most that '{fact.id}' can be"
            raise WrongValue(message)
        return float(data)
    message = f"{data!r} is not a number, which '{fact.id}' needs"
    raise WrongValue(message)


def _read_date(fact: FactDefinition, data: object) -> Value:
    if isinstance(data, date):
        return data
    try:
        return date.fromisoformat(str(data))
    except ValueError:
        message = f"{data!r} is not a date, which '{fact.id}' needs; write YYYY-MM-DD"
        raise WrongValue(message) from None


def _read_text(fact: FactDefinition, data: object) -> Value:
    if isinstance(data, (str, int, float)) and not isinstance(data, bool):
        text = str(data).strip()
        if fact.values and text not in fact.values:
            message = f"'{text}' is not a code of '{fact.id}'; use one of {', '.join(fact.values)}"
            raise UnknownCode(message)
        if fact.type == "country" and not re.fullmatch("[A-Z]{2}", text):
            message = f"'{text}' is not a country for '{fact.id}'; write two capital letters"
            raise WrongValue(message)
        return text
    message = f"{data!r} is not a text, which '{fact.id}' needs"
    raise WrongValue(message)


_READERS: dict[str, Callable[[FactDefinition, Any], Value]] = {
    "flag": _read_flag,
    "number": _read_number,
    "date": _read_date,
}


def read_text_key(
    key: str, data: object, designers: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Return the facts that a key with a text of its own stands for, as JSON values.

    Args:
        key: One of `TEXTS`.
        data: The value.
        designers: Entity List footnotes of designers that case files name.

    Raises:
        WrongValue: If it cannot be read.

    Example:
        >>> read_text_key("activity", "servicing etch tool described in 3B001.c", {})
        {'activity': 'servicing', 'activity_item': '3B001.c'}
        >>> read_text_key("osat", "approved (Supp. 7 to 740)", {})
        {'osat_status': 'approved'}
        >>> read_text_key("eu_ownership", {"listed_parts_pct": [30, 25]}, {})
        {'party_listed_owners_pct': 55}
    """
    if key == "eu_ownership":
        return _ownership(data)
    if key == "lists":
        names = [data] if isinstance(data, str) else data
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            message = f"{data!r} is not a list of names"
            raise WrongValue(message)
        return {"party_lists": [_LISTS.get(name, name) for name in names]}
    if not isinstance(data, str):
        message = f"{data!r} is not a text, which '{key}' needs"
        raise WrongValue(message)
    if key == "designer":
        return {"designer": data, "designer_listed_footnotes": list(designers.get(data, ()))}
    if key in ("osat", "designer_status"):
        words = data.lower()
        code = next((code for word, code in _STANDING if words.startswith(word)), "none")
        return {"osat_status" if key == "osat" else key: code}
    if key == "end_use_class":
        found: dict[str, Any] = {"end_use_class": data}
        if data.startswith("military"):
            found["military_end_use"] = True
        if data.startswith(("sme", "equipment")):
            found["sme_development"] = True
        return found
    if key == "route":
        places = ["us-transit"] if re.search(r"\bUS\b", data) else []
        places += ["us-foreign-trade-zone"] if places and "trade zone" in data else []
        return {"route": places or [data]}
    item = _ECCN.search(data)
    found = {"activity": next((code for word, code in _DOING if word in data.lower()), "support")}
    return {**found, "activity_item": item.group()} if item else found


def _ownership(data: object) -> dict[str, Any]:
    """Add up the shares of listed owners; unknown if none is given."""
    if isinstance(data, dict):
        total, parts = data.get("listed_total_pct"), data.get("listed_parts_pct")
        numbers = parts if total is None else [total]
        if numbers is None:
            return {"party_listed_owners_pct": None}
        if isinstance(numbers, list) and all(_is_number(n) for n in numbers):
            return {"party_listed_owners_pct": sum(numbers)}
    message = f"{data!r} does not say what is owned; give listed_total_pct or listed_parts_pct"
    raise WrongValue(message)


def _is_number(data: object) -> bool:
    return isinstance(data, (int, float)) and not isinstance(data, bool)


def node_of(label: str) -> float | None:
    """Return the node that a label such as "7 nm logic IC" names.

    Example:
        >>> node_of("7 nm logic IC"), node_of("microcontroller")
        (7.0, None)
    """
    found = _NODE.search(label)
    return float(found.group(1)) if found else None


def codes_in(text: str) -> tuple[str, ...]:
    """Return the codes of a cell; none if the cell is blank or "n/a".

    Example:
        >>> codes_in("R_EL; NAC"), codes_in("n/a")
        (('R_EL', 'NAC'), ())
    """
    if text.lower() == _NOT_APPLICABLE:
        return ()
    return tuple(part.strip() for part in text.split(";") if part.strip())


def review_in(note: str) -> str:
    """Return the review policy that a note expects, or "".

    Example:
        >>> review_in("600 GB/s; review=presumption-of-denial (case-by-case below 5G)")
        'presumption_of_denial'
    """
    found = _REVIEW.search(note)
    return found.group(1).lower().replace("-", "_").strip("_") if found else ""


def place_in(exporter: str) -> str:
    """Return the place of export that the exporter's label ends with, or "".

    Example:
        >>> place_in("German toolmaker from DE")
        'DE'
    """
    found = _FROM.search(exporter)
    return found.group(1) if found else ""
