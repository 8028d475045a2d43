# SPDX-License-Identifier: Apache-2.0
"""The world as one analysis looks at it: which rows, which columns, which facts, what is missing.

A `FactView` answers look-ups for a target and a coalition, and keeps a record of every statement
it handed out and of every assumption that stood in for a missing fact.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np

from chokegraph.response.state import Array, Band
from chokegraph.world import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Input, World

ROWS = 12
"""Countries in the arrays; those beyond count as unidentified suppliers."""

_LISTED = 6


@cache
def load_assumptions() -> dict[str, Estimate]:
    """Return the accounting assumptions by name.

    Example:
        >>> load_assumptions()["home_sales"].unit
        'fraction'
    """
    path = resources.files("chokegraph.world") / "facts" / "assumptions.csv"
    return {
        row["name"]: Estimate(
            value=float(row["value"]),
            low=float(row["low"]),
            high=float(row["high"]),
            unit=row["unit"],
            grade=row["grade"],
        )
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    }


class FactView:
    """Look-ups for one target and one coalition, with a record of what was used.

    Args:
        world: The facts.
        target: The country that is controlled.
        coalition: The countries that take part.
    """

    def __init__(self, world: World, target: str, coalition: tuple[str, ...]) -> None:
        self.world = world
        self.target = target
        self.coalition = coalition
        self.inputs: tuple[Input, ...] = tuple(i for i in world.inputs.values() if i.use != "none")
        self.index = {item.input_id: k for k, item in enumerate(self.inputs)}
        self.countries = self._choose_countries()
        self._used: dict[str, None] = {}
        self._missing: dict[str, list[str]] = defaultdict(list)
        self._assumptions = load_assumptions()

    @property
    def statement_ids(self) -> tuple[str, ...]:
        """Every statement handed out so far."""
        return tuple(self._used)

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each assumption that stood in for missing facts."""
        return tuple(note(name, things) for name, things in self._missing.items())

    def _choose_countries(self) -> tuple[str, ...]:
        weight: dict[str, float] = defaultdict(float)
        for item in self.inputs:
            share = self.world.country_shares.get(item.input_id)
            for country, value in (share.shares if share else {}).items():
                # A named provider without a figure counts by the middle of its bounds.
                middle = value.value if value.value is not None else (value.low + value.high) / 2
                weight[country] += middle
        fixed = (self.target, *self.coalition)
        others = [
            country
            for country in sorted(weight, key=lambda c: (-weight[c], c))
            if country not in (*fixed, UNKNOWN_PROVIDER) and country in self.world.countries
        ]
        return (*fixed, *others[: max(ROWS - len(fixed) - 1, 0)], UNKNOWN_PROVIDER)

    def use(self, found: Estimate | None) -> Estimate | None:
        """Record the statements behind a figure and return it."""
        if found is not None:
            self._used.update(dict.fromkeys(found.statement_ids))
        return found

    def look(self, subject: str, prop: str, obj: str = "") -> Estimate | None:
        """Return the figure used for a subject and property, or None if there is none."""
        return self.use(estimate(self.world, subject, prop, obj, self.world.year))

    def for_input(self, item: Input, prop: str, obj: str = "") -> Estimate | None:
        """Return the figure of the input or, if it has none, of its family."""
        own = self.look(f"input:{item.input_id}", prop, obj)
        return own if own is not None else self.look(f"family:{item.family}", prop, obj)

    def buyer_share(self, item: Input, country: str) -> Estimate | None:
        """Return a country's part of world demand: of the input, its family, or its kind."""
        found = self.for_input(item, "buyer_share", f"country:{country}")
        if found is not None:
            return found
        group = "all-materials" if item.kind == "material" else "all-equipment"
        return self.look(f"family:{group}", "buyer_share", f"country:{country}")

    def constant(self, name: str) -> float:
        """Return the value of an accounting rule from the assumptions."""
        return assumed(name)

    def assumed(self, name: str, instead_of: str) -> Estimate:
        """Return an assumption in place of a missing figure, and record that it stood in."""
        self._missing[name].append(instead_of)
        return self._assumptions[name]

    def world_share(self, item: Input) -> tuple[Array, Array, Array]:
        """Return value, low and high of the world market shares of an input, [C].

        The value is not-a-number for a named provider without a figure, 0 for countries that no
        source names; the row of the unidentified provider is 0.
        """
        value, low, high = (np.zeros(len(self.countries)) for _ in range(3))
        share = self.world.country_shares.get(item.input_id)
        place = {country: c for c, country in enumerate(self.countries[:-1])}
        for country, found in (share.shares if share else {}).items():
            self.use(found)
            if country in place:  # others are part of what is not identified
                c = place[country]
                value[c] = np.nan if found.value is None else found.value
                low[c], high[c] = found.low, found.high
        return value, low, high


def assumed(name: str) -> float:
    """Return the value of an assumption.

    Example:
        >>> 0 < assumed("grade_margin") < 1
        True
    """
    found = load_assumptions()[name]
    if found.value is None:
        message = f"the assumption {name} has no value"
        raise ValueError(message)
    return found.value


def note(name: str, instead_of: Sequence[str]) -> str:
    """Return a sentence that says for what an assumption stood in.

    Example:
        >>> note("home_sales", ["euv-optics"])[:43]
        'home_sales = 0.95 (0.8 to 1 fraction), an a'
    """
    value = load_assumptions()[name]
    several = sorted(set(instead_of))
    listed = ", ".join(several[:_LISTED]) + (" and others" if len(several) > _LISTED else "")
    return (
        f"{name} = {value.value:g} ({value.low:g} to {value.high:g} {value.unit}), an "
        f"assumption, stands in for {len(several)} missing "
        f"figure{'s' * (len(several) > 1)}: {listed}"
    )


def band(found: Sequence[Estimate | None]) -> Band:
    """Return figures as arrays; missing ones are not-a-number.

    Example:
        >>> band([Estimate(0.5, 0.4, 0.6), None]).mid.tolist()
        [0.5, nan]
    """

    def part(values: list[float | None]) -> Array:
        return np.array([np.nan if value is None else value for value in values], dtype=float)

    return Band(
        part([None if e is None else e.value for e in found]),
        part([None if e is None else e.low for e in found]),
        part([None if e is None else e.high for e in found]),
    )


def stack(bands: Sequence[Band]) -> Band:
    """Return one band with a new first axis."""
    return Band(*(np.stack([getattr(b, name) for b in bands]) for name in ("mid", "low", "high")))
